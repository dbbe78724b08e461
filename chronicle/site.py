"""The whole product as a list of stages: observe the world, compute facts, bind documents, write pages.

    observe    git histories, recorded runs, authored texts and their earlier versions        evidence/
    compute    measurements with intervals and gates, peaks, commit tables                     facts/
    bind       reports with judged claims, episodes with their commits, roadmap, questions     documents/
    arrange    Markdown, JSON twins, charts, scripts and styles, as entries of a tree          pages/

Nothing looks back. Only ``observe`` touches the world, and ``bind`` where it asks git what an episode's range means, so the
same evidence gives the same bytes; what a host does with the entries is its own business.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from chronicle.documents.claims import contradictions
from chronicle.documents.episode import Episode, repeated_keys, repeated_numbers, self_contradictions
from chronicle.documents.front_matter import Authored, PageFront, kind_of, line_of, read, unknown_kind
from chronicle.documents.library import Chronicle, JudgedPage, Library
from chronicle.documents.links import refused_addresses
from chronicle.documents.listings import TECHNOLOGIES
from chronicle.documents.named_evidence import RunName, unknown_names
from chronicle.documents.plans import PLANS, with_plans
from chronicle.documents.report import Report, lineage_problems, parse_report
from chronicle.documents.reviewed import with_reviews
from chronicle.documents.roundtable import roundtable
from chronicle.documents.technologies import parse_radar
from chronicle.documents.unclosed import unclosed
from chronicle.documents.unread import without_follow_ons
from chronicle.documents.voices import parse_voices
from chronicle.errors import ChronicleError, Problem
from chronicle.facts.calibrated import finding_problems, standings
from chronicle.facts.commits import commit_table
from chronicle.facts.integrity import record_problems
from chronicle.facts.ledger import Ledger
from chronicle.facts.measurements import first_starts, measurements
from chronicle.facts.physics import peaks_of
from chronicle.inputs import Inputs
from chronicle.memory import Memory
from chronicle.observed import Observed, observe
from chronicle.pages import addresses
from chronicle.pages.calibration_files import calibration_files
from chronicle.pages.desk import Desk, Keep, make_always
from chronicle.pages.entry import Entry
from chronicle.pages.every import AUTHORED, OF_REVIEWS, PAGES, Writer
from chronicle.pages.evidence import evidence_pages
from chronicle.pages.feeds import NO_ADDRESS
from chronicle.pages.footer import footed
from chronicle.pages.guard import sealed
from chronicle.pages.headed import heads_of, with_heads
from chronicle.pages.heads import Heads
from chronicle.pages.imprint import Imprint
from chronicle.pages.shipped import chart_library
from chronicle.pages.writing import slug
from chronicle.records.run import CONTROL
from chronicle.resolve import Finder, episode_of, incident_of

__all__ = ["Inputs", "Observed", "Site", "arrange", "bind", "build", "check_names", "compute", "library_of", "observe"]


@dataclass(frozen=True, slots=True)
class Site:
    """The entries of the tree, everything that was found wrong on the way, and what the heads of its pages share.

    ``guards`` are the files that incidents name.
    """

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]
    heads: Heads
    guards: tuple[str, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Problems that stop any build: evidence that contradicts itself."""
        return tuple(problem for problem in self.problems if problem.severity == "error")

    @property
    def notes(self) -> tuple[str, ...]:
        """What is left out of the site for a reason that is no fault."""
        return () if self.heads.imprint.address else (NO_ADDRESS,)


def build(inputs: Inputs, keep: Keep = make_always, memory: Memory | None = None) -> Site:
    """Build a site. ``keep`` may remember what is slow to make, over processes; ``memory`` what the build before this one made.

    Everything else follows from the inputs alone, and so does what is remembered.
    """
    memory = memory or Memory()
    return arrange(library_of(inputs, memory), keep, inputs.imprint, memory)


def library_of(inputs: Inputs, memory: Memory | None = None) -> Library:
    """Everything that the pages of a site are written from."""
    memory = memory or Memory()
    check_names(inputs)
    observed = observe(inputs, memory)
    ledger = memory("ledger", lambda: compute(observed))
    return bind(inputs, observed, ledger, memory)


def compute(observed: Observed) -> Ledger:
    """Every measurement with its interval and its gates, and the peaks of every machine."""
    peaks = {one.key: peaks_of(one.environment) for one in observed.runs}
    found = [fact for one in observed.runs for fact in measurements(one.run_at_its_end, one.samples, one.environment)]
    controls = [
        fact for one in observed.runs for fact in measurements(one.run_at_its_end, one.samples, one.environment, CONTROL)
    ]
    newest = {one.run.machine: one.environment for one in observed.runs}
    held = standings(observed.calibrations, newest, observed.present.today)
    starts = first_starts(one.run for one in observed.runs)
    return Ledger(tuple(found), peaks, observed.present, tuple(controls), observed.unread, held, starts)


