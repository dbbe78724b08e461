"""What a site holds of the present, drawn from what was read: the other half of every question of staleness."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime

from chronicle.errors import Problem
from chronicle.facts.freshness import Occasion, Present
from chronicle.facts.ledger import Unread
from chronicle.records.history import History
from chronicle.records.recorded import RecordedRun


def present_of(
    runs: Sequence[RecordedRun],
    histories: Sequence[History],
    sources: Mapping[str, str],
    orphaned: frozenset[str],
    max_age_days: int | None,
) -> Present:
    """Today's sources, the pins of all runs, the runs whose revision is gone, and the site's date.

    The date is that of the last commit of its repositories, so the same commit builds the same words on any day.
    """
    dates = [one.commits.loc[one.commits["is_on_head"], "committed"].max() for one in histories if not one.is_empty]
    today = max((one.date() for one in dates if one == one), default=None)  # NaT differs from itself
    tables = {one.key: tuple((table.path, date.fromisoformat(table.as_of)) for table in one.run.suite.tables) for one in runs}
    return Present(sources, today, max_age_days, {one.key: _occasion(one) for one in runs}, orphaned, tables)


def unread_of(problems: Iterable[Problem], runs: Iterable[RecordedRun]) -> tuple[Unread, ...]:
    """The runs whose records could not be read, from what was complained about: ``…/machine/run/file``."""
    read = {one.key for one in runs}
    folders = {tuple(one.file.split("/")[-3:-1]): one.file for one in problems}
    lost = sorted((*folder, file) for folder, file in folders.items() if len(folder) == 2)
    return tuple(Unread(*one) for one in lost if one[1] != "env" and f"{one[0]}/{one[1]}" not in read)


def _occasion(recorded: RecordedRun) -> Occasion:
    run = recorded.run
    began = datetime.fromisoformat(run.created_utc).astimezone(UTC)
    return Occasion(run.machine, began.date(), f"{began.isoformat()} {run.run_id}", recorded.environment)
