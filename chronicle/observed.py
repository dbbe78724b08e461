"""What a site is built from, read from the world: histories, recorded runs, authored texts and their earlier versions.

What was measured and what git holds is read apart from what people write: an edit of a document changes none of it, so a
build that stays in memory reads it once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from chronicle.documents.front_matter import Authored, kind_of
from chronicle.documents.listings import TECHNOLOGIES, VOICES
from chronicle.documents.registration import Version
from chronicle.documents.voices import PICTURES
from chronicle.errors import ChronicleError, Problem
from chronicle.evidence.authored import file_names, read_listing, read_texts, read_versions
from chronicle.evidence.calibrations import read_calibrations
from chronicle.evidence.confirmation import confirmed, orphaned
from chronicle.evidence.git import Repository
from chronicle.evidence.history import read_histories
from chronicle.evidence.runs import read_runs
from chronicle.facts.freshness import Present
from chronicle.facts.ledger import Unread
from chronicle.facts.present import present_of, unread_of
from chronicle.inputs import Inputs
from chronicle.memory import Memory
from chronicle.records.history import History
from chronicle.records.recorded import RecordedCalibration, RecordedRun
from chronicle.sources import source_digest


@dataclass(frozen=True, slots=True)
class Observed:
    """What was read of the world, and what could not be read.

    ``suites`` are those of the bench folder, whether they ever ran or not.
    """

    histories: tuple[History, ...]
    runs: tuple[RecordedRun, ...]
    calibrations: tuple[RecordedCalibration, ...]
    present: Present
    unread: tuple[Unread, ...]
    problems: tuple[Problem, ...]
    texts: tuple[Authored, ...] = ()
    versions: Mapping[str, tuple[Version, ...]] = field(default_factory=dict)
    home: str | None = None
    voices: Authored | None = None
    pictures: frozenset[str] = frozenset()
    technologies: Authored | None = None
    suites: frozenset[str] = frozenset()


def observe(inputs: Inputs, memory: Memory | None = None) -> Observed:
    """Read the histories, the recorded runs, the authored texts, and the earlier versions of some of them."""
    memory = memory or Memory()
    evidence = memory("evidence", lambda: _evidence(inputs))
    found, unreadable = read_texts(inputs.docs, _shown(inputs.docs, inputs.root))
    texts = tuple(Authored(one.uri, one.file, one.text) for one in found)
    voices, unheard = read_listing(inputs.docs, VOICES, _shown(inputs.docs, inputs.root))
    technologies, unwatched = read_listing(inputs.docs, TECHNOLOGIES, _shown(inputs.docs, inputs.root))
    versioned = tuple(text.uri for text in texts if kind_of(text) in ("report", "roadmap"))
    home, versions = memory(("versions", versioned), lambda: _versions(inputs, evidence.histories, [*versioned, TECHNOLOGIES]))
    return replace(
        evidence,
        texts=texts,
        versions=versions,
        home=home,
        voices=Authored(voices.uri, voices.file, voices.text) if voices else None,
        pictures=file_names(inputs.docs, PICTURES) if voices else frozenset(),
        technologies=Authored(technologies.uri, technologies.file, technologies.text) if technologies else None,
        problems=(*evidence.problems, *unreadable, *unheard, *unwatched),
    )


def _evidence(inputs: Inputs) -> Observed:
    """What was measured and what git holds, which no edit of a document changes."""
    histories, unread = read_histories(inputs.repositories, cache=inputs.cache)
    recorded = read_runs(inputs.bench / "results", _shown(inputs.bench / "results", inputs.root))
    calibrated = read_calibrations(inputs.bench / "results", _shown(inputs.bench / "results", inputs.root))
    runs, unconfirmed = confirmed(recorded.runs, inputs.bench, inputs.repositories)
    sources, unparsed = _sources(inputs)
    return Observed(
        histories=histories,
        runs=runs,
        calibrations=calibrated.calibrations,
        present=present_of(runs, histories, sources, orphaned(runs, histories), inputs.evidence_max_age_days),
        unread=unread_of(recorded.problems, runs),
        problems=(
            *unread,
            *(problem for one in histories for problem in one.skipped),
            *recorded.problems,
            *calibrated.problems,
            *unconfirmed,
            *unparsed,
        ),
        suites=frozenset(path.stem for path in inputs.bench.glob("*.py") if not path.name.startswith("_")),
    )


def _versions(
    inputs: Inputs, histories: Sequence[History], uris: Sequence[str]
) -> tuple[str | None, dict[str, tuple[Version, ...]]]:
    """The repository that the docs folder lies in, and the earlier versions of these files of it."""
    for history in histories:
        repository = Repository.open(inputs.repositories[history.name])
        home = repository.top
        if home is None or not inputs.docs.resolve().is_relative_to(home):
            continue
        docs = inputs.docs.resolve().relative_to(home)
        found = {uri: read_versions(repository, history, (docs / uri).as_posix()) for uri in uris}
        return history.name, {
            uri: tuple(Version(one.revision, one.committed, one.text) for one in several) for uri, several in found.items()
        }
    return None, {}


def _sources(inputs: Inputs) -> tuple[dict[str, str], tuple[Problem, ...]]:
    """Today's source hash of each suite; one that is not Python has none, so its records count as aged."""
    found: dict[str, str] = {}
    problems: list[Problem] = []
    for path in sorted(inputs.bench.glob("*.py")):
        try:
            found[path.stem] = source_digest(path)
        except ChronicleError as failure:
            file = _shown(path, inputs.root)
            problems.append(Problem(file, None, failure.found, "Python that can be parsed", failure.hint, "suite-source"))
    return found, tuple(problems)


def _shown(path: Path, root: Path) -> str:
    """A path as messages show it: below the site's folder where it lies there, else its name."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
