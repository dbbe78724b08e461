"""An episode: its front matter, the commits it cites, and its place in the series."""

from __future__ import annotations

import pytest

from chronicle.documents.episode import (
    Episode,
    EpisodeFront,
    misnamed,
    parse_episode,
    repeated_keys,
    repeated_numbers,
    self_contradictions,
    unbound,
    unresolved,
)
from chronicle.documents.front_matter import Authored, line_of

FRONT = "kind: episode\nseries: A series\nnumber: 1\ntitle: A title\ndate: 2026-11-23\n"


def authored(keys: str = "", uri: str = "episodes/a.md") -> Authored:
    return Authored(uri, f"docs/{uri}", f"---\n{FRONT}{keys}---\n# A title\n")


def front(keys: str = "") -> EpisodeFront:
    found, problems = parse_episode(authored(keys))
    assert found is not None, problems
    return found


@pytest.mark.parametrize(
    ("written", "cited"),
    [
        ("", ()),
        ("commits: a..b\n", ("a..b",)),
        ("commits: 6bc66ea\n", ("6bc66ea",)),
        ("commits: [a..b, v1, 'c d']\n", ("a..b", "v1", "c d")),
        ("commits: []\n", ()),
    ],
)
def test_commits_are_a_range_a_revision_or_a_list(written: str, cited: tuple[str, ...]) -> None:
    assert front(written).commits == cited


@pytest.mark.parametrize("hash_", ["1234567", "12e4567", "0123456", "0x12345"])
def test_a_hash_that_yaml_takes_for_a_number_is_a_problem_and_not_another_commit(hash_: str) -> None:
    found, problems = parse_episode(authored(f"commits: {hash_}\n"))

    assert (found is not None and found.commits == (hash_,)) or [problem.line for problem in problems][:1] == [7]


def test_a_hash_of_digits_in_a_list_is_named_at_its_own_line_with_what_to_do() -> None:
    _, problems = parse_episode(authored("commits:\n  - abc1234\n  - 1234567\n"))

    assert [(problem.line, problem.expected) for problem in problems] == [
        (9, "a hash of digits alone in quotes, since YAML takes it for a number")
    ]


@pytest.mark.parametrize("keys", ["season: -1\n", "season: 1000\n", "number: x\n", "date_end: later\n", "commits: {a: b}\n"])
def test_a_field_of_another_form_is_a_problem(keys: str) -> None:
    found, problems = parse_episode(authored(keys))

    assert found is None
    assert all(problem.line == 7 for problem in problems)


def test_episodes_stand_in_the_order_of_series_season_and_number() -> None:
    keys = [("season: 2\n", "b.md"), ("", "c.md"), ("season: 1\n", "a.md"), ("season: 1\n", "a2.md")]
    episodes = [Episode(authored(written, uri), front(written), None, (), None) for written, uri in keys]

    assert [one.authored.uri for one in sorted(episodes, key=lambda one: one.order)] == ["c.md", "a.md", "a2.md", "b.md"]


@pytest.mark.parametrize("written", ["date: 2026-11-20..2026-11-23", "date: 2026-11-20\ndate_end: 2026-11-23"])
def test_a_range_of_days_is_written_in_either_form(written: str) -> None:
    found, problems = parse_episode(Authored("a.md", "a.md", f"---\n{FRONT.replace('date: 2026-11-23', written)}---\n"))

    assert problems == ()
    assert found is not None and (str(found.date), str(found.date_end)) == ("2026-11-20", "2026-11-23")


def test_an_end_before_the_beginning_is_a_problem_at_its_line() -> None:
    _, problems = parse_episode(authored("date_end: 2026-11-01\n"))

    assert [(problem.line, problem.expected) for problem in problems] == [
        (7, "a day not before 2026-11-23, where the episode begins")
    ]


def test_every_wrong_statement_is_named_at_its_own_line() -> None:
    stated = "stated:\n  files_changed: many\n  change_mix: lots\n  net_chnage: 3\n"

    _, problems = parse_episode(authored(stated))

    assert [problem.line for problem in problems] == [8, 9, 10]
    assert problems[0].expected == "a whole number such as 8, 1,200, ~1,200 or 100+; leave the key out where it is not known"
    assert problems[2].hint == "did you mean 'net_change'?"


def test_two_episodes_of_one_key_are_a_problem_of_the_second() -> None:
    one, two = (Episode(authored("key: ours\n", uri), front("key: ours\n"), None, (), None) for uri in ("a.md", "b.md"))

    assert [(problem.file, problem.line) for problem in repeated_keys([one, two])] == [("docs/b.md", 7)]


def test_two_episodes_of_one_number_in_a_season_are_a_problem_of_the_second() -> None:
    one, two = (Episode(authored("", uri), front(""), None, (), None) for uri in ("a.md", "b.md"))
    (problem,) = repeated_numbers([one, two])

    assert (problem.file, problem.rule) == ("docs/b.md", "duplicate-key")
    assert "docs/a.md has this one" in problem.expected


def test_a_repository_that_is_like_none_of_ours_is_elsewhere_and_a_slip_of_the_pen_is_a_problem() -> None:
    elsewhere = misnamed(authored("repository: other\n"), front("repository: other\n"), ["chronicle"])
    slip = misnamed(authored("repository: chronicel\n"), front("repository: chronicel\n"), ["chronicle"])

    assert elsewhere == ()
    assert [(problem.line, problem.hint) for problem in slip] == [(7, "did you mean 'chronicle'?")]


def test_commits_that_nobody_can_find_are_named_at_their_line() -> None:
    problem = unresolved(authored("phase: x\ncommits: gone\n"), "gone is no revision")

    assert (problem.line, problem.rule) == (8, "episode-commits")
    assert "gone is no revision" in problem.found


def test_a_statement_that_contradicts_another_is_named_at_its_line_where_no_commit_can_judge_it() -> None:
    one = authored("stated:\n  lines_added: 5\n  lines_removed: 3\n  net_change: '+9'\n")
    written, _ = parse_episode(one)
    assert written is not None

    (problem,) = self_contradictions(unbound(one, written, None, "it is elsewhere"))

    assert (problem.line, problem.rule) == (line_of(one.text, ("stated", "net_change")), "stated-metric")
    assert (problem.found, problem.expected) == ("a net change of 9 is stated", "5 added and 3 removed make 2")
