"""``chronicle verify``: every published number computed again from the records and the JSON that a built site ships.

    read        the index, and the records it names, laid in an empty folder        evidence/
    observe     the records as any build reads them: digests, seals, medians        site.observe
    compute     measurements, claims and sums with the functions of a build         facts/, pages/
    compare     with the JSON twins, with the index, and with the HTML of each page

No GPU, no git and nothing beside the site is asked, so whoever can read the site can do it.
"""

from __future__ import annotations

import contextlib
import json
import math
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from chronicle import site
from chronicle.documents.claims import Claim, JudgedClaim, judge_claims
from chronicle.documents.front_matter import Authored
from chronicle.errors import ChronicleError, Problem
from chronicle.evidence.published_site import PublishedSite, Unreachable, is_plain, list_in, objects_of, page_of, plain_of
from chronicle.facts.calibrated import Standing
from chronicle.facts.ledger import Ledger
from chronicle.pages import addresses
from chronicle.pages.calibration import calibration_twin
from chronicle.pages.cited import CITED, SUMMED
from chronicle.pages.claims import plain_claim
from chronicle.pages.desk import Desk, make_always
from chronicle.pages.machines import known_machines, machine_row, plain_machine
from chronicle.pages.marked import Seen, marked_numbers
from chronicle.pages.published import INDEX, SCHEMA, claim_recipe, digest_of
from chronicle.pages.recomputed import NoEvidenceError, Recomputed
from chronicle.pages.runs import plain_measurement
from chronicle.pages.sentences import lasting

_Shape = TypeVar("_Shape", list[Any], dict[str, Any])
_TWIN = (
    "machine", "run", "case", "parameters", "metric", "unit", "value", "lo", "hi", "level", "n_processes", "n_left_out",
    "values", "gates", "label",
)  # fmt: skip
_CLAIM = (
    "margin", "bounds", "verdict", "reason", "level", "resolution", "unit", "value", "lo", "hi", "second_value", "second_lo",
    "second_hi", "read_lo", "read_hi", "n_processes", "is_paired", "remark", "differing", "runs", "cases", "degraded_by",
)  # fmt: skip
_LATER = frozenset({"degraded_by"})
"""Fields that joined the form of a claim later: that an older site has none is wrong only where it would hold something."""
_UNREAD = "a record cannot be read ("
_ALIKE = 1e-9
"""Relative difference of two numbers that are the same: another machine may round the last digits of a logarithm otherwise."""


@dataclass(frozen=True, slots=True)
class Verified:
    """How many marked numbers each page shows, how many values of twins were compared, and everything that disagrees."""

    pages: Mapping[str, int]
    twins: int
    problems: tuple[Problem, ...]

    @property
    def numbers(self) -> int:
        return sum(self.pages.values())


def verify(place: PublishedSite) -> Verified:
    """Verify a site. Raises :class:`ChronicleError` where it cannot be read, or has no index to verify it by."""
    try:
        index = _index(place)
        with tempfile.TemporaryDirectory(prefix="chronicle-verify-") as folder:
            missing = list(_lay(place, index, Path(folder) / "bench" / "results"))
            stated = objects_of(place.read("claims.json"))
            again, records = _recomputed(place, Path(folder), stated)
            found = _Found(place, again, stated)
            found.problems += [*missing, *records]
            found.twins_of_runs(index)
            found.twins_of_machines()
            found.claims()
            found.episodes()
            found.numbers(index)
    except Unreachable as failure:
        raise ChronicleError(
            f"the site cannot be read: {failure}", hint="try again, or verify the folder it was built in"
        ) from None
    problems = sorted(set(found.problems), key=lambda one: (one.file, one.rule, one.found))
    return Verified(dict(sorted(found.pages.items())), found.compared, tuple(problems))


def _index(place: PublishedSite) -> Mapping[str, Any]:
    raw = place.read(INDEX)
    if raw is None:
        raise ChronicleError(f"the site has no {INDEX}", hint="name the folder or the address that holds the site's home page")
    index = plain_of(raw)
    if not isinstance(index, dict) or index.get("schema") != SCHEMA:
        raise ChronicleError(f"{INDEX} is not of the schema {SCHEMA}", hint="verify with the version that built the site")
    return index


def _lay(place: PublishedSite, index: Mapping[str, Any], results: Path) -> Iterator[Problem]:
    """Lay the records as a results folder has them; a problem for each that is not shipped."""
    for path in list_in(index, "records"):
        if not isinstance(path, str) or not is_plain(path) or not path.startswith("runs/"):
            yield _problem(INDEX, f"the record {path!r:.80}", "a path below runs/", "verify-missing")
        elif (raw := place.read(path)) is None:
            yield _problem(path, "is not shipped", f"a record that {INDEX} names", "verify-missing")
        else:
            file = results / path.removeprefix("runs/")
            try:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(raw)
            except OSError as failure:
                found = f"the record {path!r:.80} has no place among the others ({failure.strerror})"
                yield _problem(INDEX, found, "a path of its own", "verify-missing")


