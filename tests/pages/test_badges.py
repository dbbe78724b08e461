"""Badges: what a README on another host shows of a site, as JSON for a badge service and as a picture that needs none."""

from __future__ import annotations

import json
from xml.etree.ElementTree import fromstring

import pytest
from documented import REFUTED, SUPPORTED, a_desk, a_report
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import ledger_of, measured

from chronicle.documents.library import Library
from chronicle.documents.report import Report
from chronicle.pages.badges import Badge, badge_entries, badges, picture
from chronicle.pages.entry import is_inside

SVG = "{http://www.w3.org/2000/svg}"


def said(*reports: Report) -> dict[str, str]:
    return {one.place: f"{one.label}: {one.message}" for one in badges(a_desk(*reports).library)}


def test_a_site_has_a_badge_for_its_claims_its_evidence_and_each_report_claim_and_benchmark() -> None:
    assert said(a_report(claims=[SUPPORTED, REFUTED | {"presents": "refuted"}])) == {
        "claims": "claims: 1 of 2 supported, 1 refuted",
        "evidence": "evidence: fresh",
        "reports/TR1": "TR1: 1 of 2 supported, 1 refuted",
        "claims/TR1/quick": "TR1#quick: supported",
        "claims/TR1/slow": "TR1#slow: refuted",
        "benchmarks/tiny": "tiny: fresh",
    }


def test_a_report_that_is_not_published_says_so_in_place_of_its_claims() -> None:
    withdrawn = a_report(status="withdrawn", reason="It was wrong.", claims=[SUPPORTED])
    found = said(withdrawn, a_report("b.md", id="TR2", status="draft", date=None, claims=[SUPPORTED]))

    assert (found["reports/TR1"], found["reports/TR2"]) == ("TR1: withdrawn", "TR2: draft")
    assert "claims" not in found


def test_aged_evidence_is_stale_with_the_reason_of_the_one_benchmark() -> None:
    aged = Library((), (), ledger_of(measured(), sources={"tiny": "0" * 64}), (), ())

    assert [one.message for one in badges(aged)] == ["stale: code changed", "stale: code changed"]


def test_a_site_without_evidence_and_claims_has_no_badge() -> None:
    assert list(badges(Library((), (), ledger_of(), (), ()))) == []


@pytest.mark.parametrize(("presents", "is_alarming"), [("refuted", False), ("supported", True)])
def test_a_refuted_claim_is_alarming_only_where_the_prose_says_otherwise(presents: str, is_alarming: bool) -> None:
    (found,) = [
        one for one in badges(a_desk(a_report(claims=[REFUTED | {"presents": presents}])).library) if one.place == "claims"
    ]

    assert (found.colour == "#b3261e") is is_alarming


def test_both_files_of_a_badge_say_the_same() -> None:
    found = {entry.uri: entry.body for entry in badge_entries(a_desk(a_report(claims=[SUPPORTED])))}

    assert json.loads(found["badges/claims.json"]) == {
        "schemaVersion": 1,
        "label": "claims",
        "message": "supported",
        "color": "#1a7f37",
    }
    assert fromstring(found["badges/claims.svg"]).get("aria-label") == "claims: supported"
    assert len(found) == 2 * 5


@given(st.text(max_size=60))
@settings(max_examples=60)
def test_whatever_a_label_holds_the_picture_is_one_and_only_shows_it(label: str) -> None:
    drawn = fromstring(picture(Badge("x", label, label, "#57606a")))

    assert {one.tag.removeprefix(SVG) for one in drawn.iter()} == {"svg", "title", "clipPath", "g", "rect", "text"}
    assert not [name for one in drawn.iter() for name in one.attrib if name.startswith("on") or "href" in name]


def test_every_badge_lies_inside_the_site() -> None:
    report = a_report(id="TR-1.a_b", claims=[SUPPORTED])

    assert all(is_inside(entry.uri) for entry in badge_entries(a_desk(report)))
