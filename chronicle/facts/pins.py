"""Which pins differ between two runs, by name and value, so that *not comparable* and *environment changed* can say why."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from chronicle.records import json_form
from chronicle.records.run import Parameter, Pin

Key = Mapping[str, Mapping[str, Pin]]
"""The key pins of a run: by group, and in it by name."""

_STATED = frozenset({"environment"})
"""Groups in which a pin that is not there says something: a variable that is not set."""

_OF_SEVERAL_RANKS = ("environment.NCCL_", "environment.TORCH_NCCL_", "environment.TORCH_SYMM_MEM_")
"""What ranks talk through: in a case of one rank nothing reads these variables, so it does not matter who sets them."""

_OF_A_RUN = re.compile(r"environment\.(?:(?:OMP|GOMP|KMP)_(?!TOOL)[A-Z0-9_]+|(?:MKL|OPENBLAS)_NUM_THREADS|MKL_DYNAMIC)")
"""How many threads a pool has and how they wait: two runs must agree in it to compare, and the next may choose anew."""

_A_SETTING = re.compile(r"[\w.,:(){}+-]+")
"""A number, a policy, a list of places such as ``{0:4}``; never a path, and nothing that a shell reads."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A key pin with its value in one run and in another; None where it is not there."""

    pin: str
    one: Pin
    other: Pin

    def __str__(self) -> str:
        return f"{self.pin} ({_shown(self.one)} against {_shown(self.other)})"


def has_ranks(parameters: Mapping[str, Parameter]) -> bool:
    """Whether a case with these parameters runs in several ranks, which talk to each other."""
    ranks = parameters.get("ranks", 1)
    return isinstance(ranks, int | float) and ranks > 1


def _concerns(pin: str, several: bool) -> bool:
    """Whether a pin, by ``group.name``, may change what a case does, which runs in ``several`` ranks or in one."""
    return several or not pin.startswith(_OF_SEVERAL_RANKS)


def compared_key(key: Key, *, several: bool) -> str:
    """The digest of the key pins that concern a case: two measurements compare where it is equal."""
    concerning = {
        group: {name: pin for name, pin in pins.items() if _concerns(f"{group}.{name}", several)} for group, pins in key.items()
    }
    return json_form.digest(concerning)


def differences(one: Key, other: Key, *, several: bool) -> tuple[Difference, ...]:
    """Every key pin that concerns the case and is not the same in both, in order of its name."""
    return tuple(_differing(one, other, several, shared_only=False))


def changes(one: Key, other: Key, *, several: bool) -> tuple[Difference, ...]:
    """The key pins that concern the case, that both captured and that differ, as far as they are those of the machine.

    Two suites of one machine need not capture the same pins: one that never loads a compiler pins no version of it, which is
    no change of the machine. Nor is it one that somebody told the threads of a single run how to wait.
    """
    found = _differing(one, other, several, shared_only=True)
    return tuple(difference for difference in found if not _OF_A_RUN.fullmatch(difference.pin))


def told(key: Key) -> dict[str, str]:
    """The variables by which whoever began a run told its pools of threads how many they are and how to wait."""
    stated = {name: pin for name, pin in sorted(key.get("environment", {}).items()) if isinstance(pin, str)}
    return {
        name: value
        for name, value in stated.items()
        if _OF_A_RUN.fullmatch(f"environment.{name}") and _A_SETTING.fullmatch(value)
    }


def undeclared(found: Collection[Difference], varies: Collection[str]) -> tuple[Difference, ...]:
    """The differences that no name in ``varies`` declares: a group (``gpu``) or one pin (``driver.driver``)."""
    return tuple(one for one in found if one.pin not in varies and one.pin.partition(".")[0] not in varies)


def _differing(one: Key, other: Key, several: bool, *, shared_only: bool) -> Iterator[Difference]:
    for group in sorted({*one, *other}):
        left, right = one.get(group, {}), other.get(group, {})
        is_partial = shared_only and group not in _STATED
        for name in sorted(set(left) & set(right) if is_partial else {*left, *right}):
            pin = f"{group}.{name}"
            if left.get(name) != right.get(name) and _concerns(pin, several):
                yield Difference(pin, left.get(name), right.get(name))


def _shown(pin: Pin) -> str:
    return "not there" if pin is None else str(pin)[:60]
