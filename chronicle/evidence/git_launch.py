"""How git is started: pinned settings, an environment of our own, and an empty repository to stand in.

A mined repository is a stranger's. Its configuration, attributes, hooks, replace refs and grafts can start programs and
change every count, so git never stands in it: a :class:`CleanRoom` is an empty bare repository of ours that borrows only
the stranger's object folder. The single exception is looking up a name (``rev-parse``, ``for-each-ref``), which needs the
stranger's refs; both commands were seen to start nothing under twenty hostile settings at once, unlike ``diff-tree``,
which runs ``core.fsmonitor``.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from chronicle.errors import ChronicleError
from chronicle.records.generated import as_attributes

PINNED_SETTINGS = (
    "diff.context=0",  # git then trims the common tail of both files first: a quarter less time, counts still valid
    "diff.algorithm=myers",
    "diff.renameLimit=1000",
    "diff.noprefix=false",
    "log.showRoot=true",
    "log.showSignature=false",
    "i18n.logOutputEncoding=UTF-8",
    "core.bigFileThreshold=512m",
    "core.commitGraph=false",  # an unsigned file that could be forged; a walk without it costs 2 % of a mine
    "core.fsmonitor=false",
    f"core.hooksPath={os.devnull}",
    "core.warnAmbiguousRefs=true",
    "protocol.allow=never",
)
"""What git is told on every call, whatever a repository or a user configured; part of the settings of a cache."""

MEMORY_LIMIT_BYTES = 2 << 30
"""Private memory a single git may take (packs are mapped, not counted): a commit of 10^10 paths ends here."""

# One large chunk kept by the C library instead of thousands returned to the kernel and asked for again:
# 2 to 19 % of git's time. Other C libraries ignore the variable.
_MALLOC = "glibc.malloc.mmap_threshold=33554432:glibc.malloc.trim_threshold=1073741824:glibc.malloc.top_pad=16777216"

_EMPTY_TREES = {
    "sha1": "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    "sha256": "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
}


class GitFailedError(ChronicleError):
    """git answered with an error; ``reason`` is its last line, ``code`` its exit status (negative: a signal)."""

    def __init__(self, reason: str, code: int, *, hint: str = "") -> None:
        super().__init__(f"git: {reason or f'exit status {code}'}", hint=hint)
        self.reason = reason
        self.code = code


@dataclass(frozen=True, slots=True)
class Answer:
    """What a short git command printed and how it ended."""

    code: int
    output: bytes
    complaint: str

    def checked(self) -> bytes:
        """The output, or :class:`GitFailedError` if git failed."""
        if self.code:
            raise GitFailedError(last_line(self.complaint), self.code)
        return self.output


class CleanRoom:
    """An empty repository of ours over the objects of another; a context manager, gone when closed.

    ``object_format`` is ``sha1`` or ``sha256``; ``shallow`` is the other repository's shallow file, without which git
    would look for parents that were never fetched. Nothing is ever written into the other repository.
    """

    def __init__(self, objects: Path, object_format: str, shallow: Path | None = None) -> None:
        import tempfile  # 8 ms with what it imports: a refresh that finds nothing new makes no room

        self._folder = tempfile.TemporaryDirectory(prefix="chronicle-", ignore_cleanup_errors=True)
        self.path = Path(self._folder.name)
        self.git_dir = self.path / "room.git"
        self.desk = self.path / "desk"
        _lay_out(self.git_dir, object_format)
        self.desk.mkdir()
        (self.path / "attributes").write_text(as_attributes(), encoding="utf-8")
        self._attributes = self.path / "attributes"
        self._own = _own_variables(object_format) | {
            "GIT_DIR": str(self.git_dir),
            "GIT_COMMON_DIR": str(self.git_dir),
            "GIT_WORK_TREE": str(self.desk),
            "GIT_OBJECT_DIRECTORY": str(objects),
            "GIT_SHALLOW_FILE": str(shallow or os.devnull),
        }

    def __enter__(self) -> CleanRoom:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._folder.cleanup()

    def ask(self, *arguments: str, lines: Iterable[str] = ()) -> Answer:
        """Run a short git command in the room with ``lines`` on its standard input."""
        return _run(self._command(arguments), self.desk, _inherited() | self._own, "".join(f"{line}\n" for line in lines))

    def start(self, *arguments: str, istream: BinaryIO) -> subprocess.Popen[bytes]:
        """Start a git that streams, its standard input read from ``istream``; the caller ends it."""
        # GitPython is imported here: 0.2 s, more than a whole refresh that finds nothing new.
        from git.cmd import Git

        # GitPython adds to the environment and cannot take away. Of the variables not set below, git reads an empty one
        # as one not set.
        emptied = {name: "" for name in os.environ if name.startswith("GIT_")}
        started: Any = Git(str(self.desk)).execute(
            self._command(arguments),
            istream=istream,
            as_process=True,
            env=emptied | self._own,
        )
        process: subprocess.Popen[bytes] = started.proc
        started.proc = None  # it would kill git when collected; the reader of the stream decides that
        _limit_memory(process.pid)
        return process

    def _command(self, arguments: tuple[str, ...]) -> list[str]:
        return ["git", *_settings(f"core.attributesFile={self._attributes}"), *arguments]


def ask_in_place(git_dir: Path, *arguments: str) -> Answer:
    """Run a name lookup against the refs of the repository at ``git_dir``; only for ``rev-parse`` and ``for-each-ref``."""
    own = _own_variables(None) | {"GIT_DIR": str(git_dir), "GIT_GRAFT_FILE": os.devnull}
    return _run(["git", *_settings(), *arguments], git_dir, _inherited() | own, "")


def git_version() -> str:
    """The version git states, which can decide line counts; raises :class:`ChronicleError` where git is missing."""
    answer = _run(["git", "version"], Path(os.sep), _inherited(), "")
    return answer.checked().decode(errors="replace").removeprefix("git version").strip()


def last_line(complaint: str) -> str:
    """The line of a git error message that names the reason: the last one that is not advice."""
    lines = [line for line in complaint.strip().splitlines() if line and not line.startswith(("hint:", "warning:"))]
    return lines[-1].removeprefix("fatal: ").removeprefix("error: ") if lines else ""


def _run(command: list[str], folder: Path, environment: dict[str, str], stdin: str) -> Answer:
    try:
        done = subprocess.run(command, cwd=folder, env=environment, input=stdin.encode(), capture_output=True, check=False)
    except FileNotFoundError as missing:
        raise ChronicleError("the command git was not found", hint="install git 2.37 or newer and put it on PATH") from missing
    except (OSError, ValueError) as failure:
        raise ChronicleError(f"git could not be started: {failure}") from failure
    return Answer(done.returncode, done.stdout, done.stderr.decode(errors="replace"))


def _settings(*more: str) -> list[str]:
    return [word for setting in (*PINNED_SETTINGS, *more) for word in ("-c", setting)]


def _inherited() -> dict[str, str]:
    """The environment without any GIT_ variable: a hook or a CI job sets some, and they name another repository."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("GIT_")}
    return kept | {"LC_ALL": "C", "LANGUAGE": "C"}


