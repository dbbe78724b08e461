"""The folder of one calibration: one line of readings a part, and the record that refers to them."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

from chronicle.errors import ProblemsFound
from chronicle.harness.store import RunFolder
from chronicle.records import json_form
from chronicle.records.calibration import CALIBRATION_SCHEMA, CALIBRATIONS, READINGS, Calibration
from chronicle.records.readings import READINGS_OF, Readings
from chronicle.records.run import MANIFEST, RECORD


class CalibrationFolder(RunFolder):
    """Reads and writes one calibration below ``<results>/<machine>/calibration/<id>/``; each part is committed at once."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.readings: dict[str, Readings] = {}

    @property
    def pins(self) -> Path:
        return self.path.parent.parent / "env"

    def load_calibration(self) -> Calibration:
        """The record as last committed, with its readings. Raises :class:`ChronicleError` where a file is damaged."""
        file = self.path / RECORD
        found = json_form.from_bytes(Calibration, file.read_bytes(), file=str(file), schema=CALIBRATION_SCHEMA)
        self.take_up(found.files)
        for line in self.lines.get(READINGS, []):
            plain = json.loads(line)
            kind = READINGS_OF[plain["part"]]
            self.readings[plain["part"]] = json_form.from_bytes(kind, json.dumps(plain["readings"]).encode(), file=str(file))
        return found

    def keep(self, found: Calibration) -> Calibration:
        """Write the readings of all parts so far, then the record."""
        self.lines = {READINGS: []}
        for part in READINGS_OF:
            if (one := self.readings.get(part)) is not None:
                self.append(READINGS, {"part": part, "readings": dataclasses.asdict(one)})
        return self.commit(found)


def earlier(results: Path, machine: str) -> list[tuple[CalibrationFolder, Calibration]]:
    """The calibrations of a machine that can be read, newest first."""
    found = []
    for record in sorted((results / machine / CALIBRATIONS).glob(f"*/{RECORD}"), reverse=True):
        folder = CalibrationFolder(record.parent)
        try:
            found.append((folder, folder.load_calibration()))
        except ProblemsFound:
            continue
    return found


def is_sealed(folder: CalibrationFolder) -> bool:
    """Whether every part of it was taken."""
    return (folder.path / MANIFEST).exists()
