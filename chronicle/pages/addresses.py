"""Where each thing of the site lives: the one place that knows page paths and anchors."""

from __future__ import annotations

from chronicle.documents.episode import Episode
from chronicle.documents.incident import ITEM, Guard
from chronicle.documents.item_history import Change
from chronicle.documents.library import Chronicle, JudgedPage, Library
from chronicle.documents.questions import QuestionFront
from chronicle.documents.roadmap import Item
from chronicle.documents.roundtable import SpokenLine
from chronicle.documents.seasons import Season
from chronicle.documents.voices import Voice
from chronicle.facts.measurements import Measurement
from chronicle.pages.writing import Markdown, code, link, relative, slug, text, web_address
from chronicle.records.calibration import CALIBRATIONS

CHARTS = "charts"
SCHEMAS = "schemas"
CHECKS = "checks.md"
CLAIMS = "claims.md"
METHOD = "method.md"
TIMELINE = "timeline/index.md"
MACHINES = "machines/index.md"
RUNS = "runs/index.md"
REPOSITORIES = "repositories/index.md"
BENCHMARKS = "benchmarks/index.md"
EVIDENCE = "evidence/index.md"
CONTRIBUTORS = "contributors/index.md"
EPISODES = "episodes/index.md"
REPORTS = "reports/index.md"
VOICES = "voices/index.md"
QUESTIONS = "questions/index.md"
TECHNOLOGIES = "technologies/index.md"
INCIDENTS = "incidents/index.md"


def is_free(index: str, library: Library) -> bool:
    """Whether no author has taken the address of a list, as ``name/index.md`` or as ``name.md``."""
    return not library.uris & {index, index.removesuffix("/index.md") + ".md"}


def list_link(label: object, place: str, page: str, library: Library) -> Markdown:
    """A link to a list of ours, or to a part of it, from ``page``; the words alone where an author has another page there."""
    index = place.partition("#")[0]
    is_there = is_free(index, library) or (place == index and index in library.uris)
    return link(label, relative(page, place)) if is_there else text(label)


def run_page(machine: str, run_id: str) -> str:
    return f"runs/{machine}/{run_id}/index.md"


def run_file(machine: str, run_id: str, name: str) -> str:
    return f"runs/{machine}/{run_id}/{name}"


def calibration_file(machine: str, calibration_id: str, name: str) -> str:
    """A file of a calibration, among those of the runs of its machine as in a results folder."""
    return f"runs/{machine}/{CALIBRATIONS}/{calibration_id}/{name}"


def pins_file(machine: str, digest: str) -> str:
    return f"runs/{machine}/env/{digest}.json"


def machine_page(machine: str) -> str:
    return f"machines/{machine}.md"


def machine_twin(machine: str) -> str:
    return f"machines/{machine}.json"


def calibration_anchor(group: str) -> Markdown:
    """Where a group of findings stands on the page of its machine."""
    return slug(f"calibration {group}")


def benchmark_page(suite: str, benchmark: str) -> str:
    return f"benchmarks/{slug(suite)}/{slug(benchmark)}.md"


def suite_anchor(suite: str) -> Markdown:
    return slug(f"suite {suite}")


def card(one: Measurement) -> str:
    """The provenance card of a measurement: its case on the page of its run."""
    return f"{run_page(one.machine, one.run_id)}#{case_anchor(one.case)}"


def case_anchor(case: str) -> Markdown:
    return slug(f"case {case}")


def repository_page(name: str) -> str:
    """``name`` is the slug of a repository's name."""
    return f"repositories/{name}.md"


def month_page(month: str) -> str:
    """``month`` is ``2026-11``."""
    return f"timeline/{month}.md"


def release_page(repository: str, release: str) -> str:
    """Both names as slugs: a page below the timeline."""
    return f"timeline/{repository}/{release}.md"


def commit_page(repository: str, revision: str) -> str:
    """The page of a commit that has one; ``repository`` is the slug of its name."""
    return f"commits/{repository}/{revision[:12]}.md"


