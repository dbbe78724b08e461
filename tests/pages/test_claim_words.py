"""What a page says where nothing decides a claim."""

from __future__ import annotations

import pytest

from chronicle.documents.claims import Claim, JudgedClaim
from chronicle.facts.freshness import Freshness, Input
from chronicle.facts.predicates import Judgement, Verdict
from chronicle.pages.claim_blocks import estimate_words
from chronicle.pages.sentences import sentence

SHORT = "no metric 'one_ratio'; recorded are call_seconds; did you mean 'two_ratio'?"


def undecided(reason: str) -> JudgedClaim:
    claim = Claim(id="a", says="It is so.", holds='median("one_ratio") > 1')
    judgement = Judgement(Verdict.NOT_RUN, None, 0.95, reason)
    return JudgedClaim("TR1", claim, judgement, Input("", None, Freshness.FRESH), None, (), 1, "docs/reports/one.md")


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("no metric 'one_ratio'; recorded are a, b, c and 126 more", "no metric 'one_ratio'"),
        ("no metric 'one_ratio'; recorded are a, b, c and 126 more; did you mean 'two_ratio'?", "no metric 'one_ratio'"),
        ("no case has an axis 'x'; the axes are a, b, c, d, e; did you mean 'y'?", "no case has an axis 'x'"),
        (SHORT, SHORT),
    ],
)
def test_a_reader_is_not_told_a_long_list_of_what_else_is_recorded(reason: str, told: str) -> None:
    one = undecided(reason)

    assert estimate_words(one) == told
    assert sentence(one, "claims.md").replace("&#95;", "_").startswith(f"Nothing decides this: {told[:10]}")
    assert ("recorded are" in sentence(one, "claims.md")) is ("recorded are" in told)
    assert one.judgement.reason == reason
