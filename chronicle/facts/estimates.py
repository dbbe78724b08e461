"""Estimates over processes: the replicate is a fresh process, so its median is one observation and nothing is pooled.

The headline is the median of process medians with the order-statistic interval, which asks nothing of the shape of the
spread. The log-t interval stands beside it as a second reading. Below six processes there is no 95 % order-statistic
interval, and none is made up. Comparisons are in ``compare``, percentiles and shares in ``proportions``.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from chronicle.records.run import Estimate, Process, Summary

PROCESSES_FOR_AN_INTERVAL = 6
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Spread:
    """Standard deviations relative to the median: of samples within a process, and of processes beyond what those explain."""

    within: float
    between: float


def order_statistic(values: Sequence[float], level: float = LEVEL) -> Estimate:
    """Median of ``values`` with the narrowest symmetric order-statistic interval that covers it at ``level`` or more.

    The interval runs between ranks (r, n+1−r) and has level 1 − 2·Pr(Bin(n, ½) ≤ r−1) (Conover, Practical Nonparametric
    Statistics, 3rd ed., §3.2). Where even the extremes fall short of ``level`` there is no interval. Raises ValueError
    on an empty sequence.
    """
    ordered = sorted(values)
    middle = statistics.median(ordered)
    ranks = order_ranks(len(ordered), level)
    if ranks is None:
        return Estimate(value=middle, n_processes=len(ordered))
    low, high = ranks
    return Estimate(
        value=middle,
        n_processes=len(ordered),
        lo=ordered[low - 1],
        hi=ordered[high - 1],
        level=round(order_level(len(ordered), low), 6),
        ranks=ranks,
    )


def order_ranks(n: int, level: float = LEVEL) -> tuple[int, int] | None:
    """The largest rank r, and n+1−r, whose interval reaches ``level``; None where r = 1 does not."""
    reaching = [rank for rank in range(1, n // 2 + 1) if order_level(n, rank) >= level]
    return (reaching[-1], n + 1 - reaching[-1]) if reaching else None


def processes_for(level: float) -> int:
    """The fewest values whose lowest and highest cover their median at ``level``: the least n with 1 − 2·2⁻ⁿ ≥ level."""
    return next(n for n in range(2, 64) if order_level(n, 1) >= level)


def order_level(n: int, rank: int) -> float:
    """Coverage of the interval between ranks ``rank`` and n+1−``rank``: 1 − 2·Pr(Bin(n, ½) ≤ rank−1)."""
    return float(1 - 2 * sum(math.comb(n, k) for k in range(rank)) / 2**n)


def log_t(values: Sequence[float], level: float = LEVEL) -> Estimate:
    """Geometric mean with Student's interval on the logarithms: exp(ȳ ± t(½+level/2, n−1)·s/√n); values must be positive."""
    logs = [math.log(value) for value in values]
    middle = statistics.fmean(logs)
    if len(logs) < 2:
        return Estimate(value=math.exp(middle), n_processes=len(logs))
    half = student_half(statistics.stdev(logs), len(logs), level)
    return Estimate(
        value=math.exp(middle), n_processes=len(logs), lo=math.exp(middle - half), hi=math.exp(middle + half), level=level
    )


def student_t(values: Sequence[float], level: float = LEVEL) -> Estimate:
    """Arithmetic mean with Student's interval; values may have any sign."""
    middle, n = statistics.fmean(values), len(values)
    if n < 2:
        return Estimate(value=middle, n_processes=n)
    half = student_half(statistics.stdev(values), n, level)
    return Estimate(value=middle, n_processes=n, lo=middle - half, hi=middle + half, level=level)


def exact(value: float, n: int) -> Estimate:
    """A value that has one answer, found ``n`` times: its interval has no width."""
    return Estimate(value=value, n_processes=n, lo=value, hi=value, level=1.0)


def readings(values: Sequence[float], level: float = LEVEL, is_exact: bool = False) -> tuple[Estimate, Estimate]:
    """The two readings of one set of values: by their order, and by Student's t, on logarithms where all are positive.

    A quantity that may be zero or negative, as a study may give, has its second reading on the values themselves.
    """
    if is_exact:
        return exact(values[0], len(values)), exact(values[0], len(values))
    second = log_t if min(values) > 0 else student_t
    return order_statistic(values, level), second(values, level)


def student_half(deviation: float, n: int, level: float = LEVEL) -> float:
    """Half the width of Student's interval of a mean: t(½+level/2, n−1)·s/√n."""
    from scipy.special import stdtrit  # Student's t without the second that scipy.stats takes to import

    return float(stdtrit(n - 1, (1 + level) / 2)) * deviation / math.sqrt(n)


def welch(above: Sequence[float], below: Sequence[float], level: float = LEVEL) -> Estimate:
    """The unpaired ratio ``above`` over ``below`` with Welch's interval on the difference of mean logarithms, exponentiated.

    Welch, Biometrika 34 (1947). Its n is that of the smaller group; with fewer than two values on a side it has no interval.
    """
    logs = [[math.log(value) for value in values] for values in (above, below)]
    middle = statistics.fmean(logs[0]) - statistics.fmean(logs[1])
    few = min(len(above), len(below))
    errors = [statistics.variance(side) / len(side) if few > 1 else 0.0 for side in logs]
    if few < 2 or not sum(errors):
        return Estimate(value=math.exp(middle), n_processes=few)
    from scipy.special import stdtrit

    freedom = sum(errors) ** 2 / sum(e * e / (len(side) - 1) for e, side in zip(errors, logs, strict=True))
    half = float(stdtrit(freedom, (1 + level) / 2)) * math.sqrt(sum(errors))
    return Estimate(
        value=math.exp(middle), n_processes=few, lo=math.exp(middle - half), hi=math.exp(middle + half), level=level
    )


def spread_of(groups: Sequence[Sequence[float]]) -> Spread | None:
    """Variance parts of processes with their samples: T1² = mean within-process variance, T2² = S2² − T1²/n, at least 0.

    S2² is the variance of the process means and n the harmonic mean of their counts (Kalibera and Jones, ISMM 2013). None for
    fewer than two processes of two samples.
    """
    kept = [group for group in groups if len(group) > 1]
    if len(kept) < 2:
        return None
    within = statistics.fmean(statistics.variance(group) for group in kept)
    means = [statistics.fmean(group) for group in kept]
    between = max(0.0, statistics.variance(means) - within / statistics.harmonic_mean([len(group) for group in kept]))
    middle = statistics.median(means)
    return Spread(math.sqrt(within) / middle, math.sqrt(between) / middle)


def effective_count(n: int, rho: float) -> float:
    """Independent samples that n correlated ones are worth: n(1−ρ)/(1+ρ), for intervals within a process only."""
    return n * (1 - rho) / (1 + rho)


def call_seconds(process: Process) -> float | None:
    """Median seconds of one call in a process, or None where it measured nothing."""
    return None if process.time is None else process.time.median_ns / process.time.calls_per_sample / 1e9


def summarise(processes: Sequence[Process]) -> Summary | None:
    """Seconds per call over all processes that measured something; None where none did.

    A summary stands in the record and is recomputed by every reader, so it takes every replicate; which of them a gate
    excludes is decided later, by the reader.
    """
    seconds = [value for process in processes if (value := call_seconds(process)) is not None]
    if not seconds:
        return None
    return Summary(
        metric="call_seconds",
        estimator="median_of_process_medians",
        order_statistic=order_statistic(seconds),
        log_t=log_t(seconds),
    )
