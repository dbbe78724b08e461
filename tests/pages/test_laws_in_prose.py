"""Crossovers, fits, what a law explains and spreads, quoted in a sentence as a claim states them."""

from __future__ import annotations

import html
import itertools
import json
import re
from dataclasses import replace
from typing import Any

import pytest
from ledgers import ledger_of, measured

from chronicle.documents.front_matter import Authored
from chronicle.documents.library import Library
from chronicle.documents.review import BINDING, ESTIMATES, RECORDED, review
from chronicle.errors import Problem
from chronicle.facts.measurements import Measurement
from chronicle.facts.predicates import judge
from chronicle.pages.desk import Desk, make_always
from chronicle.pages.entry import Entry
from chronicle.pages.evidence import evidence_pages
from chronicle.pages.prose import answered
from chronicle.pages.published import plain
from chronicle.pages.quoted import answers
from chronicle.pages.recomputed import NoEvidenceError, Recomputed
from chronicle.pages.writing import SEAL

NOISE = (1.0, 1.004, 0.996, 1.002, 0.998, 1.001, 0.999, 1.003, 0.997)
PLACES = (1000, 10_000, 100_000)
CROSSOVER = 'crossover("call_seconds", x="context", of={"side": "steep"}, to={"side": "flat"})'
FIT = 'fit("call_seconds", x="context", where={"side": "steep"})'
EXPLAINED = 'explained("call_seconds", x="context", law="line", where={"side": "steep"})'
SPREAD = 'spread("call_seconds", over="cases", where={"side": "steep"})'
OF_ONE_CASE = 'spread("call_seconds", where={"side": "flat", "context": 1000})'


def crossing(meets: float = 26_700.0, places: tuple[int, ...] = PLACES, **changes: Any) -> list[Measurement]:
    """A side that takes a second at any context and one that grows with it and takes a second at ``meets``."""
    return [
        measured(
            [one if side == "flat" else one**2 * place / meets for one in NOISE],
            case=f"total[context={place},side={side}]",
            parameters={"context": place, "side": side},
            **changes,
        )
        for place, side in itertools.product(places, ("flat", "steep"))
    ]


def desk_of(*measurements: Measurement, **changes: Any) -> Desk:
    return Desk(Library((), (), ledger_of(*measurements, **changes), (), ()), make_always)


def written(call: str, desk: Desk, problems: list[Problem] | None = None) -> str:
    """What stands on the third line of a page for a directive that is written there."""
    authored = Authored("x.md", "docs/x.md", f"# Title\n\n{{{{ {call} }}}}\n")
    found: list[Problem] = []
    line = answered(authored, answers(desk, "x.md"), found if problems is None else problems)[2]
    assert problems is not None or found == []
    return line.replace(f"{SEAL} ", "").rstrip("\n")


def words(call: str, desk: Desk) -> str:
    return plain(written(call, desk))


def refused(call: str, desk: Desk) -> Problem:
    problems: list[Problem] = []
    assert f"unknown: {call.split('(')[0]}" in plain(written(call, desk, problems))
    (problem,) = problems
    return problem


def test_a_crossover_is_written_with_its_interval_and_separators_of_thousands() -> None:
    said = words(CROSSOVER, desk_of(*crossing()))

    assert re.fullmatch(r"26,7\d\d \(26,[67]\d\d–26,\d\d\d\)", said)
    value = words(CROSSOVER[:-1] + ', show="value")', desk_of(*crossing()))
    assert said.startswith(f"{value} (")


@pytest.mark.parametrize("call", [CROSSOVER, FIT, EXPLAINED, SPREAD, OF_ONE_CASE])
def test_prose_and_claims_state_the_same_number(call: str) -> None:
    desk = desk_of(*crossing())
    finding = judge(f"{call} >= 0", desk.library.ledger, 0.95).finding

    assert finding is not None
    value = float(words(call, desk).split()[0].replace(",", ""))
    assert value == pytest.approx(finding.order.value, rel=2e-2)


