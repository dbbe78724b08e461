"""The machines page and a page a machine: its pins, what they allow it at most, and what was measured on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from chronicle.facts.calibrated import Standing
from chronicle.facts.measurements import Measurement
from chronicle.facts.physics import Peaks, peaks_of
from chronicle.pages import addresses
from chronicle.pages.calibration import calibration_parts, calibration_twin
from chronicle.pages.desk import Desk
from chronicle.pages.entry import Entry
from chronicle.pages.evidence_blocks import results_table, runs_table
from chronicle.pages.forms import headline_of
from chronicle.pages.published import Published, peak_words
from chronicle.pages.writing import Markdown, code, link, relative, table, text, twin, write
from chronicle.records.run import Environment, Pin
from chronicle.units import Quantity

_PIN_WORDS = {"_b": ("B", 1.0), "_mhz": ("Hz", 1e6), "_mw": ("W", 1e-3)}

MOST_RESULTS = 40
"""Cases of a suite on the page of a machine; a study may have hundreds, which its benchmarks and runs list."""


def machine_pages(desk: Desk) -> Iterator[Entry]:
    """The list of machines, and a page with a JSON twin for each."""
    known = known_machines(desk)
    if not known:
        return
    rows = [_summary_row(name, one, desk) for name, one in known.items()]
    listing = table(("Machine", "Device", "Driver", "Memory peak", "bf16 peak", "Runs", "Calibrated"), rows, "lllrrrl")
    yield Entry(addresses.MACHINES, write("machines.md", machines=listing).encode())
    yield Entry("machines.json", twin([machine_row(name, one, desk) for name, one in known.items()]))
    for name, one in known.items():
        yield from _machine(name, one, desk)


@dataclass(frozen=True, slots=True)
class Known:
    """What a machine is known by: its newest run on a device, else its calibration, else any run; with no run to its name
    ``run_key`` is None.
    """

    environment: Environment
    run_key: str | None
    peaks: Peaks


def known_machines(desk: Desk) -> dict[str, Known]:
    """Every machine of which a run or a calibration is recorded, by its name."""
    ledger = desk.library.ledger
    pins = {name: one.recorded.environment for name, one in ledger.calibrations.items()}
    known = {name: Known(one, None, peaks_of(one)) for name, one in pins.items()}
    for one in desk.library.runs:
        before = known.get(one.run.machine)
        if before is None or has_device(one.environment) or not has_device(before.environment):
            known[one.run.machine] = Known(one.environment, one.key, ledger.peaks[one.key])
    return known


def has_device(environment: Environment) -> bool:
    """Whether the pins are of a device: those of a study, or of a run in which no process could begin, are not."""
    return not {"gpu", "cpu"}.isdisjoint(environment.key)


def _machine(name: str, known: Known, desk: Desk) -> Iterator[Entry]:
    uri, ledger, environment = addresses.machine_page(name), desk.library.ledger, known.environment
    calibration = ledger.calibrations.get(name)
    body = write(
        "machine.md",
        name=name,
        device=_device(environment),
        has_device=has_device(environment),
        peaks=_peaks_table(known, desk.published),
        reason=known.peaks.reason,
        key=[(group, _pins_table(pins)) for group, pins in sorted(environment.key.items()) if pins],
        informative=[(group, _pins_table(pins)) for group, pins in sorted(environment.informative.items()) if pins],
        missing=[(code(one.path), one.reason) for one in environment.missing],
        results=[
            (suite, results_table(found, desk, uri, MOST_RESULTS), max(0, len(found) - MOST_RESULTS))
            for suite, found in _latest(name, desk).items()
        ],
        benchmarks=addresses.list_link("benchmarks", addresses.BENCHMARKS, uri, desk.library),
        runs=runs_table([one for one in desk.library.runs if one.run.machine == name], desk, uri),
        **calibration_parts(calibration, desk, uri),
    )
    yield Entry(uri, body.encode())
    yield Entry(addresses.machine_twin(name), twin(plain_machine(name, known, desk)))


def plain_machine(name: str, known: Known, desk: Desk) -> dict[str, object]:
    """The pins of a machine and its calibration, for the twin of its page."""
    return {
        "schema": "chronicle.machine/1",
        "machine": name,
        "key": known.environment.key,
        "informative": known.environment.informative,
        "calibration": calibration_twin(desk.library.ledger.calibrations.get(name)),
    }


def _latest(machine: str, desk: Desk) -> dict[str, list[Measurement]]:
    """By suite, the number that stands for each case on the machine, in the order of the benchmarks."""
    ledger = desk.library.ledger
    metrics = dict.fromkeys(one.metric for one in ledger.measurements if one.machine == machine)
    cases: dict[tuple[str, str, str], dict[str, Measurement]] = {}
    for metric in metrics:
        for one in ledger.select(metric, {"machine": machine}):
            cases.setdefault((one.suite, one.benchmark, one.case), {})[metric] = one
    found: dict[str, list[Measurement]] = {}
    for (suite, _, _), known in sorted(cases.items(), key=lambda case: case[0][:2]):
        found.setdefault(suite, []).append(known[headline_of(known)])
    return found


def _device(environment: Environment) -> str:
    """What the machine measures with: the GPU's name, or the processor's with its cores."""
    key = environment.key
    if gpu := key.get("gpu"):
        return str(gpu.get("name"))
    if cpu := key.get("cpu"):
        return f"{cpu.get('model')}, {cpu.get('cores')} cores"
    return "Any computer: what stands here was computed, and measured on no device" if key else "No process told its pins"


def _summary_row(name: str, known: Known, desk: Desk) -> tuple[object, ...]:
    return (
        link(name, relative(addresses.MACHINES, addresses.machine_page(name))),
        _device(known.environment),
        known.environment.key.get("driver", {}).get("driver"),
        _stated(known, "memory", desk.published),
        _stated(known, "bf16", desk.published),
        sum(one.run.machine == name for one in desk.library.runs),
        _calibrated(desk.library.ledger.calibrations.get(name)),
    )


def machine_row(name: str, known: Known, desk: Desk) -> dict[str, object]:
    """The machine as ``machines.json`` lists it."""
    standing = desk.library.ledger.calibrations.get(name)
    return {
        "schema": "chronicle.machines/1",
        "machine": name,
        "device": _device(known.environment),
        "driver": known.environment.key.get("driver", {}).get("driver"),
        "peaks": {peak: known.peaks.of(peak) for peak in ("memory", "bf16", "fp32")},
        "runs": [one.run.run_id for one in desk.library.runs if one.run.machine == name],
        "calibrated_utc": standing.recorded.calibration.created_utc if standing else None,
        "calibration_expired": list(standing.expired) if standing else [],
    }


def _calibrated(standing: Standing | None) -> str | None:
    """The day of the calibration that speaks for a machine, and whether it no longer holds."""
    if standing is None:
        return None
    return standing.recorded.calibration.created_utc[:10] + (", expired" if standing.expired else "")


def _stated(known: Known, name: str, published: Published) -> Markdown | None:
    """A peak in words, marked with the run whose pins it follows from."""
    words = peak_words(known.peaks, name)
    if not words or known.run_key is None:
        return Markdown(text(words)) if words else None
    return published.mark({"kind": "peak", "run": known.run_key, "peak": name}, words)


def _peaks_table(known: Known, published: Published) -> Markdown:
    rows = [
        ("Memory", "memory", "bus width × memory clock × 2"),
        ("Matrix product, bf16, dense", "bf16", "multiprocessors × 4096 a clock × highest SM clock"),
        ("Matrix product, fp32", "fp32", "multiprocessors × 256 a clock × highest SM clock"),
    ]
    stated = [(words, _stated(known, name, published), origin) for words, name, origin in rows]
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
