"""The radar: what is read from technologies.yml, what is wrong in it, and what moved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chronicle.documents.front_matter import Authored
from chronicle.documents.registration import Version
from chronicle.documents.technologies import Radar, parse_radar, ring_moves
from chronicle.errors import Problem

FIRST = "- name: vLLM\n  category: inference\n  ring: watch\n  since: 2026-11-24\n  why: It serves.\n"
SECOND = "- name: LoRA+\n  category: optimization\n  ring: use\n  since: 2026-11-24\n  why: It tunes.\n"


def listing(*entries: str) -> str:
    return "technologies:\n" + "".join(entries)


def read(text: str) -> tuple[Radar | None, tuple[Problem, ...]]:
    return parse_radar(Authored("technologies.yml", "docs/technologies.yml", text), (), ["TR1"], ["episodes/one.md"])


def wrong(text: str) -> list[tuple[int | None, str, str]]:
    return [(one.line, one.found, one.hint) for one in read(text)[1]]


def test_technologies_are_numbered_by_category_ring_and_name() -> None:
    tried = FIRST.replace("vLLM", "SGLang").replace("watch", "try")
    radar, problems = read(listing(SECOND, FIRST, FIRST.replace("vLLM", "another"), tried))

    assert problems == ()
    assert radar is not None
    assert [(one.number, one.technology.name, one.line) for one in radar.blips] == [
        (1, "SGLang", 17),
        (2, "another", 12),
        (3, "vLLM", 7),
        (4, "LoRA+", 2),
    ]


def test_every_slip_of_the_pen_is_told_at_once_with_its_line() -> None:
    text = listing(FIRST.replace("why", "wy"), SECOND.replace("use", "uze").replace("2026-11-24", "soon"))
    told = wrong(text)

    assert [(line, found) for line, found, _ in sorted(told)] == [
        (2, "no 'technologies.0.why'"),
        (6, "unknown key 'technologies.0.wy'"),
        (9, "technologies.1.ring: 'uze'"),
        (10, "technologies.1.since: 'soon'"),
    ]
    assert [hint for _, _, hint in sorted(told)][1:3] == ["did you mean 'why'?", "did you mean 'use'?"]


@pytest.mark.parametrize(
    ("text", "line", "found", "hint"),
    [
        (listing(FIRST, FIRST.replace("vLLM", "VLLM")), 7, "the technology 'VLLM', which line 2 has already", "remove one"),
        (listing(FIRST + "  reports: [TR2]\n"), 7, "report 'TR2' of 'vLLM'", "did you mean 'TR1'?"),
        (listing(FIRST + "  episodes: [episodes/on.md]\n"), 7, "episode 'episodes/on.md' of 'vLLM'", "did you mean"),
        (listing(FIRST + "  episodes: [../../secret]\n"), 7, "episode '../../secret' of 'vLLM'", "name it once"),
        ("technologies: []\n", 1, "technologies: []", "correct"),
        ("- vLLM\n", 1, "no list", ""),
        ("technologies: [\n", 2, "a list that is not YAML", ""),
    ],
)
def test_what_cannot_stand_is_named_with_its_line(text: str, line: int, found: str, hint: str) -> None:
    ((at, said, help_),) = wrong(text)

    assert at == line
    assert said.startswith(found)
    assert help_.startswith(hint)


def test_a_move_from_ring_to_ring_is_mined_and_versions_that_cannot_be_read_are_passed() -> None:
    texts = [listing(FIRST), "technologies: [", listing(FIRST.replace("watch", "try"), SECOND), listing(FIRST), listing(SECOND)]
    start = datetime(2026, 1, 1, tzinfo=UTC)
    versions = [Version(f"r{number}", start + timedelta(days=number), text) for number, text in enumerate(texts)]

    moves = ring_moves(versions)

    added, moved, before = moves["vllm"]
    assert (added.revision, moved and moved.revision, before) == ("r0", "r3", "try")
    assert moves["lora+"][1:] == (None, None)


@given(st.text(max_size=200) | st.text(alphabet="technologies: \n-[]{}name", max_size=80))
def test_any_file_is_read_and_problems_stand_on_lines_that_exist(text: str) -> None:
    _, problems = read(text)

    assert all(1 <= (one.line or 0) <= text.count("\n") + text.count("\r") + 1 for one in problems)
