"""Front matter: what is read, and where each thing that cannot be read stands."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from chronicle.documents.episode import EpisodeFront
from chronicle.documents.front_matter import Authored, PageFront, kind_of, line_of, read, split, unknown_kind
from chronicle.errors import Problem

EPISODE = "kind: episode\nseries: A series\nnumber: 1\ntitle: A title\ndate: 2026-11-23\n"


def authored(keys: str, body: str = "# A title\n") -> Authored:
    return Authored("episodes/one.md", "docs/episodes/one.md", f"---\n{keys}---\n{body}")


def problems_of(keys: str) -> list[Problem]:
    front, problems = read(authored(keys), EpisodeFront)
    assert front is None
    return list(problems)


def test_an_episode_is_read_as_its_model() -> None:
    front, problems = read(authored(EPISODE + "tags: [a, b]\nsearch: {boost: 2}\n"), EpisodeFront)

    assert problems == ()
    assert front is not None
    assert (front.title, front.number, front.tags, front.search.boost) == ("A title", 1, ("a", "b"), 2)


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_file_is_cut_into_keys_and_body_with_the_body_s_first_line(ends: str) -> None:
    parts = split(ends.join(["---", "kind: page", "---", "words"]))

    assert (parts.body, parts.body_line) == ("words", 4)
    assert parts.yaml.strip() == "kind: page"


def test_a_file_without_front_matter_is_all_body() -> None:
    assert split("words\n---\nkind: page\n---\n").body_line == 1
    assert kind_of(Authored("a.md", "a.md", "words\n\nkind: page\n")) is None


@pytest.mark.parametrize(
    "keys", ["kind: episode\n", "title: [\nkind: 'episode'\n", "kind: [episode\n", 'kind: "episode"\ntitle: : :\n']
)
def test_a_broken_file_still_counts_as_of_its_kind(keys: str) -> None:
    assert kind_of(authored(keys)) == "episode"


@pytest.mark.parametrize(
    ("keys", "line", "found"),
    [
        (EPISODE + "seroes: x\n", 7, "unknown key 'seroes'"),
        (EPISODE.replace("title: A title\n", ""), 2, "no 'title'"),
        (EPISODE.replace("1", "one"), 4, "number: 'one'"),
        (EPISODE + "title: Another\n", 7, "the key 'title' again"),
        (EPISODE + "phase: a: b\n", 7, "not YAML"),
        (EPISODE + "\tphase: x\n", 7, "not YAML"),
        (EPISODE + "phase: \x07\n", 7, "unacceptable character"),
        (EPISODE + "phase: &a x\ntagline: *a\n", 8, "an alias"),
        (EPISODE.replace("11-23", "13-45"), 6, "date: '2026-13-45'"),
        (EPISODE.replace("2026-11-23", "0000-00-00"), 6, "date: '0000-00-00'"),
        (EPISODE.replace("number: 1", f"number: {'9' * 5000}"), 4, "number: "),
        (EPISODE + "search: {boost: 2026-01-01}\n", 7, "search.boost"),
        (EPISODE + "search: {boost: .nan}\n", 7, "search.boost"),
        (EPISODE + "? [a]\n: b\n", 7, "unhashable key"),
        (EPISODE + "phase: !!python/object:os.system x\n", 7, "could not determine a constructor"),
        (EPISODE + f"phase: {'[' * 5000}\n", 1, "nested too deep"),
        ("- kind: episode\n", 1, "no front matter"),
        ("", 1, "no front matter"),
    ],
)
def test_what_cannot_be_read_is_listed_with_its_line(keys: str, line: int, found: str) -> None:
    problem = problems_of(keys)[0]

    assert (problem.file, problem.line, problem.rule) == ("docs/episodes/one.md", line, "front-matter")
    assert found in problem.found


def test_every_problem_of_a_file_is_listed_at_once() -> None:
    found = problems_of("kind: episode\nnumber: -1\ntitel: x\ndate: soon\n")

    assert [problem.line for problem in found] == [2, 2, 3, 5, 4]


def test_a_key_that_is_there_twice_does_not_hide_what_else_is_wrong() -> None:
    found = problems_of(EPISODE + "title: Another\nphaze: x\n")

    assert [(problem.line, problem.found) for problem in found] == [(7, "the key 'title' again"), (8, "unknown key 'phaze'")]


def test_a_slip_of_the_pen_is_told_the_word_it_was_meant_to_be() -> None:
    assert problems_of(EPISODE + "taggs: []\n")[0].hint == "did you mean 'tags'?"


def test_front_matter_that_is_never_closed_is_a_problem_and_not_a_page_of_no_kind() -> None:
    one = Authored("a.md", "docs/a.md", f"---\n{EPISODE}\n# A title\n\nwords\n")

    front, problems = read(one, EpisodeFront)

    assert (front, kind_of(one)) == (None, "episode")
    assert [(problem.line, problem.found) for problem in problems] == [(1, "front matter that is never closed")]


def test_a_kind_there_is_not_is_named_with_its_line_even_in_a_broken_file() -> None:
    assert unknown_kind(authored("title: x\nkind: reeport\n"), "reeport").line == 3
    assert unknown_kind(authored("kind: reeport\ntitle: [\n"), "reeport").hint == "did you mean 'report'?"


def test_a_line_is_that_of_the_deepest_key_there_is() -> None:
    text = "---\nclaims:\n  - id: a\n    says: b\n  - id: c\n---\n"

    assert line_of(text, ("claims", 1, "id")) == 5
    assert line_of(text, ("claims", 0, "holds")) == 3
    assert line_of(text, ("nothing",)) == 2


@given(st.text(max_size=200))
@example("!!bool maybe")
@example("!!binary '###'")
@example("{<<: [1]}")
@example("!!timestamp x")
@example("!!int ''")
def test_no_text_makes_reading_fail_in_another_way(keys: str) -> None:
    one = authored(f"kind: page\nx: {keys}\n")

    front, problems = read(one, PageFront)

    assert (front is None) == bool(problems)
    assert all(problem.line is not None for problem in problems)


@given(
    st.dictionaries(
        st.sampled_from(["title", "description"]), st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1)
    )
)
def test_any_text_that_yaml_can_hold_is_read_back(fields: dict[str, str]) -> None:
    front, problems = read(authored(yaml.safe_dump({"kind": "page", **fields})), PageFront)

    assert problems == ()
    assert front is not None
    assert {name: getattr(front, name) for name in fields} == {name: value.strip() for name, value in fields.items()}
