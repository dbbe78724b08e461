"""A git repository on disk: where its objects lie, which commit a name means, and its tags.

Whatever a page or a user writes is a name to look up, never an option: it is resolved once to a full hash, and after that
only hexadecimal digits reach git.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from chronicle.errors import ChronicleError
from chronicle.evidence.git_launch import CleanRoom, GitFailedError, ask_in_place, last_line
from chronicle.records.commit import Moment
from chronicle.records.history import Tag

_FULL_HASH = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_SEARCHES = (":", "@{", "^{/", "\n", "\0")
_TAG_FIELDS = "%(refname)%00%(objectname)%00%(objecttype)%00%(creatordate:raw)"


@dataclass(frozen=True, slots=True)
class Repository:
    """One repository, found by :meth:`open`. ``name`` lookups read its refs; everything else reads only its objects.

    ``git_dir`` holds HEAD; ``common_dir`` holds objects and refs and differs from it in a linked worktree.
    """

    path: Path
    git_dir: Path
    common_dir: Path
    object_format: str

    @classmethod
    def open(cls, path: Path) -> Repository:
        """The repository that holds ``path`` (a work tree, any folder in it, a bare repository or a linked worktree).

        Raises :class:`ChronicleError` where there is none or git cannot read its format.
        """
        git_dir = _find_git_dir(path)
        common = git_dir / "commondir"
        common_dir = (git_dir / _read_line(common)).resolve() if common.is_file() else git_dir
        answer = ask_in_place(git_dir, "rev-parse", "--show-object-format")
        if answer.code:
            raise ChronicleError(
                f"{path}: git cannot read this repository: {last_line(answer.complaint)}",
                hint=f"try: git -C {path} log -1",
            )
        return cls(path, git_dir, common_dir, answer.output.decode().strip())

    @property
    def head(self) -> str | None:
        """The full hash HEAD leads to; None in a repository without a commit."""
        answer = ask_in_place(self.git_dir, "rev-parse", "--verify", "-q", "--end-of-options", "HEAD^{commit}")
        revision = answer.output.decode(errors="replace").strip()
        if answer.code == 0 and _FULL_HASH.fullmatch(revision):
            return revision
        if last_line(answer.complaint):
            raise ChronicleError(
                f"{self.path}: HEAD cannot be read: {last_line(answer.complaint)}",
                hint=f"try: git -C {self.path} fsck",
            )
        return None

    @property
    def state(self) -> bytes:
        """Where HEAD and every ref lead, where a shallow clone is cut and whose objects are borrowed: equal while all stay."""
        refs = ask_in_place(self.git_dir, "for-each-ref", "--format=%(refname) %(objectname)").output
        below = self.path.resolve().relative_to(self.top) if self.top else None
        parts = [str(below), self.head, *sorted(self.boundary), *self.borrowed_from]
        return refs + repr(parts).encode()

    @property
    def top(self) -> Path | None:
        """The folder of the work tree that holds ``.git``, above or at ``path``; None for a bare repository."""
        start = self.path.resolve()
        return next((folder for folder in (start, *start.parents) if _git_dir_in(folder) == self.git_dir), None)

    @property
    def shallow(self) -> Path | None:
        """The list of commits whose parents were not fetched, where the clone is shallow."""
        path = self.common_dir / "shallow"
        return path if path.is_file() else None

    @property
    def boundary(self) -> frozenset[str]:
        """The full hashes at which a shallow clone is cut."""
        return frozenset(self.shallow.read_text(encoding="ascii", errors="replace").split()) if self.shallow else frozenset()

    @property
    def borrowed_from(self) -> tuple[str, ...]:
        """Folders of other repositories whose objects this one uses (``objects/info/alternates``): to be shown, not hidden."""
        listed = self.common_dir / "objects" / "info" / "alternates"
        return tuple(listed.read_text(encoding="utf-8", errors="surrogateescape").splitlines()) if listed.is_file() else ()

    def resolve(self, text: str) -> str:
        """The full hash of the one commit that ``text`` names: a hash, a tag, a branch, ``HEAD~2``.

        Raises :class:`ChronicleError` for a name that is unknown, ambiguous, no commit, or a search of the history
        (``:/text``, ``@{1}``), which would mean another commit tomorrow.
        """
        if not text.strip() or any(mark in text for mark in _SEARCHES):
            raise ChronicleError(f"{text!r} is not the name of a commit", hint="write a hash, a tag or a branch")
        answer = ask_in_place(self.git_dir, "rev-parse", "--verify", "--end-of-options", f"{text}^{{commit}}")
        revision = answer.output.decode(errors="replace").strip()
        if "is ambiguous" in answer.complaint:
            raise ChronicleError(
                f"{text!r} names several commits in {self.path}",
                hint=f"write refs/tags/{text} or refs/heads/{text}, or more digits of the hash",
            )
        if answer.code or not _FULL_HASH.fullmatch(revision):  # "^main" passes git's check and prints "^<hash>"
            raise ChronicleError(
                f"{text!r} names no commit in {self.path}", hint=f"see: git -C {self.path} log --oneline --all"
            )
        return revision

    def range(self, text: str) -> tuple[str, ...]:
        """The full hashes that ``text`` means, newest first: ``a..b``, one name, or a list of both, split by commas or spaces.

        ``a..b`` is what ``b`` has and ``a`` has not; an empty side means HEAD. Each hash appears once.
        """
        found: dict[str, None] = {}
        for word in text.replace(",", " ").split():
            found.update(dict.fromkeys(self._one_range(word)))
        if not found and not text.replace(",", " ").split():
            raise ChronicleError("no commits were named", hint="write a range such as v1.0..v1.1, or a hash")
        return tuple(found)

    def _one_range(self, word: str) -> tuple[str, ...]:
        if "..." in word:
            raise ChronicleError(f"{word!r} has three dots", hint="write a..b: what b has and a has not")
        start, dots, end = word.partition("..")
        if not dots:
            return (self.resolve(word),)
        return self.walk([self.resolve(end or "HEAD")], without=[self.resolve(start or "HEAD")])

    def walk(self, revisions: list[str], *, without: list[str] | None = None) -> tuple[str, ...]:
        """Every commit reachable from ``revisions`` and from none of ``without``, newest first.

        Raises :class:`GitFailedError` where a commit object is missing.
        """
        with self.clean_room() as room:
            return walk(room, revisions, without=without or [])

    def tags(self) -> tuple[Tag, ...]:
        """The tags that lead to a commit, by name; a tag of a file or of a tree is no release and is left out."""
        listed = ask_in_place(self.git_dir, "for-each-ref", f"--format={_TAG_FIELDS}", "refs/tags").checked()
        rows = [line.split(b"\0") for line in listed.splitlines()]
        if not rows:
            return ()
        # %(*objectname) peels a tag of a tag only once; cat-file goes to the commit, or says "missing".
        with self.clean_room() as room:
            asked = [f"{checked_hash(value.decode())}^{{commit}}" for _, value, _, _ in rows]
            peeled = room.ask("cat-file", "--batch-check=%(objectname)", lines=asked).checked().decode(errors="replace")
        return tuple(
            Tag(
                name=ref.decode(errors="surrogateescape").removeprefix("refs/tags/"),
                revision=revision,
                created=read_moment(date),
                is_annotated=kind == b"tag",
            )
            for (ref, _, kind, date), revision in zip(rows, peeled.splitlines(), strict=True)
            if _FULL_HASH.fullmatch(revision)
        )

    def text_at(self, revision: str, path: str) -> str:
        """The text of the plain file ``path`` at ``revision``; empty where there is none (or it is a symbolic link)."""
        return (self.bytes_at(revision, path) or b"").decode("utf-8", errors="replace")

    def bytes_at(self, revision: str, path: str) -> bytes | None:
        """The bytes of the plain file ``path``, named from the top, at ``revision``; None where there is no such file."""
        with self.clean_room() as room:
            listed = room.ask("ls-tree", "-z", revision, "--", path).output
            mode, _, rest = listed.partition(b" ")
            if mode not in (b"100644", b"100755"):
                return None
            blob = rest.split(b"\t")[0].split(b" ")[-1].decode()
            answer = room.ask("cat-file", "blob", blob)
            return None if answer.code else answer.output

    def texts_at(self, wanted: Sequence[tuple[str, str]]) -> tuple[str, ...]:
        """The texts of many plain files, each a revision and a path named from the top; empty where there is none."""
        with self.clean_room() as room:
            lines = [f"{checked_hash(revision)}:{path}" for revision, path in wanted if _can_be_asked(path)]
            answer = room.ask("cat-file", "--batch", lines=lines).checked() if lines else b""
        found = iter(_batch(answer))
        return tuple(next(found).decode("utf-8", errors="replace") if _can_be_asked(path) else "" for _, path in wanted)

    @contextmanager
    def clean_room(self) -> Iterator[CleanRoom]:
        """An empty repository of ours over this one's objects, for as long as the block lasts."""
        with CleanRoom(self.common_dir / "objects", self.object_format, self.shallow) as room:
            yield room


