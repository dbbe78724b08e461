"""Stories of ``chronicle verify``: a built site proves its numbers from its own files, and whatever was changed is found."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from projects import MACHINE, Project, copied
from runs import H100

from chronicle.cli import cli
from chronicle.errors import ChronicleError
from chronicle.evidence.published_site import Address, Folder, Unreachable, published_site
from chronicle.verify import Verified, verify

RUN = f"runs/{MACHINE}/{H100.name}"
(CALIBRATED,) = (H100.parent / "calibration").iterdir()
CALIBRATION = f"runs/{MACHINE}/calibration/{CALIBRATED.name}"
TWIN = f"machines/{MACHINE}.json"
REPORT = "reports/one/index.html"
CLAIMS, SECOND = "claims/index.html", "reports/two/index.html"
EPISODE = "episodes/one/index.html"
APART = 'They lie {{ spread("call_seconds", over="cases", where={"benchmark": ["copy", "read", "triad"]}) }} apart.'
DEGRADED = """\
---
kind: report
id: TR2
title: How fast a product is
status: published
date: 2026-11-23
authors: [Ada]
evidence: [ceilings]
claims:
  - id: copy
    says: A copy takes less than a second.
    holds: 'median("call_seconds", where={"benchmark": "copy"}) <= 1'
  - id: product
    says: A product takes less than a second.
    holds: 'median("call_seconds", where={"benchmark": "matmul", "dtype": "fp32"}) <= 1'
---
# How fast a product is

It takes {{ fact("call_seconds", where={"benchmark": "matmul", "dtype": "fp32"}) }}.

{{ claims() }}