def _own_variables(object_format: str | None) -> dict[str, str]:
    own = {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_COUNT": "0",
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GLIBC_TUNABLES": _MALLOC,
    }
    if object_format is not None:
        # No attributes from any tree, in the gits (2.41 and later) that could read them from one.
        own["GIT_ATTR_SOURCE"] = _EMPTY_TREES[object_format]
    return own


def _lay_out(git_dir: Path, object_format: str) -> None:
    """The four things that make a folder a repository to git; faster than ``git init`` and free of templates."""
    (git_dir / "objects").mkdir(parents=True)
    (git_dir / "refs").mkdir()
    (git_dir / "HEAD").write_text("ref: refs/heads/none\n", encoding="utf-8")
    version, extension = (0, "") if object_format == "sha1" else (1, f"[extensions]\n\tobjectformat = {object_format}\n")
    config = f"[core]\n\trepositoryformatversion = {version}\n\tbare = true\n{extension}"
    (git_dir / "config").write_text(config, encoding="utf-8")


def _limit_memory(pid: int) -> None:
    if sys.platform == "linux":
        import resource

        try:
            resource.prlimit(pid, resource.RLIMIT_DATA, (MEMORY_LIMIT_BYTES, MEMORY_LIMIT_BYTES))
        except (OSError, ValueError):
            return  # already ended, or a lower limit is in force
