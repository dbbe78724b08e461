"""The whole history of one repository as two tables, with what was read beside it and what could not be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chronicle.errors import Problem
from chronicle.records.commit import Moment

if TYPE_CHECKING:
    import pandas as pd  # 0.4 s to import: a refresh that finds nothing new does without


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag that leads to a commit. ``created`` is the tagger's date, or the commit's for a light tag."""

    name: str
    revision: str
    created: Moment
    is_annotated: bool


@dataclass(frozen=True, eq=False)
class History:
    """What git holds for one repository, raw: nothing below is resolved, merged by mailmap or classified.

    ``name`` is the configured name and ``head`` the full revision the walk began at, or None in a repository with no
    commit yet (both tables are then empty).

    ``commits``: one row a commit, newest first, every commit before its parents. The order is a function of the commits
    alone (committer dates raised above those of the parents), so it does not depend on how often the cache was refreshed.

    ==========================  =====================  ==========================================================
    column                      dtype                  meaning
    ==========================  =====================  ==========================================================
    ``revision``                object (str)           full commit hash, 40 or 64 hex digits
    ``parents``                 object (tuple of str)  full hashes; several for a merge, none for a root
    ``tree``                    object (str)           full hash of the tree
    ``author_name``             object (str)           as written; may be empty, may be hostile text
    ``author_email``            object (str)           as written, without the angle brackets
    ``authored``                datetime64[s, UTC]     author date, clamped to 1970–9999; NaT where git cannot read it
    ``authored_zone_minutes``   int32                  the author's zone, minutes east of UTC, as written
    ``committer_name`` …        as above               the four columns of the committer: the axis of every page
    ``encoding``                object (str)           declared encoding of the message; empty means UTF-8
    ``message``                 object (str)           whole message, undecodable bytes replaced
    ``is_boundary``             bool                   history is cut here (shallow clone); its files are unknown
    ``is_on_head``              bool                   reachable from ``head``; False after a rewritten history
    ``unread``                  object (str)           ``""``, ``lines`` or ``files``: what could not be read
    ==========================  =====================  ==========================================================

    ``files``: one row a changed file, in the order of ``commits``; merges have none.

    ==============  ====================  ==================================================================
    column          dtype                 meaning
    ==============  ====================  ==================================================================
    ``commit``      int32                 row number in ``commits``
    ``revision``    object (str)          the revision of that row
    ``kind``        object (str)          A M D R C T
    ``path``        object (str)          path after the change, UTF-8 with surrogate escapes: escape to print
    ``old_path``    object (str or None)  path before, for R and C only
    ``added``       Int64                 lines added; NA where git counts none
    ``removed``     Int64                 lines removed; NA where git counts none
    ``uncounted``   object (str)          ``""``, ``binary``, ``generated`` or ``unreadable``
    ``old_mode``    int32                 file mode before, octal value as an integer (``0o100644``), 0 for none
    ``new_mode``    int32                 file mode after
    ==============  ====================  ==================================================================

    ``mailmap`` is the raw text of ``.mailmap`` at ``head``; ``skipped`` lists what could not be read and why.
    """

    name: str
    head: str | None
    commits: pd.DataFrame
    files: pd.DataFrame
    tags: tuple[Tag, ...] = ()
    mailmap: str = ""
    skipped: tuple[Problem, ...] = ()

    @property
    def is_empty(self) -> bool:
        return self.commits.empty

    @property
    def is_cut(self) -> bool:
        """True where a shallow clone hides the beginning, so "first" and "all" cannot be said."""
        return bool(self.commits["is_boundary"].any())

    def check_command(self, revision: str) -> str:
        """The git command whose numbers are those of ``files``, run in any clone.

        git's counts depend on its settings in one commit of a few hundred, by a line or two; this states ours. It counts
        the files we leave out as generated, which only our own attributes know.
        """
        return f"git -c diff.context=0 show --numstat -M --format= {revision}"

    def cite(self, revision: str) -> str:
        """``name@revision``, the form in which a page names a commit among several repositories."""
        return f"{self.name}@{revision}"
