"""Reading many commits: blocks of hashes drained by a few git processes at once, each failure pinned to its commit.

One process uses one core, and nearly all of its time goes into opening and comparing files. So the list of hashes is cut
into blocks, and each worker starts ``git log --no-walk`` on the next block. Blocks are more than workers because recent
history costs more per commit than old.

git prints commits in the order asked. When it dies in the middle (an object is missing, a commit is too large), the first
commit without a whole record is the one to blame: it alone is read again, less deeply, and the block goes on behind it.
"""

from __future__ import annotations

import os
import queue
import secrets
import select
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO, cast

from chronicle.evidence.git_launch import CleanRoom, GitFailedError, last_line
from chronicle.evidence.git_stream import TruncatedError, log_arguments, read_commits
from chronicle.records.commit import Commit, Depth, Unread

BLOCKS_PER_WORKER = 5
SMALLEST_BLOCK = 200
LARGEST_BLOCK = 4000
"""Commits a block: few enough to hold in memory (16 MB), enough that a git that starts with nothing in its delta cache
(0.1 s) does not count, and so many blocks that no worker waits long for the other at the end."""

STALL_SECONDS = 180.0
"""A git that prints nothing for so long is stopped: no honest commit was seen to take a tenth of it."""

BLOCK_BYTES = 1 << 26
"""The most output held at once; a block with more is read in pieces, a single commit with more less deeply."""

_MOST_WORKERS = 5
"""Our own parsing takes a sixth of the time of one git and runs on one core: more gits would wait for it."""

_GIVE_UP_AFTER = 5
"""Failures in one block after which the rest is read without line counts: most objects are not there."""


@dataclass(frozen=True, slots=True)
class Block:
    """Commits in the order asked, and the failures among them."""

    commits: tuple[Commit, ...]
    unread: tuple[Unread, ...]


