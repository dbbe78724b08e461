"""Blocks for a home page: what the project is, whether it works, what happened lately, and how to start.

Each answers its question from the evidence, so that the first page of a site ages as little as the others.
"""

from __future__ import annotations

import datetime
import shlex
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from chronicle.facts.freshness import Input
from chronicle.facts.releases import releases
from chronicle.pages import addresses
from chronicle.pages.claim_blocks import verdict_counts
from chronicle.pages.desk import Desk
from chronicle.pages.evidence_blocks import processes_of
from chronicle.pages.prose import Answer, UnanswerableError
from chronicle.pages.repeating import command_block, commands
from chronicle.pages.stale import freshness_badge
from chronicle.pages.writing import Markdown, code, link, relative, text, web_address
from chronicle.records.run import Run

MOST_NEWS = 50


def answers(desk: Desk, page: str) -> dict[str, Answer]:
    """The directives ``overview``, ``standing``, ``lately`` and ``start`` for the page at ``page``."""

    def overview() -> Markdown:
        return overview_block(desk, page)

    def standing() -> Markdown:
        return standing_block(desk, page)

    def lately(most: int = 8) -> Markdown:
        if not 0 < most <= MOST_NEWS:
            raise UnanswerableError(f"most={most} is none of 1 to {MOST_NEWS}")
        return lately_block(desk, page, most)

    def start() -> Markdown:
        return start_block(desk, page)

    return {"overview": overview, "standing": standing, "lately": lately, "start": start}


def overview_block(desk: Desk, page: str) -> Markdown:
    """How much there is of each kind, as a headline that leads to the lists."""
    library = desk.library
    commits = sum(int(one.table["is_on_head"].sum()) for one in library.chronicles if not one.table.empty)
    counts = [
        (len(library.reports), "report", "reports", addresses.REPORTS),
        (len(library.claims), "claim", "claims", addresses.CLAIMS),
        (len(library.episodes), "episode", "episodes", addresses.EPISODES),
        (len(library.runs), "run", "runs", addresses.RUNS),
        (len(library.machines), "machine", "machines", addresses.MACHINES),
        (commits, "commit", "commits", addresses.TIMELINE),
    ]
    rows = [
        f'<li markdown="span"><strong>{count:,}</strong> {link(one if count == 1 else many, relative(page, place))}</li>'
        for count, one, many, place in counts
        if count
    ]
    if not rows:
        return Markdown("*Nothing is recorded yet.*")
    return Markdown('<ul class="headline" markdown="1">\n' + "\n".join(rows) + "\n</ul>")


def standing_block(desk: Desk, page: str) -> Markdown:
    """Whether it works: claims by verdict, how fresh the evidence is, what gates left out, and what was typed by hand."""
    library = desk.library
    lines = []
    if library.claims:
        lines.append(f"{link('Claims', relative(page, addresses.CLAIMS))}: {verdict_counts(library.claims)}")
    cases = library.ledger.fitting({})
    if cases:
        latest = [one for metric in dict.fromkeys(m.metric for m in cases) for one in library.ledger.select(metric, {})]
        states = Counter(library.ledger.freshness(one).state for one in latest)
        fresh = " ".join(f"{number:,} {freshness_badge(Input(state, None, state))}" for state, number in states.most_common())
        lines.append(f"{addresses.list_link('Latest measurements', addresses.BENCHMARKS, page, library)}: {fresh}")
        counts = [processes_of(one, desk) for one in library.runs]
        total = sum(whole for _, whole in counts)
        lost = total - sum(used for used, _ in counts)
        share = f"{lost:,} left out by a gate or an error of their own" if lost else "none left out"
        lines.append(f"{link('Processes', relative(page, addresses.RUNS))}: {total:,} recorded, {share}")
    if library.reviews:
        bound, waived = sum(one.bound for one in library.reviews), sum(one.waived for one in library.reviews)
        by_hand = sum(len(one.unbound) for one in library.reviews)
        checks = link("Numbers in prose", relative(page, addresses.CHECKS))
        lines.append(f"{checks}: {bound:,} bound to evidence, {waived:,} waived with a reason, {by_hand:,} typed by hand")
    if not lines:
        return Markdown("*Nothing is claimed or measured yet.*")
    return Markdown("\n".join(f"- {line}" for line in lines))


