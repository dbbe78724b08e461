"""Generated blocks that any authored page may ask for: results along axes, and the runs they are from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from chronicle.facts.ledger import NotFoundError
from chronicle.facts.measurements import Measurement
from chronicle.pages import addresses
from chronicle.pages.card_links import card_link
from chronicle.pages.case_names import names_of_measured
from chronicle.pages.desk import Desk
from chronicle.pages.forms import METRIC_WORDS, metric_words, shared_level
from chronicle.pages.marks import mark
from chronicle.pages.prose import Answer, UnanswerableError, Where, plain_where
from chronicle.pages.stale import aged
from chronicle.pages.writing import Markdown, badge, code, link, relative, table, text
from chronicle.records.recorded import RecordedRun
from chronicle.records.run import Parameter
from chronicle.units import percent_of


def answers(desk: Desk, page: str) -> dict[str, Answer]:
    """The directives ``results``, ``table`` and ``runs`` for the page at ``page``."""

    def results(metric: str = "", where: Where | None = None) -> Markdown:
        ledger, chosen = desk.library.ledger, plain_where(where)
        metrics = [metric] if metric else list(METRIC_WORDS)
        found = [one for name in metrics for one in ledger.select(name, chosen)]
        if not found and not metric:  # cases that are not timed have metrics of their own
            found = [one for name in ledger.metrics(chosen) for one in ledger.select(name, chosen)]
        if not found:
            raise ledger.nothing(metrics, chosen)
        return results_table(found, desk, page)

    def runs(suite: str) -> Markdown:
        chosen = desk.library.chosen(lambda one: one.run.suite.name == suite)
        if not chosen:
            raise UnanswerableError(f"no run of a suite {suite!r} is recorded")
        return runs_table(chosen, desk, page)

    def across(metric: str, rows: str, columns: str = "", where: Where | None = None) -> Markdown:
        chosen = plain_where(where)
        found = desk.library.ledger.select(metric, chosen) or (desk.library.ledger.one(metric, chosen),)
        return axes_table(found, rows, columns, desk, page)

    across.__name__ = "table"
    return {"results": results, "table": across, "runs": runs}


def results_table(found: Sequence[Measurement], desk: Desk, page: str, most: int | None = None) -> Markdown:
    """One row a measurement: case, value, interval, processes, verdict; machine and metric where there are several.

    A metric that all share heads their values. Of more than ``most`` the first stand there; names are those that all have
    among each other.
    """
    machines, metrics = ({getattr(one, name) for one in found} for name in ("machine", "metric"))
    names, are_many, are_mixed = names_of_measured(found), len(machines) > 1, len(metrics) > 1
    rows = [
        (
            code(names.of(one.case)),
            *((one.machine,) if are_many else ()),
            *((metric_words(one.metric),) if are_mixed else ()),
            card_link(desk.published.measured(one, "value"), [one], page),
            interval_cell(one, desk),
            f"{one.n_processes} of {len(one.judged)}",
            standing_badge(one, desk, in_row=True),
        )
        for one in found[:most]
    ]
    words = ("Case", *(("Machine",) if are_many else ()), *(("Metric",) if are_mixed else ()))
    shared = "value" if len(metrics) != 1 else metric_words(next(iter(metrics)))
    heads = (*words, shared[:1].upper() + shared[1:], interval_head(found[:most]), "Processes", "Verdict")
    shown = table(heads, rows, "l" * len(words) + "rrrl")
    return Markdown(f"{shown}\n\n{names.note}.") if names.note else shown


def interval_head(found: Sequence[Measurement]) -> Markdown:
    """The head of a column of intervals: with their level where they share one, on a line of its own that widens no table."""
    level = shared_level(found)
    return Markdown(f"{text(level)}<br>interval" if level else "Interval")


def interval_cell(one: Measurement, desk: Desk) -> Markdown | None:
    """The interval, with its level as a hint; None where there is none."""
    words = desk.published.measured(one, "interval")
    return Markdown(f'<span title="at {percent_of(one.level)} %">{words}</span>') if words and one.level else words


def axes_table(found: Sequence[Measurement], rows: str, columns: str, desk: Desk, page: str) -> Markdown:
    """A metric along one axis, or over two: each cell a value with its interval, linked to its card and marked as in prose."""
    cells: dict[tuple[Parameter | None, Parameter | None], Measurement] = {}
    for one in found:
        place = (one.parameters.get(rows), one.parameters.get(columns) if columns else None)
        if place[0] is None or (columns and place[1] is None):
            continue
        if place in cells:
            raise NotFoundError(f"{cells[place].case} and {one.case} would share a cell; say which one with where")
        cells[place] = one
    if not cells:
        raise NotFoundError(f"no case of these has the axis {rows!r}" + (f" and the axis {columns!r}" if columns else ""))
    across = sorted({place[1] for place in cells}, key=_in_order)
    lines = [
        [code(f"{rows}={down}"), *(_cell(cells.get((down, over)), desk, page) for over in across)]
        for down in sorted({place[0] for place in cells}, key=_in_order)
    ]
    heads = [metric_words(found[0].metric), *([code(f"{columns}={over}") for over in across] if columns else ["value"])]
    return table(heads, lines, "l" + "r" * len(across))


def _in_order(value: Parameter | None) -> tuple[bool, float, str]:
    """Numbers by size, before words by letter."""
    is_number = isinstance(value, int | float)
    return not is_number, float(value) if isinstance(value, int | float) else 0.0, str(value)


def _cell(one: Measurement | None, desk: Desk, page: str) -> Markdown | None:
    if one is None:
        return None
    linked = Markdown(card_link(str(one.quantity), [one], page) + mark(one.caveats))
    return aged(desk.published.cell(one, linked), desk.library.ledger.freshness(one), in_row=True)


def standing(one: Measurement, desk: Desk) -> str:
    """The word for a measurement: that it is stale before all that holds of it by itself."""
    return "stale" if desk.library.ledger.freshness(one).state.is_stale else one.standing


def standing_badge(one: Measurement, desk: Desk, in_row: bool = False) -> Markdown:
    """The verdict of a measurement as a badge; a stale one says beside it which of its inputs aged it, and why."""
    return aged(badge(one.standing), desk.library.ledger.freshness(one), in_row)


def runs_table(chosen: Iterable[RecordedRun], desk: Desk, page: str) -> Markdown:
    """One row a run: machine, revision, rule, blocks done, processes used and left out."""
    rows = []
    for recorded in chosen:
        run = recorded.run
        used, total = processes_of(recorded, desk)
        rows.append(
            (
                link(code(run.run_id), relative(page, addresses.run_page(run.machine, run.run_id))),
                link(run.machine, relative(page, addresses.machine_page(run.machine))),
                code((run.source.revision or "unknown")[:9]),
                run.design.rule,
                f"{run.design.blocks_done} of {run.design.blocks_planned}",
                f"{used} of {total}",
                badge("complete" if recorded.is_sealed else "not finished"),
            )
        )
    return table(("Run", "Machine", "Revision", "Rule", "Blocks", "Processes used", "State"), rows, "llllrrl")


def processes_of(recorded: RecordedRun, desk: Desk) -> tuple[int, int]:
    """How many processes of a run are used, of how many; those of a case that was discarded as a whole count too."""
    firsts = {one.case: one for one in reversed(desk.library.ledger.measurements) if one.run_key == recorded.key}
    used = sum(len(one.judged) - one.n_left_out for one in firsts.values())
    return used, sum(len(case.replicates) for case in recorded.run.cases)
