"""Asks git whether a run's revision really holds the source that its record names.

The machine that measures may have no repository at hand, so a record's revision can be no more than what somebody stated.
Here it is checked: the suite and its local modules are read at that revision, and their hash must be the recorded one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from chronicle.errors import ChronicleError, Problem
from chronicle.evidence.git import Repository
from chronicle.records.history import History
from chronicle.records.recorded import RecordedRun
from chronicle.records.run import Run
from chronicle.sources import digest_of


def confirmed(
    runs: Iterable[RecordedRun], bench: Path, repositories: Mapping[str, Path]
) -> tuple[tuple[RecordedRun, ...], tuple[Problem, ...]]:
    """The runs with ``is_confirmed`` set, and a problem for each whose revision holds another source or cannot hold it.

    A run stays unconfirmed, without a problem, where it states no revision, its tree had uncommitted changes, or no
    configured repository holds the bench folder, the revision, and every source there.
    """
    home = next((path for path in repositories.values() if bench.resolve().is_relative_to(path.resolve())), None)
    judged = [replace(one, is_confirmed=_is_confirmed(one.run, bench, home)) for one in runs]
    wrong = [_problem(one) for one in judged if one.is_confirmed is False]
    return tuple(judged), (*wrong, *(_dirty(one) for one in judged if one.run.source.dirty))


def orphaned(runs: Iterable[RecordedRun], histories: Iterable[History]) -> frozenset[str]:
    """The keys of the runs whose revision is in the history of no configured repository.

    Nobody can tell where a history is cut, as in a shallow clone, or where there is none; a run that states no revision was
    never in one.
    """
    known = [one for one in histories if not one.is_empty]
    if not known or any(one.is_cut for one in known):
        return frozenset()
    held = {revision for one in known for revision in one.commits.loc[one.commits["is_on_head"], "revision"]}
    return frozenset(one.key for one in runs if one.run.source.revision is not None and one.run.source.revision not in held)


def _is_confirmed(run: Run, bench: Path, home: Path | None) -> bool | None:
    if home is None or run.source.revision is None or run.source.dirty:
        return None
    try:
        repository = Repository.open(home)
        revision = repository.resolve(run.source.revision)
        if repository.top is None or not bench.resolve().is_relative_to(repository.top):
            return None
        below = bench.resolve().relative_to(repository.top)
        prefix = f"{run.suite.file.rsplit('/', 1)[0]}/"
        names = [source.removeprefix(prefix) for source in run.suite.sources]
        bodies = [repository.bytes_at(revision, (below / name).as_posix()) for name in names]
    except ChronicleError:
        return None
    found = [(name, body) for name, body in zip(names, bodies, strict=True) if body is not None]
    return digest_of(found) == run.suite.source_sha256 if len(found) == len(names) else None


def _problem(recorded: RecordedRun) -> Problem:
    run = recorded.run
    return Problem(
        file=f"{recorded.shown}/record.json",
        line=None,
        found=f"revision {str(run.source.revision)[:12]}, at which git holds another {run.suite.file}",
        expected=f"a revision whose source has the hash {run.suite.source_sha256[:12]}",
        hint="measure again with the right --revision, or withdraw the run: a record is never edited",
        rule="record-revision",
    )


def _dirty(recorded: RecordedRun) -> Problem:
    return Problem(
        file=f"{recorded.shown}/record.json",
        line=None,
        found=f"a run in a work tree with changes that {str(recorded.run.source.revision)[:12]} does not hold",
        expected="a run of what is committed: nobody can repeat this one, so it is shown with its mark and never published",
        hint="commit the changes and measure again, or leave the run out of the repository",
        rule="record-dirty",
    )
