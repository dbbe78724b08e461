"""What an episode is to tell of: the range as its header names it, and what is known of the commits of that range.

Imported by the commands that draft one when they run: it needs pandas.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chronicle.documents.drafts.episode import Told, released_until, told_until
from chronicle.documents.episode import Episode
from chronicle.documents.library import Chronicle, Library
from chronicle.errors import ChronicleError
from chronicle.evidence.git import Repository
from chronicle.facts.commit_metrics import range_metrics
from chronicle.facts.people import contributors
from chronicle.facts.releases import releases

FIRST_COMMITS = 20
"""Commits a first episode tells of where nothing was released: enough to see how it began, few enough to be told."""


def told(cited: tuple[str, ...], repository: Repository, chronicle: Chronicle, library: Library | None = None) -> Told:
    """What is known of the commits of a range; refused where some of it would be missing."""
    revisions = repository.range(" ".join(cited))
    chosen = chronicle.table[chronicle.table["revision"].isin(set(revisions))]
    metrics = range_metrics(chronicle.history, revisions, table=chronicle.table)
    check_told(chronicle, cited, len(revisions), len(metrics.missing), bool(chosen["is_boundary"].any()))
    return Told(
        repository=chronicle.name,
        cited=cited,
        metrics=metrics,
        authors=tuple(contributors(chosen.reset_index(drop=True))["name"]),
        subjects=tuple(chosen["subject"]),
        releases=tuple(one.name for one in releases(chronicle.history) if one.revision in set(revisions)),
        runs=tuple(_runs(library, set(revisions))) if library else (),
    )


def check_told(chronicle: Chronicle, cited: tuple[str, ...], asked: int, missing: int, is_cut: bool) -> None:
    """Raise :class:`ChronicleError` for a range without a commit, and for one of which something is not at hand."""
    if not asked:
        raise ChronicleError(f"{' '.join(cited)} holds no commit: nothing happened since", hint="name a range A..B")
    if is_cut:
        raise ChronicleError(
            f"the range reaches the end of a shallow clone of {chronicle.name}: what its first commit changed is unknown",
            hint="fetch the rest with `git fetch --unshallow`, or name a range inside the clone",
        )
    if missing:
        raise ChronicleError(
            f"{missing} of {asked} commits are not in the history of HEAD", hint="check out a branch that holds them"
        )


def cited_range(range_: str, repository: Repository, chronicle: Chronicle, episodes: Sequence[Episode]) -> tuple[str, ...]:
    """The range as front matter names it: by hashes, which mean the same tomorrow.

    Without one: what came since the last episode, or the last tag, or the beginning.
    """
    words = range_.replace(",", " ").split()
    if words:
        repository.range(range_)
        return tuple(_by_hash(word, repository) for word in words)
    head = repository.resolve("HEAD")
    since = told_until(episodes, chronicle) or released_until(chronicle)
    return (f"{since[:12]}..{head[:12]}",) if since is not None else _from_the_first(chronicle, head)


def first_told(repository: Repository, chronicle: Chronicle) -> tuple[str, Told]:
    """A title and the commits for the first episode: the last release, else how it began, else what a shallow clone holds.

    Raises :class:`ChronicleError` where none of them can be told whole.
    """
    failure: ChronicleError | None = None
    for title, cited in _beginnings(chronicle):
        try:
            return title, told(cited, repository, chronicle)
        except ChronicleError as found:
            failure = failure or found
    raise failure or ChronicleError("nothing was committed yet", hint="commit something, then tell of it")


def _beginnings(chronicle: Chronicle) -> Iterator[tuple[str, tuple[str, ...]]]:
    rows = chronicle.table[chronicle.table["is_on_head"]]
    if rows.empty:
        return
    known = releases(chronicle.history)
    last = next((one for one in known if one.revisions and one.revision in set(rows["revision"])), None)
    if last is not None:
        before = next((one.revision for one in known if one.name == last.previous), None)
        since = (f"{before[:12]}..{last.revision[:12]}",) if before else _from_the_first(chronicle, last.revision)
        yield f"Release {last.name}", since
    else:
        until = str(rows["revision"].iloc[-FIRST_COMMITS:].iloc[0])
        yield "The first commits", _from_the_first(chronicle, until)
    head = str(rows["revision"].iloc[0])
    for cut in rows["revision"][rows["is_boundary"]]:
        yield "The latest commits", (f"{cut[:12]}..{head[:12]}",)


def _from_the_first(chronicle: Chronicle, until: str) -> tuple[str, ...]:
    rows = chronicle.table[chronicle.table["is_on_head"]]
    first = str(rows["revision"].iloc[-1])
    return (first[:12],) if first == until else (first[:12], f"{first[:12]}..{until[:12]}")


def _by_hash(word: str, repository: Repository) -> str:
    start, dots, end = word.partition("..")
    named = [repository.resolve(side or "HEAD")[:12] for side in ((start, end) if dots else (start,))]
    return "..".join(named)


def _runs(library: Library, revisions: set[str]) -> list[str]:
    """The recorded runs at these revisions, each with how its measurements came out."""
    found = []
    for recorded in library.runs:
        if recorded.run.source.revision in revisions:
            verdicts = [one.verdict for one in library.ledger.measurements if one.run_key == recorded.key]
            counts = ", ".join(f"{verdicts.count(word)} {word}" for word in dict.fromkeys(verdicts)) or "no measurement"
            found.append(f"{recorded.key}, suite {recorded.run.suite.name}: {counts}")
    return found