def _recomputed(place: PublishedSite, folder: Path, stated: Sequence[Mapping[str, Any]]) -> tuple[Recomputed, list[Problem]]:
    """The records read as a build reads them, and what is wrong with them."""
    inputs = site.Inputs(folder, folder / "docs", {}, folder / "bench", folder / "cache", {})
    observed = site.observe(inputs)
    library = site.bind(inputs, observed, site.compute(observed))
    commits = plain_of(place.read(CITED) or b"{}")
    episodes = objects_of(place.read("episodes.json"))
    records = [replace(one, file=one.file.replace("bench/results", "runs", 1), severity="warning") for one in library.problems]
    rows = commits.get("repositories") if isinstance(commits, dict) else None
    return Recomputed(
        Desk(library, make_always),
        rows if isinstance(rows, dict) else {},
        episodes,
        _judged(stated, library.ledger, _named_evidence(place)),
    ), records


class _Found:
    """What was compared so far, and what disagrees."""

    def __init__(self, place: PublishedSite, again: Recomputed, stated_claims: Sequence[Mapping[str, Any]]) -> None:
        self.place, self.again, self.stated_claims = place, again, stated_claims
        self.pages: dict[str, int] = {}
        self.problems: list[Problem] = []
        self.compared = 0

    def twins_of_runs(self, index: Mapping[str, Any]) -> None:
        """Each measurement in the twin of its run's page."""
        desk = self.again.desk
        for recorded in desk.library.runs:
            uri = addresses.run_file(recorded.run.machine, recorded.run.run_id, "run.json")
            expected = [plain_measurement(one, desk) for one in desk.library.ledger.measurements if one.run_key == recorded.key]
            stated = self._twin(uri, list)
            if stated is not None and len(stated) != len(expected):
                self._disagrees(uri, f"{len(stated)} measurements", f"{len(expected)}, from the record")
            for left, right in zip(stated or (), expected, strict=False):
                self._compare(uri, f"{right['case']} {right['metric']}", left, {name: right[name] for name in _TWIN})

    def twins_of_machines(self) -> None:
        """What the calibration of each machine found, in the twin of its page; its age is of a day that no record knows."""
        desk, rows = self.again.desk, self._once("machines.json", objects_of(self.place.read("machines.json")), "machine")
        known = known_machines(desk)
        for machine in sorted(rows.keys() - known.keys()):
            found, missing = f"{machine!r:.80} rests on nothing that is shipped", "the records of the machine"
            self.problems.append(_problem("machines.json", found, missing, "verify-missing"))
        for machine, one in sorted(known.items()):
            uri, standing = addresses.machine_twin(machine), desk.library.ledger.calibrations.get(machine)
            row, stated = _as_json(machine_row(machine, one, desk)), self._twin(uri, dict)
            del row["calibration_expired"]
            if standing is None and (rows.get(machine, {}).get("calibrated_utc") or (stated and stated.get("calibration"))):
                missing = "the records of the calibration it shows"
                self.problems.append(_problem(uri, "rests on nothing that is shipped", missing, "verify-missing"))
                del row["calibrated_utc"]
            self._compare("machines.json", machine, rows.get(machine), row)
            if stated is not None:
                self._pins(uri, stated, _as_json(plain_machine(machine, one, desk)))
            if standing is not None:
                self._calibration(uri, stated, standing)

    def _pins(self, uri: str, twin: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
        """The pins of a machine, none changed and none added."""
        for group in ("key", "informative"):
            self._compare(uri, group, twin.get(group), expected[group], is_all=True)

    def _calibration(self, uri: str, twin: Mapping[str, Any] | None, standing: Standing) -> None:
        """One calibration in the twin of its machine, each finding by itself."""
        if twin is None:
            return
        stated = twin.get("calibration")
        expected = _as_json(calibration_twin(standing))
        parts = {name: expected.pop(name) for name in ("findings", "energy_gap") if expected[name] is not None}
        del expected["expired"]
        apart = {*parts, "expired"}
        rest = {name: one for name, one in stated.items() if name not in apart} if isinstance(stated, dict) else stated
        self._compare(uri, "calibration", rest, expected, is_all=True)
        for name, part in parts.items():
            own = stated.get(name) if isinstance(stated, dict) else None
            self._compare(uri, f"calibration.{name}", own, part, is_all=True)

    def claims(self) -> None:
        """Each claim's verdict, estimates and reasons, judged again from its predicate."""
        self._once("claims.json", self.stated_claims, "id")
        for one in self.stated_claims:
            name = str(one.get("id"))
            judged = self.again.claims.get(name)
            if judged is None:
                self._disagrees("claims.json", f"`{name}.holds` {one.get('holds')!r:.60}", "a claim that can be judged")
                continue
            plain = _as_json(plain_claim(judged, self.again.desk))
            unstated = {part for part in _LATER - one.keys() if not plain[part]}
            expected = {part: plain[part] for part in _CLAIM if part not in unstated} | {"sentence": lasting(plain)}
            if judged.judgement.finding is None and str(one.get("reason")).startswith(_UNREAD):
                del expected["reason"], expected["sentence"]
            self._compare("claims.json", name, {**one, "sentence": lasting(one)}, expected)

    def episodes(self) -> None:
        """Each episode's metrics, added up from the rows of its commits."""
        self._once("episodes.json", self.again.episodes, "uri")
        for one in self.again.episodes:
            metrics = one.get("metrics")
            if not isinstance(metrics, dict) or not one.get("commits"):
                continue
            uri = str(one.get("uri"))
            try:
                totals = self.again.totals(uri)
            except NoEvidenceError as failure:
                self.problems.append(_problem("episodes.json", f"`{uri}`: {failure}", "its commits", "verify-missing"))
                continue
            self._compare("episodes.json", uri, metrics, {name: totals[name] for name in SUMMED if name in metrics})

    def numbers(self, index: Mapping[str, Any]) -> None:
        """Each marked number: the index against the recipe, and the pages against both."""
        expected: dict[str, Seen] = {}
        on_page: dict[str, Counter[str]] = {}
        for name in ("numbers", "records"):
            if not isinstance(index.get(name), list):
                self._disagrees(INDEX, f"`{name}` is {index.get(name)!r:.60}", "a list")
        for number in list_in(index, "numbers"):
            if not isinstance(number, dict) or not _is_counted(number.get("pages")):
                self._disagrees(INDEX, f"the number {number!r:.80}", "an object that counts it on its pages")
                continue
            key = str(number.get("id"))
            expected[key] = self._number(key, number)
            for uri, count in number["pages"].items():
                on_page.setdefault(uri, Counter())[key] = count
        self._shown(on_page)
        for uri, counts in sorted(on_page.items()):
            self._page(uri, counts, expected)

    def _number(self, key: str, number: Mapping[str, Any]) -> Seen:
        """What the recipe of a number gives, under its own mark; where it cannot be followed, the words that are stated."""
        said, recipe = number.get("text"), number.get("recipe")
        recipe = recipe if isinstance(recipe, dict) else {}
        if key != digest_of(recipe):
            self._disagrees(INDEX, f"{said!r} with the mark {key!r:.40}", f"{digest_of(recipe)!r}, which its recipe gives")
        try:
            seen = self.again.seen(recipe)
        except NoEvidenceError as failure:
            self.problems.append(_problem(INDEX, f"{said!r}: {failure}", "evidence", "verify-missing"))
            return Seen(str(said), None)
        if said != seen.words:
            self._disagrees(INDEX, f"{said!r} ({key})", f"{seen.words!r}, from the records")
        return seen

    def _shown(self, on_page: Mapping[str, Mapping[str, int]]) -> None:
        """What the pages of claims show of each claim: its verdict, its estimate, and by what its evidence is degraded."""
        for name, one in self.again.claims.items():
            pages = [on_page.get(uri, {}) for uri in (addresses.CLAIMS, addresses.claims_of(one.report))]
            for show in ("verdict", "estimate", *(["degraded"] if one.degrading else [])):
                key = digest_of(claim_recipe(name, show))
                if not any(page.get(key, 0) > 0 for page in pages):
                    self._disagrees(
                        INDEX, f"`{name}` without its {show} on {addresses.CLAIMS}", "all that this page tells of a claim"
                    )

    def _page(self, uri: str, counts: Counter[str], expected: Mapping[str, Seen]) -> None:
        path, raw = page_of(uri, self.place)
        if raw is None:
            self.problems.append(_problem(path, "is not shipped", f"a page that {INDEX} names", "verify-missing"))
            return
        found = marked_numbers(raw.decode(errors="replace"))
        self.pages[path] = len(found)
        for key, seen in found:
            wanted = expected.get(key)
            if wanted is None:
                self._disagrees(path, f"{seen.words!r} with the mark {key!r:.40}", f"a mark that {INDEX} lists")
            elif seen.words != wanted.words:
                self._disagrees(path, repr(seen.words), f"{wanted.words!r}, from the records")
            elif wanted.marks not in (None, seen.marks):
                self._disagrees(path, f"{seen.words!r} {_told(seen)}", f"{_told(wanted)}, from the records")
        for key, missing in (counts - Counter(key for key, _ in found)).items():
            times = f"{expected[key].words!r} {missing} times fewer"
            self._disagrees(path, times, "every number that the index lists for the page")

    def _twin(self, uri: str, kind: type[_Shape]) -> _Shape | None:
        raw = self.place.read(uri)
        if raw is None:
            self.problems.append(_problem(uri, "is not shipped", "the twin of its page", "verify-missing"))
            return None
        stated = plain_of(raw)
        if not isinstance(stated, kind):
            shape = "list" if kind is list else "object"
            self._disagrees(uri, f"no {shape}", f"a JSON {shape}")
            return None
        return stated

    def _once(self, uri: str, rows: Sequence[Mapping[str, Any]], name: str) -> dict[str, Mapping[str, Any]]:
        """The rows of a twin by their names, each of which may stand there once."""
        for named, times in Counter(str(row.get(name)) for row in rows).items():
            if times > 1:
                self._disagrees(uri, f"{named!r:.80} {times} times", "each of them once")
        return {str(row.get(name)): row for row in rows}

    def _compare(self, uri: str, name: str, stated: Any, expected: Mapping[str, Any], is_all: bool = False) -> None:
        """Each value expected; with ``is_all`` there may be no other."""
        if not isinstance(stated, dict):
            self._disagrees(uri, f"`{name}` is {stated!r:.60}", "an object")
            return
        for key, value in expected.items():
            self.compared += 1
            if not _is_alike(stated.get(key), value):
                found, wanted = _parting(stated.get(key), value)
                self._disagrees(uri, f"`{name}.{key}` is {found!r:.80}", f"{wanted!r:.80}, from the records")
        for key in sorted(stated.keys() - expected.keys()) if is_all else ():
            self._disagrees(uri, f"`{name}.{key:.80}` is {stated[key]!r:.80}", "nothing by that name, from the records")

    def _disagrees(self, file: str, found: str, expected: str) -> None:
        self.problems.append(_problem(file, found, expected, "verify-number"))


def _named_evidence(place: PublishedSite) -> dict[str, tuple[str, ...]]:
    """What the claims of each report choose among, by the id of the report, as the list of reports says."""
    reports = objects_of(place.read("reports.json"))
    return {str(one.get("id")): tuple(map(str, list_in(one, "evidence"))) for one in reports}


def _judged(
    stated: Sequence[Mapping[str, Any]], ledger: Ledger, evidence: Mapping[str, tuple[str, ...]]
) -> dict[str, JudgedClaim]:
    """The claims of a twin judged again, the claims of a report as one family; those that are no claims are left out."""
    families: dict[str, list[Claim]] = {}
    for one in stated:
        report, _, name = str(one.get("id")).partition("#")
        with contextlib.suppress(ValidationError):
            given = {key: one[key] for key in ("says", "holds", "margin", "varies") if key in one}
            families.setdefault(report, []).append(Claim.model_validate({"id": name, **given}))
    nowhere = Authored("", "", "")
    judged = [
        one
        for report, claims in families.items()
        for one in judge_claims(report, claims, ledger, nowhere, (), evidence.get(report, ()))
    ]
    return {one.id: one for one in judged}


def _parting(left: Any, right: Any) -> tuple[Any, Any]:
    """Two values as they are told apart: long texts from shortly before where they part."""
    if not (isinstance(left, str) and isinstance(right, str)):
        return left, right
    same = next((place for place, (one, other) in enumerate(zip(left, right, strict=False)) if one != other), 0)
    return (f"…{left[same - 20 :]}", f"…{right[same - 20 :]}") if same > 60 else (left, right)


def _told(seen: Seen) -> str:
    """How the evidence of a number is marked."""
    return f"marked as {', '.join(seen.marks)}" if seen.marks else "without a mark"


def _as_json(plain: Any) -> Any:
    """A twin as a reader finds it."""
    return json.loads(json.dumps(plain))


def _is_counted(pages: Any) -> bool:
    return isinstance(pages, dict) and all(type(one) is int for one in pages.values())


def _is_alike(left: Any, right: Any) -> bool:
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_is_alike, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_is_alike(left[name], right[name]) for name in left)
    if any(isinstance(one, bool) or not isinstance(one, int | float) for one in (left, right)):
        return type(left) is type(right) and bool(left == right)
    try:
        return math.isclose(left, right, rel_tol=_ALIKE)
    except OverflowError:
        return False


def _problem(file: str, found: str, expected: str, rule: str) -> Problem:
    hint = "ask its authors: the site and its records do not fit, or were changed after the build"
    return Problem(file, None, found, expected, hint, rule)
