"""What was observed around a process's samples, for the gates to judge: inputs, synchronisation, compilers, faults, load.

Each part is optional in a record: a machine, a device or a benchmark that cannot give it leaves it None, and ``missing``
says why. Nothing here is a verdict.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """The least varied of the tensors that the benchmark names as its inputs, over at most a million of its elements.

    ``distinct`` counts different values among ``looked_at`` elements; ``declared_trivial`` says that the benchmark means it.
    """

    tensors: int
    looked_at: int
    zero_fraction: float
    standard_deviation: float
    distinct: int
    declared_trivial: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Synchrony:
    """One more group of calls after the samples, seen by the timer and by the host around a full synchronisation.

    ``timed_ns`` and ``awaited_ns`` are for the same ``calls``, each cache state as the calls leave it. ``threads`` are the
    Python threads before the first kept sample and after this group; ``is_same_clock`` says that nobody changed the clock.
    """

    calls: int
    timed_ns: int
    awaited_ns: int
    threads_before: int
    threads_after: int
    is_same_clock: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Compilation:
    """Graphs that torch's compiler made, before the first kept sample and among the kept samples."""

    graphs_before: int
    graphs_timed: int
    breaks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """Changes of torch's caching allocator from the first to the last kept sample."""

    segments: int
    reserved_b: int
    retries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What torch held at most since the first kept sample, and how often it had to ask again."""

    peak_allocated_b: int
    peak_reserved_b: int
    allocation_retries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """Uncorrected memory errors since the driver was loaded, before and after; and rows waiting to be remapped."""

    uncorrected_before: int | None
    uncorrected_after: int | None
    is_remap_pending: bool | None
    has_remap_failed: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """The PCIe link with the load running, and what it can be at most; ``moves_bytes`` where the benchmark uses it."""

    generation: int | None
    generation_most: int | None
    width: int | None
    width_most: int | None
    moves_bytes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Launching:
    """The same call captured in a CUDA graph and replayed: ``eager_ns`` over ``graph_ns`` is what the host costs."""

    eager_ns: int
    graph_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A stretch of the process's life by its name, in order: start, idle, set-up, cool, warm, time, energy, check …"""

    name: str
    ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rank:
    """One of the processes that a case of several ranks runs in: its own median of the samples, and the hash of its device."""

    rank: int
    median_ns: int
    device_hash: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """Requests that a load generator sent, and whether it could: for benchmarks that serve rather than call.

    ``lag_p99_ns`` is how late requests were sent, ``ttft_median_ns`` the time to the first token. Token counts are those that
    client and server saw; ``asked_tokens`` were asked for. ``full_fraction`` is the share of the window whose rate is
    published in which at least nine tenths of the greatest concurrency were in flight.
    """

    requests: int
    errored: int
    incomplete: int
    lag_p99_ns: int | None
    ttft_median_ns: int | None
    client_cpu_fraction: float | None
    client_tokens: int | None
    server_tokens: int | None
    asked_tokens: int | None
    full_fraction: float | None