def read_blocks(
    room: CleanRoom,
    revisions: Sequence[str],
    *,
    boundary: frozenset[str] = frozenset(),
    workers: int | None = None,
    on_commits: Callable[[int], None] = lambda count: None,
) -> Iterator[Block]:
    """Read ``revisions`` (full hashes) and yield blocks as they are finished, in any order.

    Commits in ``boundary`` are read without files: to git each would seem to add every file. ``on_commits`` is told of
    commits as they arrive, from the workers' threads. An error in a worker ends the whole and is raised here.
    ``workers`` None means as many as there are cores for us, up to five.
    """
    workers = workers or min(_cores(), _MOST_WORKERS)
    cut = [r for r in revisions if r in boundary]
    whole = [r for r in revisions if r not in boundary]
    waiting: queue.SimpleQueue[tuple[list[str], Depth]] = queue.SimpleQueue()
    jobs: list[tuple[list[str], Depth]] = [(block, "lines") for block in cut_blocks(whole, workers)]
    jobs += [(cut, "commit")] if cut else []
    for job in jobs:
        waiting.put(job)
    finished: queue.SimpleQueue[Block | BaseException] = queue.SimpleQueue()
    stop = threading.Event()
    reader = _Reader(room, stop, on_commits)
    threads = [
        threading.Thread(target=_drain, args=(reader, waiting, finished), daemon=True) for _ in range(min(workers, len(jobs)))
    ]
    for thread in threads:
        thread.start()
    try:
        for _ in jobs:
            block = finished.get()
            if isinstance(block, BaseException):
                raise block
            yield block
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def cut_blocks(revisions: Sequence[str], workers: int) -> list[list[str]]:
    """Neighbouring commits stay together: their files are deltas of one another, and git keeps those at hand."""
    size = max(SMALLEST_BLOCK, min(LARGEST_BLOCK, -(-len(revisions) // (workers * BLOCKS_PER_WORKER))))
    return [list(revisions[at : at + size]) for at in range(0, len(revisions), size)]


def _cores() -> int:
    """Cores this process may use, which a container or a batch system may have limited."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _drain(
    reader: _Reader,
    waiting: queue.SimpleQueue[tuple[list[str], Depth]],
    finished: queue.SimpleQueue[Block | BaseException],
) -> None:
    while not reader.stop.is_set():
        try:
            revisions, depth = waiting.get_nowait()
        except queue.Empty:
            return
        try:
            finished.put(reader.block(revisions, depth))
        except BaseException as failure:
            finished.put(failure)
            return


class _StoppedError(Exception):
    """The whole was given up while a block was being read."""


@dataclass(frozen=True, slots=True)
class _Reader:
    room: CleanRoom
    stop: threading.Event
    on_commits: Callable[[int], None]

    def block(self, revisions: list[str], depth: Depth) -> Block:
        """Read a block, going round each commit that git cannot read."""
        commits: list[Commit] = []
        unread: list[Unread] = []
        if depth == "commit":
            found, reason = self._stream(revisions, depth)
            if reason:
                raise GitFailedError(f"the boundary of the shallow clone cannot be read: {reason}", 128)
            return Block(tuple(replace(commit, is_boundary=True) for commit in found), ())
        left = revisions
        while left:
            found, reason = self._stream(left, depth)
            commits += [replace(c, unread="lines") for c in found] if depth == "files" else found
            left = left[len(found) :]
            if reason and left:
                commit, failure = self._less_deeply(left[0], reason)
                commits.append(commit)
                unread += [failure] if failure else []
                left = left[1:]
                if len(unread) >= _GIVE_UP_AFTER and len(unread) * 10 > len(commits):
                    unread += [Unread(revision, "files", reason) for revision in left]
                    depth = "files"
        return Block(tuple(commits), tuple(unread))

    def _less_deeply(self, revision: str, reason: str) -> tuple[Commit, Unread | None]:
        """Read one commit alone: in full again (git may have been killed from outside), then without opening files.

        The walk that listed it has read the commit object, so if even that fails now, git is not working: that ends the
        whole mine.
        """
        depths: tuple[Depth, ...] = ("lines", "files", "commit")
        for depth in depths:
            found, again = self._stream([revision], depth)
            if found and depth == "lines":
                return found[0], None
            if found:
                return replace(found[0], unread="lines" if depth == "files" else "files"), Unread(revision, depth, reason)
            reason = again or reason
        raise GitFailedError(f"commit {revision} cannot be read: {reason}", 128, hint="try: git fsck")

    def _stream(self, revisions: list[str], depth: Depth) -> tuple[list[Commit], str]:
        """The commits git printed whole, and why it ended before the last one (empty: it did not)."""
        mark = secrets.token_hex(16)
        with tempfile.TemporaryFile() as asked:
            asked.write("\n".join(revisions).encode() + b"\n")
            asked.seek(0)
            output, reason = self._collect(cast(BinaryIO, asked), mark, depth)
        commits: list[Commit] = []
        try:
            for commit, revision in zip(read_commits(output, mark, depth), revisions, strict=False):
                if commit.revision != revision:  # blaming a failure on a commit rests on the order
                    return commits, reason or "git answered out of order"
                commits.append(commit)
        except TruncatedError:
            return commits, reason or "git ended in the middle of a commit"
        if len(commits) < len(revisions):
            return commits, reason or "git did not print every commit asked for"
        return commits, ""

    def _collect(self, asked: BinaryIO, mark: str, depth: Depth) -> tuple[bytes, str]:
        """Everything git prints, and its complaint if it failed or had to be stopped."""
        process = self.room.start(*log_arguments(mark, depth), istream=asked)
        assert process.stdout is not None and process.stderr is not None
        complaint: list[bytes] = []
        listener = threading.Thread(target=lambda stream: complaint.append(stream.read()), args=(process.stderr,), daemon=True)
        listener.start()
        chunks: list[bytes] = []
        size, reason, needle = 0, "", mark.encode()
        try:
            descriptor = process.stdout.fileno()
            while not reason:
                if not _has_output(descriptor):
                    reason = f"git printed nothing for {STALL_SECONDS:g} s"
                    break
                chunk = os.read(descriptor, 1 << 20)
                if not chunk:
                    break
                chunks.append(chunk)
                size += len(chunk)
                self.on_commits(chunk.count(needle))
                if self.stop.is_set():
                    raise _StoppedError
                if size > BLOCK_BYTES:
                    reason = "git printed more than a block may hold"
        finally:
            if reason or sys.exc_info()[0]:
                process.kill()
            code = process.wait()
            listener.join()
            process.stdout.close()
            process.stderr.close()
        if code and not reason:
            reason = last_line(b"".join(complaint).decode(errors="replace")) or f"git ended with {code}"
        return b"".join(chunks), reason


def _has_output(descriptor: int) -> bool:
    """Wait for output or the end of the stream; Windows cannot wait on a pipe and goes on to read."""
    return sys.platform == "win32" or bool(select.select([descriptor], [], [], STALL_SECONDS)[0])
