"""Real git repositories for tests, built commit by commit under settings of our own."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from chronicle.evidence.history import read_history
from chronicle.records.history import History

START = 1_700_000_000


class RepositoryBuilder:
    """A repository at ``path``; every commit is a minute after the one before, by the same person unless said."""

    def __init__(self, path: Path, *init: str) -> None:
        self.path = path
        self._clock = START
        path.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main", *init)

    def git(self, *arguments: str, stdin: bytes = b"", check: bool = True, **variables: str) -> str:
        """What git prints, without the newline at its end."""
        done = subprocess.run(
            ["git", "-C", str(self.path), *arguments], input=stdin, capture_output=True, env=self._environment(variables)
        )
        if check and done.returncode:
            raise AssertionError(done.stderr.decode(errors="replace"))
        return done.stdout.decode(errors="surrogateescape").rstrip("\n")

    def write(self, path: str, text: str | bytes) -> None:
        place = self.path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text.encode() if isinstance(text, str) else text)

    def commit(self, message: str | bytes = "change", files: dict[str, str | bytes] | None = None, **variables: str) -> str:
        """Write ``files``, add everything, commit (empty if need be), and return the full hash."""
        for path, text in (files or {}).items():
            self.write(path, text)
        self.git("add", "-A")
        stdin = message.encode() if isinstance(message, str) else message
        self.git(
            "commit", "-q", "--allow-empty", "--allow-empty-message", "--cleanup=verbatim", "-F", "-", stdin=stdin, **variables
        )
        return self.head

    def commit_object(self, raw: bytes, ref: str = "refs/heads/main") -> str:
        """A commit object with exactly these bytes, as no porcelain would write it, made the tip of ``ref``."""
        revision = self.git("hash-object", "-t", "commit", "-w", "--stdin", "--literally", stdin=raw)
        self.git("update-ref", ref, revision)
        return revision

    @property
    def head(self) -> str:
        return self.git("rev-parse", "HEAD")

    @property
    def tree(self) -> str:
        return self.git("rev-parse", "HEAD^{tree}")

    def history(self, cache: Path | None = None) -> History:
        return read_history(self.path, name="sample", cache=cache)

    def _environment(self, variables: dict[str, str]) -> dict[str, str]:
        self._clock += 60
        kept = {name: text for name, text in os.environ.items() if not name.startswith("GIT_")}
        own = {
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "Ada",
            "GIT_AUTHOR_EMAIL": "ada@example.org",
            "GIT_COMMITTER_NAME": "Ada",
            "GIT_COMMITTER_EMAIL": "ada@example.org",
            "GIT_AUTHOR_DATE": f"{self._clock} +0000",
            "GIT_COMMITTER_DATE": f"{self._clock} +0000",
        }
        return kept | own | variables


def lines(count: int, start: int = 0) -> str:
    """``count`` different lines."""
    return "".join(f"line {number}\n" for number in range(start, start + count))


def rows(history: History, revision: str) -> list[tuple[str, str, int | None, int | None]]:
    """Kind, path, lines added and removed of each file of a commit; None where git counts no lines."""
    files = history.files[history.files["revision"] == revision]
    counts = files[["added", "removed"]].astype(object).where(files[["added", "removed"]].notna(), None)
    return list(zip(files["kind"], files["path"], counts["added"], counts["removed"], strict=True))
