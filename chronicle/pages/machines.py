"""The machines page and a page a machine: its pins, what they allow it at most, and what was measured on it."""

from __future__ import annotations

from collections.abc import Iterator

from chronicle.facts.physics import Peaks
from chronicle.pages import addresses
from chronicle.pages.desk import Desk
from chronicle.pages.entry import Entry
from chronicle.pages.evidence_blocks import results_table, runs_table
from chronicle.pages.published import Published, peak_words
from chronicle.pages.writing import Markdown, code, link, relative, table, twin, write
from chronicle.records.recorded import RecordedRun
from chronicle.records.run import Pin
from chronicle.units import Quantity

_PIN_WORDS = {"_b": ("B", 1.0), "_mhz": ("Hz", 1e6), "_mw": ("W", 1e-3)}


def machine_pages(desk: Desk) -> Iterator[Entry]:
    """The list of machines, and a page with a JSON twin for each."""
    latest = _latest(desk)
    if not latest:
        return
    rows = [_summary_row(name, one, desk) for name, one in latest.items()]
    listing = table(("Machine", "Device", "Driver", "Memory peak", "bf16 peak", "Runs"), rows, "lllrrr")
    yield Entry(addresses.MACHINES, write("machines.md", machines=listing).encode())
    for name, one in latest.items():
        yield from _machine(name, one, desk)


def _latest(desk: Desk) -> dict[str, RecordedRun]:
    return {one.run.machine: one for one in desk.library.runs}


def _machine(name: str, recorded: RecordedRun, desk: Desk) -> Iterator[Entry]:
    uri = addresses.machine_page(name)
    ledger, environment = desk.library.ledger, recorded.environment
    peaks = ledger.peaks[recorded.key]
    found = [
        one for metric in sorted({m.metric for m in ledger.measurements}) for one in ledger.select(metric, {"machine": name})
    ]
    body = write(
        "machine.md",
        name=name,
        device=device_of(recorded),
        peaks=_peaks_table(peaks, recorded.key, desk.published),
        reason=peaks.reason,
        key=[(group, _pins_table(pins)) for group, pins in sorted(environment.key.items()) if pins],
        informative=[(group, _pins_table(pins)) for group, pins in sorted(environment.informative.items()) if pins],
        missing=[(code(one.path), one.reason) for one in environment.missing],
        results=results_table(found, desk, uri),
        runs=runs_table([one for one in desk.library.runs if one.run.machine == name], desk, uri),
        twin=link("JSON", f"{name}.json"),
    )
    yield Entry(uri, body.encode())
    plain = {"schema": "chronicle.machine/1", "machine": name, "key": environment.key, "informative": environment.informative}
    yield Entry(f"machines/{name}.json", twin(plain))


def device_of(recorded: RecordedRun) -> str:
    """What the machine measures with: the GPU's name, or the processor's with its cores."""
    key = recorded.environment.key
    if gpu := key.get("gpu"):
        return str(gpu.get("name"))
    cpu = key.get("cpu", {})
    return f"{cpu.get('model')}, {cpu.get('cores')} cores"


def _summary_row(name: str, recorded: RecordedRun, desk: Desk) -> tuple[object, ...]:
    peaks = desk.library.ledger.peaks[recorded.key]
    return (
        link(name, relative(addresses.MACHINES, addresses.machine_page(name))),
        device_of(recorded),
        recorded.environment.key.get("driver", {}).get("driver"),
        _stated(peaks, "memory", recorded.key, desk.published),
        _stated(peaks, "bf16", recorded.key, desk.published),
        sum(one.run.machine == name for one in desk.library.runs),
    )


def _stated(peaks: Peaks, name: str, run: str, published: Published) -> Markdown | None:
    words = peak_words(peaks, name)
    return published.mark({"kind": "peak", "run": run, "peak": name}, words) if words else None


def _peaks_table(peaks: Peaks, run: str, published: Published) -> Markdown:
    rows = [
        ("Memory", "memory", "bus width × memory clock × 2"),
        ("Matrix product, bf16, dense", "bf16", "multiprocessors × 4096 a clock × highest SM clock"),
        ("Matrix product, fp32", "fp32", "multiprocessors × 256 a clock × highest SM clock"),
    ]
    stated = [(words, _stated(peaks, name, run, published), origin) for words, name, origin in rows]
    return table(("Bound", "Peak", "Computed from"), [row for row in stated if row[1]], "lrl")


def _pins_table(pins: dict[str, Pin]) -> Markdown:
    return table(("Pin", "Value"), [(code(name), _pin_words(name, value)) for name, value in sorted(pins.items())])


def _pin_words(name: str, value: Pin) -> str | None:
    """A pin as a reader says it; quantities get the prefix their size asks for."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    for suffix, (unit, scale) in _PIN_WORDS.items():
        if name.endswith(suffix):
            return Quantity(value * scale, unit).text
    return str(value)