def walk(room: CleanRoom, revisions: list[str], *, without: list[str], missing_is_fine: bool = False) -> tuple[str, ...]:
    """Every commit reachable from ``revisions`` and from none of ``without``, as ``rev-list`` orders them."""
    asked = [checked_hash(r) for r in revisions] + [f"^{checked_hash(r)}" for r in without]
    ignore = ["--ignore-missing"] if missing_is_fine else []
    answer = room.ask("rev-list", *ignore, "--stdin", lines=asked)
    if answer.code:
        raise GitFailedError(
            last_line(answer.complaint), answer.code, hint="part of the history is missing: fetch it, or git fsck"
        )
    return tuple(answer.output.decode("ascii").split())


def checked_hash(revision: str) -> str:
    """``revision`` if it is a full hash; anything else never reaches git."""
    if not _FULL_HASH.fullmatch(revision):
        raise ChronicleError(f"{revision!r} is not a full commit hash", hint="resolve the name first")
    return revision


def _can_be_asked(path: str) -> bool:
    """Whether a path can stand on a line of its own: git reads names line by line, and bytes that are no text not at all."""
    return "\n" not in path and not any("\ud800" <= character <= "\udfff" for character in path)


def _batch(output: bytes) -> Iterator[bytes]:
    """The contents in what ``cat-file --batch`` printed; empty for a name it does not know and for what is no file."""
    place = 0
    while place < len(output):
        end = output.index(b"\n", place)
        header, place = output[place:end], end + 1
        found = re.fullmatch(rb"[0-9a-f]{40,64} (\w+) (\d+)", header)
        body = b""
        if found:
            body, place = output[place : place + int(found[2])], place + int(found[2]) + 1
        yield body if found and found[1] == b"blob" else b""


