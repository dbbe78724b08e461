"""The directive ``what_if``: a model of the page's front matter as a chart with sliders, and what its inputs rest on."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from chronicle.charts.sliders import Slider
from chronicle.charts.what_if import Outcome, shown, what_if
from chronicle.documents.report import Report
from chronicle.documents.what_if import WhatIf, WhatIfInput, WhatIfOutcome
from chronicle.facts.formulas import Formula, parse
from chronicle.facts.ledger import Ledger
from chronicle.facts.measurements import Measurement
from chronicle.pages import addresses
from chronicle.pages.chart_sources import measured_line
from chronicle.pages.desk import Desk
from chronicle.pages.prose import UnanswerableError
from chronicle.pages.stale import stale_note
from chronicle.pages.writing import Markdown, code, link, relative, slug, table, text

TOLERANCE = 1e-6
"""How far a formula may be from the number that a study recorded, as a share: rounding, and nothing else."""


@dataclass(frozen=True, slots=True)
class _Input:
    """An input with the measurement that it begins at, where there is one."""

    slider: Slider
    measured: Measurement | None


def what_if_block(desk: Desk, page: str, name: str, of: str = "") -> Markdown:
    """The model called ``name`` of the page, or of the report ``of``: the chart, its inputs, and how they are known."""
    model, ledger = _model(desk, page, name, of), _ledger(desk, of)
    inputs = [_input(key, one, ledger) for key, one in model.inputs.items()]
    formulas = {key: parse(one.formula) for key, one in model.gives.items()}
    start = {one.slider.name: one.slider.value for one in inputs}
    held = {key: _held(one, formulas[key], start, ledger) for key, one in model.gives.items() if one.study}
    outcomes = [Outcome(one.says, formulas[key]) for key, one in model.gives.items()]
    id = f"what-if-{slug(page.removesuffix('.md'))}-{slug(name)}"
    chart = what_if(id, model.title, [one.slider for one in inputs], outcomes, model.along, model.unit)
    rests_on = [one.measured for one in inputs if one.measured is not None]
    rests_on += [one for several in held.values() for one in several]
    source = measured_line(rests_on, desk, page) if rests_on else ""
    below = f"{_listing(model, inputs, held, page)}{stale_note(rests_on, ledger)}"
    return Markdown(f"{desk.figure(chart, page)}{source}\n\n{below}")


def _model(desk: Desk, page: str, name: str, of: str) -> WhatIf:
    models = _models(desk, page, of)
    if name in models:
        return models[name]
    if not models:
        raise UnanswerableError("no model to show: declare it in the front matter under `what_if:`")
    close = get_close_matches(name, models, 1)
    meant = f"; did you mean {close[0]!r}?" if close else f"; there are {', '.join(models)}"
    raise UnanswerableError(f"no model {name!r}{meant}")


def _models(desk: Desk, page: str, of: str) -> Mapping[str, WhatIf]:
    return _report(desk, of).front.what_if if of else desk.library.models.get(page, {})


def _ledger(desk: Desk, of: str) -> Ledger:
    """What the inputs of a model choose among: the evidence of the report that declares it."""
    return desk.library.ledger.within(_report(desk, of).front.evidence) if of else desk.library.ledger


def _report(desk: Desk, of: str) -> Report:
    report = next((one for one in desk.library.reports if one.front.id == of), None)
    if report is None:
        raise UnanswerableError(f"no report {of!r}")
    return report


def _input(name: str, declared: WhatIfInput, ledger: Ledger) -> _Input:
    """The input as a slider. Raises where the evidence lies outside the range that it may be moved in."""
    measured = ledger.one(declared.fact, dict(declared.where)) if declared.fact else None
    value = measured.estimate.value if measured is not None else declared.value
    assert value is not None
    if not declared.least <= value <= declared.most:
        raise UnanswerableError(f"{name} begins at {value:g}, outside of {declared.least:g} to {declared.most:g}")
    unit = declared.unit or (measured.quantity.unit if measured is not None else "")
    return _Input(Slider(name, declared.says, unit, value, declared.least, declared.most, declared.step), measured)


def _held(declared: WhatIfOutcome, formula: Formula, start: Mapping[str, float], ledger: Ledger) -> Sequence[Measurement]:
    """The recorded cases of a study that the formula repeats. Raises where it does not.

    A parameter of a case stands in for the input of its name; the other inputs are where they begin.
    """
    found = ledger.select(declared.study, dict(declared.where))
    if not found:
        ledger.one(declared.study, dict(declared.where))
    for one in found:
        own = {key: float(value) for key, value in one.parameters.items() if key in start and not isinstance(value, str)}
        value = formula.value({**start, **own})
        if value is None or not math.isclose(value, one.estimate.value, rel_tol=TOLERANCE):
            gives = "no value" if value is None else f"{value:.9g}"
            raise UnanswerableError(
                f"the formula {formula.text!r:.100} gives {gives} for {one.case}, where the study recorded "
                f"{one.estimate.value:.9g}"
            )
    return found


def _listing(model: WhatIf, inputs: Sequence[_Input], held: Mapping[str, Sequence[Measurement]], page: str) -> Markdown:
    """The inputs with where they come from, and the formulas, in a closed block."""
    rows = [_input_row(one, page) for one in inputs]
    formulas = [(one.says, code(one.formula), _held_words(held.get(key), page)) for key, one in model.gives.items()]
    block = "\n\n".join(
        [
            table(("Input", "In formulas", "Begins at", "May be moved", "From"), rows, "llrrl"),
            table(("Outcome", "Formula", "Held against"), formulas),
        ]
    )
    inner = "\n".join(f"    {line}" if line else "" for line in block.split("\n"))
    return Markdown(f'??? note chart-data "Inputs and formulas"\n\n{inner}\n')


def _input_row(one: _Input, page: str) -> tuple[object, ...]:
    slider, unit = one.slider, f" {one.slider.unit}" if one.slider.unit else ""
    if one.measured is None:
        origin: object = "declared here"
    else:
        origin = link(f"{one.measured.label}, {one.measured.machine}", relative(page, addresses.card(one.measured)))
    begins = one.measured.quantity if one.measured is not None and not unit else f"{shown(slider.value)}{unit}"
    return slider.says, code(slider.name), str(begins), f"{shown(slider.least)} to {shown(slider.most)}{unit}", origin


def _held_words(found: Sequence[Measurement] | None, page: str) -> Markdown | str:
    if not found:
        return ""
    count = f"{len(found)} recorded {'case' if len(found) == 1 else 'cases'}"
    return Markdown(f"{text(count)} of {link(found[0].run_id, relative(page, addresses.card(found[0])))}, and repeats them")
