"""What changed for good over the runs of a machine: a table of the cases that were measured more than once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chronicle.facts.changes import RUNS_NEEDED, Series, series_of
from chronicle.facts.measurements import Measurement
from chronicle.pages import addresses
from chronicle.pages.card_links import card_link
from chronicle.pages.desk import Desk
from chronicle.pages.writing import Markdown, code, link, relative, table
from chronicle.units import Quantity


def changes_over_time(desk: Desk, page: str, among: Sequence[Measurement] | None = None) -> Markdown | None:
    """One row a series of two runs or more, of all measurements or ``among`` some; None where nothing was measured twice."""
    found = desk.library.ledger.measurements if among is None else among
    rows = [_row(one, page) for case in _by_case(found) for one in series_of(case) if len(one.measurements) > 1]
    heads = ("Case", "Machine", "Runs", "Latest time of a call", "Lasting changes")
    return table(heads, rows, "llrrl") if rows else None


def _by_case(found: Sequence[Measurement]) -> Iterator[list[Measurement]]:
    cases: dict[tuple[str, str, str], list[Measurement]] = {}
    for one in found:
        if one.metric == "call_seconds":
            cases.setdefault((one.machine, one.suite, one.case), []).append(one)
    yield from (case for _, case in sorted(cases.items()))


def _row(series: Series, page: str) -> tuple[object, ...]:
    latest = series.measurements[-1]
    value = card_link(latest.quantity.text, [latest], page)
    return (code(latest.case), latest.machine, len(series.measurements), value, _changes(series, page))


def _changes(series: Series, page: str) -> Markdown | str:
    if not series.is_long_enough:
        return f"too few runs to tell; {RUNS_NEEDED} are needed"
    if not series.changes:
        return "none found"
    said = []
    for change in series.changes:
        first = series.measurements[change.place]
        ratio = Quantity(change.ratio, "").text
        said.append(f"× {ratio} from {link(code(first.run_id), relative(page, addresses.card(first)))} on")
    return Markdown(", then ".join(said))
