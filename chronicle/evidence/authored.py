"""Reads the Markdown files of a docs folder, and the earlier versions of one from the repository it lies in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from chronicle.errors import Problem
from chronicle.evidence.git import Repository
from chronicle.records.history import History


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
            problems.append(
                Problem(
                    file=f"{shown_as}/{uri}",
                    line=None,
                    found=f"a file that cannot be read ({failure})",
                    expected="UTF-8 text",
                    hint="save it as UTF-8",
                    rule="unreadable",
                )
            )
    return tuple(texts), tuple(problems)


def read_versions(repository: Repository, history: History, path: str) -> tuple[TextVersion, ...]:
    """The file's text at each commit of HEAD's history that touched ``path``, oldest first; undated commits are left out."""
    rows = history.files[(history.files["path"] == path) & (history.files["kind"] != "D")]
    commits = history.commits.iloc[rows["commit"]]
    return tuple(
        TextVersion(revision, when.to_pydatetime(), repository.text_at(revision, path))
        for revision, when, is_on_head in zip(
            reversed(commits["revision"].tolist()),
            reversed(commits["committed"].tolist()),
            reversed(commits["is_on_head"].tolist()),
            strict=True,
        )
        if is_on_head and when == when  # NaT differs from itself
    )
