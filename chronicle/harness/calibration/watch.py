"""Polls the energy counter and the power fields as fast as the driver answers, and keeps the changes.

It runs in a process of its own, so that it shares no lock with the process that makes the load. It says ``ready`` when it
polls, goes on until its input closes, and then prints all streams as one line of JSON.
"""

from __future__ import annotations

import dataclasses
import json
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from chronicle.harness.nvml import POWER_AVERAGE, POWER_INSTANT, FieldValue, Gpu, Reading, open_gpu
from chronicle.records.readings import Stream

ENERGY_FIELD = 83
FIELDS = {"energy": ENERGY_FIELD, "instant": POWER_INSTANT, "average": POWER_AVERAGE}
"""Streams that are field values; ``energy`` in millijoules, the others in milliwatts."""

_PAUSE_SECONDS = 0.001
_LONGEST_SECONDS = 30.0


class Recorder:
    """Keeps the changes of several sensors that are read together, again and again."""

    def __init__(self, sources: Sequence[str]) -> None:
        self._changes: dict[str, list[tuple[int, int, int]]] = {one: [] for one in sources}
        self._last_ns: dict[str, int] = {}
        self._reads = dict.fromkeys(sources, 0)
        self._reasons = dict.fromkeys(sources, "was never read")

    def note(self, mono_ns: int, readings: Mapping[str, Reading]) -> None:
        """Take the readings that were complete at ``mono_ns``."""
        for source, reading in readings.items():
            if reading.value is None:
                self._reasons[source] = reading.reason
                continue
            self._reads[source] += 1
            kept = self._changes[source]
            if not kept or kept[-1][2] != reading.value:
                kept.append((mono_ns, self._last_ns.get(source, mono_ns), reading.value))
            self._last_ns[source] = mono_ns

    def streams(self) -> tuple[Stream, ...]:
        return tuple(self._stream(source, kept) for source, kept in self._changes.items())

    def _stream(self, source: str, kept: list[tuple[int, int, int]]) -> Stream:
        return Stream(
            source=source,
            ns=tuple(one[0] for one in kept),
            before_ns=tuple(one[1] for one in kept),
            value=tuple(one[2] for one in kept),
            reads=self._reads[source],
            until_ns=self._last_ns.get(source, 0),
            reason="" if kept else self._reasons[source],
        )


def reader_of(gpu: Gpu, sources: Sequence[str]) -> Callable[[], dict[str, Reading]]:
    """Reads all sources at once; the counter by its own call where the driver does not offer it as a field."""
    fields = [FIELDS[one] for one in sources if one in FIELDS]
    answering = {one.field for one in gpu.field_values(fields) if one.code == 0}

    def read() -> dict[str, Reading]:
        found = {one.field: one for one in gpu.field_values(sorted(answering))} if answering else {}
        return {source: _reading(gpu, source, found) for source in sources}

    return read


def _reading(gpu: Gpu, source: str, found: Mapping[int, FieldValue]) -> Reading:
    if (answer := found.get(FIELDS.get(source, -1))) is not None:
        return Reading(answer.value, "" if answer.code == 0 else f"field {answer.field} answered with code {answer.code}")
    if source == "energy":
        return gpu.energy_mj()
    if source == "usage":
        return gpu.power_usage_mw()
    return gpu.power_mw(FIELDS[source])


@contextmanager
def watching(pci_bus_id: str, sources: Sequence[str]) -> Iterator[list[Stream]]:
    """Watch the board while the block runs; the list is filled when it ends."""
    streams: list[Stream] = []
    with subprocess.Popen(
        [sys.executable, "-m", "chronicle.harness.calibration.watch", pci_bus_id, *sources],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as watcher:
        said = watcher.stdout.readline() if watcher.stdout else ""
        if said.strip() != "ready":
            watcher.kill()
            raise RuntimeError(f"the board cannot be watched: {said.strip() or 'the watching process ended'}")
        try:
            yield streams
        finally:
            lines, _ = watcher.communicate(timeout=_LONGEST_SECONDS)
    streams += [Stream(**{**one, **_tuples(one)}) for one in json.loads(lines)]


def _tuples(plain: Mapping[str, object]) -> dict[str, tuple[int, ...]]:
    return {name: tuple(value) for name, value in plain.items() if isinstance(value, list)}


def main(pci_bus_id: str, sources: Sequence[str]) -> None:
    """Watch the GPU at the given PCI bus id until standard input is closed."""
    gpu, why = open_gpu(pci_bus_id)
    if gpu is None:
        print(why, flush=True)
        sys.exit(1)
    recorder, read = Recorder(sources), reader_of(gpu, sources)
    print("ready", flush=True)
    while not select.select([sys.stdin], [], [], _PAUSE_SECONDS)[0]:
        readings = read()
        recorder.note(time.monotonic_ns(), readings)
    print(json.dumps([dataclasses.asdict(one) for one in recorder.streams()]), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
