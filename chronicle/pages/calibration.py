"""The calibration of a machine on its page: whether it holds, what it found, the curves behind it, and what is missing."""

from __future__ import annotations

import dataclasses
import itertools
from typing import Any

import pandas as pd

from chronicle.charts.calibration import step_response, window_error
from chronicle.charts.chart import Chart
from chronicle.facts.calibrated import ENERGY_WINDOW_NS, Gap, Standing, calibrated_gap
from chronicle.facts.calibration_table import Row, rows
from chronicle.facts.energy_windows import CLAIMABLE_ERROR
from chronicle.facts.streams import find
from chronicle.pages import addresses
from chronicle.pages.desk import Desk
from chronicle.pages.published import Published
from chronicle.pages.writing import Markdown, code, link, relative, slug, table, text
from chronicle.records.readings import StepReadings
from chronicle.records.recorded import RecordedCalibration

_SOURCES = {"instant": "instant power", "average": "average power"}


def calibration_parts(standing: Standing | None, desk: Desk, page: str) -> dict[str, Any]:
    """What the template of a machine needs for its section on calibration; nothing but None without one."""
    if standing is None:
        return {"calibration": None}
    one = standing.recorded
    return {
        "calibration": {
            "id": one.calibration.calibration_id,
            "taken": one.calibration.created_utc[:10],
            "device": one.calibration.device,
            "expired": standing.expired,
            "is_sealed": one.is_sealed,
            "groups": _tables(standing, desk.published),
            "figures": [desk.figure(chart, page) for chart in _charts(standing)],
            "fields": _fields_table(standing),
            "failed": [(part.name, part.error) for part in one.calibration.parts if part.error],
            "missing": [(code(gap.path), gap.reason) for gap in standing.findings.missing],
            "files": [link(code(name), relative(page, uri)) for name, uri in sorted(_addresses(standing).items())],
            "twin": link(code(f"{one.calibration.machine}.json"), f"{one.calibration.machine}.json"),
        }
    }


def calibration_twin(standing: Standing | None) -> dict[str, Any] | None:
    """The calibration for the machine's JSON twin."""
    if standing is None:
        return None
    one = standing.recorded.calibration
    return {
        "calibration_id": one.calibration_id,
        "created_utc": one.created_utc,
        "expired": list(standing.expired),
        "files": sorted(_addresses(standing).values()),
        "findings": dataclasses.asdict(one.findings),
        "energy_gap": _gap_plain(calibrated_gap(standing.recorded, ENERGY_WINDOW_NS)),
    }


def _addresses(standing: Standing) -> dict[str, str]:
    """Where the site ships each file of the calibration, by its name."""
    one = standing.recorded.calibration
    return {name: addresses.calibration_file(one.machine, one.calibration_id, name) for name in standing.recorded.files}


def _gap_plain(gap: Gap | None) -> dict[str, float] | None:
    if gap is None:
        return None
    parts = {"deviation": gap.deviation, "sampling": gap.sampling, "load_sampling": gap.load_sampling, "most": gap.most}
    return parts | {"load_ns": gap.load_ns, "window_ns": round(ENERGY_WINDOW_NS)}


def cells_of(recorded: RecordedCalibration) -> dict[tuple[int, str, str], str]:
    """What the page of the machine shows of each finding: by the number of its row, its name, and the column."""
    return {
        (number, row.name, show): words
        for number, row in enumerate(rows(recorded))
        for show, words in (("value", row.value), ("spread", row.range), ("how", row.method))
    }


def _tables(standing: Standing, published: Published) -> list[tuple[str, Markdown]]:
    machine = standing.recorded.calibration.machine
    grouped = itertools.groupby(enumerate(rows(standing.recorded)), key=lambda numbered: numbered[1].group)
    heads = ("Finding", "Value", "Spread", "How")
    return [(group, table(heads, [_cells(*one, machine, published) for one in own], "lrll")) for group, own in grouped]


def _cells(number: int, row: Row, machine: str, published: Published) -> tuple[object, ...]:
    """The row with its numbers marked; a value never parts from its unit at the end of a line."""

    def marked(show: str, words: str, written: Markdown) -> Markdown:
        recipe = {"kind": "calibration", "machine": machine, "row": number, "finding": row.name, "show": show}
        return published.mark(recipe, written) if any(map(str.isdigit, words)) else written

    value = marked("value", row.value, Markdown(text(row.value).replace(" ", "&nbsp;")))
    return row.name, value, marked("spread", row.range, text(row.range)), marked("how", row.method, text(row.method))


def _fields_table(standing: Standing) -> Markdown | None:
    found = standing.findings.fields
    if not found:
        return None
    listed = [
        (one.field, one.name, "yes" if one.is_confirmed else "no", one.unit if one.is_confirmed else None, one.reason)
        for one in found
    ]
    return table(("Field", "Name", "Believed", "Unit", "Why not"), listed, "rllll")


def _charts(standing: Standing) -> list[Chart]:
    found = [_step_chart(standing), _error_chart(standing)]
    return [one for one in found if one is not None]


def _step_chart(standing: Standing) -> Chart | None:
    readings = standing.recorded.readings.get("step")
    if not isinstance(readings, StepReadings) or not readings.bursts:
        return None
    start = readings.bursts[0].start_ns
    changes = [
        {"seconds": round((when - start) / 1e9, 4), "source": words, "power_w": value / 1000}
        for source, words in _SOURCES.items()
        if (stream := find(readings.streams, source)) is not None
        for when, value in zip(stream.ns, stream.value, strict=True)
    ]
    if not changes:
        return None
    load = [
        {"start_seconds": round((one.start_ns - start) / 1e9, 4), "end_seconds": round((one.end_ns - start) / 1e9, 4)}
        for one in readings.bursts
    ]
    machine = standing.recorded.calibration.machine
    title = f"{machine}: what the power fields read when the load begins and ends"
    return step_response(slug(f"calibration-step-{machine}"), title, pd.DataFrame(changes), pd.DataFrame(load))


def _error_chart(standing: Standing) -> Chart | None:
    if not standing.findings.window_errors:
        return None
    frame = pd.DataFrame(
        [
            {
                "window_seconds": one.window_ns / 1e9,
                "kind": "from tick to tick" if one.is_aligned else "from anywhere",
                "error": one.error_p95,
                "windows": one.n,
            }
            for one in standing.findings.window_errors
        ]
    )
    machine = standing.recorded.calibration.machine
    title = f"{machine}: error of the energy of a call by the length of the window"
    return window_error(slug(f"calibration-window-{machine}"), title, frame, CLAIMABLE_ERROR)
