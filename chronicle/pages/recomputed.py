"""Makes the words of a published number again from its recipe, with the functions that made them for the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from chronicle.documents.claims import JudgedClaim
from chronicle.documents.directives import Directive
from chronicle.documents.front_matter import Authored
from chronicle.errors import Problem
from chronicle.facts.measurements import Measurement
from chronicle.pages import calibrated_blocks, quoted, time_blocks
from chronicle.pages.calibration import cells_of
from chronicle.pages.cited import summed
from chronicle.pages.claim_blocks import estimate_cell
from chronicle.pages.desk import Desk
from chronicle.pages.marked import Seen, marks_in
from chronicle.pages.prose import Answer, answer_to
from chronicle.pages.published import Recipe, evidence_of, peak_words, plain, shown
from chronicle.pages.sentences import control_words, degraded_words
from chronicle.pages.writing import Markdown, text
from chronicle.units import signed


class NoEvidenceError(Exception):
    """The site does not ship what a recipe asks for; the message says what is missing."""


@dataclass(frozen=True)
class Recomputed:
    """What a site ships, ready to be asked: a desk over its records, the commits of its episodes, its claims judged again.

    ``answers`` grows: the directives for each evidence that one was to choose among.
    """

    desk: Desk
    rows: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    episodes: Sequence[Mapping[str, Any]] = ()
    claims: Mapping[str, JudgedClaim] = field(default_factory=dict)
    answers: dict[tuple[str, ...], dict[str, Answer]] = field(default_factory=dict)

    def seen(self, recipe: Recipe) -> Seen:
        """What a reader sees of what a recipe gives. Raises :class:`NoEvidenceError` where it cannot be followed."""
        make = {
            "measurement": self._measurement,
            "directive": self._directive,
            "peak": self._peak,
            "calibration": self._calibration,
            "commits": self._commits,
            "claim": self._claim,
        }.get(str(recipe.get("kind")))
        if make is None:
            raise NoEvidenceError(f"no recipe of the kind {recipe.get('kind')!r} is known")
        words = text(make(recipe))
        return Seen(plain(words), marks_in(words))

    def totals(self, uri: str) -> dict[str, Any]:
        """The metrics of an episode, added up from the rows of its commits."""
        episode = next((one for one in self.episodes if one.get("uri") == uri), None)
        if episode is None:
            raise NoEvidenceError(f"episodes.json holds no {uri!r}")
        rows, commits = self.rows.get(str(episode.get("repository"))), episode.get("commits")
        if not isinstance(rows, dict) or not isinstance(commits, list):
            raise NoEvidenceError(f"commits.json holds no repository of {uri!r}")
        if missing := [one for one in commits if not isinstance(one, str) or one not in rows]:
            raise NoEvidenceError(f"commits.json lacks {len(missing)} commits of {uri!r}")
        try:
            return summed([rows[one] for one in commits])
        except (TypeError, LookupError):
            raise NoEvidenceError(f"commits.json does not tell what the commits of {uri!r} changed") from None

    def _measurement(self, recipe: Recipe) -> str:
        key = str(recipe.get("run")), str(recipe.get("case")), str(recipe.get("metric"))
        one = self._measured.get(key)
        if one is None:
            raise NoEvidenceError(f"the records hold no {recipe.get('metric')} of {recipe.get('case')} in {recipe.get('run')}")
        return shown(one, str(recipe.get("show")))

    def _directive(self, recipe: Recipe) -> str:
        problems: list[Problem] = []
        given = recipe.get("given")
        asked = Directive(str(recipe.get("name")), (), given if isinstance(given, dict) else {})
        words = answer_to(asked, Authored("", "", ""), self._answers(evidence_of(recipe)), problems)
        if problems:
            raise NoEvidenceError(problems[0].found)
        return Markdown(words)

    def _peak(self, recipe: Recipe) -> str:
        peaks = self.desk.library.ledger.peaks.get(str(recipe.get("run")))
        if peaks is None:
            raise NoEvidenceError(f"the records hold no run {recipe.get('run')}")
        return peak_words(peaks, str(recipe.get("peak")))

    def _calibration(self, recipe: Recipe) -> str:
        machine = str(recipe.get("machine"))
        standing = self.desk.library.ledger.calibrations.get(machine)
        if standing is None:
            raise NoEvidenceError(f"the records hold no calibration of {machine}")
        number, finding, show = recipe.get("row"), str(recipe.get("finding")), str(recipe.get("show"))
        cells = cells_of(standing.recorded)
        if not isinstance(number, int) or (number, finding, show) not in cells:
            raise NoEvidenceError(f"the calibration of {machine} holds no {show} of {finding}")
        return cells[number, finding, show]

    def _commits(self, recipe: Recipe) -> str:
        found = self.totals(str(recipe.get("episode"))).get(str(recipe.get("show")))
        if isinstance(found, int):
            return signed(found) if recipe.get("show") == "net_change" else f"{found:,}"
        return str(found)

    def _claim(self, recipe: Recipe) -> str:
        one = self.claims.get(str(recipe.get("id")))
        if one is None:
            raise NoEvidenceError(f"claims.json holds no claim {recipe.get('id')}")
        if recipe.get("show") == "verdict":
            return one.verdict.value
        words = {"control": control_words, "degraded": degraded_words}.get(str(recipe.get("show")), estimate_cell)
        return words(one)

    def _answers(self, evidence: tuple[str, ...]) -> dict[str, Answer]:
        """The directives as they choose among the evidence of a report."""
        if evidence not in self.answers:
            desk = self.desk.within(evidence)
            groups = (quoted, time_blocks, calibrated_blocks)
            self.answers[evidence] = {name: one for group in groups for name, one in group.answers(desk, "index.md").items()}
        return self.answers[evidence]

    @cached_property
    def _measured(self) -> dict[tuple[str, str, str], Measurement]:
        return {(one.run_key, one.case, one.metric): one for one in self.desk.library.ledger.measurements}
