"""A model that readers may move: inputs with a range, and formulas over them, as a page's front matter declares it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, StringConstraints, field_validator, model_validator

from chronicle.facts.formulas import FormulaError, parse
from chronicle.records.run import Parameter

MOST_INPUTS = 8
MOST_OUTCOMES = 4

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,49}$")]
Words = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Unit = Annotated[str, StringConstraints(max_length=40)]
Selection = Mapping[str, Parameter | list[Parameter]]


class WhatIfInput(BaseModel):
    """What a reader may move between ``least`` and ``most``; it begins at ``value``, or at the measured ``fact``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    says: Words
    unit: Unit = ""
    value: FiniteFloat | None = None
    fact: str = ""
    where: Selection = Field(default_factory=dict)
    least: FiniteFloat
    most: FiniteFloat
    step: Annotated[FiniteFloat, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _begins_somewhere_in_its_range(self) -> Self:
        if (self.value is None) == (not self.fact):
            raise ValueError("an input begins at a `value`, or at a `fact`, and not at both")
        if not self.least < self.most:
            raise ValueError(f"`least` is below `most`, and {self.least:g} is not below {self.most:g}")
        if self.value is not None and not self.least <= self.value <= self.most:
            raise ValueError(f"`value` lies between `least` and `most`, and {self.value:g} does not")
        return self


class WhatIfOutcome(BaseModel):
    """A formula over the inputs; with ``study`` it is held against that metric at every recorded case that fits ``where``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    says: Words
    formula: str
    study: str = ""
    where: Selection = Field(default_factory=dict)

    @field_validator("formula")
    @classmethod
    def _is_a_formula(cls, formula: str) -> str:
        try:
            parse(formula)
        except FormulaError as failure:
            raise ValueError(str(failure)) from None
        return formula


class WhatIf(BaseModel):
    """A model: its outcomes in one ``unit``, drawn along one of its inputs."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Words
    along: Name
    unit: Unit = ""
    inputs: Annotated[Mapping[Name, WhatIfInput], Field(min_length=1, max_length=MOST_INPUTS)]
    gives: Annotated[Mapping[Name, WhatIfOutcome], Field(min_length=1, max_length=MOST_OUTCOMES)]

    @model_validator(mode="after")
    def _names_what_there_is(self) -> Self:
        if self.along not in self.inputs:
            raise ValueError(f"`along` names an input ({', '.join(self.inputs)}), not {self.along!r}")
        read = {name: parse(one.formula).names for name, one in self.gives.items()}
        for outcome, names in read.items():
            if unknown := [name for name in names if name not in self.inputs]:
                raise ValueError(f"the formula of {outcome} reads inputs ({', '.join(self.inputs)}), not {unknown[0]!r}")
        if idle := set(self.inputs) - {name for names in read.values() for name in names}:
            raise ValueError(f"every input is read by a formula, and {min(idle)} is not")
        return self