def season_page(season: Season) -> str:
    """Below the list of episodes: ``episodes/the-chronicle/season-2.md``; without seasons the page of the series."""
    name = "index" if season.number is None else f"season-{season.number}"
    return f"episodes/{season.series_key}/{name}.md"


def voice_page(voice: Voice) -> str:
    return f"voices/{voice.key}.md"


def spoken(line: SpokenLine, episode: Episode) -> str:
    """Where a voice's line stands in its episode."""
    return f"{episode.authored.uri}#{line.anchor}"


def claims_of(report_id: str) -> str:
    """The page of what decides the claims of a report, on a site of many claims."""
    return f"claims/{slug(report_id)}.md"


def claim_anchor(claim_id: str) -> Markdown:
    return slug(claim_id)


def question_place(page: JudgedPage, question_id: str) -> str:
    """Where a question stands: its own page, or its heading on the page of all."""
    uri = page.authored.uri
    return uri if isinstance(page.front, QuestionFront) else f"{uri}#{question_id}"


def item_place(page: JudgedPage, item: Item) -> str:
    """Where an item of a roadmap stands: its anchor if it has an id, else its page."""
    return f"{page.authored.uri}#{item.id}" if item.id else page.authored.uri


def evidence_place(name: str, library: Library) -> str | None:
    """Where the report, claim, benchmark or question of this id stands; None for what is yet to come."""
    if name.startswith("Q:"):
        asked = ((page, one.question.id) for page in library.questions for one in page.questions)
        return next((question_place(page, known) for page, known in asked if f"Q:{known}" == name), None)
    if name.startswith("bench:"):
        suite = name.removeprefix("bench:")
        is_measured = any(one.suite == suite for one in library.ledger.measurements) and is_free(BENCHMARKS, library)
        return f"{BENCHMARKS}#{suite_anchor(suite)}" if is_measured else None
    if any(one.id == name for one in library.claims):
        return f"{CLAIMS}#{claim_anchor(name)}"
    report = next((one for one in library.reports if one.front.id == name.partition("#")[0]), None)
    return report.authored.uri if report else None


def guard_place(guard: Guard, library: Library) -> str | None:
    """Where a report, a claim or an item that guards against an incident stands; None for a file."""
    if not guard.name.startswith(ITEM):
        return evidence_place(guard.name, library) if guard.kind != "file" else None
    items = ((page, one.item) for page in library.roadmaps for period in page.periods for one in period.items)
    return next((item_place(page, item) for page, item in items if item.id == guard.name.removeprefix(ITEM)), None)


def technology_place(name: str, library: Library) -> str:
    """Where a technology stands in the table, on the derived page or on the author's under the same address."""
    page = TECHNOLOGIES if TECHNOLOGIES in library.uris or is_free(TECHNOLOGIES, library) else "technologies.md"
    return f"{page}#{technology_anchor(name)}"


def technology_anchor(name: str) -> Markdown:
    return slug(f"technology {name}")


def change_words(change: Change, chronicle: Chronicle | None, page: str) -> Markdown:
    """The day of a change, and its commit as a link where its history is at hand."""
    day, month = f"{change.committed:%Y-%m-%d}", f"{change.committed:%Y-%m}"
    commit = commit_link(chronicle, change.revision, page, month) if chronicle else code(change.revision[:9])
    return Markdown(f"{day} in {commit}")


def commit_anchor(revision: str) -> str:
    return f"c{revision[:12]}"


def commit_link(chronicle: Chronicle, revision: str, page: str, month: str | None) -> Markdown:
    """A short hash that leads to the repository's host where it has one, else to its row on the timeline."""
    short = code(revision[:9])
    web = web_address(f"{chronicle.web.rstrip('/')}/commit/{revision}") if chronicle.web else None
    if web is not None:
        return link(short, web, title=chronicle.history.cite(revision))
    return link(short, relative(page, f"{month_page(month)}#{commit_anchor(revision)}")) if month else Markdown(short)
