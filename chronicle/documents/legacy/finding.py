"""What is worth telling of a legacy file: a rule, the line in the source as it lies on disk, and a sentence."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing wrong, lost or unknown in one line of a source; lines count from 1."""

    line: int
    rule: str
    message: str

    def as_json(self) -> dict[str, str | int]:
        """The form it has in ``--json``."""
        return {"rule": self.rule, "line": self.line, "message": self.message}
