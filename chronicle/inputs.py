"""Where what a site is built from lies, as a host or a command line says it; importing it loads nothing that builds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from chronicle.pages.imprint import NOWHERE, Imprint


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a site is built from. ``repositories`` maps names to folders, ``web`` names to the address of their host.

    ``imprint`` is what the host says of the site: its name, its address, how it serves pages.
    """

    root: Path
    docs: Path
    repositories: Mapping[str, Path]
    bench: Path
    cache: Path
    web: Mapping[str, str]
    imprint: Imprint = NOWHERE
    evidence_max_age_days: int | None = None
