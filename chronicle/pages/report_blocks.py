"""What is generated for a report beside its claims: the runs it rests on, what they lost, its versions, its citation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from chronicle.documents.registration import changes, superseded_editions
from chronicle.documents.report import Report
from chronicle.facts.ledger import why_unusable
from chronicle.facts.measurements import Measurement
from chronicle.pages import addresses
from chronicle.pages.citation import citations
from chronicle.pages.desk import Desk
from chronicle.pages.drawn_on import drawn_on
from chronicle.pages.entry import Entry
from chronicle.pages.prose import Answer, UnanswerableError
from chronicle.pages.repeating import command_block, commands
from chronicle.pages.writing import Markdown, code, link, relative, slug, table
from chronicle.records.recorded import RecordedRun


@dataclass(frozen=True, slots=True)
class Tally:
    """What a report rests on: runs used, those that newer ones overtook or hold back, those unusable with why.

    A run is held back where its cases are invalid in newer ones. ``cases`` are those that answer, a measurement for each,
    and ``repeated`` those of the used runs that newer runs answer.
    """

    used: tuple[RecordedRun, ...]
    overtaken: tuple[RecordedRun, ...]
    held_back: tuple[RecordedRun, ...]
    discarded: tuple[tuple[RecordedRun, str], ...]
    cases: tuple[Measurement, ...]
    repeated: tuple[Measurement, ...]

    @property
    def runs(self) -> tuple[RecordedRun, ...]:
        """All that the report names."""
        return (*self.used, *self.overtaken, *self.held_back, *(run for run, _ in self.discarded))

    @property
    def to_repeat(self) -> tuple[RecordedRun, ...]:
        """The runs whose commands make the numbers again, or those that lack since a newer run is invalid."""
        return (*self.used, *self.held_back)

    @property
    def processes(self) -> int:
        """The processes of the cases that answer."""
        return sum(len(one.judged) for one in self.cases)

    @property
    def left_out(self) -> int:
        return sum(one.n_left_out for one in self.cases)

    @property
    def reasons(self) -> dict[str, int]:
        """How many processes each gate left out."""
        lost = [judged for one in self.cases for judged in one.judged if judged.verdict == "invalid"]
        found = Counter(trip.gate for judged in lost for trip in judged.trips if trip.effect == "invalid")
        return dict(sorted(found.items()))


def answers(desk: Desk, page: str) -> dict[str, Answer]:
    """The directives ``cite`` and ``reproduce``: of the report at ``page``, or of the one that is named."""
    reports = desk.library.reports

    def named(report: str) -> Report:
        found = next((one for one in reports if report == one.front.id or (not report and one.authored.uri == page)), None)
        if found is None:
            raise UnanswerableError(f"no report {report!r}" if report else "which report? name its id")
        return found

    def cite(report: str = "") -> Markdown:
        found = named(report)
        return citations(found, desk.imprint.cited(found.authored.uri))

    def reproduce(report: str = "") -> Markdown:
        runs = tally(named(report), desk).to_repeat
        if not runs:
            raise UnanswerableError("no run that can be used is among the evidence of the report")
        return Markdown("\n\n".join(command_block(commands(one)) for one in runs))

    return {"cite": cite, "reproduce": reproduce}


def tally(report: Report, desk: Desk) -> Tally:
    """The runs a report names as evidence, told apart by whether anything of them may be used, and whether it answers.

    A case of a run answers where it is the one that is chosen among the evidence, where a claim of the report was read from it,
    or where a directive of the report shows it; a run is used where any of its cases answers.
    """
    runs = [one for one in desk.library.runs if report.front.rests_on(one.run.suite.name, one.run.machine, one.run.run_id)]
    if not runs:
        return Tally((), (), (), (), (), ())
    ledger = desk.library.ledger.within(report.front.evidence)
    by_run: dict[str, list[Measurement]] = {one.key: [] for one in runs}
    for one in ledger.fitting({}):
        by_run[one.run_key].append(one)
    usable = [run for run in runs if any(map(_may_be_used, by_run[run.key]))]
    chosen = [one for metric in dict.fromkeys(one.metric for one in ledger.measurements) for one in ledger.select(metric, {})]
    shown = {*((one.run_key, one.case) for one in _operands(report)), *drawn_on(report, desk)}
    asked = shown.union((one.run_key, one.case) for one in chosen)
    answering = {run for run, _ in shown}.union(one.run_key for one in chosen if _may_be_used(one))
    answered = {_place(one) for one in chosen if _may_be_used(one)}
    used = tuple(run for run in usable if run.key in answering)
    of_used = [one for run in used for one in by_run[run.key]]
    idle = [run for run in usable if run.key not in answering]
    overtaken = tuple(run for run in idle if any(_may_be_used(one) and _place(one) in answered for one in by_run[run.key]))
    return Tally(
        used,
        overtaken,
        held_back=tuple(run for run in idle if run not in overtaken),
        discarded=tuple((run, _why(by_run[run.key])) for run in runs if run not in usable),
        cases=tuple(one for one in of_used if (one.run_key, one.case) in asked),
        repeated=tuple(one for one in of_used if (one.run_key, one.case) not in asked),
    )


def discarded_words(found: Tally) -> str:
    """``2 of 5 runs used; overtaken … (1); 1 discarded: …. 118 of 120 processes used; 2 left out: tenant (2).``"""
    reasons = Counter(why for _, why in found.discarded)
    runs = f"{len(found.used)} of {len(found.runs)} runs used"
    runs += f"; overtaken by newer runs of the same cases ({len(found.overtaken)})" if found.overtaken else ""
    runs += f"; {len(found.held_back)} held back: the same cases of a newer run are invalid" if found.held_back else ""
    runs += f"; {len(found.discarded)} discarded: " + "; ".join(f"{why} ({n})" for why, n in reasons.items()) if reasons else ""
    processes = f"{found.processes - found.left_out} of {found.processes} processes used"
    gates = ", ".join(f"{gate} ({n})" for gate, n in found.reasons.items())
    processes += f"; {found.left_out} left out by {gates or 'an error of their own'}" if found.left_out else ""
    more = sum(len(one.judged) for one in found.repeated)
    processes += f"; {more} more are of cases that a newer run repeats" if more else ""
    return f"{runs}. {processes}."


def pins_table(runs: Sequence[RecordedRun]) -> Markdown:
    """The key pins of the runs, a column a machine; pins that are the same everywhere in one."""
    latest = {one.run.machine: one for one in runs}
    names = sorted({(group, pin) for one in latest.values() for group, pins in one.environment.key.items() for pin in pins})
    rows = [
        (f"{group}.{pin}", *(_pin(one.environment.key.get(group, {}).get(pin)) for one in latest.values()))
        for group, pin in names
    ]
    return table(("Pin", *latest), rows)


def gates_table(found: Tally) -> Markdown | None:
    """The gates that any process of the cases that answer tripped, with how many; None where none did."""
    trips: dict[str, tuple[str, str, int]] = {}
    for trip in (trip for one in found.cases for judged in one.judged for trip in judged.trips):
        effect, _, n = trips.get(trip.gate, (trip.effect, "", 0))
        trips[trip.gate] = (effect, trip.meaning, n + 1)
    rows = [(code(gate), effect, meaning, n) for gate, (effect, meaning, n) in sorted(trips.items())]
    return table(("Gate", "Effect", "What it found", "Processes"), rows, "lllr") if rows else None


def changelog(report: Report) -> Markdown | None:
    """What each commit changed in the report's claims, thresholds, version and status; None while nothing is committed."""
    page = report.authored.uri
    earlier = {
        one.revision: earlier_uri(report, one.number) for one in superseded_editions(report.editions, report.front.version)
    }
    rows = [
        (
            f"{one.committed:%Y-%m-%d}",
            code(one.revision[:9]),
            link(one.number, relative(page, earlier[one.revision])) if one.revision in earlier else one.number,
            f"{one.claim}: {one.what}" if one.claim else one.what,
            code(one.before) if one.before else None,
            code(one.after) if one.after else None,
        )
        for one in changes(report.editions)
    ]
    return table(("Date", "Revision", "Version", "What changed", "Before", "After"), rows) if rows else None


