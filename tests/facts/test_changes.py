"""Change points: the published statistic by hand, a textbook series, and series that must not be called changed."""

from __future__ import annotations

import dataclasses
import math

import numpy
import pytest
from ledgers import measured

from chronicle.facts.changes import RUNS_NEEDED, best_division, change_points, series_of
from chronicle.facts.measurements import Measurement

NILE = [
    *(1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180, 799, 958, 1140),
    *(1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833, 701, 916, 692, 1020, 1050, 969),
    *(831, 726, 456, 824, 702, 1120, 1100, 832, 764, 821, 768, 845, 864, 862, 698, 845, 744, 796, 1040, 759),
    *(781, 865, 845, 944, 984, 897, 822, 1010, 771, 676, 649, 846, 812, 742, 801, 1040, 860, 874, 848, 890),
    *(744, 749, 838, 1050, 918, 986, 797, 923, 975, 815, 1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740),
]
"""Annual flow of the Nile at Aswan, 1871 to 1970; it fell with the dam works of 1898 (Cobb, Biometrika 65, 1978)."""


def runs(values: list[float], **changes: str) -> list[Measurement]:
    return [measured([value] * 12, run_id=f"{place:02d}", **changes) for place, value in enumerate(values)]


def plain_statistic(before: list[float], after: list[float]) -> float:
    """The scaled energy distance, written out pair by pair."""
    m, n = len(before), len(after)
    between = sum(abs(x - y) for x in before for y in after) / (m * n)
    within = [
        sum(abs(side[i] - side[j]) for i in range(len(side)) for j in range(i)) / math.comb(len(side), 2)
        for side in (before, after)
    ]
    return m * n / (m + n) * (2 * between - sum(within))


def test_the_statistic_is_the_published_one_pair_by_pair() -> None:
    values = numpy.random.default_rng(2).normal(size=15).round(3).tolist()
    found = [plain_statistic(values[:place], values[place:]) for place in range(3, 13)]
    place, seen = best_division(numpy.array(values))

    assert seen == pytest.approx(max(found))
    assert place == 3 + found.index(max(found))


def test_a_clean_step_has_the_statistic_of_its_closed_form() -> None:
    assert best_division(numpy.array([0.0] * 4 + [1.0] * 6)) == (4, pytest.approx(2 * 4 * 6 / 10))


def test_the_nile_changed_in_1899() -> None:
    ((place, p_value),) = change_points([float(one) for one in NILE], permutations=199)

    assert 1871 + place == 1899
    assert p_value == pytest.approx(0.005)


def test_two_steps_are_found_in_their_order() -> None:
    values = [1.0, 1.1, 0.9, 1.0, 1.1, 0.9, 2.0, 2.1, 1.9, 2.0, 2.1, 1.9, 3.0, 3.1, 2.9, 3.0, 3.1, 2.9]

    assert [place for place, _ in change_points(values)] == [6, 12]


def test_noise_is_rarely_called_a_change() -> None:
    source = numpy.random.default_rng(7)
    called = [bool(change_points(source.normal(size=16).tolist(), permutations=99)) for _ in range(30)]

    assert sum(called) <= 5


def test_the_same_series_gives_the_same_answer() -> None:
    values = numpy.random.default_rng(3).normal(size=20).tolist()

    assert change_points(values, level=1.0) == change_points(values, level=1.0)


@pytest.mark.parametrize("values", [[1.0] * 20, [1.0] * 5, []], ids=["constant", "short", "empty"])
def test_a_series_without_a_difference_or_too_short_has_no_change(values: list[float]) -> None:
    assert change_points(values) == []


def test_eight_runs_are_the_fewest_in_which_a_clean_step_is_found() -> None:
    step = [[1.0] * (n // 2) + [2.0] * (n - n // 2) for n in (RUNS_NEEDED - 1, RUNS_NEEDED)]

    assert [bool(change_points(one)) for one in step] == [False, True]


def test_a_change_names_its_run_and_the_level_on_either_side() -> None:
    (series,) = series_of(runs([1.0, 1.01, 0.99, 1.0, 1.05, 1.06, 1.04, 1.05]))
    (change,) = series.changes

    assert change.run_key == "dev/04"
    assert (change.before, change.after, change.ratio) == pytest.approx((1.0, 1.05, 1.05), abs=1e-3)


def test_no_test_crosses_a_change_of_pins_or_of_the_source() -> None:
    found = series_of([*runs([1.0] * 8), *runs([2.0] * 8, compare_sha256="d" * 64), *runs([3.0] * 4, source_sha256="6" * 64)])

    assert [(len(one.measurements), one.changes, one.is_long_enough) for one in found] == [
        (8, (), True),
        (8, (), True),
        (4, (), False),
    ]


def test_runs_that_no_claim_may_use_are_no_part_of_a_series() -> None:
    usable = runs([1.0] * 8)
    others = [dataclasses.replace(usable[0], rule="explore(3)"), dataclasses.replace(usable[0], stop="deadline")]

    assert [len(one.measurements) for one in series_of([*usable, *others])] == [8]
