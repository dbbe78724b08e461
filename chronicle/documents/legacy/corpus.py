"""A folder of legacy files as pages: each file for itself first, then what can only be told of all of them together."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from pydantic import ValidationError

from chronicle.documents import front_matter
from chronicle.documents.episode import EpisodeFront
from chronicle.documents.front_matter import Authored, kind_of, split
from chronicle.documents.legacy import episode as episodes
from chronicle.documents.legacy import report as reports
from chronicle.documents.legacy.body import Draft, drafted, finished
from chronicle.documents.legacy.commits import is_possible
from chronicle.documents.legacy.encoding import decode
from chronicle.documents.legacy.episode import EpisodeModel, LegacyEpisode
from chronicle.documents.legacy.finding import Finding
from chronicle.documents.legacy.links import Linker, Neighbours
from chronicle.documents.legacy.report import LegacyReport, ReportModel
from chronicle.documents.legacy.writing import page, stated_keys
from chronicle.documents.report import ReportFront
from chronicle.errors import Problem

KEPT = ".source"
"""The folder beside the pages that keeps every source byte for byte; hosts leave out folders that begin with a dot."""

UNKNOWN = frozenset({"date-unknown", "series-unknown", "commits-unknown", "field-unknown"})
REPAIRS = frozenset(
    {"encoding", "double-encoding", "windows-1252", "blank-line", "money", "placeholder", "brace", "table-bars", "code-label"}
)

LINT = frozenset(
    [
        "weekday",
        "date",
        "time",
        "date-order",
        "impossible-hash",
        "reused-hash",
        "net-change",
        "change-mix",
        "number",
        "duplicate-key",
        "metric-unread",
        "front-matter",
        "dead-image",
        "dangling-link",
        "unclosed-fence",
        "table-cells",
        "invalid-utf-8",
        "encoding-lost",
    ]
)
"""What is wrong in a source, besides what was repaired and what is only not known."""

Read = TypeVar("Read", bound=LegacyEpisode | LegacyReport)


@dataclass(frozen=True, slots=True)
class Page:
    """A file as a page: its model, the page's path and bytes, and its findings by kind."""

    model: EpisodeModel | ReportModel
    target: str
    page: bytes
    lint: tuple[Finding, ...]
    repaired: tuple[Finding, ...]
    unknown: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a folder; ``assets`` are the other files that its pages show or offer."""

    pages: tuple[Page, ...]
    refused: tuple[Problem, ...]
    assets: tuple[str, ...]


@dataclass(slots=True)
class _File(Generic[Read]):
    """A file on its way: ``whole`` is its text where it needs no repair because it is a page already."""

    path: str
    target: str
    read: Read
    findings: list[Finding]
    whole: str | None = None


def import_episodes(sources: Mapping[str, bytes], assets: Iterable[str] = (), beside: Iterable[str] = ()) -> Imported:
    """The episodes of a folder, given as paths with their bytes; files in front-matter form are taken as they are."""
    files, refused = _read_all(sources, _episode, 'a first line `# Episode 12: "Title"` or `# Series - Episode 12: "Title"`')
    models = episodes.with_keys_of_their_own([file.read.model for file in files], [_digestible(file) for file in files])
    for file, model in zip(files, models, strict=True):
        file.read = replace(file.read, model=model)
    _tell_reused(files)
    fronts = [episodes.front_matter(file.read.model, _kept(file)) for file in files]
    return _finished(files, fronts, refused, assets, beside)


def import_reports(sources: Mapping[str, bytes], assets: Iterable[str] = (), beside: Iterable[str] = ()) -> Imported:
    """The reports of a folder, given as paths with their bytes."""
    files, refused = _read_all(sources, _report, "a first heading `# Technical Report 120: Title`")
    names = _report_ids(files)
    fronts = [reports.front_matter(file.read.model, name, _kept(file)) for file, name in zip(files, names, strict=True)]
    return _finished(files, fronts, refused, assets, beside)


def _read_all(
    sources: Mapping[str, bytes], read: Callable[[str, str], tuple[Read, str | None] | Problem | None], expected: str
) -> tuple[list[_File[Read]], list[Problem]]:
    files: list[_File[Read]] = []
    refused: list[Problem] = []
    taken: dict[str, str] = {}
    for path in sorted(sources):
        target = re.sub(r"\.(?:markdown|mdown|mkdn?)$", ".md", path, flags=re.IGNORECASE)
        place = re.sub(r"(^|/)readme\.md$", r"\1index.md", target.casefold())
        if (other := taken.setdefault(place, path)) != path:
            refused.append(
                _refusal(path, f"a file that would become the same page as {other}", "a name of its own", "rename it")
            )
            continue
        decoded = decode(sources[path])
        if decoded is None:
            refused.append(_refusal(path, "a file that is no text", "UTF-8", "save it as UTF-8"))
            continue
        found = read(path, decoded.text)
        if found is None:
            refused.append(
                _refusal(path, f"no title of its kind, but {_first_words(decoded.text)}", expected, "correct the title")
            )
        elif isinstance(found, Problem):
            refused.append(found)
        else:
            files.append(_File(path, target, found[0], [*decoded.repaired, *decoded.damage, *found[0].findings], found[1]))
    return files, refused


def _episode(path: str, text: str) -> tuple[LegacyEpisode, str | None] | Problem | None:
    if kind_of(Authored(path, path, text)) is not None:
        front, problems = front_matter.read(Authored(path, path, text), EpisodeFront)
        return problems[0] if front is None else (episodes.read_written(path, front, text), text)
    first = split(text).body_line
    found = episodes.read_legacy(path, text, first)
    return (replace(found, findings=(*found.findings, *_left_out(first))), None) if found else None


def _report(path: str, text: str) -> tuple[LegacyReport, str | None] | Problem | None:
    if kind_of(Authored(path, path, text)) is not None:
        return _refusal(path, "a file with a `kind:` already", "a legacy report", "copy it to its place: it needs no import")
    first = split(text).body_line
    found = reports.read_legacy_report(path, text, first)
    return (replace(found, findings=(*found.findings, *_left_out(first))), None) if found else None


def _left_out(body_line: int) -> tuple[Finding, ...]:
    """What is told of a front matter that belongs to another program."""
    said = "front matter that is of no kind of ours was left out; the source keeps it"
    return (Finding(1, "front-matter", said),) if body_line > 1 else ()


def _finished(
    files: Sequence[_File[Read]],
    fronts: Sequence[Mapping[str, object]],
    refused: Sequence[Problem],
    assets: Iterable[str],
    beside: Iterable[str],
) -> Imported:
    neighbours = Neighbours(
        pages={file.path: file.target for file in files},
        assets=frozenset(assets),
        beside=frozenset(beside),
        anchors={file.path: _draft(file).anchors for file in files},
    )
    pages: list[Page] = []
    used: set[str] = set()
    wrong: list[Problem] = []
    for file, front in zip(files, fronts, strict=True):
        if problem := _unfit(file, front):
            wrong.append(problem)
            continue
        linker = Linker(file.path, neighbours, [])
        body, mended = finished(_draft(file), linker)
        whole = page(front, body) if file.whole is None else file.whole.encode()
        found = sorted({*file.findings, *(() if file.whole else (*file.read.draft.findings, *mended)), *linker.findings})
        lint = tuple(one for one in found if one.rule in LINT)
        repaired = tuple(one for one in found if one.rule in REPAIRS)
        unknown = tuple(one for one in found if one.rule in UNKNOWN)
        pages.append(Page(file.read.model, file.target, whole, lint, repaired, unknown))
        used |= linker.used
    return Imported(tuple(pages), tuple(sorted([*refused, *wrong])), tuple(sorted(used)))


def _unfit(file: _File[Read], front: Mapping[str, object]) -> Problem | None:
    """The problem of a file whose fields a page of its kind may not have."""
    model = EpisodeFront if front["kind"] == "episode" else ReportFront
    if file.whole is not None:
        return None
    try:
        model.model_validate(stated_keys(front))
    except ValidationError as failure:
        error = failure.errors()[0]
        name = ".".join(map(str, error["loc"]))
        return _refusal(file.path, f"{name}: {error['input']!r:.80}", str(error["msg"]).lower(), "correct the source")
    return None


def _draft(file: _File[Read]) -> Draft:
    """The draft of a file's page; that of a page in front-matter form serves to find its headings and its links."""
    if file.whole is None:
        return file.read.draft
    parts = split(file.whole)
    return drafted(list(enumerate(parts.body.split("\n"), parts.body_line)))


