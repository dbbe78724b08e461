"""The names a suite is written with: ``benchmark``, ``study``, ``axis``, ``Work`` and ``Check``.

A benchmark is a set-up function. It receives the device and one value of each axis, prepares its inputs, and returns
the :class:`Work` to be timed, with what one call must move or compute::

    @benchmark(title="Device copy")
    @axis("mebibytes", [4096], cpu=[256])
    def copy(device, mebibytes):
        import torch
        source = torch.randn(mebibytes * 2**18, device=device)
        target = torch.empty_like(source)
        return Work(lambda: target.copy_(source), bytes=2 * source.nbytes, formula="copy/1")

Where what is observed is no time, it returns numbers by the name of their metric instead: ``{"recompiles_count": 8}``.

A study computes instead of measuring: it needs neither a GPU nor torch, and gives numbers in the same way.

Only the standard library is imported here: this module is loaded inside the process that is measured.
"""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chronicle.records.provenance import DERIVED, MEASURED, SIMULATED, is_metric

Value = str | int | float | bool
Outcomes = Mapping[str, float]
_AXES = "__chronicle_axes__"
_ANYWHERE = ("cpu", "cuda")


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """How a call is proved right: ``error`` gives the relative error of ``output`` against ``reference``.

    ``output`` is filled with NaN before the checked call, so an element that was not written cannot pass. ``renew`` puts
    fresh values into the inputs, where they lie: the call is then checked once more, and a result kept from before fails.
    ``precision`` names the arithmetic that is claimed (``fp32``, ``tf32``, ``bf16`` …), whose rounding bounds the error too.
    """

    error: Callable[[], float]
    output: Any
    reference: str
    limit: float
    renew: Callable[[], Any] | None = None
    precision: str | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """What a process times: ``call``, and what one call must do.

    bytes     bytes that one call must move through the device's memory (reads plus writes), or None
    flop      floating-point operations of one call, or None
    formula   the id of the rule by which they were counted, ``name/version``
    batch     calls in one sample; None lets the harness choose the fewest that its timer resolves
    capture   ``eager``; ``graph`` to time replays of a CUDA graph that holds ``batch`` calls; or ``own`` where a call replays
              what the benchmark, or its compiler, captured itself
    l2        ``hot``; ``cold``, which overwrites twice the last-level cache before each sample of one call (a GPU only); or
              ``exceeded`` where one call touches more than that anyway
    energy    also take an energy window after the timed samples
    check     proof of a right result, or None
    inputs    the tensors whose values a call reads: zeros or constants draw less power and run faster, and are found out
    trivial   such inputs are meant
    peers     other tools' readings of the same call in the same process: the tool's name in lower case, as part of a metric
              (``do_bench``), and what gives its seconds a call
    over_link one call moves bytes between host and device, so the state of their link matters
    tokens    tokens that one call gives out, over all its sequences, or None: then times are told by the token as well
    sequences how many sequences get a token at a time
    sizes     numbers that describe the case beside its axes (``layers``, ``parameters`` …): selected and fitted like these
    outcomes  numbers of the benchmark's own by the name of their metric, read once the samples are kept
    on_host   a call is finished when it returns, whatever the device: the host's clock times it
    """

    call: Callable[[], Any]
    bytes: int | None = None
    flop: int | None = None
    formula: str = "none/1"
    batch: int | None = None
    capture: str = "eager"
    l2: str = "hot"
    energy: bool = False
    check: Check | None = None
    inputs: Sequence[Any] = ()
    trivial: bool = False
    peers: Mapping[str, Callable[[], float]] = field(default_factory=dict)
    over_link: bool = False
    tokens: int | None = None
    sequences: int = 1
    sizes: Mapping[str, float] = field(default_factory=dict)
    outcomes: Mapping[str, Callable[[], float]] = field(default_factory=dict)
    on_host: bool = False

    def __post_init__(self) -> None:
        if not callable(self.call):
            raise TypeError(f"Work.call is {self.call!r}, which cannot be called")
        for name in ("bytes", "flop", "batch", "tokens"):
            amount = getattr(self, name)
            if amount is not None and (type(amount) is not int or amount <= 0):
                raise ValueError(f"Work.{name} is {amount!r}; it is a positive int, or None")
        if self.capture not in ("eager", "graph", "own"):
            raise ValueError(f"Work.capture is {self.capture!r}; it is 'eager', 'graph' or 'own'")
        if self.l2 not in ("hot", "cold", "exceeded"):
            raise ValueError(f"Work.l2 is {self.l2!r}; it is 'hot', 'cold' or 'exceeded'")
        for part, like in (("peers", "do_bench"), ("sizes", "layers"), ("outcomes", "compile_seconds")):
            if wrong := [name for name in getattr(self, part) if not is_metric(name)]:
                raise ValueError(f"Work.{part} has {wrong[0]!r}; a name is written like {like}")
        if self.sequences < 1 or (self.tokens or self.sequences) % self.sequences:
            raise ValueError(f"Work.tokens is {self.tokens!r}; each of {self.sequences!r} sequences gets as many")
        if self.l2 == "cold" and self.batch not in (None, 1):
            raise ValueError(f"Work.batch is {self.batch!r}; only the first call of a sample would find the cache cold")


