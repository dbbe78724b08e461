"""What git holds of a report: when a claim was first made, what was moved since, and the versions readers had."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from chronicle.documents.registration import Version, changes, editions, first_made, superseded_editions

CLAIM = {"says": "It is fast.", "holds": 'median("call_seconds") <= 2'}
FRONT = """---
kind: report
version: "{version}"
status: {status}
claims:
  - id: {id}
    says: It is
      fast.
    holds: {holds}
{more}---
"""


def version(day: int, **changes: str) -> Version:
    plain = {"version": "1.0", "status": "draft", "id": "fast", "holds": "'median(\"call_seconds\") <= 2'", "more": ""}
    return Version(f"r{day}", datetime(2026, 1, day, tzinfo=UTC), FRONT.format(**plain | changes))


def test_a_claim_was_made_when_its_words_and_its_predicate_first_stood_together() -> None:
    found = editions([version(1, holds="median(x) <= 3"), version(2, id="other"), version(3)])

    made = first_made(CLAIM, found)

    assert made is not None
    assert made.revision == "r2"


def test_a_margin_is_part_of_a_claim() -> None:
    found = editions([version(1), version(2, more="    margin: 0.02\n")])

    made = first_made(CLAIM | {"margin": "0.02"}, found)

    assert made is not None
    assert made.revision == "r2"


def test_a_version_that_yaml_cannot_read_holds_its_words_all_the_same() -> None:
    unquoted = version(1, holds='median("call_seconds") <= 2 # a: b\n  bad')
    made = first_made(CLAIM, editions([unquoted, version(2)]))

    assert made is not None
    assert made.revision == "r1"
    assert [one.revision for one in changes(editions([unquoted, version(2)]))] == ["r2"]


def test_a_threshold_that_was_moved_is_listed_with_both_values_and_prose_is_not() -> None:
    found = editions([version(1), version(2), version(3, holds="'median(\"call_seconds\") <= 3'"), version(4, id="new")])

    listed = [(one.revision, one.what, one.claim, one.before[-1:], one.after[-1:]) for one in changes(found)]

    assert listed == [
        ("r1", "first committed", "", "", "m"),
        ("r3", "predicate", "fast", "2", "3"),
        ("r4", "claim added", "new", "", "2"),
        ("r4", "claim removed", "fast", "3", ""),
    ]


def test_a_status_and_a_version_that_changed_are_listed() -> None:
    found = editions([version(1), version(2, status="published", version="2.0")])

    assert [(one.what, one.before, one.after) for one in changes(found)][1:] == [
        ("version", "1.0", "2.0"),
        ("status", "draft", "published"),
    ]


def test_each_earlier_version_is_kept_as_it_last_stood() -> None:
    found = editions([version(1), version(2), version(3, version="1.1"), version(4, version="2.0")])

    assert [(one.number, one.revision) for one in superseded_editions(found, "2.0")] == [("1.0", "r2"), ("1.1", "r3")]


@pytest.mark.parametrize(
    "text", ["", "# no front matter", "---\nclaims: 7\n---\n", "---\nclaims: [1, {id: 2}]\n---\n", "---\n- a\n---\n"]
)
def test_an_old_version_of_any_shape_can_be_read(text: str) -> None:
    (one,) = editions([Version("r", datetime(2026, 1, 1, tzinfo=UTC), text)])

    assert first_made(CLAIM, [one]) is None
