"""What the folder of a run is called: as its record says, with a number behind where others began in the same second.

Boards of one host measure beside each other, each into a folder of its own, and what they wrote is put together afterwards.
The second, third, … run of a name then lies in ``NAME.2``, ``NAME.3``, …; its record, which is sealed, keeps the name.
"""

from __future__ import annotations

import re

_BESIDE = re.compile(r"(?P<name>.+)\.(?P<number>[2-9])", re.DOTALL)


def recorded_name(folder: str) -> str:
    """The name in the record of the run that lies in a folder of this name."""
    found = _BESIDE.fullmatch(folder)
    return found["name"] if found else folder


def names_before(folder: str) -> tuple[str, ...]:
    """The folders that lie beside one of this name: none beside ``NAME``, but ``NAME`` and ``NAME.2`` beside ``NAME.3``."""
    found = _BESIDE.fullmatch(folder)
    if not found:
        return ()
    return (found["name"], *(f"{found['name']}.{number}" for number in range(2, int(found["number"]))))