def _digestible(file: _File[LegacyEpisode]) -> str:
    """The words of an episode without its title, which holds its number."""
    return "\n".join(line.text for line in file.read.draft.lines[1:])


def _kept(file: _File[Read]) -> str:
    """Where the source is kept, seen from its page."""
    return posixpath.relpath(posixpath.join(KEPT, file.path), posixpath.dirname(file.target) or ".")


def _tell_reused(files: Sequence[_File[LegacyEpisode]]) -> None:
    """Findings on hashes that several episodes cite, and on a series and number that several have: the later ones."""
    hashes: dict[str, str] = {}
    numbers: dict[tuple[str | None, int], str] = {}
    for file in files:
        model = file.read.model
        line = model.lines.get("commits", 1)
        for one in dict.fromkeys(filter(is_possible, model.commits)):
            if (other := hashes.setdefault(one[:7].lower(), file.path)) != file.path:
                file.findings.append(Finding(line, "reused-hash", f"{one!r} is cited in {other} as well"))
        place = (model.series, model.number)
        if (other := numbers.setdefault(place, file.path)) != file.path:
            said = f"episode {model.number} of {model.series or 'no series'} is {other} as well; the key tells them apart"
            file.findings.append(Finding(model.lines.get("number", 1), "duplicate-key", said))


def _report_ids(files: Sequence[_File[LegacyReport]]) -> list[str]:
    """An id of its own for each report: its number, with its version or the name of its file where that is taken."""
    taken: set[str] = set()
    ids = []
    for file in files:
        model = file.read.model
        stem = re.sub(r"[^\w.-]+", "-", posixpath.splitext(posixpath.basename(file.path))[0], flags=re.ASCII).strip("-.")
        named = stem if re.match(r"[A-Za-z]", stem) else f"report-{stem}"
        choices = [
            model.id or named[:32],
            *([f"{model.id}-v{model.version}"] if model.id and model.version else []),
            named[:32],
        ]
        choices += [f"{named[:27]}-{count}" for count in range(2, len(files) + 2)]
        chosen = next(one for one in choices if one.lower() not in taken and re.fullmatch(r"[A-Za-z][\w.-]{0,31}", one))
        if model.id and chosen != model.id:
            file.findings.append(Finding(1, "duplicate-key", f"{model.id} is the id of another report; this one is {chosen}"))
        taken.add(chosen.lower())
        ids.append(chosen)
    return ids


def _refusal(path: str, found: str, expected: str, hint: str) -> Problem:
    return Problem(path, 1, found, expected, hint, "refused")


def _first_words(text: str) -> str:
    first = next((line.strip() for line in split(text).body.split("\n") if line.strip()), "")
    return repr(first[:60]) if first else "nothing"
