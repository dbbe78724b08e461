"""Laws along an axis, spreads and counts: what they estimate, how sure they are, and what they refuse."""

from __future__ import annotations

import random
from typing import Any

import pytest
from ledgers import ledger_of, measured

from chronicle.facts.ledger import Ledger, NotFoundError
from chronicle.facts.measurements import Measurement
from chronicle.facts.predicates import judge
from chronicle.facts.trends import count, fit, spread

METRIC = "call_seconds"


def case(n: int, values: list[float], **changes: Any) -> Measurement:
    return measured(values, case=f"total[n={n}]", **{"parameters": {"n": n}} | changes)


def sweep(law: Any, noise: float = 0.01, blocks: int = 12, order_key: int = 7) -> Ledger:
    """A run whose cases follow ``law`` of n, with a factor of noise in each process."""
    drawn = random.Random(order_key)
    return ledger_of(*(case(n, [law(n) * drawn.gauss(1, noise) for _ in range(blocks)]) for n in (1, 2, 4, 8)))


def log_normal(deviation: float, processes: int, order_key: int = 7) -> Ledger:
    drawn = random.Random(order_key)
    return ledger_of(measured([drawn.lognormvariate(0, deviation) for _ in range(processes)]))


def test_a_power_law_gives_its_exponent_with_an_interval_over_blocks() -> None:
    found = fit(sweep(lambda n: 3 * n**1.5), METRIC, "n", {})

    assert found.order.lo is not None and found.order.hi is not None
    assert found.order.lo < 1.5 < found.order.hi
    assert found.order.hi - found.order.lo < 0.05
    assert found.order.n_processes == 12
    assert "4 cases" in found.remark


def test_a_line_gives_its_slope_in_the_unit_of_the_metric() -> None:
    found = fit(sweep(lambda n: 5 + 2 * n), METRIC, "n", {}, law="line")

    assert found.order.value == pytest.approx(2, rel=0.05)
    assert found.unit == "s per n"


def test_a_law_that_does_not_hold_says_how_far_a_case_is_off() -> None:
    found = fit(sweep(lambda n: 1 if n < 8 else 10, noise=1e-6), METRIC, "n", {})

    assert "at most 151 % off the power law" in found.remark


def test_the_t_interval_over_slopes_holds_the_true_exponent_as_often_as_it_says() -> None:
    hits = 0
    for key in range(200):
        second = fit(sweep(lambda n: n**0.5, noise=0.05, blocks=8, order_key=key), METRIC, "n", {}).second
        hits += (second.lo or 1) <= 0.5 <= (second.hi or 0)

    assert 180 <= hits <= 199


@pytest.mark.parametrize(
    ("cases", "options", "says"),
    [
        ([case(1, [1.0] * 6), case(2, [1.0] * 6)], {}, "2 values of n fit; a law needs 3"),
        ([case(n, [1.0] * 6) for n in (0, 1, 2)], {}, "a power law needs positive values of n"),
        ([case(1, [1.0] * 6), case(2, [1.0] * 6, run_id="b"), case(3, [1.0] * 6)], {}, "the cases lie in 2 runs"),
        ([case(n, [1.0] * 6, parameters={"n": "x"}) for n in (1, 2, 3)], {}, "n is no axis of numbers"),
        ([case(n, [1.0] * 6, parameters={"m": n}) for n in (1, 2, 3)], {}, "no case has an axis 'n'; the axes are m"),
        ([case(n, [1.0] * 6, parameters={"n": 1}) for n in (1, 2, 3)], {}, "several cases have the same n"),
        ([case(n, [1.0] * 2, blocks=(n, n + 9)) for n in (1, 2, 3)], {}, "no block in common"),
        ([case(1, [1.0] * 6)], {"where": {"machine": "gone"}}, "no measurement with machine 'gone'"),
    ],
)
def test_a_law_through_too_little_is_refused(cases: list[Measurement], options: dict[str, Any], says: str) -> None:
    with pytest.raises(NotFoundError, match=says):
        fit(ledger_of(*cases), METRIC, "n", **{"where": {}} | options)


def test_the_spread_between_processes_is_their_relative_deviation() -> None:
    found = spread(log_normal(0.02, 20), METRIC, {})

    for reading in (found.order, found.second):
        assert reading.lo is not None and reading.hi is not None
        assert reading.lo < 0.02 < reading.hi < 0.06


def test_both_intervals_of_a_spread_hold_the_truth_as_often_as_they_say() -> None:
    hits = [0, 0]
    for key in range(200):
        found = spread(log_normal(0.1, 12, key), METRIC, {})
        for place, reading in enumerate((found.order, found.second)):
            hits[place] += (reading.lo or 1) <= 0.1 <= (reading.hi or 0)

    assert all(178 <= one <= 199 for one in hits), hits


def test_processes_without_any_spread_leave_a_claim_about_it_undecided() -> None:
    judged = judge(f'spread("{METRIC}") <= 0.1', ledger_of(measured([1.0] * 12)), 0.95)

    assert judged.verdict == "undecided"


def test_the_spread_over_cases_is_the_largest_over_the_smallest_in_a_block() -> None:
    ledger = ledger_of(case(1, [1.0, 2.0] * 6), case(2, [3.0, 6.0] * 6), case(4, [2.0, 4.0] * 6))

    found = spread(ledger, METRIC, {}, over="cases")

    assert (found.order.lo, found.order.value, found.order.hi) == (3, 3, 3)


def test_counts_are_exact_and_count_usable_evidence_only() -> None:
    ledger = ledger_of(
        case(1, [1.0] * 12),
        case(1, [1.0] * 12, run_id="later"),
        case(2, [1.0] * 6, rule="explore(6)"),
        case(1, [1.0] * 12, metric="power_watts"),
    )

    assert [count(ledger, what, {}).order.value for what in ("processes", "cases", "runs")] == [12, 1, 2]
    assert judge('count("runs", where={"n": 1}) >= 2', ledger, 0.95).verdict == "supported"
    assert judge('count("runs", where={"n": 1}) >= 3', ledger, 0.95).verdict == "refuted"
    assert judge('count("runs", where={"n": 2}) >= 1', ledger, 0.95).reason.startswith("only exploratory runs")
    assert judge('count("runs", where={"n": 3}) >= 1', ledger, 0.95).verdict == "not run"
