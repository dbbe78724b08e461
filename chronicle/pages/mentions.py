"""Who names whom: the way back from a report, a question, an item or an episode to everything that names it.

An item wants its evidence, a question the reports that are to answer it, a report the questions it answers; and whoever links
to a page in prose tells of it. The documents state each of these once, on one side; the other side is computed here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from chronicle.documents.front_matter import Authored
from chronicle.documents.library import JudgedPage, Library
from chronicle.documents.linked import linked_places
from chronicle.documents.questions import Question, QuestionFront
from chronicle.memory import Memory
from chronicle.pages import addresses
from chronicle.pages.writing import Markdown, badge, link, relative

_WANTING = ("roadmap item", "question")
_LABEL = re.compile(r"!?\[([^\]]*)\]\([^)]*\)|[*_`]+")


@dataclass(frozen=True, slots=True, order=True)
class Mention:
    """What names something: of which kind it is, its title, where it stands, and its state where it has one."""

    kind: str
    title: str
    place: str
    state: str = ""


Mentions = Mapping[str, tuple[Mention, ...]]
"""For each place, what names it, in order of kind and title."""


def mentions(library: Library, memory: Memory) -> Mentions:
    """Everything that names a place of the site, under that place: a page's path, with an anchor for a part of one."""
    found: dict[str, dict[str, Mention]] = {}
    for target, mention in (*_wanted(library), *_told(library, memory)):
        if target.partition("#")[0] != mention.place.partition("#")[0]:
            found.setdefault(target, {}).setdefault(mention.place, mention)
    return {target: tuple(sorted(several.values())) for target, several in found.items()}


def mentions_section(several: tuple[Mention, ...], page: str) -> Markdown:
    """The two lists at the end of a page: what waits for it, and what tells of it."""
    parts = []
    for title, anchor, chosen in (
        ("Wanted by", "wanted-by", [one for one in several if one.kind in _WANTING]),
        ("Named by", "named-by", [one for one in several if one.kind not in _WANTING]),
    ):
        if chosen:
            rows = "\n".join(f"- {one.kind}: {_linked(one, page)}" for one in chosen)
            parts.append(f"## {title} {{ #{anchor} }}\n\n{rows}")
    return Markdown("\n\n".join(parts))


def mentions_line(several: tuple[Mention, ...], page: str) -> Markdown:
    """The same in one line, for a part of a page."""
    return Markdown("named by " + ", ".join(f"{one.kind} {_linked(one, page)}" for one in several) if several else "")


def plain_mentions(several: tuple[Mention, ...]) -> list[dict[str, str]]:
    """The same for a JSON twin."""
    return [{"kind": one.kind, "title": one.title, "place": one.place} for one in several]


def question_words(page: JudgedPage, question: Question) -> str:
    """The words of a question as a reader sees them: Markdown on a page of several, plain text in a file of its own."""
    return question.title if isinstance(page.front, QuestionFront) else plain_words(question.title)


def plain_words(markdown: str) -> str:
    """Raw Markdown as the words a reader sees, near enough for the label of a link."""
    return " ".join(_LABEL.sub(lambda found: found[1] or "", markdown).split())


def _linked(one: Mention, page: str) -> Markdown:
    return Markdown(link(one.title, relative(page, one.place)) + (f" {badge(one.state)}" if one.state else ""))


def _wanted(library: Library) -> Iterator[tuple[str, Mention]]:
    """What the fields of documents name: evidence of items, reports of questions, questions that reports answer."""
    for page in library.roadmaps:
        for judged in (one for period in page.periods for one in period.items):
            words = plain_words(judged.item.text)
            mention = Mention("roadmap item", words, addresses.item_place(page, judged.item), judged.state.value)
            yield from ((place, mention) for name in judged.item.evidence if (place := _document(name, library)))
    for page in library.questions:
        for one in page.questions:
            place = addresses.question_place(page, one.question.id)
            mention = Mention("question", question_words(page, one.question), place, one.state.value)
            yield from ((place, mention) for name in one.question.reports if (place := _document(name, library)))
    for report in library.reports:
        mention = _report(report.front.id, report.front.title, report.authored.uri)
        for name in report.front.answers:
            if place := addresses.evidence_place(f"Q:{name.removeprefix('Q:')}", library):
                yield place, mention
    yield from _guarded(library)
    yield from _touched(library)


def _guarded(library: Library) -> Iterator[tuple[str, Mention]]:
    """The reports, claims and items that guard against an incident."""
    for incident in library.incidents:
        mention = Mention("incident", incident.front.title, incident.authored.uri, incident.state)
        for guard in incident.guards:
            place = _document(guard.name, library) if guard.kind == "claim" else addresses.guard_place(guard, library)
            if place is not None:
                yield place, mention


def _touched(library: Library) -> Iterator[tuple[str, Mention]]:
    """The reports and episodes that touched a technology."""
    for blip in library.radar.blips if library.radar else ():
        about = blip.technology
        mention = Mention("technology", about.name, addresses.technology_place(about.name, library), about.ring)
        reports = (_document(name, library) for name in about.reports)
        yield from ((place, mention) for place in (*reports, *about.episodes) if place)


def _document(name: str, library: Library) -> str | None:
    """The page of a report, also for one of its claims; the place of a question."""
    return addresses.evidence_place(name.partition("#")[0], library) if not name.startswith("bench:") else None


def _told(library: Library, memory: Memory) -> Iterator[tuple[str, Mention]]:
    """What prose links to: other documents, and parts of the roadmap and of the questions."""
    known = set(_documents(library))
    for authored, mention in _tellers(library):
        for place in memory(("linked", authored), lambda authored=authored: tuple(linked_places(authored))):  # type: ignore[misc]
            target = place if place in known else place.partition("#")[0]
            if target in known:
                yield target, mention


def _documents(library: Library) -> Iterator[str]:
    yield from (report.authored.uri for report in library.reports)
    yield from (episode.authored.uri for episode in library.episodes)
    yield from (incident.authored.uri for incident in library.incidents)
    yield from (
        addresses.technology_place(one.technology.name, library) for one in (library.radar.blips if library.radar else ())
    )
    yield from (addresses.question_place(page, one.question.id) for page in library.questions for one in page.questions)
    for page in library.roadmaps:
        yield from (addresses.item_place(page, one.item) for period in page.periods for one in period.items if one.item.id)


def _tellers(library: Library) -> Iterator[tuple[Authored, Mention]]:
    for report in library.reports:
        yield report.authored, _report(report.front.id, report.front.title, report.authored.uri)
    for episode in library.episodes:
        yield episode.authored, Mention("episode", episode.front.title, episode.authored.uri)
    for incident in library.incidents:
        yield incident.authored, Mention("incident", incident.front.title, incident.authored.uri, incident.state)


def _report(name: str, title: str, uri: str) -> Mention:
    return Mention("report", f"{name}: {title}", uri)