def bind(inputs: Inputs, observed: Observed, ledger: Ledger, memory: Memory | None = None) -> Library:
    """Parse every authored kind and bind it to its evidence; a file that cannot be read does not hide the others."""
    memory = memory or Memory()
    library = Library(
        chronicles=memory("chronicles", lambda: _chronicles(inputs, observed)),
        runs=observed.runs,
        ledger=ledger,
        episodes=(),
        reports=(),
        uris=frozenset(text.uri for text in observed.texts),
        home=observed.home,
        problems=(*observed.problems, *memory("record problems", lambda: _in_records(observed))),
    )
    if observed.voices is not None:
        cast, problems = parse_voices(observed.voices, observed.pictures)
        library = replace(library, cast=cast, problems=(*library.problems, *problems))
    finder = Finder(inputs.repositories, observed.texts)
    for authored in observed.texts:
        library = _with_page(library, authored, finder, observed, memory)
    slips = [one for text in observed.texts if kind_of(text) for one in memory(("slips", text), partial(_slips, text))]
    found = (*slips, *contradictions(library.claims), *_wrong_reports(library.reports), *_misnamed(library, observed))
    repeated = (*repeated_keys(library.episodes), *repeated_numbers(library.episodes))
    library = replace(library, problems=(*library.problems, *found, *repeated, *_untrue(library)))
    library = with_reviews(library, memory)
    library = with_plans(library, observed.texts, observed.versions)
    for authored in observed.texts:
        library = _with_incident(library, authored, finder) if kind_of(authored) == "incident" else library
    return _with_radar(library, observed)


def _chronicles(inputs: Inputs, observed: Observed) -> tuple[Chronicle, ...]:
    return tuple(Chronicle(one, commit_table(one), inputs.web.get(one.name)) for one in observed.histories)


def _in_records(observed: Observed) -> tuple[Problem, ...]:
    """Evidence that contradicts itself."""
    runs = (problem for one in observed.runs for problem in record_problems(one))
    return (*runs, *(problem for one in observed.calibrations for problem in finding_problems(one)))


def arrange(library: Library, keep: Keep, imprint: Imprint, memory: Memory | None = None) -> Site:
    """Write every page. Where two want the same path the authored one has it, and the other is a problem."""
    desk = Desk(library, keep, imprint, memory=memory or Memory())
    entries = [entry for write in PAGES for entry in _written(write, desk)]
    entries += (*desk.figures.values(), *chart_library(desk))
    entries += evidence_pages(entries, desk)
    entries.append(desk.published.index(entries, records_of(library)))
    entries.sort(key=lambda entry: (entry.uri, entry.renders is None))
    placed = {entry.uri: entry for entry in reversed(entries)}
    clashes = [_clash(entry) for entry in entries if placed[entry.uri] is not entry]
    problems = sorted(
        {*without_follow_ons((*library.problems, *desk.problems), library), *clashes},
        key=lambda one: (one.severity, one.file, one.line or 0, one.found),
    )
    signed = footed([placed[uri] for uri in sorted(placed)], library)
    headed = with_heads(signed, desk)
    guards = {guard.name.partition("::")[0] for one in library.incidents for guard in one.guards if guard.kind == "file"}
    return Site(tuple(map(_sealed, headed)), tuple(problems), heads_of(desk), tuple(sorted(guards)))


def _written(write: Writer, desk: Desk) -> Iterable[Entry]:
    """The entries of one part of the site; those that hold authored pages remember each page by itself."""
    if write in AUTHORED:
        return write(desk)
    return desk.written((write.__name__, desk.library.reviews if write in OF_REVIEWS else None), write)


def _sealed(entry: Entry) -> Entry:
    """The entry with what only our own pages may say sealed, where it is a page."""
    return replace(entry, body=sealed(entry.body)) if entry.uri.endswith(".md") else entry


def records_of(library: Library) -> list[str]:
    """The paths of the records that a site ships, which all its measured numbers can be computed from."""
    files = [addresses.run_file(one.run.machine, one.run.run_id, name) for one in library.runs for name in one.files]
    pins = {addresses.pins_file(one.run.machine, digest) for one in library.runs for digest in one.pins}
    return [*files, *pins, *calibration_files(library)]


def _with_page(library: Library, authored: Authored, finder: Finder, observed: Observed, memory: Memory) -> Library:
    """The library with one authored page of a kind added, or listed as broken with its problems."""
    key = ("page", authored, observed.voices, observed.pictures)
    page, problems = memory(key, lambda: _read_page(library, authored, finder, observed))
    if isinstance(page, Report):
        library = replace(library, reports=(*library.reports, page))
    elif isinstance(page, Episode):
        library = replace(library, episodes=(*library.episodes, page))
    elif page is not None:
        library = replace(library, plain=(*library.plain, page))
    if any(problem.rule == "front-matter" for problem in problems):
        library = replace(library, broken=(*library.broken, (authored, problems)))
    return replace(library, problems=(*library.problems, *problems))