@dataclass(frozen=True, slots=True)
class _News:
    """Something that happened on a day: of which kind, what it is called, and where it stands."""

    day: datetime.date
    kind: str
    title: str
    place: str


def lately_block(desk: Desk, page: str, most: int) -> Markdown:
    """The newest reports, episodes, incidents, runs and releases, the latest first."""
    found = sorted(_news(desk), key=lambda one: (one.day, one.kind, one.title, one.place), reverse=True)[:most]
    if not found:
        return Markdown("*Nothing that has a date yet.*")
    rows = [
        f'<li markdown="span"><strong>{link(one.title, relative(page, one.place))}</strong> '
        f'<span class="timeline__about">{text(one.kind)} · {one.day.isoformat()}</span></li>'
        for one in found
    ]
    return Markdown('<ul class="timeline" markdown="1">\n\n' + "\n".join(rows) + "\n\n</ul>")


def _news(desk: Desk) -> Iterator[_News]:
    library = desk.library
    for report in library.reports:
        if report.front.date:
            yield _News(report.front.date, "report", f"{report.front.id}: {report.front.title}", report.authored.uri)
    for episode in library.episodes:
        if day := episode.front.date_end or episode.front.date:
            yield _News(day, "episode", episode.front.title, episode.authored.uri)
    for incident in library.incidents:
        yield _News(incident.front.date, "incident", incident.front.title, incident.authored.uri)
    yield from _measured(desk)
    for chronicle in library.chronicles:
        for release in releases(chronicle.history):
            if release.released.datetime:
                title = f"{chronicle.name} {release.name}"
                yield _News(release.released.datetime.date(), "release", title, f"{addresses.TIMELINE}#releases")


def _measured(desk: Desk) -> Iterator[_News]:
    """The runs of a day on a machine as one piece of news, so that a day in the lab does not hide everything else."""
    several: dict[tuple[str, str], list[Run]] = {}
    for recorded in desk.library.runs:
        several.setdefault((recorded.run.created_utc[:10], recorded.run.machine), []).append(recorded.run)
    for (day, machine), runs in several.items():
        suites = " and ".join(dict.fromkeys(run.suite.name for run in runs))
        place = addresses.run_page(machine, runs[0].run_id) if len(runs) == 1 else f"{addresses.machine_page(machine)}#runs"
        kind = "run" if len(runs) == 1 else f"{len(runs)} runs"
        yield _News(datetime.date.fromisoformat(day), kind, f"{suites} on {machine}", place)


def start_block(desk: Desk, page: str) -> Markdown:
    """Steps to paste: fetch the repository, check the numbers of the site, and take the latest measurement again."""
    library = desk.library
    web = next((one.web for one in library.chronicles if one.web and web_address(one.web)), None)
    address = web_address(desk.imprint.address)
    steps = []
    if web:
        steps.append(("Get the repository.", [shlex.join(["git", "clone", web])]))
    if library.runs:
        site = address or "site"
        steps.append(("Compute every number of this site again, without a GPU.", [shlex.join(["chronicle", "verify", site])]))
        latest = max(library.runs, key=lambda one: one.run.created_utc)
        where = link(code(latest.run.run_id), relative(page, addresses.run_page(latest.run.machine, latest.run.run_id)))
        steps.append((Markdown(f"Take the latest run, {where}, again on a machine of yours."), commands(latest)))
    if not steps:
        raise UnanswerableError("nothing to start with: no repository with an address, and no recorded run")
    parts = [f"{text(words)}\n\n{command_block(lines)}" for words, lines in steps]
    return Markdown("\n\n".join(parts))
