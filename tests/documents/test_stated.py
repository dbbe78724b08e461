"""What an episode states of its commits, judged against what they changed."""

from __future__ import annotations

import pytest
from repositories import RepositoryBuilder, lines

from chronicle.documents.stated import Stated, judge_stated, stated_contradictions
from chronicle.facts.commit_metrics import CommitMetrics, range_metrics


@pytest.fixture(scope="module")
def metrics(tmp_path_factory: pytest.TempPathFactory) -> CommitMetrics:
    """Two commits: three files added, then one of them changed; 30 lines added in all, 10 removed."""
    repository = RepositoryBuilder(tmp_path_factory.mktemp("stated") / "repository")
    repository.commit("feat: begin", {"a.py": lines(10), "b.py": lines(5), "c.py": lines(5)})
    repository.commit("fix: mend", {"a.py": lines(10, start=100)})
    history = repository.history()
    return range_metrics(history, history.commits["revision"].tolist())


@pytest.mark.parametrize(
    ("name", "written", "verdict"),
    [
        ("files_changed", 3, "agrees"),
        ("files_changed", "3", "agrees"),
        ("files_changed", 4, "disagrees"),
        ("lines_added", 30, "agrees"),
        ("lines_added", "~32", "agrees"),
        ("lines_added", "~40", "disagrees"),
        ("lines_added", "25+", "agrees"),
        ("lines_added", "31+", "disagrees"),
        ("lines_removed", 10, "agrees"),
        ("lines_removed", "1,200", "disagrees"),
        ("net_change", "+20", "agrees"),
        ("net_change", "\u221220", "disagrees"),
        ("change_mix", "A:3, M:1, D:0", "agrees"),
        ("change_mix", "A:3 M:1", "agrees"),
        ("change_mix", "A:3, M:2, D:0", "disagrees"),
        ("type", "feat", "agrees"),
        ("type", "fix + feature", "agrees"),
        ("type", "docs", "disagrees"),
        ("type", "incident", "disagrees"),
        ("complexity", 99, "untraceable"),
    ],
)
def test_a_statement_agrees_disagrees_or_cannot_be_traced(
    metrics: CommitMetrics, name: str, written: object, verdict: str
) -> None:
    (judged,) = judge_stated(Stated.model_validate({name: written}), metrics, "")

    assert (judged.metric, judged.verdict.value) == (name, verdict)
    assert judged.stated == str(written)
    assert judged.mined is not None


def test_the_highest_score_of_a_cited_commit_agrees(metrics: CommitMetrics) -> None:
    (judged,) = judge_stated(Stated.model_validate({"complexity": metrics.complexity_max}), metrics, "")

    assert judged.verdict.value == "agrees"


@pytest.mark.parametrize(("why", "reason"), [("", "no commits are cited"), ("it is elsewhere", "it is elsewhere")])
def test_without_commits_every_statement_is_untraceable_with_the_reason(why: str, reason: str) -> None:
    stated = Stated.model_validate({"files_changed": 8, "change_mix": "A:8", "type": "feat"})

    judged = judge_stated(stated, None, why)

    assert {(one.verdict.value, one.mined, one.reason) for one in judged} == {("untraceable", None, reason)}
    assert [one.metric for one in judged] == ["files_changed", "change_mix", "type"]


def test_metrics_that_do_not_cover_every_cited_commit_judge_nothing(metrics: CommitMetrics) -> None:
    (judged,) = judge_stated(Stated.model_validate({"files_changed": 3}), metrics, "3 more of its commits are not named")

    assert (judged.verdict.value, judged.mined) == ("untraceable", None)


@pytest.mark.parametrize("written", ["many", "", "1.5", True, "1,2", "N/A", [1], "9" * 40])
def test_a_number_of_another_form_is_refused(written: object) -> None:
    with pytest.raises(ValueError, match="a whole number such as"):
        Stated.model_validate({"files_changed": written})


@pytest.mark.parametrize("written", ["7.5", 7.5, "~7.5", "7.5+"])
def test_a_score_may_have_decimals_and_a_count_may_not(written: object) -> None:
    assert Stated.model_validate({"complexity": written}).complexity.value == 7.5  # type: ignore[union-attr]
    with pytest.raises(ValueError, match="a whole number such as"):
        Stated.model_validate({"lines_added": written})


@pytest.mark.parametrize(
    ("stated", "wrong"),
    [
        ({"lines_added": 5, "lines_removed": 3, "net_change": "+2"}, []),
        ({"lines_added": 5, "lines_removed": 3, "net_change": "+9"}, ["net_change"]),
        ({"lines_added": "~5", "lines_removed": 3, "net_change": "+9"}, []),
        ({"lines_added": 5, "net_change": "+9"}, []),
        ({"files_changed": 2, "change_mix": "A:3, M:0"}, ["change_mix"]),
        ({"files_changed": "2+", "change_mix": "A:3, M:0"}, []),
    ],
)
def test_statements_that_cannot_be_true_at_once_are_told(stated: dict[str, object], wrong: list[str]) -> None:
    assert [one.metric for one in stated_contradictions(Stated.model_validate(stated))] == wrong
