"""``chart("pareto")`` and ``chart("roofline")``: cases by two quantities, against each other and against their machine."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from chronicle.charts.pareto import pareto
from chronicle.charts.roofline import Roof, roofline
from chronicle.facts.bounds import ceiling_of
from chronicle.facts.ledger import why_unusable
from chronicle.facts.measurements import Measurement
from chronicle.pages.case_names import names_of_measured
from chronicle.pages.figures.asked import Asked, Drawn, chart_id
from chronicle.pages.prose import UnanswerableError
from chronicle.units import Quantity


def pareto_figure(asked: Asked) -> Drawn:
    """Every case that has both metrics: more of ``metric`` is better, less of ``x`` is."""
    if not asked.x:
        raise UnanswerableError('a Pareto chart takes a throughput and the latency against it: x="call_seconds"')
    above = {(one.run_key, one.case): one for one in asked.ledger.select(asked.metric, asked.where)}
    across = {(one.run_key, one.case): one for one in asked.ledger.select(asked.x, asked.where)}
    for metric, found in ((asked.metric, above), (asked.x, across)):
        if not found:
            asked.ledger.one(metric, asked.where)
    both = [key for key in above if key in across]
    if not both:
        raise UnanswerableError(f"no case has both {asked.metric} and {asked.x}")
    is_alone = len({above[key].machine for key in both}) == 1
    names = names_of_measured(above[key] for key in both)
    rows = [_pair(above[key], across[key], names.drawn(above[key].case), is_alone) for key in both]
    units = across[both[0]].quantity.unit, above[both[0]].quantity.unit
    id = chart_id("pareto", f"{asked.metric}-{asked.x}", asked.title, asked.where)
    title = asked.title or f"{asked.metric} against {asked.x}"
    metrics = asked.x, asked.metric
    return pareto(id, title, pd.DataFrame(rows), units, metrics), [above[key] for key in both]


def _pair(above: Measurement, across: Measurement, name: str, is_alone: bool) -> dict[str, object]:
    place = "" if is_alone else f" · {above.machine}"
    row: dict[str, object] = {"case": f"{above.case}{place}", "name": f"{name}{place}"}
    for side, one in (("x", across), ("y", above)):
        row |= {side: one.estimate.value, f"{side}_lo": one.estimate.lo, f"{side}_hi": one.estimate.hi}
    return row | {"verdict": _verdict([above, across])}


def roofline_figure(asked: Asked) -> Drawn:
    """The cases of one machine that declare both their bytes and their operations, under its two ceilings."""
    metric = "throughput_flop_per_second"
    found = asked.ledger.select(metric, asked.where)
    if not found:
        asked.ledger.one(metric, asked.where)
    machines = sorted({one.machine for one in found})
    if len(machines) > 1:
        raise UnanswerableError(f"a roof is that of one machine, and {', '.join(machines)} fit: choose with where=")
    rows = [row for one in found if (row := _under_roof(one, asked)) is not None]
    if not rows:
        raise UnanswerableError("no case that fits declares both its bytes and its operations (Work(bytes=…, flop=…))")
    id = chart_id("roofline", "", asked.title, asked.where)
    title = asked.title or f"Under the roof of {machines[0]}"
    return roofline(id, title, pd.DataFrame(rows), _roof(found, asked)), found


def _under_roof(one: Measurement, asked: Asked) -> dict[str, object] | None:
    """A case by the operations it declares for each byte; None where it does not declare both."""
    run = asked.desk.library.run(one.run_key).run
    work = next((case.workload for case in run.cases if case.key == one.case), None)
    if work is None or not work.bytes or not work.flop:
        return None
    row: dict[str, object] = {"case": one.case, "flop_per_byte": work.flop / work.bytes}
    row |= {"flop_per_second": one.estimate.value, "lo": one.estimate.lo, "hi": one.estimate.hi}
    return row | {"verdict": _verdict([one])}


def _roof(found: Sequence[Measurement], asked: Asked) -> Roof:
    """Both ceilings of the machine, each by the name of how it is known; the highest of the products that were measured."""
    latest = found[-1]
    memory = ceiling_of(latest, asked.ledger, "memory")
    products = [(kind, ceiling_of(one, asked.ledger)) for one in found for kind in [str(one.parameters.get("dtype", "bf16"))]]
    bounds = [(ceiling.value, kind, ceiling.name) for kind, ceiling in products if ceiling is not None]
    bf16 = ceiling_of(latest, asked.ledger, "bf16")
    if not bounds and bf16 is not None:
        bounds = [(bf16.value, "bf16", bf16.name)]
    if memory is None or not bounds:
        raise UnanswerableError(f"{latest.machine} has no known ceiling of memory, or none of arithmetic")
    value, kind, name = max(bounds)
    return Roof(
        memory.value,
        value,
        f"memory {Quantity(memory.value, 'B/s').text}, {memory.name}",
        f"{kind} {Quantity(value, 'FLOP/s').text}, {name}",
    )


def _verdict(found: Sequence[Measurement]) -> str:
    """The verdict of what stands behind a point; where no claim may use it, the word for why."""
    for one in found:
        if (reason := why_unusable(one)) is not None:
            return "invalid" if one.verdict == "invalid" else reason.partition(":")[0]
    return "degraded" if any(one.verdict == "degraded" for one in found) else "valid"
