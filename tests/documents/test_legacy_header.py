"""The header of a legacy episode: every shape of its lines, and what is not stated stays unknown."""

from __future__ import annotations

from typing import Any

import pytest

from chronicle.documents.legacy.dates import read_when
from chronicle.documents.legacy.header import Header, read_header, split_type


def header(text: str) -> Header:
    found = read_header(text.split("\n"))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("line", "series", "number", "title"),
    [
        ('# Episode 12: "The Title"', None, 12, "The Title"),
        ('# Chimera - Episode 63: "The Title"', "Chimera", 63, "The Title"),
        ("# Episode 001: The Title", None, 1, "The Title"),
        ("# Chimera – Episode 7: “The Title”", "Chimera", 7, "The Title"),
        ("# 🎬️ Episode 12: 'The Title'", None, 12, "The Title"),
        ('# Episode 3: "A" and "B"', None, 3, '"A" and "B"'),
        ("# Episode 3: “A” and “B”", None, 3, "“A” and “B”"),
        ('# Episode 3: "The "Big" One"', None, 3, 'The "Big" One'),
        ("# Episode 3: The Gatekeeper's Logic", None, 3, "The Gatekeeper's Logic"),
        ("# Night Shift - Episode 9: Part 2: After", "Night Shift", 9, "Part 2: After"),
        ("# Episode 12", None, 12, None),
    ],
)
def test_a_title_gives_series_number_and_words(line: str, series: str | None, number: int, title: str | None) -> None:
    found = header(line)

    assert (found.series, found.number, found.title) == (series, number, title)


@pytest.mark.parametrize("text", ["", "text", "## Episode 1: A", "# Readme", "Episode 1: A", "\n\n---\n"])
def test_a_file_without_the_title_of_an_episode_has_no_header(text: str) -> None:
    assert read_header(text.split("\n")) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("feat: more", ("feat", "more")),
        ("feat/docs: more", ("feat/docs", "more")),
        ("refactor + feat: more", ("refactor + feat", "more")),
        ("docs+style+fix: more", ("docs+style+fix", "more")),
        ("chore(ci): more", ("chore", "more")),
        ("feat!: more", ("feat", "more")),
        ("Fix: more", ("Fix", "more")),
        ("incident: The Catastrophe", ("incident", "The Catastrophe")),
        ("meta: a: b", ("meta", "a: b")),
        ("The ignition of the core", (None, "The ignition of the core")),
        ("The plan: a core", (None, "The plan: a core")),
        ("Ignition: a core", (None, "Ignition: a core")),
    ],
)
def test_a_type_is_what_stands_before_the_colon(text: str, expected: tuple[str | None, str]) -> None:
    assert split_type(text) == expected


@pytest.mark.parametrize(
    ("stated", "date", "end", "time", "zone"),
    [
        ("2025-12-12", "2025-12-12", None, None, None),
        ("2025-09-28T23:35:59-04:00", "2025-09-28", None, "23:35:59", "-04:00"),
        ("2025-09-28T23:35+0530", "2025-09-28", None, "23:35", "+05:30"),
        ("2025-10-07 20:52:20 UTC", "2025-10-07", None, "20:52:20", "+00:00"),
        ("Sunday, September 21, 2025 at 03:33 PM", "2025-09-21", None, "15:33", None),
        ("Sunday, September 21, 2025 at 12:05 AM", "2025-09-21", None, "00:05", None),
        ("Sunday, February 08, 2026", "2026-02-08", None, None, None),
        ("2025-12-27 to 2025-12-28", "2025-12-27", "2025-12-28", None, None),
        ("2026-02-26 — 2026-02-27", "2026-02-26", "2026-02-27", None, None),
        ("2026-02-26–2026-02-27", "2026-02-26", "2026-02-27", None, None),
        ("2026-02-26 - 2026-02-27", "2026-02-26", "2026-02-27", None, None),
        ("2026-02-26 → 2026-02-27", "2026-02-26", "2026-02-27", None, None),
        ("Sunday, September 21, 2025 -> Monday, September 22, 2025", "2025-09-21", "2025-09-22", None, None),
        ("December 27–28, 2025", "2025-12-27", "2025-12-28", None, None),
        ("2026-02-26 → the morning after", "2026-02-26", None, None, None),
        ("2026-02-26 (a long night, 2 moons)", "2026-02-26", None, None, None),
        ("Some night after 2026-02-26", None, None, None, None),
        ("2026-02-26 or so", None, None, None, None),
        ("2025-02-30", None, None, None, None),
        ("", None, None, None, None),
    ],
)
def test_a_date_is_read_in_every_shape_and_prose_is_none(
    stated: str, date: str | None, end: str | None, time: str | None, zone: str | None
) -> None:
    when = read_when(stated)
    days = [day.isoformat() if day else None for day in (when.date, when.date_end)]

    assert (*days, when.time, when.timezone) == (date, end, time, zone)


