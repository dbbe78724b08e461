"""One plausible table per chart maker, the same in every process."""

from __future__ import annotations

import math
import random
from datetime import date, timedelta

import pandas as pd

from chronicle.charts import (
    Chart,
    activity,
    burn_up,
    distribution,
    kinds,
    phases,
    shares,
    step_response,
    sweep,
    telemetry,
    tornado,
    trend,
    window_error,
)
from chronicle.charts.pairs import Reading, paired
from chronicle.charts.pareto import pareto
from chronicle.charts.radar import radar
from chronicle.charts.roofline import Roof, roofline
from chronicle.charts.sliders import Slider
from chronicle.charts.what_if import Outcome, what_if
from chronicle.facts.formulas import parse

FIRST_DAY = date(2026, 8, 1)
HOSTILE = """<script>alert(1)</script> {{ 7*7 }} [a](b) *b* "q" 'r' | `c` ![d](javascript:e) </svg> \u00e9 a_b_c"""


def processes(cases: dict[str, float], count: int = 12, noise: float = 0.004, invalid: int | None = 3) -> pd.DataFrame:
    chance = random.Random(1)
    rows = []
    for case, median in cases.items():
        values = [median * (1 + chance.gauss(0, noise)) for _ in range(count)]
        ranked = sorted(values)
        about = {"case": case, "estimate": ranked[count // 2], "lo": ranked[count // 6], "hi": ranked[-count // 6]}
        rows += [about | {"block": block, "value": value, "is_valid": block != invalid} for block, value in enumerate(values)]
    return pd.DataFrame(rows)


def fractions() -> pd.DataFrame:
    found = [
        ("Device copy", "3.35 TB/s, data sheet", 0.881, 0.92),
        ("Matrix product, bf16", "989 TFLOP/s, data sheet", 0.71, 0.69),
    ]
    return pd.DataFrame(
        [
            {"label": label, "machine": machine, "share": share, "lo": share - 0.01, "hi": share + 0.012, "of": of}
            for label, of, *values in found
            for machine, share in zip(("h100-sxm", "h200-sxm"), values, strict=True)
        ]
    )


def days(count: int, every: int = 1) -> pd.DataFrame:
    chance = random.Random(2)
    return pd.DataFrame(
        [
            {
                "day": FIRST_DAY + timedelta(days=place * every),
                "commits": chance.randint(1, 14),
                "lines_added": int(chance.lognormvariate(6, 1)),
                "lines_removed": int(chance.lognormvariate(5, 1)),
            }
            for place in range(count)
        ]
    )


def progress(count: int = 20) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"date": FIRST_DAY + timedelta(days=4 * place), "done": place // 2, "total": 16 + place // 3}
            for place in range(count)
        ]
    )


def areas() -> pd.DataFrame:
    found = [("code", 41, 3120, 410), ("tests", 28, 2210, 95), ("docs", 9, 640, 120), ("ci", 1, 4, 2)]
    return pd.DataFrame(found, columns=["kind", "files", "lines_added", "lines_removed"])


def readings(count: int = 900) -> pd.DataFrame:
    chance = random.Random(3)
    return pd.DataFrame(
        [
            {
                "seconds": place * 0.02,
                "power_w": 120 + 560 * (1 - math.exp(-place / 40)) + chance.gauss(0, 8),
                "sm_mhz": 1980 if place < 200 else 1755 + 15 * chance.randint(0, 3),
                "temperature_c": 38 + int(22 * (1 - math.exp(-place / 300))),
            }
            for place in range(count)
        ]
    )


def technologies() -> pd.DataFrame:
    """Nine in one quarter and ring, which take two circles, and one in each of some others."""
    cells = [("research", "watch")] * 9 + [("inference", "use"), ("inference", "drop"), ("optimization", "try")]
    return pd.DataFrame(
        [
            {"number": number, "name": f"Technology {number}", "category": category, "ring": ring}
            for number, (category, ring) in enumerate(cells, 1)
        ]
    )


