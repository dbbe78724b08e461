"""A repository of any number of commits with the habits of a real one, made from a seed by ``git fast-import``.

No public history can be assumed to be at hand where the benchmark runs. What decides the time of a mine is how many files
a commit touches, how large they are and how the pack stores them, so these follow a measured history of 28,000 commits:
2.7 files a commit, tens of kilobytes a file, edits of a few lines in place, some renames, some new and some large files.
"""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

_WORDS = (
    "array", "index", "value", "self", "return", "result", "shape", "dtype", "axis", "offset", "buffer", "stride", "error",
    "raise", "check", "None", "True", "False", "size", "count", "width", "height", "kernel", "block", "thread", "cache",
    "token", "batch", "decode", "prefill", "model", "layer", "weight", "bias", "scale", "tensor", "device", "stream",
    "event", "graph", "launch", "copy", "reduce", "gather", "scatter", "softmax", "matmul", "norm", "attention", "head",
    "query", "key", "mask", "position",
)  # fmt: skip
_FOLDERS = ("core", "core/src", "core/tests", "lib", "lib/tests", "linalg", "random", "fft", "doc", "doc/source", "tools")
_COMMON_LINES = ("", "    return result", "    }", "}", "        continue", "    if result is None:", '    """', "else:", "")
_TYPES = ("fix", "feat", "docs", "refactor", "test", "perf", "chore", "BUG", "ENH", "MAINT")


def make_repository(path: Path, commits: int, seed: int = 1) -> Path:
    """A bare, packed repository of ``commits`` commits at ``path``; one that is there already is used as it is."""
    if (path / "done").exists():
        return path
    subprocess.run(["git", "init", "-q", "--bare", str(path)], check=True)
    stream = subprocess.Popen(["git", "-C", str(path), "fast-import", "--quiet"], stdin=subprocess.PIPE)
    assert stream.stdin is not None
    for chunk in _Author(seed).write(commits):
        stream.stdin.write(chunk)
    stream.stdin.close()
    if stream.wait():
        raise RuntimeError("git fast-import failed")
    subprocess.run(["git", "-C", str(path), "symbolic-ref", "HEAD", "refs/heads/main"], check=True)
    subprocess.run(["git", "-C", str(path), "repack", "-adfq", "--window=10", "--threads=2"], check=True)
    (path / "done").touch()
    return path


class _Author:
    """Writes history as a fast-import stream; everything it does follows from its seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._lines = [self._new_line() for _ in range(30_000)]
        self._files: dict[str, list[bytes]] = {}
        self._hot: list[str] = []

    def write(self, commits: int) -> Iterator[bytes]:
        for _ in range(120):
            self._add_file()
        for number in range(1, commits + 1):
            changes = [b"".join(self._modify(path)) for path in self._files] if number == 1 else self._changes()
            subject = f"{self._random.choice(_TYPES)}: {' '.join(self._random.choices(_WORDS, k=6))}"
            message = subject + ("\n\n" + self._paragraph() if self._random.random() < 0.5 else "") + "\n"
            person = self._random.randrange(200)
            yield self._commit(number, f"Person {person} <p{person}@example.org>", message) + b"".join(changes) + b"\n"

    def _commit(self, number: int, person: str, message: str) -> bytes:
        text = message.encode()
        when = 1_100_000_000 + number * 9000
        parent = "" if number == 1 else f"from :{number - 1}\n"
        head = f"commit refs/heads/main\nmark :{number}\nauthor {person} {when - 600} +0100\ncommitter {person} {when} +0000\n"
        return f"{head}data {len(text)}\n".encode() + text + parent.encode()

    def _changes(self) -> list[bytes]:
        changes: list[bytes] = []
        if self._random.random() < 0.03:
            changes += self._modify(self._add_file())
        if self._random.random() < 0.01:
            changes += self._rename()
        wanted = min(60, int(self._random.lognormvariate(0.5, 0.9)) or 1)
        for path in sorted({self._pick() for _ in range(wanted)}):
            self._edit(self._files[path])
            changes += self._modify(path)
        return changes

    def _pick(self) -> str:
        """A few files are changed again and again, as in any project, and others take their place in time."""
        return self._random.choice(self._hot if self._random.random() < 0.6 else list(self._files))

    def _add_file(self) -> str:
        name = f"{'_'.join(self._random.choices(_WORDS, k=2))}{len(self._files)}"
        path = f"{self._random.choice(_FOLDERS)}/{name}.{self._random.choice(('py', 'c', 'h', 'rst', 'py', 'cu'))}"
        length = int(min(3000, max(40, self._random.lognormvariate(6.0, 0.9))))
        self._files[path] = self._random.choices(self._lines, k=length)
        if len(self._hot) < 60 or self._random.random() < 0.2:
            self._hot = [*self._hot[-59:], path]
        return path

    def _rename(self) -> list[bytes]:
        old = self._random.choice(list(self._files))
        new = f"{self._random.choice(_FOLDERS)}/moved{self._random.randrange(10**6)}_{old.rpartition('/')[2]}"
        self._files[new] = self._files.pop(old)
        self._hot = [new if path == old else path for path in self._hot]
        self._edit(self._files[new])
        return [f"D {old}\n".encode(), *self._modify(new)]

    def _edit(self, lines: list[bytes]) -> None:
        for _ in range(self._random.choice((1, 1, 1, 2, 2, 3, 5))):
            at = self._random.randrange(len(lines) + 1)
            gone = min(int(self._random.expovariate(0.35)), max(0, len(lines) - 30))
            new = int(self._random.expovariate(0.3)) or (0 if gone else 1)
            lines[at : at + gone] = self._random.choices(self._lines, k=new)

    def _modify(self, path: str) -> list[bytes]:
        text = b"\n".join(self._files[path]) + b"\n"
        return [f"M 100644 inline {path}\ndata {len(text)}\n".encode(), text, b"\n"]

    def _new_line(self) -> bytes:
        if self._random.random() < 0.25:
            return self._random.choice(_COMMON_LINES).encode()
        indent = "    " * self._random.choice((0, 1, 1, 2, 2, 3))
        return (indent + " ".join(self._random.choices(_WORDS, k=self._random.randint(2, 9)))).encode()

    def _paragraph(self) -> str:
        return "\n".join(" ".join(self._random.choices(_WORDS, k=10)) for _ in range(self._random.randint(1, 6)))