@dataclass(frozen=True, slots=True)
class Axis:
    """A swept parameter; ``by_device`` replaces its values on a kind of device (``cpu``, ``cuda``)."""

    name: str
    values: tuple[Value, ...]
    by_device: Mapping[str, tuple[Value, ...]]

    def values_on(self, kind: str) -> tuple[Value, ...]:
        return self.by_device.get(kind, self.values)


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A decorated function; ``devices`` are the kinds it can run on. That of a study gives outcomes and sets nothing up.

    ``control`` names the case that runs twice in every block, by values of its axes; None where no comparison is meant.
    ``primes`` says that a process of its own fills the compilers' caches before the first block of a command.
    """

    name: str
    title: str
    set_up: Callable[..., Any]
    axes: tuple[Axis, ...]
    devices: tuple[str, ...]
    control: Mapping[str, Value] | None = None
    primes: bool = False
    label: str = MEASURED
    reads: tuple[str, ...] = ()

    @property
    def is_study(self) -> bool:
        return self.label != MEASURED

    def cases_on(self, kind: str) -> list[dict[str, Value]]:
        """Every point of the sweep on a kind of device, the last axis fastest; none where it cannot run."""
        if kind not in self.devices:
            return []
        names = [axis.name for axis in self.axes]
        return [
            dict(zip(names, point, strict=True)) for point in itertools.product(*(axis.values_on(kind) for axis in self.axes))
        ]


def benchmark(
    *,
    title: str,
    devices: Sequence[str] = _ANYWHERE,
    control: Mapping[str, Value] | None = None,
    primes: bool = False,
) -> Callable[[Callable[..., Work]], Benchmark]:
    """Turn a set-up function into a benchmark that ``chronicle bench`` finds by its name.

    ``control={"impl": "eager"}`` runs the case with these values a second time in every block: the ratio of the two is the
    resolution below which no comparison is decided. ``control={}`` takes the first case. Raises ValueError for a control
    that no axis has.
    """

    def decorate(set_up: Callable[..., Work]) -> Benchmark:
        axes: tuple[Axis, ...] = tuple(getattr(set_up, _AXES, ()))
        for name, value in (control or {}).items():
            values = next((one.values for one in axes if one.name == name), ())
            if value not in values:
                raise ValueError(f"control is {name}={value!r}, which is no value of an axis of {set_up.__name__}")
        return Benchmark(set_up.__name__, title, set_up, axes, tuple(devices), control, primes)

    return decorate


def study(*, title: str, provenance: str, reads: Sequence[str] = ()) -> Callable[[Callable[..., Outcomes]], Benchmark]:
    """Turn a function that computes numbers into a benchmark that is run like any other, on any machine.

    ``provenance`` is ``simulated``: the function takes a ``seed`` beside its axes, every block has another, and the interval
    is over seeds. Or ``derived``: it takes no seed and gives the same numbers each time. ``reads`` names the tables it opens,
    relative to the bench folder and written out as text. Raises TypeError or ValueError where the function does not fit.
    """

    def decorate(computes: Callable[..., Outcomes]) -> Benchmark:
        if provenance not in (SIMULATED, DERIVED):
            raise ValueError(f"provenance is {provenance!r}; it is 'simulated' or 'derived'")
        axes: tuple[Axis, ...] = tuple(getattr(computes, _AXES, ()))
        wanted = {one.name for one in axes} | ({"seed"} if provenance == SIMULATED else set())
        if (taken := set(inspect.signature(computes).parameters)) != wanted:
            raise TypeError(f"{computes.__name__} takes {_words(taken)}; as {provenance} it takes {_words(wanted)}")
        return Benchmark(computes.__name__, title, computes, axes, _ANYWHERE, label=provenance, reads=tuple(reads))

    return decorate


def _words(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "nothing"


def axis(
    name: str, values: Sequence[Value], **by_device: Sequence[Value]
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Sweep the parameter ``name``; keyword arguments give other values for a kind of device (``cpu=[…]``)."""

    def decorate(set_up: Callable[..., Any]) -> Callable[..., Any]:
        own = Axis(name, tuple(values), {kind: tuple(some) for kind, some in by_device.items()})
        setattr(set_up, _AXES, (own, *getattr(set_up, _AXES, ())))
        return set_up

    return decorate
