"""Generated blocks that any authored page may ask for: results, claims, runs, pins, and how to repeat a run."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence

from chronicle.documents.claims import JudgedClaim
from chronicle.facts.measurements import Measurement
from chronicle.facts.predicates import Verdict
from chronicle.pages import addresses
from chronicle.pages.desk import Desk
from chronicle.pages.prose import Answer, UnanswerableError, plain_where
from chronicle.pages.quoted import quantity_of
from chronicle.pages.writing import Markdown, badge, code, link, relative, table
from chronicle.records.recorded import RecordedRun

_METRIC_WORDS = {
    "call_seconds": "time of a call",
    "bandwidth_bytes_per_second": "bandwidth",
    "throughput_flop_per_second": "throughput",
    "energy_joules_per_call": "energy of a call",
    "power_watts": "board power",
}


def answers(desk: Desk, page: str) -> dict[str, Answer]:
    """The directives ``results`` and ``runs`` for the page at ``page``."""

    def results(metric: str = "", where: dict[str, str | int | float] | None = None) -> Markdown:
        ledger, chosen = desk.library.ledger, plain_where(where)
        metrics = [metric] if metric else list(_METRIC_WORDS)
        found = [one for name in metrics for one in ledger.select(name, chosen)]
        if not found:
            ledger.one(metrics[0], chosen)
        return results_table(found, desk, page)

    def runs(suite: str) -> Markdown:
        chosen = [one for one in desk.library.runs if one.run.suite.name == suite]
        if not chosen:
            raise UnanswerableError(f"no run of a suite {suite!r} is recorded")
        return runs_table(chosen, desk, page)

    return {"results": results, "runs": runs}


def metric_words(metric: str) -> str:
    """A metric's name as a reader says it."""
    return _METRIC_WORDS.get(metric, metric.replace("_", " "))


def results_table(found: Sequence[Measurement], desk: Desk, page: str) -> Markdown:
    """One row a measurement: case, value, interval, processes, verdict; the machine where there are several."""
    is_one_machine = len({one.machine for one in found}) == 1
    rows = [
        (
            code(one.case),
            *(() if is_one_machine else (one.machine,)),
            metric_words(one.metric),
            link(desk.published.measured(one, "value"), relative(page, addresses.card(one)), "fact"),
            desk.published.measured(one, "interval"),
            f"{one.n_processes} of {len(one.judged)}",
            badge(standing(one, desk)),
        )
        for one in found
    ]
    heads = ("Case", *(() if is_one_machine else ("Machine",)), "Metric", "Value", "95 % interval", "Processes", "Verdict")
    return table(heads, rows, "llrrrl" if is_one_machine else "lllrrrl")


def standing(one: Measurement, desk: Desk) -> str:
    """The word beside a measurement: stale before exploratory before its verdict."""
    if desk.library.ledger.is_stale(one):
        return "stale"
    return "exploratory" if one.is_exploratory else one.verdict


def claims_table(claims: Iterable[JudgedClaim], page: str, with_report: bool = False) -> Markdown:
    """One row a claim: what it says, the verdict, the estimate at the family's level, and when it was registered."""
    rows = []
    for one in claims:
        says = link(one.claim.says, relative(page, f"{addresses.CLAIMS}#{addresses.claim_anchor(one.id)}"))
        verdict = "stale" if one.is_stale else one.verdict.value
        cells = (says, badge(verdict), estimate_words(one), registration(one))
        rows.append((one.report, *cells) if with_report else cells)
    heads = ("Claim", "Verdict", "Estimate", "Registered")
    return table(("Report", *heads) if with_report else heads, rows)


def estimate_words(one: JudgedClaim) -> str:
    """The estimate a verdict was read from, or why there is none."""
    finding = one.judgement.finding
    if finding is None or one.verdict in (Verdict.NOT_RUN, Verdict.NOT_COMPARABLE):
        return one.judgement.reason
    level = finding.order.level or one.judgement.level
    return f"{quantity_of(finding)} at {100 * level:.1f} %, {finding.order.n_processes} processes"


def registration(one: JudgedClaim) -> str:
    """Whether a claim's words were committed before its data were taken."""
    if one.registered is None:
        return "not committed yet"
    when = f"{one.registered.committed:%Y-%m-%d %H:%M} UTC"
    operands = one.judgement.finding.operands if one.judgement.finding else ()
    starts = [process.process.start_utc for operand in operands for process in operand.judged]
    if not starts:
        return when
    is_before = f"{one.registered.committed:%Y-%m-%dT%H:%M:%S}" < min(starts)[:19]
    return f"{when}, {'before' if is_before else 'after'} the data"


def runs_table(chosen: Iterable[RecordedRun], desk: Desk, page: str) -> Markdown:
    """One row a run: machine, revision, rule, blocks done, processes used and left out."""
    rows = []
    for recorded in chosen:
        run = recorded.run
        firsts = _first_metrics(recorded.key, desk)
        left_out = sum(one.n_left_out for one in firsts)
        total = sum(len(one.judged) for one in firsts)
        rows.append(
            (
                link(code(run.run_id), relative(page, addresses.run_page(run.machine, run.run_id))),
                link(run.machine, relative(page, addresses.machine_page(run.machine))),
                code((run.source.revision or "unknown")[:9]),
                run.design.rule,
                f"{run.design.blocks_done} of {run.design.blocks_planned}",
                f"{total - left_out} of {total}",
                badge("complete" if recorded.is_sealed else "in progress"),
            )
        )
    return table(("Run", "Machine", "Revision", "Rule", "Blocks", "Processes used", "State"), rows, "llllrrl")


def reproduce(recorded: RecordedRun) -> Markdown:
    """The command that repeats a run, as a code block that can be copied."""
    run = recorded.run
    words = ["chronicle", "bench", "run", run.suite.name, "--machine", run.machine, "--rule", run.design.rule, "--new"]
    lines = [shlex.join(["git", "checkout", run.source.revision])] if run.source.revision else []
    lines.append(shlex.join(words))
    return Markdown("```sh\n" + "\n".join(line.replace("`", "") for line in lines) + "\n```")


def _first_metrics(key: str, desk: Desk) -> list[Measurement]:
    """One measurement a case, so that its processes are counted once."""
    return list({one.case: one for one in reversed(desk.library.ledger.measurements) if one.run_key == key}.values())