{{ table("call_seconds", rows="dtype", where={"benchmark": "matmul"}) }}
"""
FIRST_DIGIT = re.compile(r'(data-fact="[0-9a-f]+">(?:<a [^>]*>)?)(\d)')


@dataclass
class Changed:
    """A site as it was built, except for some files; None for one that is gone."""

    site: Folder
    files: dict[str, bytes | None] = field(default_factory=dict)

    def read(self, path: str) -> bytes | None:
        return self.files[path] if path in self.files else self.site.read(path)

    def replace(self, path: str, old: str, new: str) -> Changed:
        text = (self.site.read(path) or b"").decode()
        assert old in text
        self.files[path] = text.replace(old, new, 1).encode()
        return self

    def edit(self, path: str, change: Callable[[Any], object]) -> Changed:
        plain = json.loads(self.site.read(path) or b"")
        change(plain)
        self.files[path] = json.dumps(plain).encode()
        return self


@pytest.fixture(scope="module")
def built(original: Project, tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """The built site of the project; not to be edited."""
    project = copied(original, tmp_path_factory.mktemp("verification") / "project")
    shutil.copytree(CALIBRATED, project.run.parent / "calibration" / CALIBRATED.name)
    gap = f'They part by {{{{ calibrated("{MACHINE}", "energy_gap") }}}} at most.\n\n{APART}\n\n{{{{ claims() }}}}'
    project.replace("docs/reports/one.md", "{{ claims() }}", gap)
    project.write("docs/reports/two.md", DEGRADED)
    assert project.mkdocs().is_done
    return Folder(project.root / "site")


@pytest.fixture
def changed(built: Folder) -> Changed:
    return Changed(built)


def told(result: Verified) -> set[tuple[str, str]]:
    return {(one.file, one.rule) for one in result.problems}


def test_a_site_as_it_was_built_agrees_with_its_records(built: Folder) -> None:
    result = verify(built)

    assert result.problems == ()
    assert result.pages[REPORT] >= 2
    assert result.pages[f"{RUN}/index.html"] >= 30
    assert result.pages[EPISODE] >= 8
    assert result.twins > 100


def test_a_number_changed_on_a_page_is_found_with_the_page_and_what_the_records_give(changed: Changed) -> None:
    pages = [REPORT, f"{RUN}/index.html", EPISODE, f"machines/{MACHINE}/index.html"]
    for path in pages:
        page = (changed.site.read(path) or b"").decode()
        changed.files[path] = FIRST_DIGIT.sub(r"\g<1>99", page, count=1).encode()

    problems = verify(changed).problems

    assert [(one.file, one.rule) for one in problems] == [(path, "verify-number") for path in sorted(pages)]
    assert all(one.found.startswith("'99") and "from the records" in one.expected for one in problems)


def test_a_spread_in_prose_is_computed_again_and_found_where_it_was_changed(changed: Changed) -> None:
    page = (changed.site.read(REPORT) or b"").decode()
    mark = re.search(r'They lie <span [^>]*data-fact="([0-9a-f]+)">', page)
    assert mark is not None
    changed.files[REPORT] = re.sub(rf'(data-fact="{mark[1]}"><a [^>]*>)\d', r"\g<1>9", page).encode()

    (problem,) = verify(changed).problems

    index = json.loads(changed.site.read("verify.json") or b"")
    (number,) = (one for one in index["numbers"] if one["id"] == mark[1])
    assert (problem.file, problem.rule) == (REPORT, "verify-number")
    assert problem.expected == f"{number['text']!r}, from the records"
    assert number["recipe"]["name"] == "spread"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (r"(<a [^>]*>)\d", r"\g<1>99"),
        (r"&#40;\d", "(99"),
        (r"–\d", "–99"),
        ("&#40;.*?&#41;", ""),
        ("<sup [^>]*>degraded</sup>", ""),
        (r"</a>", '</a><sup class="fact__mark">exploratory</sup>'),
    ],
    ids=["value", "lower end", "upper end", "interval taken", "mark taken", "mark added"],
)
def test_a_cell_of_a_table_along_axes_changed_on_its_page_is_found(changed: Changed, old: str, new: str) -> None:
    page = (changed.site.read(SECOND) or b"").decode()
    cells = recipes_of(json.loads(changed.site.read("verify.json") or b""), kind="measurement", show="cell")
    (mark,) = (one["id"] for one in cells if "fp32" in one["recipe"]["case"])
    before, here, after = page.partition(f'data-fact="{mark}">')
    cell, end, rest = after.partition("</td>")
    changed.files[SECOND] = f"{before}{here}{re.sub(old, new, cell, count=1)}{end}{rest}".encode()

    assert changed.files[SECOND] != page.encode()
    assert told(verify(changed)) == {(SECOND, "verify-number")}


def test_a_number_taken_from_a_page_and_a_mark_that_nobody_made_are_found(changed: Changed) -> None:
    gone = verify(changed.replace(REPORT, ' data-fact="', ' data-fiction="'))
    foreign = verify(changed.replace(REPORT, ' data-fact="', ' data-fact="f'))

    assert told(gone) == told(foreign) == {(REPORT, "verify-number")}
    assert any("a mark that" in one.expected for one in foreign.problems)


def test_a_number_changed_in_a_twin_is_found(changed: Changed) -> None:
    changed.edit(f"{RUN}/run.json", lambda rows: rows[0].update(value=rows[0]["value"] * 1.001))
    changed.edit("claims.json", lambda rows: rows[0].update(hi=rows[0]["hi"] * 0.999))
    changed.edit("episodes.json", lambda rows: rows[0]["metrics"].update(lines_added=1))
    changed.edit("verify.json", lambda index: index["numbers"][0].update(text="1 ms"))

    result = verify(changed)

    assert [(one.file, one.rule) for one in result.problems] == [
        (path, "verify-number") for path in ("claims.json", "episodes.json", f"{RUN}/run.json", "verify.json")
    ]


def test_a_verdict_a_process_and_a_measurement_changed_in_a_twin_are_found(changed: Changed) -> None:
    def change(rows: Any) -> None:
        rows[3]["values"][0] = 1.0
        rows.pop()

    changed.edit(f"{RUN}/run.json", change)
    changed.edit("claims.json", lambda rows: rows[0].update(verdict="refuted"))

    said = [one.found for one in verify(changed).problems]

    assert len(said) == 3
    assert said[0] == "`TR1#copy-is-quick.verdict` is 'refuted'"
    assert said[1].endswith("measurements") and ".values` is" in said[2]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("read_lo", 9.0),
        ("read_hi", 9.0),
        ("second_lo", 9.0),
        ("resolution", 0.5),
        ("reason", "because"),
        ("is_paired", 1),
        ("bounds", [{"comparison": "<", "threshold": 9.0}]),
        ("runs", ["another"]),
        ("degraded_by", ["not_settled"]),
        ("sentence", "It is so."),
    ],
)
def test_what_a_claim_was_read_from_changed_in_its_twin_is_found(changed: Changed, field: str, value: object) -> None:
    result = verify(changed.edit("claims.json", lambda rows: rows[0].update({field: value})))

    (problem,) = result.problems
    assert (problem.file, problem.rule) == ("claims.json", "verify-number")
    assert problem.found.startswith(f"`TR1#copy-is-quick.{field}` is ")


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (SECOND, r", <span [^>]*fact__mark[^>]*>degraded</span>", ""),
        (SECOND, "( processes)</span>", r'\1, <span class="fact__mark">degraded</span></span>'),
        (CLAIMS, r" <span [^>]*>The evidence is degraded[^<]*</span>\.", ""),
        (CLAIMS, "(>The evidence is degraded[^<]*)not settled", r"\1thermal"),
        (SECOND, '(<span [^>]*fact__mark[^>]*title=")[^"]*', r"\1The evidence is as good as any"),
        (SECOND, '(<span [^>]*fact__mark[^>]*) title="[^"]*"', r"\1"),
        (SECOND, r"<sup [^>]*fact__mark[^>]*>[^<]*</sup>", ""),
        (SECOND, "degraded</sup>", "stale: code changed</sup>"),
        (REPORT, r"(data-fact=[^<]*<a [^>]*>.*?)</a>", r'\1</a><sup class="fact__mark">degraded</sup>'),
        (REPORT, r"(data-fact=[^<]*)(<a )", r'\1<sup style="vertical-align:baseline">9</sup>\2'),
    ],
    ids=[
        "taken from a table",
        "added to a table",
        "taken from a sentence",
        "another gate",
        "another hint",
        "no hint",
        "taken from a number in prose",
        "another mark",
        "added to a number in prose",
        "a digit above the line",
    ],
)
def test_a_mark_of_degraded_evidence_taken_changed_or_added_on_a_page_is_found(
    changed: Changed, path: str, old: str, new: str
) -> None:
    page = (changed.site.read(path) or b"").decode()
    changed.files[path] = re.sub(old, new, page, count=1).encode()

    assert changed.files[path] != page.encode()
    assert told(verify(changed)) == {(path, "verify-number")}


def recipes_of(index: Any, **wanted: str) -> list[Any]:
    """The numbers of an index whose recipes say so."""
    return [one for one in index["numbers"] if wanted.items() <= one["recipe"].items()]


@pytest.mark.parametrize("show", ["degraded", "verdict", "estimate"])
def test_what_the_page_of_claims_tells_taken_with_its_entry_in_the_index_is_found(changed: Changed, show: str) -> None:
    def take(index: Any) -> None:
        (number,) = recipes_of(index, kind="claim", id="TR2#product", show=show)
        index["numbers"].remove(number)
        for path in (CLAIMS, SECOND):
            page = (changed.site.read(path) or b"").decode()
            changed.files[path] = page.replace(f' data-fact="{number["id"]}"', "").encode()

    (problem,) = verify(changed.edit("verify.json", take)).problems

    assert (problem.file, problem.found) == ("verify.json", f"`TR2#product` without its {show} on claims.md")


@pytest.mark.parametrize("pages", [{}, {"reports/two.md": 1}, {"claims.md": 0}])
def test_an_index_that_no_longer_counts_a_claim_on_its_page_is_found(changed: Changed, pages: dict[str, int]) -> None:
    def take(index: Any) -> None:
        (number,) = recipes_of(index, kind="claim", id="TR1#copy-is-quick", show="estimate")
        number["pages"] = pages

    assert ("verify.json", "verify-number") in told(verify(changed.edit("verify.json", take)))


def test_a_recipe_swapped_for_another_under_the_same_mark_is_found(changed: Changed) -> None:
    def swap(index: Any) -> None:
        first, second, *_ = recipes_of(index, kind="measurement", show="value")
        first["recipe"], first["text"] = second["recipe"], second["text"]
        page = (changed.site.read(f"{RUN}/index.html") or b"").decode()
        changed.files[f"{RUN}/index.html"] = re.sub(
            rf'(data-fact="{first["id"]}">(?:<a [^>]*>)?)[^<]*', rf"\g<1>{first['text']}", page
        ).encode()

    problems = verify(changed.edit("verify.json", swap)).problems

    assert ("verify.json", "verify-number") in {(one.file, one.rule) for one in problems}
    assert any(one.expected.endswith(", which its recipe gives") for one in problems)


def test_an_index_with_characters_that_are_none_is_read_to_its_end(changed: Changed) -> None:
    strange = {"id": "\ud800", "text": "1", "recipe": {"kind": "\ud800"}, "pages": {}}

    result = verify(changed.edit("verify.json", lambda index: index["numbers"].append(strange)))

    assert told(result) == {("verify.json", "verify-number"), ("verify.json", "verify-missing")}


def test_a_sentence_of_a_claim_may_tell_its_age_and_nothing_else_that_no_record_gives(changed: Changed) -> None:
    def say(more: str) -> Callable[[Any], None]:
        aged = {"is_stale": True, "freshness": "code changed", "freshness_reason": "tiny.py changed"}
        return lambda rows: rows[0].update(sentence=f"{fresh(rows[0])}{more}", **aged)

    aged = verify(changed.edit("claims.json", say(" The evidence is stale, code changed: tiny.py changed.")))
    more = verify(changed.edit("claims.json", say(" The evidence is stale, code changed: all is well.")))

    assert aged.problems == ()
    assert [one.found.partition(" ")[0] for one in more.problems] == ["`TR1#copy-is-quick.sentence`"]


def fresh(claim: Any) -> str:
    """The sentence of a claim as it was before its evidence aged."""
    said: str = claim["sentence"].partition(" The evidence is stale, ")[0]
    return said


def test_two_long_sentences_are_told_from_where_they_part(changed: Changed) -> None:
    def say(rows: Any) -> None:
        rows[2].update(sentence=rows[2]["sentence"].replace("degraded: not settled", "degraded: thermal"))

    (problem,) = verify(changed.edit("claims.json", say)).problems

    assert problem.found.startswith("`TR2#product.sentence` is '…") and "degraded: thermal" in problem.found
    assert "degraded: not settled" in problem.expected


def test_a_field_that_joined_later_may_be_absent_where_it_would_hold_nothing(changed: Changed) -> None:
    older = verify(changed.edit("claims.json", lambda rows: [one.pop("degraded_by") for one in rows if not one["degraded_by"]]))
    taken = verify(changed.edit("claims.json", lambda rows: [one.pop("degraded_by") for one in rows]))

    assert older.problems == ()
    assert [one.found for one in taken.problems] == ["`TR2#product.degraded_by` is None"]


def test_the_gates_that_degrade_a_claim_taken_from_its_twin_are_found(changed: Changed) -> None:
    (problem,) = verify(changed.edit("claims.json", lambda rows: rows[2].update(degraded_by=[]))).problems

    assert problem.found == "`TR2#product.degraded_by` is []"
    assert problem.expected == "['not_settled'], from the records"


def test_a_predicate_that_is_none_is_never_run(changed: Changed) -> None:
    result = verify(changed.edit("claims.json", lambda rows: rows[0].update(holds="__import__('os').system('x')")))

    assert told(result) == {("claims.json", "verify-number"), ("verify.json", "verify-missing")}


def test_a_commit_changed_or_taken_from_the_rows_is_found(changed: Changed) -> None:
    def first(commits: Any) -> Any:
        return next(iter(commits["repositories"].values()))

    more = verify(changed.edit("commits.json", lambda one: next(iter(first(one).values())).update(lines_added=99)))
    fewer = verify(changed.edit("commits.json", lambda one: first(one).popitem()))

    assert ("episodes.json", "verify-number") in told(more) and (EPISODE, "verify-number") in told(more)
    assert ("episodes.json", "verify-missing") in told(fewer)


def test_a_twin_and_a_page_that_are_gone_are_missing_evidence(changed: Changed) -> None:
    changed.files |= {f"{RUN}/run.json": None, REPORT: None}

    assert told(verify(changed)) == {(f"{RUN}/run.json", "verify-missing"), (REPORT, "verify-missing")}


def test_a_record_that_is_gone_takes_the_evidence_of_every_number_with_it(changed: Changed) -> None:
    changed.files[f"{RUN}/record.json"] = None

    found = told(verify(changed))

    assert found >= {(f"{RUN}/record.json", "verify-missing"), ("verify.json", "verify-missing")}
    assert ("claims.json", "verify-number") in found


def test_a_record_changed_with_its_page_is_found_by_its_digests(changed: Changed) -> None:
    raw = gzip.decompress(changed.site.read(f"{RUN}/samples.jsonl.gz") or b"")
    changed.files[f"{RUN}/samples.jsonl.gz"] = gzip.compress(raw.replace(b"2", b"3", 1))

    assert (f"{RUN}/samples.jsonl.gz", "record-integrity") in told(verify(changed))


def test_a_run_given_a_number_behind_its_name_without_the_run_it_would_follow_is_found(changed: Changed) -> None:
    def rename(index: Any) -> None:
        for place, path in enumerate(index["records"]):
            if path.startswith(f"{RUN}/"):
                index["records"][place] = path.replace(RUN, f"{RUN}.2")
                changed.files[index["records"][place]] = changed.site.read(path)

    problems = verify(changed.edit("verify.json", rename)).problems

    (problem,) = [one for one in problems if one.rule == "record-integrity"]
    assert (problem.file, problem.found) == (f"{RUN}.2/record.json", f"the folder is called '{H100.name}.2'")
    assert problem.expected == f"'{H100.name}' beside it, or '{H100.name}' as its own name"


def test_an_index_cannot_make_a_reader_look_outside_the_records(changed: Changed) -> None:
    paths = ["../../etc/passwd", "/etc/passwd", "runs/../../x", "index.html", 7, None]

    problems = verify(changed.edit("verify.json", lambda index: index["records"].extend(paths))).problems

    assert [(one.file, one.rule) for one in problems] == [("verify.json", "verify-missing")] * len(paths)


def test_a_record_that_has_no_place_beside_the_others_is_a_finding(changed: Changed) -> None:
    below, long = f"{RUN}/record.json/x", f"runs/{'a' * 300}"
    changed.files |= {below: b"x", long: b"x"}
    changed.edit("verify.json", lambda index: index["records"].extend([below, long]))

    problems = verify(changed).problems

    assert [(one.file, one.rule) for one in problems] == [("verify.json", "verify-missing")] * 2
    assert any("has no place among the others" in one.found for one in problems)


@pytest.mark.parametrize("name", ["records", "numbers"])
@pytest.mark.parametrize("value", [5, None, {}])
def test_an_index_without_its_lists_is_a_finding(changed: Changed, name: str, value: object) -> None:
    problems = verify(changed.edit("verify.json", lambda index: index.update({name: value}))).problems

    assert [one.expected for one in problems if one.found == f"`{name}` is {value}"] == ["a list"]


@pytest.mark.parametrize("number", [5, {"id": "1", "text": "1"}, {"id": "1", "text": "1", "pages": {"index.md": "x"}}])
def test_a_number_of_the_index_that_is_none_is_a_finding(changed: Changed, number: object) -> None:
    result = verify(changed.edit("verify.json", lambda index: index["numbers"].append(number)))

    assert told(result) == {("verify.json", "verify-number")}


@pytest.mark.parametrize("plain", [b"[]", b'{"repositories": 7}', b'{"repositories": [1]}'])
def test_commits_of_no_repository_are_missing_evidence(changed: Changed, plain: bytes) -> None:
    changed.files["commits.json"] = plain

    assert told(verify(changed)) == {("episodes.json", "verify-missing"), ("verify.json", "verify-missing")}


@pytest.mark.parametrize("rows", [7, {"a": 7}, {"a": {}}])
def test_rows_of_commits_that_tell_nothing_are_missing_evidence(changed: Changed, rows: object) -> None:
    def change(commits: Any) -> None:
        for repository, cited in commits["repositories"].items():
            own = dict.fromkeys(cited, rows["a"]) if isinstance(rows, dict) else rows
            commits["repositories"][repository] = own

    result = verify(changed.edit("commits.json", change))

    assert told(result) == {("episodes.json", "verify-missing"), ("verify.json", "verify-missing")}


def test_a_recipe_that_cannot_be_followed_is_missing_evidence(changed: Changed) -> None:
    recipes = [
        {"kind": "shell", "name": "rm"},
        {"kind": "directive", "name": "__class__", "given": {}},
        {"kind": "directive", "name": "fact", "given": {"metric": [1]}},
        {"kind": "measurement", "run": [1], "case": {}},
        {"kind": "commits", "episode": "gone.md"},
        {"kind": "calibration", "machine": MACHINE, "row": 0, "finding": "Beauty", "show": "value"},
        {"kind": "calibration", "machine": MACHINE, "row": [1], "finding": {}, "show": None},
        {"kind": "calibration", "machine": "none", "row": 0, "finding": "Copy", "show": "value"},
        {"kind": "directive", "name": "calibrated", "given": {"machine": MACHINE, "what": "beauty"}},
        None,
    ]
    numbers = [
        {"id": str(place) * 16, "text": f"{place}", "recipe": recipe, "pages": {"../x.md": 1}}
        for place, recipe in enumerate(recipes)
    ]

    problems = verify(changed.edit("verify.json", lambda index: index["numbers"].extend(numbers))).problems

    assert sum(one.file == "verify.json" and one.rule == "verify-missing" for one in problems) == len(recipes)


def test_the_files_of_a_calibration_are_shipped_as_they_lie(built: Folder) -> None:
    files = {one.name: one.read_bytes() for one in CALIBRATED.iterdir()}
    page = (built.read(f"machines/{MACHINE}/index.html") or b"").decode()

    assert {name: built.read(f"{CALIBRATION}/{name}") for name in files} == files
    assert [name for name in files if f'href="../../{CALIBRATION}/{name}"' not in page] == []


def test_readings_of_a_calibration_that_were_changed_are_found_by_their_digest(changed: Changed) -> None:
    raw = gzip.decompress(changed.site.read(f"{CALIBRATION}/readings.jsonl.gz") or b"")
    changed.files[f"{CALIBRATION}/readings.jsonl.gz"] = gzip.compress(raw.replace(b"2", b"3", 1))

    assert (f"{CALIBRATION}/readings.jsonl.gz", "record-integrity") in told(verify(changed))


def test_readings_changed_with_every_digest_are_found_by_what_follows_from_them(changed: Changed) -> None:
    raw = gzip.decompress(changed.site.read(f"{CALIBRATION}/readings.jsonl.gz") or b"").splitlines(keepends=True)
    (place,) = [place for place, line in enumerate(raw) if json.loads(line)["part"] == "energy"]
    part = json.loads(raw[place])
    (field,) = [one for one in part["readings"]["streams"] if one["source"] == "instant"]
    field["value"] = [value + (place % 2) * 20_000 for place, value in enumerate(field["value"])]
    raw[place] = json.dumps(part).encode() + b"\n"
    body = b"".join(raw)
    changed.files[f"{CALIBRATION}/readings.jsonl.gz"] = gzip.compress(body)
    digest = hashlib.sha256(body).hexdigest()
    changed.edit(f"{CALIBRATION}/record.json", lambda one: one["files"]["readings.jsonl.gz"].update(sha256=digest))
    record = hashlib.sha256(changed.files[f"{CALIBRATION}/record.json"] or b"").hexdigest()
    changed.files[f"{CALIBRATION}/MANIFEST.sha256"] = f"{record}  record.json\n{digest}  readings.jsonl.gz\n".encode()

    result = verify(changed)

    assert told(result) >= {
        (f"{CALIBRATION}/record.json", "record-integrity"),
        (TWIN, "verify-number"),
        (REPORT, "verify-number"),
        (f"machines/{MACHINE}/index.html", "verify-number"),
    }
    assert any("`calibration.energy_gap.most`" in one.found for one in result.problems)
    assert not any("digest" in one.found or "changed after" in one.found for one in result.problems)


def test_a_record_of_a_calibration_that_was_changed_is_found_by_its_seal_and_its_readings(changed: Changed) -> None:
    changed.edit(f"{CALIBRATION}/record.json", lambda one: one["findings"]["resolution"].update(resolution=0.5))

    problems = [one for one in verify(changed).problems if one.file == f"{CALIBRATION}/record.json"]

    assert {one.rule for one in problems} == {"record-integrity"}
    assert any(one.found == "`findings.resolution.resolution` is 0.5" for one in problems)
    assert any(one.found.startswith("was changed after the calibration: digest ") for one in problems)


def test_a_number_of_a_calibration_changed_on_a_page_is_found(changed: Changed) -> None:
    machine = f"machines/{MACHINE}/index.html"
    for path in (REPORT, machine):
        page = (changed.site.read(path) or b"").decode()
        changed.files[path], count = (
            re.subn(r"1(&#46;|\.)01(&nbsp;|\xa0| )", r"0\g<1>19\g<2>", page)[0].encode(),
            page.count("01"),
        )
        assert count

    result = verify(changed)

    assert [(one.file, one.found, one.expected) for one in result.problems] == [
        (path, "'0.19 %'", "'1.01 %', from the records") for path in (machine, REPORT)
    ]


def test_a_number_of_a_calibration_changed_in_a_twin_is_found(changed: Changed) -> None:
    def change(twin: Any) -> None:
        twin["calibration"]["findings"]["idle_power"][0]["power_w"] += 1
        twin["calibration"]["energy_gap"]["most"] /= 2

    changed.edit(TWIN, change)
    changed.edit("machines.json", lambda rows: rows[0].update(calibrated_utc="2026-11-29T00:00:00+00:00"))

    found = [(one.file, one.rule, one.found.partition(" ")[0]) for one in verify(changed).problems]

    assert found == [
        ("machines.json", "verify-number", f"`{MACHINE}.calibrated_utc`"),
        (TWIN, "verify-number", "`calibration.energy_gap.most`"),
        (TWIN, "verify-number", "`calibration.findings.idle_power`"),
    ]


@pytest.mark.parametrize("name", ["\ud800", "a" * 5000, "../../x", "unheard-of"])
def test_a_machine_of_which_nothing_is_shipped_is_missing_evidence(changed: Changed, name: str) -> None:
    result = verify(changed.edit("machines.json", lambda rows: rows.append({"machine": name, "calibrated_utc": None})))

    (problem,) = result.problems
    assert (problem.file, problem.rule) == ("machines.json", "verify-missing")
    assert problem.found == f"{name!r:.80} rests on nothing that is shipped"


def test_a_number_beyond_every_float_is_found(changed: Changed) -> None:
    result = verify(changed.edit(TWIN, lambda twin: twin["calibration"]["energy_gap"].update(load_ns=10**400)))

    assert [one.found.partition(" ")[0] for one in result.problems] == ["`calibration.energy_gap.load_ns`"]


@pytest.mark.parametrize("where", ["findings", "energy_gap", None])
def test_what_is_added_to_a_calibration_in_a_twin_is_found(changed: Changed, where: str | None) -> None:
    def change(twin: Any) -> None:
        (twin["calibration"][where] if where else twin["calibration"])["beauty"] = 1

    (problem,) = verify(changed.edit(TWIN, change)).problems

    assert problem.found == f"`calibration.{f'{where}.' if where else ''}beauty` is 1"


def test_pins_changed_and_added_in_a_twin_are_found(changed: Changed) -> None:
    def change(twin: Any) -> None:
        twin["key"]["gpu"]["name"] = "B300"
        twin["key"]["beauty"] = {}
        twin["informative"].clear()

    found = {one.found.partition(" ")[0] for one in verify(changed.edit(TWIN, change)).problems}

    assert found > {"`key.gpu`", "`key.beauty`"}
    assert any(one.startswith("`informative.") for one in found)


@pytest.mark.parametrize("field", ["device", "driver", "peaks", "runs"])
def test_a_machine_told_otherwise_in_the_list_of_machines_is_found(changed: Changed, field: str) -> None:
    (problem,) = verify(changed.edit("machines.json", lambda rows: rows[0].update({field: "B300"}))).problems

    assert (problem.file, problem.found) == ("machines.json", f"`{MACHINE}.{field}` is 'B300'")


@pytest.mark.parametrize("path", ["machines.json", "claims.json", "episodes.json"])
def test_a_row_that_stands_twice_is_found_so_that_none_hides_behind_another(changed: Changed, path: str) -> None:
    result = verify(changed.edit(path, lambda rows: rows.insert(0, rows[0])))

    assert (path, "verify-number") in told(result)
    assert any(one.found.endswith(" 2 times") for one in result.problems)


def test_a_twin_of_a_machine_that_is_gone_or_is_none_is_found(changed: Changed) -> None:
    changed.files[TWIN] = None
    gone = told(verify(changed))
    changed.files[TWIN] = b"[]"
    foreign = told(verify(changed))
    changed.files[TWIN] = b'{"calibration": 7}'
    other = told(verify(changed))

    assert (gone, foreign, other) == ({(TWIN, "verify-missing")}, {(TWIN, "verify-number")}, {(TWIN, "verify-number")})


def test_a_calibration_that_is_shown_and_not_shipped_is_missing_evidence(changed: Changed) -> None:
    changed.edit(
        "verify.json", lambda index: index.update(records=[one for one in index["records"] if "calibration" not in one])
    )

    shown = told(verify(changed))
    changed.edit("machines.json", lambda rows: rows[0].update(calibrated_utc=None))
    hidden = told(verify(changed))

    assert shown == hidden == {(TWIN, "verify-missing"), ("verify.json", "verify-missing")}


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


class _Elsewhere(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(302)
        self.send_header("Location", "http://example.org/verify.json")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def serving(handler: Any) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def test_a_site_is_verified_over_http_as_in_its_folder(built: Folder) -> None:
    with serving(partial(_Quiet, directory=str(built.root))) as address:
        said = CliRunner().invoke(cli, ["verify", address])

    assert said.exit_code == 0, said.output
    assert "0 disagree or lack their evidence" in said.output


def test_the_command_tells_the_page_and_ends_with_1_where_a_number_disagrees(built: Folder, tmp_path: Path) -> None:
    report = built.root / REPORT
    text = report.read_text()
    report.write_text(text.replace(' data-fact="', ' data-fact="f', 1))
    said = CliRunner().invoke(cli, ["verify", str(built.root)])
    report.write_text(text)

    assert said.exit_code == 1
    assert said.output.startswith(f"{REPORT}\n  found ")
    assert f"numbers  {REPORT}  (disagrees)" in said.output


def test_a_redirect_to_another_host_is_not_followed() -> None:
    with serving(_Elsewhere) as address, pytest.raises(Unreachable, match=r"leads elsewhere, to example\.org"):
        Address(f"{address}/").read("verify.json")


@pytest.mark.parametrize("path", ["/".join(["a" * 250] * 20), "index.html/x", "assets"])
def test_a_file_that_cannot_be_there_is_not_there(built: Folder, path: str) -> None:
    assert built.read(path) is None


def test_a_path_longer_than_any_address_is_not_there(built: Folder) -> None:
    with serving(partial(_Quiet, directory=str(built.root))) as address:
        assert Address(f"{address}/").read("/".join(["a" * 250] * 400)) is None


def test_more_than_the_bound_is_not_read(built: Folder) -> None:
    with serving(partial(_Quiet, directory=str(built.root))) as address, pytest.raises(Unreachable, match="too large"):
        Address(f"{address}/", left=1000).read("verify.json")


@pytest.mark.parametrize("place", ["file:///etc", "ftp://example.org/", "no-such-folder", "http://127.0.0.1:9/", "."])
def test_what_is_no_readable_site_is_a_wrong_call(place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises(ChronicleError) as failure:
        verify(published_site(place))

    assert failure.value.exit_code == 2


@pytest.mark.parametrize("path", ["../x", "/x", "a/../../x", "a//b", "", "a\\b", "a\0b", "\ud800", "a" * 300])
def test_a_path_outside_the_site_is_never_read(path: str, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("secret")
    (tmp_path / "site").mkdir()

    assert Folder(tmp_path / "site").read(path) is None
    assert Address("http://127.0.0.1:9/").read(path) is None