def read_moment(raw: bytes) -> Moment:
    """A date in git's raw form, ``<seconds> <zone>``; an unreadable one gives None seconds."""
    seconds, _, zone = raw.decode("ascii", errors="replace").partition(" ")
    return Moment(read_seconds(seconds), read_zone(zone))


def read_seconds(text: str) -> int | None:
    """Seconds since 1970 held to 64 bits (a forged date may not fit), or None where git printed none."""
    try:
        return max(-(1 << 62), min((1 << 62), int(text)))
    except ValueError:
        return None


def read_zone(text: str) -> int:
    """``+0530`` as minutes east of UTC; what is no zone is 0. ``+51800`` exists and is kept."""
    if not re.fullmatch(r"[+-]\d{3,7}", text):
        return 0
    minutes = int(text[1:-2]) * 60 + int(text[-2:])
    return -minutes if text[0] == "-" else minutes


def _find_git_dir(path: Path) -> Path:
    """Walk up from ``path`` as git does, reading no configuration."""
    if not path.exists():
        raise ChronicleError(f"{path}: no such folder", hint="give the path of a git repository")
    start = path.resolve()
    for folder in (start, *start.parents):
        for candidate in (_git_dir_in(folder), folder):
            if candidate is not None and _is_git_dir(candidate):
                return candidate
    raise ChronicleError(f"{path} is not in a git repository", hint=f"try: git -C {path} init, or name another path")


def _git_dir_in(folder: Path) -> Path | None:
    """Where the folder's ``.git`` is or leads to; None where it has none."""
    dot_git = folder / ".git"
    if dot_git.is_file() and (target := _read_line(dot_git)).startswith("gitdir:"):
        return (folder / target.removeprefix("gitdir:").strip()).resolve()
    return dot_git if dot_git.is_dir() else None


def _is_git_dir(folder: Path) -> bool:
    return (folder / "HEAD").is_file() and ((folder / "objects").is_dir() or (folder / "commondir").is_file())


def _read_line(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="surrogateescape").strip("\r\n")