def earlier_entries(report: Report) -> list[Entry]:
    """The source of each earlier version, as text: what readers had, without the evidence of today."""
    return [
        Entry(earlier_uri(report, one.number), one.text.encode(errors="replace"))
        for one in superseded_editions(report.editions, report.front.version)
    ]


def earlier_uri(report: Report, number: str) -> str:
    return f"{report.authored.uri.removesuffix('.md')}.{slug(f'v{number}')}.txt"


def earlier_links(report: Report) -> list[Markdown]:
    """A link to each earlier version, the latest first."""
    found = reversed(superseded_editions(report.editions, report.front.version))
    page = report.authored.uri
    return [
        link(f"version {one.number} of {one.committed:%Y-%m-%d}", relative(page, earlier_uri(report, one.number)))
        for one in found
    ]


def listed(links: Sequence[Markdown]) -> Markdown:
    """Links in a row, for a sentence."""
    return Markdown(", ".join(links))


def machines_of(found: Tally, page: str) -> list[Markdown]:
    """A link to each machine whose runs are used."""
    names = dict.fromkeys(one.run.machine for one in found.used)
    return [link(name, relative(page, addresses.machine_page(name))) for name in names]


def _operands(report: Report) -> list[Measurement]:
    """What the claims of a report were read from."""
    return [one for claim in report.claims if claim.judgement.finding for one in claim.judgement.finding.operands]


def _may_be_used(one: Measurement) -> bool:
    return why_unusable(one) is None


def _place(one: Measurement) -> tuple[str, str, str]:
    return one.machine, one.suite, one.case


def _why(cases: Sequence[Measurement]) -> str:
    """Why nothing of a run may be used, in few words."""
    return cases[0].standing if cases else "no process measured anything"


def _pin(value: object) -> str | None:
    return None if value is None else str(value)
