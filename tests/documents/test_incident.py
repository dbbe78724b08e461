"""Incidents: what their front matter must hold, and how the guards stand."""

from __future__ import annotations

import pytest

from chronicle.documents.front_matter import Authored
from chronicle.documents.incident import Incident, judge_guards, parse_incident

KEYS = """\
kind: incident
title: It broke
date: 2026-11-23
from: v1.0
to: 1a2b3c4
guards:
  - tests/test_it.py
  - TR1
  - R:later
"""
KNOWN = {"TR1": ("report", "in place"), "R:later": ("roadmap item", "planned")}


def authored(keys: str = KEYS) -> Authored:
    return Authored("incidents/it.md", "docs/incidents/it.md", f"---\n{keys}---\n# It broke\n")


def wrong(keys: str) -> list[tuple[int | None, str]]:
    front, problems = parse_incident(authored(keys))
    assert front is None
    return [(one.line, one.found) for one in problems]


def incident(*names: str, files: tuple[str, ...] = ()) -> Incident:
    front, _ = parse_incident(authored())
    assert front is not None
    return Incident(authored(), front, "ours", (), judge_guards(authored(), names, KNOWN, lambda name: name in files)[0])


def test_the_window_holds_its_first_commit_too() -> None:
    front, problems = parse_incident(authored())

    assert problems == ()
    assert front is not None
    assert front.window == "v1.0 v1.0..1a2b3c4"


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (KEYS.replace("to: 1a2b3c4\n", ""), 2),
        (KEYS + "date_end: 2026-11-22\n", 2),
        (KEYS.replace("v1.0", "a..b,c"), 5),
        (KEYS.replace("v1.0", "'--output=x :/words'"), 5),
        (KEYS.replace("It broke", "''"), 3),
        (KEYS.replace("2026-11-23", "yesterday"), 4),
        (KEYS + "severe: 1\n", 11),
    ],
)
def test_a_front_matter_that_cannot_be_meant_is_told_with_its_line(keys: str, line: int) -> None:
    assert [at for at, _ in wrong(keys)] == [line]


def test_guards_are_files_reports_claims_and_items_and_each_says_how_it_stands() -> None:
    guards, problems = judge_guards(authored(), ["tests/test_it.py", "TR1", "R:later"], KNOWN, lambda _: True)

    assert problems == ()
    assert [(one.kind, one.state) for one in guards] == [
        ("file", "in place"),
        ("report", "in place"),
        ("roadmap item", "planned"),
    ]


def test_a_guard_that_is_not_there_is_a_finding_on_its_line_with_what_is_near() -> None:
    _, problems = judge_guards(authored(), ["tests/test_it.py", "TR11", "R:latr"], KNOWN, lambda _: False)

    assert [(one.line, one.rule, one.hint) for one in problems] == [
        (8, "guard-missing", "correct the path, or bring the guard back"),
        (9, "guard-missing", "did you mean 'TR1'?"),
        (10, "guard-missing", "did you mean 'R:later'?"),
    ]


def test_an_incident_is_guarded_while_a_guard_is_in_place_and_none_is_missing() -> None:
    assert incident("TR1", "R:later").state == "guarded"
    assert incident("tests/a.py", files=("tests/a.py",)).state == "guarded"
    assert incident("TR1", "tests/a.py").state == "unguarded"
    assert incident("R:later").state == "unguarded"
    assert incident().state == "unguarded"