@pytest.mark.parametrize(
    ("stated", "rule"),
    [
        ("Tuesday, February 4, 2026", "weekday"),
        ("2025-02-30", "date"),
        ("2025-03-02 to 2025-03-01", "date-order"),
        ("September 21, 2025 at 25:10", "time"),
    ],
)
def test_a_date_that_cannot_be_is_told(stated: str, rule: str) -> None:
    assert [name for name, _ in read_when(stated).wrong] == [rule]


def test_a_label_alone_has_its_date_on_the_next_line() -> None:
    found = header("# Episode 1: A\n### 📅 Date and Time\n\n2025-10-07\n### 🔗 Commit: `abcdef1`")

    assert str(found.when.date) == "2025-10-07"
    assert found.cited is not None


@pytest.mark.parametrize(
    ("stated", "hashes", "more", "names"),
    [
        ("Commit: `0a1eed4`", ["0a1eed4"], 0, []),
        ("Commits: `0a1eed4`, `1b2c3d4` + 3 others", ["0a1eed4", "1b2c3d4"], 3, []),
        ("Commits: 0a1eed4, 1b2c3d4 and 12 more", ["0a1eed4", "1b2c3d4"], 12, []),
        ("Commits: `9a12e91a` (Hearts) | `a16e4c8f` (Packs)", ["9a12e91a", "a16e4c8f"], 0, ["Hearts", "Packs"]),
        ("Commits: Hearts (`9a12e91a`)", ["9a12e91a"], 0, []),
        ("Commit: [`0a1eed4`](https://example.org/c/0a1eed4)", ["0a1eed4"], 0, []),
        ("Commits: 0a1eed4..1b2c3d4", ["0a1eed4..1b2c3d4"], 0, []),
        ("Commits: too many to count", [], 0, []),
    ],
)
def test_the_cited_commits_are_read(stated: str, hashes: list[str], more: int, names: list[str]) -> None:
    cited: Any = header(f"# Episode 1: A\n### 🔗 {stated}").cited

    assert (list(cited.hashes), cited.more, list(cited.repositories)) == (hashes, more, names)


@pytest.mark.parametrize("wrong", ["1b7g3f4", "0000000", "a1b2c3"])
def test_a_hash_that_can_be_no_commit_is_kept_and_told(wrong: str) -> None:
    found = header(f"# Episode 1: A\n\n### 🔗 Commits: `abcdef1`, `{wrong}`")

    assert found.cited is not None
    assert found.cited.hashes == ("abcdef1", wrong)
    assert [(one.rule, one.line) for one in found.findings] == [("impossible-hash", 3)]


def test_a_header_ends_where_its_lines_do() -> None:
    found = header("# Episode 1: A\n\n## Technical Analysis\n\n*not a tagline*\n\n### 📅 2025-01-01")

    assert (found.type, found.tagline, found.when.date) == (None, None, None)


def test_the_series_is_that_of_the_last_line_where_the_title_names_none() -> None:
    found = header("# Episode 3: A\n### 📊 Episode 4 of The Saga")

    assert (found.series, found.number) == ("The Saga", 3)
    assert [(one.rule, one.line) for one in found.findings] == [("number", 2)]


def test_a_line_whose_emoji_was_lost_counts_by_its_label_or_its_date() -> None:
    found = header("# Episode 3: A\n### ?? 2025-10-07\n### \ufffd Commit: `abcdef1`\n### Episode 3 of the Saga")

    assert (str(found.when.date), found.cited and found.cited.hashes, found.series) == ("2025-10-07", ("abcdef1",), "Saga")