def test_a_slope_beside_another_quantity_takes_the_arguments_of_a_claim() -> None:
    swept = [
        measured([one * n**0.7 * b**0.2 for one in NOISE], case=f"total[n={n},moved={b}]", parameters={"n": n, "moved": b})
        for n, b in itertools.product((4, 8, 16), (1.0, 3.0))
    ]

    assert words('fit("call_seconds", x="n", beside="moved", show="value")', desk_of(*swept)) == "0.700"


def test_two_crossovers_are_set_against_each_other_as_in_a_claim() -> None:
    flat = [one for one in crossing() if one.parameters["side"] == "flat"]
    steep = [
        replace(one, case=f"{one.case}, {arm}", parameters={**one.parameters, "arm": arm})
        for arm, meets in (("a", 30_000.0), ("b", 10_000.0))
        for one in crossing(meets)
        if one.parameters["side"] == "steep"
    ]
    call = 'crossover("call_seconds", x="context", of={"side": "flat"}, to={"arm": "a"}, against={"arm": "b"}, show="value")'

    assert words(call, desk_of(*flat, *steep)) == "3.00"


def test_a_crossover_leads_to_the_cards_of_all_its_cases_and_says_on_what_it_rests() -> None:
    said = written(CROSSOVER, desk_of(*crossing()))
    cards = re.search(r'data-cards="([^"]*)"', said)

    assert cards is not None
    assert len(cards[1].split()) == 2 * len(PLACES)
    assert "crossover of call seconds along context, derived from what was measured on dev, 9 processes, " in said
    assert "interval, paired by block, 6 cases" in said


def test_a_fit_says_in_its_hover_how_far_a_case_is_off_the_law_even_where_it_is_exact() -> None:
    exact = [
        measured([float(n * n)] * 3, case=f"total[n={n}]", parameters={"n": n}, metric="moved_bytes", label="derived")
        for n in (1, 2, 4)
    ]

    assert "3 cases, at most" in written(FIT, desk_of(*crossing()))
    said = written('fit("moved_bytes", x="n")', desk_of(*exact))
    assert "exponent of moved bytes over n, derived from what was derived on dev" in said


@pytest.mark.parametrize(
    ("desk", "marks"),
    [
        (desk_of(*crossing()), []),
        (desk_of(*crossing(), sources={"tiny": "0" * 64}), ["stale: code changed"]),
        (desk_of(*crossing(rule="explore(9)")), ["exploratory"]),
        (desk_of(*crossing(stop="deadline")), ["not finished"]),
        (desk_of(*crossing(stop="deadline"), sources={"tiny": "0" * 64}), ["stale: code changed, not finished"]),
    ],
    ids=["fresh", "stale", "exploratory", "not finished", "stale and not finished"],
)
def test_what_to_know_of_the_evidence_is_marked_alike_at_every_number_that_is_quoted(desk: Desk, marks: list[str]) -> None:
    fact = 'fact("call_seconds", where={"side": "flat", "context": 1000})'
    ratio = 'ratio("call_seconds", of={"side": "flat"}, to={"side": "steep"}, where={"context": 1000})'
    for call in (fact, ratio, CROSSOVER, FIT, EXPLAINED, SPREAD):
        assert re.findall(r'<sup class="fact__mark">(.*?)</sup>', html.unescape(written(call, desk))) == marks, call


def test_laws_that_do_not_meet_where_it_was_measured_are_a_finding_with_its_line() -> None:
    problem = refused(CROSSOVER, desk_of(*crossing(5e6)))

    assert (problem.file, problem.line, problem.rule) == ("docs/x.md", 3, "unknown-fact")
    assert "they do not meet between context 1000 and 100000, which was measured" in problem.found
    assert problem.hint