def _read_page(
    library: Library, authored: Authored, finder: Finder, observed: Observed
) -> tuple[Report | Episode | JudgedPage | None, tuple[Problem, ...]]:
    """A report, an episode or a page, bound to the evidence; of the library only the evidence and the voices are looked at."""
    kind = kind_of(authored)
    if kind == "report":
        return parse_report(authored, library.ledger, observed.versions.get(authored.uri, ()))
    if kind == "episode":
        episode, problems = episode_of(authored, library, finder)
        if library.cast:
            talk = roundtable(authored, library.cast)
            return (replace(episode, lines=talk.lines) if episode else None), (*problems, *talk.problems)
        return episode, problems
    if kind == "page":
        front, problems = read(authored, PageFront)
        return (JudgedPage(authored, front) if front else None), problems
    is_read_elsewhere = kind is None or kind in (*PLANS, "incident")
    return None, () if is_read_elsewhere else (unknown_kind(authored, kind or ""),)


def _slips(authored: Authored) -> tuple[Problem, ...]:
    """What is wrong with the Markdown of a page of a kind, whatever the page says."""
    return (*refused_addresses(authored), *unclosed(authored))


def _with_incident(library: Library, authored: Authored, finder: Finder) -> Library:
    incident, problems = incident_of(authored, library, finder)
    library = replace(library, problems=(*library.problems, *problems))
    if incident is None:
        return replace(library, broken=(*library.broken, (authored, problems)))
    return replace(library, incidents=(*library.incidents, incident))


def _with_radar(library: Library, observed: Observed) -> Library:
    if observed.technologies is None:
        return library
    reports, episodes = [one.front.id for one in library.reports], [one.authored.uri for one in library.episodes]
    radar, problems = parse_radar(observed.technologies, observed.versions.get(TECHNOLOGIES, ()), reports, episodes)
    return replace(library, radar=radar, problems=(*library.problems, *problems))


def _clash(entry: Entry) -> Problem:
    return Problem(
        file=entry.uri,
        line=None,
        found="two pages that want this path",
        expected="a path for each",
        hint="rename the authored page, or the repository or machine that is named like one of ours (index)",
        rule="path-clash",
    )


def check_names(inputs: Inputs) -> None:
    """Repositories whose names would give one page path are told apart by their author, not by us."""
    seen: dict[str, str] = {}
    for name in inputs.repositories:
        if (other := seen.setdefault(slug(name), name)) != name:
            raise ChronicleError(f"the repositories {other!r} and {name!r} would share a page", hint="rename one of them")


def _untrue(library: Library) -> Iterator[Problem]:
    """What episodes state that cannot be true at once; what was imported states what others typed, and is left to a check."""
    return (one for episode in library.episodes if not episode.front.imported_from for one in self_contradictions(episode))


def _misnamed(library: Library, observed: Observed) -> Iterator[Problem]:
    """What reports name as their evidence, and no suite and no run is called."""
    runs = [RunName(one.run.machine, one.run.suite.name, one.run.run_id) for one in observed.runs]
    runs += [RunName(one.machine, one.suite, one.run_id) for one in observed.unread]
    return unknown_names(library.reports, runs, observed.suites, library.machines)


def _wrong_reports(reports: Sequence[Report]) -> Iterator[Problem]:
    """A problem for each report or claim whose address one before it has, and for each that breaks the line of versions."""
    yield from lineage_problems(reports)
    ids = ((one.front.id, one.authored.file, line_of(one.authored.text, ("id",))) for one in reports)
    yield from _of_one_address("report", ids)
    firsts = {slug(one.front.id): one for one in reversed(reports)}.values()
    yield from _of_one_address("claim", ((one.id, one.file, one.line) for report in firsts for one in report.claims))


def _of_one_address(kind: str, named: Iterable[tuple[str, str, int]]) -> Iterator[Problem]:
    """A problem for each id, of a file and a line, whose badges, pages or anchors would lie where those of another do."""
    seen: dict[str, tuple[str, str, int]] = {}
    for one in named:
        name, file, line = one
        first, place, _ = seen.setdefault(slug(name), one)
        if seen[slug(name)] is one:
            continue
        is_again = first == name
        found = f"the {kind} id {name} again" if is_again else f"the {kind} id {name}, which gives the address of {first}"
        expected = f"an id of its own; {place} has this one"
        if not is_again:
            expected = f"an id that differs from those of others by letters or digits; {place} has {first}"
        yield Problem(file, line, found, expected, "give one of the two another id", "duplicate-id")
