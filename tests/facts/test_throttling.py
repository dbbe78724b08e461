"""What held the clocks back, between one reading and the next."""

from __future__ import annotations

from chronicle.facts.throttling import REASONS, Held, held_back

SECOND = 1_000_000_000


def test_a_counter_that_rises_says_for_which_part_of_a_stretch() -> None:
    found = held_back({"mono_ns": [5 * SECOND, 6 * SECOND, 8 * SECOND], "power_cap_ns": [7, 7 + SECOND // 4, 7 + SECOND // 4]})

    assert found == (Held("the power cap", 0.0, 1.0, 0.25),)


def test_without_counters_the_mask_of_a_moment_stands_for_the_stretch_after_it() -> None:
    found = held_back({"mono_ns": [0, SECOND, 2 * SECOND], "mask": [0x4, 0x24, 0x4]})

    assert found == (
        Held("the power cap", 0.0, 1.0, 1.0),
        Held("the power cap", 1.0, 2.0, 1.0),
        Held("heat, by the driver", 1.0, 2.0, 1.0),
    )


def test_where_neither_was_recorded_nobody_knows() -> None:
    assert held_back({"mono_ns": [0, SECOND]}) is None
    assert held_back({"mono_ns": [0, SECOND], "mask": [None, None]}) is None


def test_counters_that_stand_still_say_that_nothing_held() -> None:
    assert held_back({"mono_ns": [0, SECOND], "sw_thermal_ns": [3, 3]}) == ()


def test_a_reading_that_is_missing_is_left_out_and_a_counter_never_exceeds_its_stretch() -> None:
    found = held_back({"mono_ns": [0, None, SECOND, 2 * SECOND], "power_cap_ns": [0, 5, 5, 3 * SECOND]})

    assert found == (Held("the power cap", 1.0, 2.0, 1.0),)


def test_every_reason_has_a_bit_of_its_own() -> None:
    bits = [bit for _, bit in REASONS.values()]

    assert len(set(bits)) == len(bits)
    assert all(bit & (bit - 1) == 0 for bit in bits)
