"""A table that a study reads says for which day its numbers hold, where they are from, and how sure its author is."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from chronicle.errors import ChronicleError
from chronicle.harness.tables import read_table, tables_of

STATED = '{"as_of": "2026-05-30", "source": "a price page", "confidence": "low", "dollars_per_hour": 1.4}'


def table(folder: Path, text: str, name: str = "spot.json") -> Path:
    (folder / name).write_text(text)
    return folder / name


def test_a_json_table_states_its_day_its_source_and_its_confidence(tmp_path: Path) -> None:
    found = read_table(table(tmp_path, STATED), "prices/spot.json")

    assert (found.path, found.as_of, found.source, found.confidence) == (
        "prices/spot.json",
        "2026-05-30",
        "a price page",
        "low",
    )
    assert found.sha256 == hashlib.sha256(STATED.encode()).hexdigest()


def test_any_other_text_states_them_in_its_first_lines(tmp_path: Path) -> None:
    text = "# as_of: 2023-11-11\n# source: https://example.org/trace\n# confidence: high\nlength\n12\n"
    found = read_table(table(tmp_path, text, "trace.csv"), "trace.csv")

    assert (found.as_of, found.source, found.confidence) == ("2023-11-11", "https://example.org/trace", "high")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"source": "a page", "confidence": "low"}', "does not state its as_of"),
        (STATED.replace("a price page", " "), "does not state its source"),
        (STATED.replace('"low"', "0.5"), "does not state its confidence"),
        (STATED.replace("low", "certain"), "states the confidence 'certain'"),
        (STATED.replace("2026-05-30", "May 2026"), "states as_of 'May 2026'"),
        (STATED.replace("2026-05-30", "20260530"), "states as_of '20260530'"),
        ("[1, 2]", "does not state its as_of"),
        ("{", "cannot be read"),
    ],
)
def test_a_table_that_does_not_say_what_it_is_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ChronicleError, match=said):
        read_table(table(tmp_path, text), "spot.json")


def test_the_tables_of_a_suite_are_found_without_running_it(tmp_path: Path) -> None:
    table(tmp_path, STATED)
    (tmp_path / "costs.py").write_text('@study(title="t", provenance="derived", reads=["spot.json"])\ndef f(): 1 / 0\nf()\n')

    assert [one.path for one in tables_of(tmp_path / "costs.py")] == ["spot.json"]
