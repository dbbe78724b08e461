"""Failures a user can mend: each says what was found, what was expected, and what to do.

A :class:`Problem` is one such failure in one place. Problems are collected, not thrown, so that an author sees
all of them at once; :class:`ChronicleError` is for the entrances, where something cannot go on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]

FINDING = 1
"""Exit code: the program worked, and found something wrong in what it was given."""

USAGE = 2
"""Exit code: the call or the environment does not allow the work to start."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong in one place of one file.

    An *error* stops every build: evidence contradicts itself. A *warning* leaves the rest of the site standing
    in a normal build and fails a strict one.
    """

    file: str
    line: int | None
    found: str
    expected: str
    hint: str
    rule: str
    severity: Severity = "warning"
    column: int | None = None

    def __str__(self) -> str:
        place = ":".join(str(one) for one in (self.file, self.line, self.column) if one is not None)
        return f"{place}: {self.found}; expected {self.expected}; {self.hint} [{self.rule}]"

    def as_json(self) -> dict[str, str | int | None]:
        """The problem as a JSON object with the names of its fields; ``column`` only where it is known."""
        plain = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in plain.items() if name != "column" or value is not None}


class ChronicleError(Exception):
    """Something that stops the work and that the user can mend; ``hint`` can be pasted or acted on."""

    exit_code = USAGE

    def __init__(self, found: str, *, hint: str = "") -> None:
        super().__init__(found)
        self.found = found
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.found}\n  {self.hint}" if self.hint else self.found


class ProblemsFound(ChronicleError):
    """The inputs were read and are wrong; all problems are reported together."""

    exit_code = FINDING

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda p: (p.file, p.line or 0, p.rule)))
        super().__init__("\n".join(map(str, self.problems)))
