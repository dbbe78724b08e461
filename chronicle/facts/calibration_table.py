"""The findings of a calibration as rows that a reader can check: name, value, range, and how it was obtained."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from chronicle.facts.calibrated import ENERGY_WINDOW_NS, SAMPLED, Gap, calibrated_gap
from chronicle.records.calibration import AveragingWindow, Extent, Findings, Spread
from chronicle.records.recorded import RecordedCalibration
from chronicle.units import Quantity

CLOCKS, IDLE, SENSORS, ENERGY = "Timers and launches", "Idle power", "Sensors", "Energy"
"""Groups of rows that others point at."""

_SLOW_NS = 200_000_000
_STATES = {
    "idle_cold": "Idle, no context in any process",
    "idle_warm": "Idle, a context alive",
    "idle_hot": "Idle, just after load",
    "spin": "Waiting in a loop of one block",
}
_LAUNCHES = {
    "eager": ("Launch, one after another", "events around a batch of empty kernels"),
    "eager_host": ("Launch, as the host pays it", "host clock around 100 launches that are not awaited"),
    "graph": ("Launch in a CUDA graph", "events around the replay of a graph of empty kernels"),
    "awaited": ("Launch, awaited", "host clock around one launch and its end"),
    "dispatch": ("Dispatch of one operation", "host clock around a batch of operations on one element"),
}
_FIELDS = {"energy": "energy counter", "instant": "power, instant", "average": "power, average", "usage": "power usage"}


@dataclass(frozen=True, slots=True)
class Row:
    """One finding in words; ``group`` is the heading it stands under."""

    group: str
    name: str
    value: str
    range: str
    method: str


def rows(recorded: RecordedCalibration) -> Iterator[Row]:
    """All findings, and what follows from the readings for a run, in the order in which a reader needs them."""
    found = recorded.calibration.findings
    yield from _clocks(found)
    yield from _ceilings(found)
    yield from _idle(found)
    yield from _sensors(found)
    yield from _energy(found, calibrated_gap(recorded, ENERGY_WINDOW_NS))
    yield from _costs(found)


def _field(source: str) -> str:
    """A sensor in words."""
    return _FIELDS.get(source, source)


def _clocks(found: Findings) -> Iterator[Row]:
    group = CLOCKS
    if (timers := found.timers) is not None:
        if timers.event_quantum_ns is not None and timers.event_overhead_ns is not None:
            yield Row(
                group, "Event clock, step", seconds(timers.event_quantum_ns), "", "smallest difference of two event spans"
            )
            yield _spread(group, "Event pair around nothing", timers.event_overhead_ns, "two events, back to back")
        yield Row(group, "Host clock, step", seconds(timers.host_quantum_ns), "", "smallest difference of two reads")
        yield _spread(group, "Host clock, one read", timers.host_overhead_ns, "difference of successive reads")
    for one in found.launches:
        name, method = _LAUNCHES.get(one.kind, (one.kind, ""))
        yield _spread(group, name, one.each_ns, method)
    if (resolution := found.resolution) is not None and resolution.resolution is not None:
        words = f"B over A {percent(resolution.log_ratio_lo)} to {percent(resolution.log_ratio_hi)}"
        method = f"{resolution.pairs} pairs of fresh processes that do the same; order-statistic interval of the log ratio"
        yield Row(group, "Smallest difference told apart", percent(resolution.resolution), words, method)


def _ceilings(found: Findings) -> Iterator[Row]:
    group = "Ceilings, short measurements"
    for one in found.ceilings:
        rate, unit = (one.bytes_per_second, "B/s") if one.bytes_per_second else (one.flop_per_second, "FLOP/s")
        if rate is not None:
            quantity = Quantity(rate.median, unit, min(rate.q1, rate.median), max(rate.q3, rate.median))
            words = f"quartiles {quantity.interval_text.strip('()')}"
            yield Row(group, one.name.capitalize(), quantity.text, words, f"{one.formula}, {rate.n} calls in one process")
    if found.cache is not None:
        words = f"{seconds(found.cache.cold_ns.median)} against {seconds(found.cache.hot_ns.median)}"
        method = f"a copy over {Quantity(found.cache.working_b, 'B').text}, its operands evicted and not, in turn"
        yield Row(group, "Cold over hot cache", f"{found.cache.cold_over_hot:.2f}", words, method)


def _idle(found: Findings) -> Iterator[Row]:
    for one in found.idle_power:
        name = _STATES.get(one.state, one.state) + (", polled" if one.is_polled else "")
        at = f"at {one.temperature_c} °C and {one.sm_mhz} MHz" if None not in (one.temperature_c, one.sm_mhz) else ""
        settle = f" after {one.settle_ns / 1e9:.0f} s" if one.settle_ns else ", sensors read all the time"
        yield Row(IDLE, name, watts(one.power_w), at, f"energy counter over {one.window_ns / 1e9:.1f} s{settle}")


def _sensors(found: Findings) -> Iterator[Row]:
    group = SENSORS
    for one in found.update_periods:
        words = f"{_quarters(one.period_ns)}, longest {seconds(one.longest_ns)}"
        method = f"time between changes of value, polled every {seconds(one.poll_ns)}"
        name = f"{_field(one.source).capitalize()}: new value every"
        yield Row(group, f"{name}, {one.state}", seconds(one.period_ns.median), words, method)
    for step in found.step_responses:
        name = f"{_field(step.source).capitalize()}: {'rises' if step.direction == 'rise' else 'falls'} by half in"
        words = f"10 % {seconds(step.at_10_ns.median)}, 90 % {seconds(step.at_90_ns.median)}"
        method = f"{step.at_50_ns.n} steps between {step.low_w:.0f} and {step.high_w:.0f} W, first reading beyond the level"
        yield Row(group, name, seconds(step.at_50_ns.median), words, method)
    for window in (one for one in found.averaging_windows if _is_told(one)):
        method = f"boxcar over the load that fits the {window.method}; leaves {window.misfit:.0%} of the variation"
        yield Row(group, f"{_field(window.source).capitalize()}: averages over", seconds(window.window_ns), "", method)


def _is_told(window: AveragingWindow) -> bool:
    """Whether the method can tell it: steps show no window shorter than two ticks, square waves none longer than a pause."""
    return window.window_ns >= _SLOW_NS if window.method == "steps" else window.window_ns <= 2 * _SLOW_NS


def _energy(found: Findings, gap: Gap | None) -> Iterator[Row]:
    group = ENERGY
    for one in found.energy_agreements:
        method = f"{one.ratio.n} windows of {one.window_ns / 1e9:.1f} s or more under steady load; worst gap {one.gap:.2%}"
        name = f"Counter over integral of {_field(one.source)}"
        yield Row(group, name, f"{one.ratio.median:.4f}", _extent(one.ratio), method)
        if one.source == SAMPLED and gap is not None:
            yield _gap(gap)
    for error in found.window_errors:
        kind = "tick to tick" if error.is_aligned else "not aligned"
        name = f"Error of a window of {seconds(error.window_ns)}, {kind}"
        yield Row(group, name, percent(error.error_p95), "", f"95th percentile of {error.n} windows of one steady load")
    if found.claimable_window_ns is not None:
        method = "shortest length, tick to tick, from which on that error stays within 2 %"
        yield Row(group, "Shortest window to claim energy from", seconds(found.claimable_window_ns), "", method)


def _gap(gap: Gap) -> Row:
    """What a run's own window of energy may show without a fault of either sensor."""
    method = (
        f"{percent(gap.deviation)} over the whole load of {gap.load_ns / 1e9:.1f} s, plus what may be missed between readings "
        f"of that field, {percent(gap.sampling)} by a window and {percent(gap.load_sampling)} by that load, added as squares: "
        "about 95 %, by successive differences, what remains of them taken as independent"
    )
    return Row(ENERGY, f"Counter and integral may part by, in {ENERGY_WINDOW_NS / 1e9:.0f} s", percent(gap.most), "", method)


def _costs(found: Findings) -> Iterator[Row]:
    for one in found.read_costs:
        yield _spread(
            "Cost of a sensor read", one.call.capitalize() if one.call[1:2].islower() else one.call, one.cost_ns, "host clock"
        )


def _spread(group: str, name: str, spread: Spread, method: str) -> Row:
    return Row(group, name, seconds(spread.median), _quarters(spread), f"{method}; {spread.n} readings")


def _quarters(spread: Spread) -> str:
    return f"quartiles {seconds(spread.q1)}–{seconds(spread.q3)}"


def _extent(extent: Extent) -> str:
    return f"{extent.lowest:.4f}–{extent.highest:.4f}"


def seconds(nanoseconds: float) -> str:
    """A time as the table writes it."""
    return Quantity(nanoseconds / 1e9, "s").text


def watts(value: float) -> str:
    """Power as the table writes it."""
    return f"{value:.1f} W"


def percent(value: float | None) -> str:
    """A share as the table writes it."""
    return "unknown" if value is None else f"{value * 100:.2f} %".replace("-", "−")
