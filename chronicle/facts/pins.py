"""Which pins differ between two runs, by name and value, so that *not comparable* and *environment changed* can say why."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from chronicle.records.run import Environment, Pin

_STATED = frozenset({"environment"})
"""Groups in which a pin that is not there says something: a variable that is not set."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A key pin with its value in one run and in another; None where it is not there."""

    pin: str
    one: Pin
    other: Pin

    def __str__(self) -> str:
        return f"{self.pin} ({_shown(self.one)} against {_shown(self.other)})"


def differences(one: Environment, other: Environment) -> tuple[Difference, ...]:
    """Every key pin that is not the same in both, in order of its name."""
    return tuple(_differing(one, other, shared_only=False))


def changes(one: Environment, other: Environment) -> tuple[Difference, ...]:
    """The key pins that both captured and that differ.

    Two suites of one machine need not capture the same pins: one that never loads a compiler pins no version of it, which is
    no change of the machine.
    """
    return tuple(_differing(one, other, shared_only=True))


def undeclared(found: Collection[Difference], varies: Collection[str]) -> tuple[Difference, ...]:
    """The differences that no name in ``varies`` declares: a group (``gpu``) or one pin (``driver.driver``)."""
    return tuple(one for one in found if one.pin not in varies and one.pin.partition(".")[0] not in varies)


def _differing(one: Environment, other: Environment, *, shared_only: bool) -> Iterator[Difference]:
    for group in sorted({*one.key, *other.key}):
        left, right = one.key.get(group, {}), other.key.get(group, {})
        is_partial = shared_only and group not in _STATED
        for name in sorted(set(left) & set(right) if is_partial else {*left, *right}):
            if left.get(name) != right.get(name):
                yield Difference(f"{group}.{name}", left.get(name), right.get(name))


def _shown(pin: Pin) -> str:
    return "not there" if pin is None else str(pin)[:60]
