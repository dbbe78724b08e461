"""The page of all claims: a row a claim, which opens or leads to what decides it, and an address that lasts."""

from __future__ import annotations

import dataclasses
import re

import pytest
from documented import SUPPORTED, a_desk, a_report

from chronicle.documents.report import Report
from chronicle.pages.claims import MOST_OPENING, claims_page

FEW, MANY = 3, MOST_OPENING + 1


def report(name: str, claims: int) -> Report:
    made = [SUPPORTED | {"id": f"claim-{number}"} for number in range(claims)]
    return a_report(f"reports/{name.lower()}.md", id=name, claims=made)


def pages(*reports: Report) -> dict[str, str]:
    return {entry.uri: entry.body.decode() for entry in claims_page(a_desk(*reports)) if entry.uri.endswith(".md")}


def test_what_decides_a_claim_opens_below_its_row() -> None:
    written = pages(report("TR1", FEW), report("TR2", FEW))

    assert list(written) == ["claims.md"]
    assert written["claims.md"].count('<details class="claim"') == written["claims.md"].count("Predicate") == 2 * FEW


@pytest.mark.parametrize("claims", [FEW, MANY])
def test_the_address_of_a_claim_is_the_same_however_many_there_are(claims: int) -> None:
    found = re.findall(r'(?: id="| #)(tr1-claim-\d+)', pages(report("TR1", claims))["claims.md"])

    assert found == [f"tr1-claim-{number}" for number in range(claims)]


def test_many_claims_are_rows_that_lead_to_a_page_for_each_report() -> None:
    written = pages(report("TR1", MANY), report("TR2", FEW), a_report("reports/c.md", id="TR3"))

    assert set(written) == {"claims.md", "claims/tr1.md", "claims/tr2.md"}
    assert "Predicate" not in written["claims.md"]
    assert "(claims/tr2.md)" in written["claims.md"]
    assert written["claims/tr2.md"].count("Predicate") == FEW


def test_a_claim_whose_cases_were_run_before_says_when_they_were_first_begun() -> None:
    first = report("TR1", 1)
    again = dataclasses.replace(
        first, claims=tuple(dataclasses.replace(one, data_began="2026-01-01T07:08:09Z") for one in first.claims)
    )

    assert "begun 2026&#45;01&#45;01 07&#58;08 UTC in an earlier run, and again at" in pages(again)["claims.md"]
