"""Reports and episodes for tests of what a site tells of them, read from front matter as an author writes it."""

from __future__ import annotations

from typing import Any

import yaml
from ledgers import ledger_of, measured

from chronicle.documents.episode import Episode, parse_episode
from chronicle.documents.front_matter import Authored
from chronicle.documents.library import Library
from chronicle.documents.report import Report, parse_report
from chronicle.pages.desk import Desk, make_always
from chronicle.pages.imprint import Imprint

ADDRESS = "https://example.org/chronicle/"
IMPRINT = Imprint("A project", "What it does.", ADDRESS)
LEDGER = ledger_of(measured(values=[1.0] * 12))
"""The call takes one second, so ``SUPPORTED`` is supported and ``REFUTED`` refuted."""

SUPPORTED = {"id": "quick", "says": "It is quick.", "holds": 'median("call_seconds") <= 2'}
REFUTED = {"id": "slow", "says": "It is slow.", "holds": 'median("call_seconds") >= 2'}


def a_report(uri: str = "reports/a.md", **front: Any) -> Report:
    """A published report of 2026-11-23; ``front`` changes its front matter, and None takes a key away."""
    plain = {"kind": "report", "id": "TR1", "title": "A title", "status": "published", "date": "2026-11-23", "authors": ["Ada"]}
    found, problems = parse_report(Authored(uri, f"docs/{uri}", _text(plain | front)), LEDGER)
    assert found is not None, problems
    return found


def an_episode(uri: str = "episodes/a.md", **front: Any) -> Episode:
    """An episode of 2026-11-23 that cites no commit; ``front`` changes its front matter, and None takes a key away."""
    plain = {"kind": "episode", "series": "A tale", "season": 1, "number": 1, "title": "A part", "date": "2026-11-23"}
    authored = Authored(uri, f"docs/{uri}", _text(plain | front))
    found, problems = parse_episode(authored)
    assert found is not None, problems
    return Episode(authored, found, None, (), None)


def a_desk(*several: Report | Episode, imprint: Imprint = IMPRINT) -> Desk:
    """A desk with these documents."""
    reports = tuple(one for one in several if isinstance(one, Report))
    episodes = tuple(one for one in several if isinstance(one, Episode))
    return Desk(Library((), (), LEDGER, episodes, reports), make_always, imprint)


def _text(front: dict[str, Any]) -> str:
    written = {name: value for name, value in front.items() if value is not None}
    return f"---\n{yaml.safe_dump(written, allow_unicode=True)}---\n# T\n"