@pytest.mark.parametrize(
    ("call", "found"),
    [
        ('fit("call_seconds", x="context", law="curve")', "fit(law=…) takes 'power' or 'line'"),
        ('spread("call_seconds", over="days")', "spread(over=…) takes 'processes' or 'cases'"),
        ('spread("call_second")', "no metric 'call_second'"),
        ('explained("call_seconds", x="content", where={"side": "flat"})', "no case has an axis 'content'"),
        (CROSSOVER.replace(', to={"side": "flat"}', ""), "missing a required argument: 'to'"),
        (f'{FIT[:-1]}, show="all")', "show='all' is none of both, value, interval"),
    ],
)
def test_what_cannot_be_answered_says_what_was_found(call: str, found: str) -> None:
    assert found in refused(call, desk_of(*crossing())).found


def test_a_law_through_values_that_are_all_alike_is_a_finding_and_no_crash() -> None:
    alike = [measured([1.0] * 9, case=f"total[n={n}]", parameters={"n": n}) for n in (1, 2, 4)]

    assert "the arithmetic leads out of the numbers" in refused('explained("call_seconds", x="n")', desk_of(*alike)).found


@pytest.mark.parametrize("call", [CROSSOVER, FIT, EXPLAINED, SPREAD])
def test_the_number_is_computed_again_from_its_recipe_and_follows_the_records(call: str) -> None:
    desk = desk_of(*crossing())
    shown = words(call, desk)
    (recipe, kept) = next(iter(desk.published.words.values()))
    as_read = json.loads(json.dumps(recipe))
    tampered = [replace(one, values=tuple(v**1.1 for v in one.values)) for one in crossing(20_000.0)]

    assert shown == kept == Recomputed(desk_of(*crossing())).seen(as_read).words
    assert Recomputed(desk_of(*tampered)).seen(as_read).words != shown
    with pytest.raises(NoEvidenceError):
        Recomputed(desk_of(*crossing()[:2])).seen({**as_read, "given": {**as_read["given"], "metric": "gone_seconds"}})


def test_a_number_of_a_law_counts_as_bound_and_no_number_of_it_as_typed() -> None:
    found = review(Authored("x.md", "docs/x.md", f"# Title\n\nThey meet at {{{{ {CROSSOVER} }}}} tokens.\n"))

    assert (found.bound, found.unbound) == (1, ())


def test_every_directive_that_quotes_an_estimate_binds_and_is_known_to_the_evidence_ledger() -> None:
    assert set(answers(desk_of(), "x.md")) == ESTIMATES
    assert ESTIMATES < RECORDED < BINDING


def test_the_evidence_ledger_lists_a_law_with_the_cases_it_rests_on() -> None:
    rows = ledger_rows([CROSSOVER, FIT, OF_ONE_CASE], desk_of(*crossing()))

    assert sorted(one["what"] for one in rows) == [
        "crossover of call seconds along context, total[context=1000,side=steep] and 5 more",
        "exponent of call seconds over context, total[context=1000,side=steep] and 2 more",
        "spread of call seconds, total[context=1000,side=flat]",
    ]


def test_the_spread_of_a_simulated_number_is_another_number_than_its_value() -> None:
    drawn = desk_of(measured([1.0, 1.1, 0.9, 1.05, 0.95, 1.2], label="simulated"))

    assert len(ledger_rows(['fact("call_seconds")', 'spread("call_seconds")'], drawn)) == 2


def ledger_rows(calls: list[str], desk: Desk) -> list[dict[str, Any]]:
    """The rows of ``evidence.json`` for a page that quotes these."""
    authored = Authored("x.md", "docs/x.md", "\n".join(f"{{{{ {call} }}}}" for call in calls))
    body = "".join(answered(authored, answers(desk, "x.md"), desk.problems))
    *_, twin = evidence_pages([Entry("x.md", body.encode(), renders="x.md")], desk)
    rows: list[dict[str, Any]] = json.loads(twin.body)
    return rows
