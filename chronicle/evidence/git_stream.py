"""The output of ``git log -z --raw --numstat`` as commit records.

A record opens with a mark of 128 random bits made for the run, so no commit text can imitate it. Fields never hold NUL, so
a fixed number of them is read by counting. Then follow the raw rows, and after them as many numstat rows in the same order.
Whatever does not fit this is a record git did not finish: the reader stops there and says how far it came.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from chronicle.evidence.git import read_seconds, read_zone
from chronicle.records.commit import Commit, Depth, FileChange, Moment, Person
from chronicle.records.generated import is_generated

_FIELDS = ("%H", "%P", "%T", "%an", "%ae", "%at", "%ad", "%cn", "%ce", "%ct", "%cd", "%e", "%B")
_ROWS_OF_DEPTH = {
    "lines": ("--raw", "--numstat", "-M", "-l1000"),
    "files": ("--raw", "-M100%"),  # equal files are found by their hashes; anything less would open blobs
    "commit": ("--no-patch",),
}


class TruncatedError(Exception):
    """A record ended before its fields or rows did."""


def log_arguments(mark: str, depth: Depth) -> tuple[str, ...]:
    """The arguments of the streaming ``git log`` that reads the commits named on its standard input."""
    fields = "%x00".join((mark, *_FIELDS))
    return (
        "log",
        "--no-walk=unsorted",
        "--stdin",
        "-z",
        "--no-abbrev",
        "--no-ext-diff",
        "--no-textconv",
        "--no-mailmap",
        "--no-color",
        "--ignore-submodules=none",
        "--encoding=UTF-8",
        "--date=raw",
        f"-O{os.devnull}",
        *_ROWS_OF_DEPTH[depth],
        f"--format={fields}",
    )


def read_commits(stream: bytes, mark: str, depth: Depth) -> Iterator[Commit]:
    """The commits of a finished or broken-off stream, in its order, as far as they are whole.

    Raises :class:`TruncatedError` at the first record that is not; everything before it was yielded.
    """
    people: dict[tuple[bytes, bytes], Person] = {}
    for record in stream.split(mark.encode())[1:]:
        fields = record.split(b"\0")
        if len(fields) < len(_FIELDS) + 2:
            raise TruncatedError
        yield _commit(fields, people, depth)


def _commit(fields: list[bytes], people: dict[tuple[bytes, bytes], Person], depth: Depth) -> Commit:
    (_, revision, parents, tree, author, author_mail, at, ad, committer, committer_mail, ct, cd, encoding, message) = fields[
        :14
    ]
    return Commit(
        revision=revision.decode(),
        parents=tuple(parents.decode().split()),
        tree=tree.decode(),
        author=_person(author, author_mail, people),
        authored=_moment(at, ad),
        committer=_person(committer, committer_mail, people),
        committed=_moment(ct, cd),
        message=message.decode("utf-8", "replace"),
        files=tuple(_rows(fields, depth)),
        encoding=encoding.decode("ascii", "replace"),
    )


def _rows(fields: list[bytes], depth: Depth) -> list[FileChange]:
    """The rows after the fields: none for a merge and for an empty commit, whose record simply ends."""
    at = 14
    if not fields[at].startswith(b"\n:"):
        return []
    raw: list[tuple[list[bytes], bytes | None, bytes]] = []
    head = fields[at].removeprefix(b"\n")
    try:
        while head.startswith(b":"):
            columns = head[1:].split(b" ")
            is_pair = columns[4][:1] in (b"R", b"C")
            raw.append((columns, fields[at + 1] if is_pair else None, fields[at + 2 if is_pair else at + 1]))
            at += 3 if is_pair else 2
            head = fields[at]
        if depth == "files":
            return [_uncounted(*row, "unreadable") for row in raw]
        return _counted(raw, fields, at)
    except (IndexError, ValueError) as cut:
        raise TruncatedError from cut


def _counted(raw: list[tuple[list[bytes], bytes | None, bytes]], fields: list[bytes], at: int) -> list[FileChange]:
    """Join each raw row with its numstat row; a rename's numstat row has an empty path followed by both paths."""
    rows = []
    for columns, old_path, path in raw:
        added, removed, counted_path = fields[at].split(b"\t", 2)
        if old_path is not None:
            counted_path = fields[at + 2]
            at += 2
        at += 1
        if counted_path != path:
            raise TruncatedError
        if added == b"-":
            rows.append(_uncounted(columns, old_path, path, ""))
        else:
            rows.append(_change(columns, old_path, path, int(added), int(removed), None))
    if at != len(fields) - 1 or fields[at]:
        raise TruncatedError
    return rows


def _uncounted(columns: list[bytes], old_path: bytes | None, path: bytes, reason: str) -> FileChange:
    reason = reason or ("generated" if is_generated(path.decode("utf-8", "surrogateescape")) else "binary")
    return _change(columns, old_path, path, None, None, reason)


def _change(
    columns: list[bytes], old_path: bytes | None, path: bytes, added: int | None, removed: int | None, uncounted: str | None
) -> FileChange:
    return FileChange(
        columns[4][:1].decode(),
        path.decode("utf-8", "surrogateescape"),
        added,
        removed,
        old_path.decode("utf-8", "surrogateescape") if old_path is not None else None,
        columns[0].decode(),
        columns[1].decode(),
        uncounted,
    )


def _person(name: bytes, email: bytes, people: dict[tuple[bytes, bytes], Person]) -> Person:
    """One object a person and block: a history has far fewer people than commits."""
    known = people.get((name, email))
    if known is None:
        known = people[name, email] = Person(name.decode("utf-8", "replace"), email.decode("utf-8", "replace"))
    return known


def _moment(seconds: bytes, raw_date: bytes) -> Moment:
    return Moment(read_seconds(seconds.decode()), read_zone(raw_date.rpartition(b" ")[2].decode("ascii", "replace")))
