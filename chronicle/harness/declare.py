"""The names a suite is written with: ``benchmark``, ``axis``, ``Work`` and ``Check``.

A benchmark is a set-up function. It receives the device and one value of each axis, prepares its inputs, and returns
the :class:`Work` to be timed, with what one call must move or compute::

    @benchmark(title="Device copy")
    @axis("mebibytes", [4096], cpu=[256])
    def copy(device, mebibytes):
        import torch
        source = torch.randn(mebibytes * 2**18, device=device)
        target = torch.empty_like(source)
        return Work(lambda: target.copy_(source), bytes=2 * source.nbytes, formula="copy/1")

Only the standard library is imported here: this module is loaded inside the process that is measured.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Value = str | int | float | bool
_AXES = "__chronicle_axes__"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """How a call is proved right: ``error`` gives the relative error of ``output`` against ``reference``.

    ``output`` is filled with NaN before the checked call, so an element that was not written cannot pass.
    """

    error: Callable[[], float]
    output: Any
    reference: str
    limit: float


@dataclass(frozen=True, slots=True)
class Work:
    """What a process times: ``call``, and what one call must do.

    bytes     bytes that one call must move through the device's memory (reads plus writes), or None
    flop      floating-point operations of one call, or None
    formula   the id of the rule by which they were counted, ``name/version``
    batch     calls in one sample; None lets the harness choose the fewest that its timer resolves
    capture   ``eager``, or ``graph`` to time replays of a CUDA graph that holds ``batch`` calls
    l2        ``hot``, ``cold``, or ``exceeded`` where one call touches more than twice the last-level cache
    energy    also take an energy window after the timed samples
    check     proof of a right result, or None
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

    def __post_init__(self) -> None:
        if not callable(self.call):
            raise TypeError(f"Work.call is {self.call!r}, which cannot be called")
        for name in ("bytes", "flop", "batch"):
            amount = getattr(self, name)
            if amount is not None and (type(amount) is not int or amount <= 0):
                raise ValueError(f"Work.{name} is {amount!r}; it is a positive int, or None")
        if self.capture not in ("eager", "graph"):
            raise ValueError(f"Work.capture is {self.capture!r}; it is 'eager' or 'graph'")
        if self.l2 not in ("hot", "cold", "exceeded"):
            raise ValueError(f"Work.l2 is {self.l2!r}; it is 'hot', 'cold' or 'exceeded'")


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
    """A decorated set-up function; ``devices`` are the kinds it can run on."""

    name: str
    title: str
    set_up: Callable[..., Work]
    axes: tuple[Axis, ...]
    devices: tuple[str, ...]

    def cases_on(self, kind: str) -> list[dict[str, Value]]:
        """Every point of the sweep on a kind of device, the last axis fastest; none where it cannot run."""
        if kind not in self.devices:
            return []
        names = [axis.name for axis in self.axes]
        return [
            dict(zip(names, point, strict=True)) for point in itertools.product(*(axis.values_on(kind) for axis in self.axes))
        ]


def benchmark(*, title: str, devices: Sequence[str] = ("cpu", "cuda")) -> Callable[[Callable[..., Work]], Benchmark]:
    """Turn a set-up function into a benchmark that ``chronicle bench`` finds by its name."""

    def decorate(set_up: Callable[..., Work]) -> Benchmark:
        axes: Iterable[Axis] = getattr(set_up, _AXES, ())
        return Benchmark(set_up.__name__, title, set_up, tuple(axes), tuple(devices))

    return decorate


def axis(
    name: str, values: Sequence[Value], **by_device: Sequence[Value]
) -> Callable[[Callable[..., Work]], Callable[..., Work]]:
    """Sweep the parameter ``name``; keyword arguments give other values for a kind of device (``cpu=[…]``)."""

    def decorate(set_up: Callable[..., Work]) -> Callable[..., Work]:
        own = Axis(name, tuple(values), {kind: tuple(some) for kind, some in by_device.items()})
        setattr(set_up, _AXES, (own, *getattr(set_up, _AXES, ())))
        return set_up

    return decorate
