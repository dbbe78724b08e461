"""The files of the calibrations that speak for machines, as they were recorded: what their numbers can be computed from."""

from __future__ import annotations

from collections.abc import Iterator

from chronicle.documents.library import Library
from chronicle.pages import addresses
from chronicle.pages.desk import Desk
from chronicle.pages.entry import Entry
from chronicle.records.recorded import RecordedCalibration


def calibration_entries(desk: Desk) -> Iterator[Entry]:
    """Each file once, byte for byte; pins that a run names too are shipped with the runs."""
    yield from (Entry(uri, raw) for uri, raw in calibration_files(desk.library).items())


def calibration_files(library: Library) -> dict[str, bytes]:
    """The files by their addresses."""
    recorded = [one.recorded for one in library.ledger.calibrations.values()]
    of_runs = {addresses.pins_file(one.run.machine, digest) for one in library.runs for digest in one.pins}
    return {uri: raw for one in recorded for uri, raw in _files(one) if uri not in of_runs}


def _files(one: RecordedCalibration) -> Iterator[tuple[str, bytes]]:
    machine = one.calibration.machine
    for name, raw in one.files.items():
        yield addresses.calibration_file(machine, one.calibration.calibration_id, name), raw
    for digest, raw in one.pins.items():
        yield addresses.pins_file(machine, digest), raw
