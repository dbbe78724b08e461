"""Reads the Markdown files of a docs folder, and the earlier versions of one from the repository it lies in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from chronicle.errors import Problem
from chronicle.evidence.git import Repository
from chronicle.records.history import History

_LINK = 0o120000
"""The file mode of a symbolic link, whose bytes are no text of the file it leads to."""


@dataclass(frozen=True, slots=True)
class SourceText:
    """A Markdown file: its path below the docs folder, as messages show it, and its text."""

    uri: str
    file: str
    text: str


@dataclass(frozen=True, slots=True)
class TextVersion:
    """The text of a file at a commit that touched it."""

    revision: str
    committed: datetime
    text: str


def read_texts(docs: Path, shown_as: str) -> tuple[tuple[SourceText, ...], tuple[Problem, ...]]:
    """Every Markdown file below ``docs``, sorted, without those behind links that lead out of it."""
    texts, problems = [], []
    for path in sorted(docs.rglob("*.md")):
        uri = path.relative_to(docs).as_posix()
        if any(part.startswith(".") for part in path.relative_to(docs).parts) or not path.resolve().is_relative_to(
            docs.resolve()
        ):
            continue
        try:
            texts.append(SourceText(uri, f"{shown_as}/{uri}", path.read_text(encoding="utf-8-sig")))
        except (OSError, UnicodeDecodeError) as failure:
            problems.append(_unreadable(f"{shown_as}/{uri}", failure))
    return tuple(texts), tuple(problems)


def read_listing(docs: Path, name: str, shown_as: str) -> tuple[SourceText | None, tuple[Problem, ...]]:
    """The file ``name`` below ``docs``, where there is one that is not a link out of it."""
    path = docs / name
    if not path.is_file() or not path.resolve().is_relative_to(docs.resolve()):
        return None, ()
    try:
        return SourceText(name, f"{shown_as}/{name}", path.read_text(encoding="utf-8-sig")), ()
    except (OSError, UnicodeDecodeError) as failure:
        return SourceText(name, f"{shown_as}/{name}", ""), (_unreadable(f"{shown_as}/{name}", failure),)


def file_names(docs: Path, endings: tuple[str, ...] = ()) -> frozenset[str]:
    """The paths of the files below ``docs`` with one of these endings, or with any, that do not lie behind a link out of it."""
    home = docs.resolve()
    found = (path for path in docs.rglob("*") if (not endings or path.suffix.lower() in endings) and path.is_file())
    return frozenset(path.relative_to(docs).as_posix() for path in found if path.resolve().is_relative_to(home))


def read_versions(repository: Repository, history: History, path: str) -> tuple[TextVersion, ...]:
    """The file's text at each commit of HEAD's history that touched it, oldest first; undated commits are left out.

    ``path`` is the file's name today; where a commit renamed it, the versions before that commit bear the older name.
    """
    touched = list(_touched(history, path))
    texts = repository.texts_at([(revision, name) for revision, _, name in touched])
    found = [TextVersion(revision, when, text) for (revision, when, _), text in zip(touched, texts, strict=True)]
    return tuple(reversed(found))


def _touched(history: History, path: str) -> Iterator[tuple[str, datetime, str]]:
    """Revision, date and the file's name of each commit that wrote it, newest first."""
    files = history.files[(history.files["kind"] != "D") & (history.files["new_mode"] != _LINK)]
    name, newest = path, -1
    while True:
        rows = files[(files["path"] == name) & (files["commit"] > newest)]
        commits = history.commits.iloc[rows["commit"]]
        renamed = None
        for place, kind, older, revision, when, is_on_head in zip(
            rows["commit"],
            rows["kind"],
            rows["old_path"],
            commits["revision"],
            commits["committed"],
            commits["is_on_head"],
            strict=True,
        ):
            if is_on_head and when == when:  # NaT differs from itself
                yield str(revision), when.to_pydatetime(), name
            if is_on_head and kind == "R":
                renamed, newest = str(older), int(place)
                break
        if renamed is None:
            return
        name = renamed


def _unreadable(file: str, failure: Exception) -> Problem:
    return Problem(
        file=file,
        line=None,
        found=f"a file that cannot be read ({failure})",
        expected="UTF-8 text",
        hint="save it as UTF-8",
        rule="unreadable",
    )