def followed(count: int = 120) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two power fields over two stretches of load, one at once and one late."""
    load = pd.DataFrame([{"start_seconds": begin, "end_seconds": begin + 2.4} for begin in (0.0, 4.8)])
    rows = [
        {"seconds": place * 0.1 - 2, "source": source, "power_w": 700.0 if (place * 0.1 - 2 - late) % 4.8 < 2.4 else 100.0}
        for source, late in (("instant power", 0.1), ("average power", 0.6))
        for place in range(count)
    ]
    return pd.DataFrame(rows), load


def window_errors() -> pd.DataFrame:
    found = [(0.1, 0.03, 0.49), (1.0, 0.0, 0.074), (10.0, 0.0, 0.0075)]
    return pd.DataFrame(
        [
            {"window_seconds": length, "kind": kind, "error": error, "windows": 200}
            for length, *errors in found
            for kind, error in zip(("from tick to tick", "from anywhere"), errors, strict=True)
        ]
    )


def runs(
    count: int = 26, breaks: dict[int, tuple[str, str]] | None = None, shifts: dict[int, float] | None = None
) -> pd.DataFrame:
    """A run every second day of a copy at about 2.9 TB/s; by default with two breaks, a lasting change and an invalid run."""
    chance = random.Random(4)
    breaks = {9: ("driver", "driver.driver 570.1, then 580.2"), 20: ("source", "source")} if breaks is None else breaks
    shifts = {14: 0.93} if shifts is None else shifts
    rows, level = [], 2.9e12
    for place in range(count):
        name, words = breaks.get(place, (None, None))
        level *= shifts.get(place, 1.01 if name else 1.0)
        value = level * (1 + chance.gauss(0, 0.003))
        about = {"run": f"{place:07x}", "when": (FIRST_DAY + timedelta(days=2 * place)).isoformat(), "value": value}
        about |= {"lo": value * 0.994, "hi": value * 1.005, "verdict": "invalid" if place == 5 else "valid"}
        rows.append(about | {"breaks": words, "break_name": name, "shift": shifts.get(place)})
    return pd.DataFrame(rows)


def cases(
    lines: tuple[str, ...] = ("eager", "graph", "compiled"), sizes: tuple[int, ...] = (1, 4, 16, 64, 256)
) -> pd.DataFrame:
    """Seconds over a batch: a part that is always there, and one that grows with it."""
    rows = []
    for place, line in enumerate(lines):
        for size in sizes:
            value = 4e-4 / (1 + place) ** 1.6 + 6e-6 * size
            about = {"x": size, "line": line, "value": value, "lo": value * 0.97, "hi": value * 1.04}
            rows.append(about | {"verdict": "invalid" if (line, size) == ("compiled", 64) else "valid"})
    return pd.DataFrame(rows)


def million_tokens() -> Chart:
    """Renting by the hour against paying by the token: made-up prices, as every number here."""
    sliders = [
        Slider("dollars_per_hour", "Price of a GPU hour", "$/h", 3.0, 0.5, 10.0),
        Slider("tokens_per_second", "Tokens a second", "tokens/s", 2500.0, 100.0, 20_000.0),
        Slider("utilisation", "Part of the hour that is used", "", 0.4, 0.02, 1.0),
        Slider("price", "Price by the token", "$/M tokens", 0.6, 0.05, 5.0),
    ]
    outcomes = [
        Outcome("Rented by the hour", parse("dollars_per_hour / 3600 / (tokens_per_second * utilisation) * 1e6")),
        Outcome("Paid by the token", parse("price")),
    ]
    return what_if("what-if", "What a million tokens cost", sliders, outcomes, "utilisation", "$/M tokens")


def terms() -> pd.DataFrame:
    """What is best by use and decay: an axis of numbers upward and one across."""
    names = ("on demand", "one year", "three years")
    cells = [(use, decay) for use in (0.5, 0.7, 0.9, 1.0) for decay in (0.0, 0.2, 0.4, 0.8)]
    return pd.DataFrame(
        [
            {"x": decay, "y": use, "phase": names[0 if use < 0.6 + decay / 2 else 2 if decay < 0.3 else 1]}
            for use, decay in cells
        ]
    )


def swings() -> pd.DataFrame:
    found = [("cold start", 0.56, 0.68), ("availability", 0.44, 0.9), ("price", 0.55, 0.69)]
    return pd.DataFrame([{"input": name, "low": low, "usual": 0.58, "high": high} for name, low, high in found])


def held() -> pd.DataFrame:
    """A power cap for most of the window of :func:`readings`, and heat for a part of its end."""
    rows = [("the power cap", second, second + 1.0, 1.0) for second in range(3, 17)]
    rows += [("heat, by the driver", second, second + 1.0, 0.4) for second in range(14, 17)]
    return pd.DataFrame(rows, columns=["reason", "start_seconds", "end_seconds", "share"])


def ratios(count: int = 12) -> pd.DataFrame:
    chance = random.Random(5)
    return pd.DataFrame(
        [
            {"block": block, "ratio": 0.957 * (1 + chance.gauss(0, 0.004)), "control": 1 + chance.gauss(0, 0.002)}
            for block in range(count)
        ]
    )


READING = Reading("eager", "graph", 0.957, 0.9548, 0.9593, 0.01, 0.0042, "faster", "faster", "slower")


def served() -> pd.DataFrame:
    """Tokens a second against seconds a token: batches of two schedulers, one of which is mostly beaten."""
    rows = []
    for place, (name, share) in enumerate((("continuous", 1.0), ("static", 0.7))):
        for batch in (1, 4, 16, 64):
            x, y = 6e-3 * (1 + batch / 40) * (1 + 0.3 * place), share * 150 * batch / (1 + batch / 40)
            about = {"case": f"{name}, {batch}", "x": x, "x_lo": x * 0.97, "x_hi": x * 1.03, "y": y}
            verdict = "invalid" if (name, batch) == ("static", 4) else "valid"
            rows.append(about | {"y_lo": y * 0.96, "y_hi": y * 1.04, "verdict": verdict})
    return pd.DataFrame(rows)


ROOF = Roof(3.1e12, 8.0e14, "memory 3.10 TB/s, measured", "bf16 800 TFLOP/s, measured")


def kernels() -> pd.DataFrame:
    found = [
        ("decode, batch 1", 1.0, 2.6e12),
        ("decode, batch 64", 60.0, 1.4e14),
        ("prefill", 900.0, 5.6e14),
        ("norm", 0.8, 1.1e12),
    ]
    return pd.DataFrame(
        [
            {
                "case": case,
                "flop_per_byte": at,
                "flop_per_second": rate,
                "lo": rate * 0.97,
                "hi": rate * 1.02,
                "verdict": "valid",
            }
            for case, at, rate in found
        ]
    )


def on_a_radar(title: str = "Technologies") -> Chart:
    quarters = ("inference", "optimization", "infrastructure", "research")
    return radar("radar", title, technologies(), quarters, ("use", "try", "watch", "drop"))


def bandwidth(id: str = "bandwidth", title: str = "Device bandwidth over processes") -> Chart:
    cases = {"copy[mebibytes=4096]": 2.95e12, "read[mebibytes=4096]": 3.01e12, "triad[mebibytes=4096]": 2.97e12}
    return distribution(id, title, processes(cases), "B/s")


def every_kind() -> list[Chart]:
    steady = processes({"copy[mebibytes=4096]": 2.9e-3, "launch[kind=empty]": 2.1e-6, "matmul[dtype=bf16,size=8192]": 1.6e-3})
    return [
        bandwidth(),
        distribution("steady", "How steady is each case from process to process", steady, "s"),
        shares("shares", "Share of the data sheet reached", fractions()),
        activity("activity", "Commits and lines", days(100)),
        burn_up("burn-up", "Roadmap items done", progress()),
        kinds("kinds", "Files by kind", areas()),
        step_response("step", "What the power fields read", *followed()),
        window_error("window", "Error by the length of the window", window_errors(), 0.02),
        telemetry("telemetry", "Energy window of the bf16 matrix product", readings()),
        on_a_radar(),
        trend("trend", "Bandwidth of a copy from run to run", runs(), "B/s", ceiling=3.35e12, ceiling_name="peak"),
        sweep("sweep", "Seconds of a step by batch and how it is launched", cases(), "s", x="batch", by="impl"),
        phases("phases", "Which term costs least", terms(), x="decay", y="use"),
        tornado("tornado", "Cost as one input moves", swings(), "$/h"),
        sweep("sweep-one", "Seconds of a step by batch", cases(("eager",)), "s", x="batch"),
        million_tokens(),
        telemetry("held", "Energy window with what held the clocks back", readings(), held()),
        paired("paired", "A step launched eagerly and as a graph", ratios(), READING),
        pareto("pareto", "Throughput against latency", served(), ("s", "tokens/s"), ("seconds a token", "throughput")),
        roofline("roofline", "Kernels under the roof of a machine", kernels(), ROOF),
    ]
