"""What one build leaves for the next in the same process, so that an edit costs what depends on it and no more.

A value is kept under everything that it follows from: the *base* (evidence, repositories, options) that a build begins with,
and a key. Whatever a build did not ask for is forgotten by the one after it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


class Memory:
    """Gives the value of a key, making it where neither this build nor the one before has it under the same base."""

    def __init__(self) -> None:
        self._base: str | None = None
        self._before: dict[Hashable, Any] = {}
        self._now: dict[Hashable, Any] = {}

    def begin(self, base: str | None) -> None:
        """Begin a build on this base; None where it is not known, so that nothing from before may be taken."""
        self._before = self._now if base is not None and base == self._base else {}
        self._base, self._now = base, {}

    def __call__(self, key: Hashable, make: Callable[[], T]) -> T:
        """The value of ``key``, which holds all that ``make`` looks at besides the base."""
        if key not in self._now:
            self._now[key] = self._before[key] if key in self._before else make()
        found: T = self._now[key]
        return found
