"""The open questions: what is read from Markdown, and how far evidence has taken each."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chronicle.documents.questions import Question, QuestionState, judge_questions, parse_questions
from chronicle.documents.roadmap import judge_roadmap, parse_roadmap
from chronicle.documents.standing import EvidenceState

QUESTIONS = """\
# Open questions

### How to read this

Prose.

## Performance {#performance}

### Is it <b>compilable</b>? {#performance-1}

- **Hypothesis:** graphs give
  most of it.
- **Decided by**: the time of a token.
- **Reports:** TR120, `TR117#wins`.
- **Known:** a note of the author's.

```markdown
### An example {#example}
- **Hypothesis:** none
```

## Physics

### What does heat do? {#physics-1}

* **Hypothesis:** nothing.
* **Decided by:** a soak.
* **Reports:** none yet
"""

ONE = "## T\n\n### Why? {#t-1}\n\n- **Hypothesis:** h\n- **Decided by:** d\n- **Reports:** TR1 TR2\n"


def problems_of(text: str) -> list[tuple[int | None, str]]:
    return [(problem.line, problem.rule) for problem in parse_questions(text, file="docs/questions.md")[1]]


def test_questions_are_read_with_theme_hypothesis_test_and_reports() -> None:
    questions, problems = parse_questions(QUESTIONS, file="docs/questions.md")

    assert problems == ()
    assert questions == (
        Question(
            theme="Performance",
            id="performance-1",
            title="Is it <b>compilable</b>?",
            hypothesis="graphs give most of it.",
            decided_by="the time of a token.",
            reports=("TR120", "TR117#wins"),
            line=9,
            file="docs/questions.md",
        ),
        Question(
            theme="Physics",
            id="physics-1",
            title="What does heat do?",
            hypothesis="nothing.",
            decided_by="a soak.",
            reports=(),
            line=24,
            file="docs/questions.md",
        ),
    )


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        (ONE.replace(" {#t-1}", ""), [(3, "question-id")]),
        (ONE.replace("{#t-1}", "{#t-1 theme=x}"), [(3, "question-attribute")]),
        (ONE.replace("## T\n", "\n"), [(3, "question-theme")]),
        (ONE.replace("- **Hypothesis:** h\n", ""), [(3, "question-field")]),
        (ONE.replace("**Decided by:** d", "**Decided by:**"), [(3, "question-field")]),
        (ONE + "\n" + ONE.replace("## T\n", ""), [(10, "duplicate-id")]),
    ],
)
def test_a_question_that_is_not_sharp_is_a_problem_on_its_heading(text: str, rules: list[tuple[int, str]]) -> None:
    assert problems_of(text) == rules


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ((EvidenceState.NOT_RUN, EvidenceState.NOT_RUN), QuestionState.OPEN),
        ((EvidenceState.SUPPORTED, EvidenceState.NOT_RUN), QuestionState.BEING_MEASURED),
        ((EvidenceState.UNDECIDED, EvidenceState.REFUTED), QuestionState.BEING_MEASURED),
        ((EvidenceState.SUPPORTED, EvidenceState.REFUTED), QuestionState.ANSWERED),
        ((EvidenceState.SUPPORTED, EvidenceState.STALE), QuestionState.REOPENED),
    ],
)
def test_the_state_of_a_question_follows_its_reports(
    states: tuple[EvidenceState, EvidenceState], expected: QuestionState
) -> None:
    questions, _ = parse_questions(ONE, file="q.md")
    (judged,), problems = judge_questions(questions, dict(zip(("TR1", "TR2"), states, strict=True)))

    assert (judged.state, problems) == (expected, ())


def test_an_answer_has_a_verdict_only_where_its_evidence_agrees() -> None:
    questions, _ = parse_questions(ONE, file="q.md")
    agreed = judge_questions(questions, {"TR1": EvidenceState.REFUTED, "TR2": EvidenceState.REFUTED})[0][0]
    mixed = judge_questions(questions, {"TR1": EvidenceState.REFUTED, "TR2": EvidenceState.SUPPORTED})[0][0]

    assert (agreed.verdict, mixed.verdict) == (EvidenceState.REFUTED, None)
    assert agreed.as_evidence is EvidenceState.SUPPORTED


def test_a_claim_that_its_report_does_not_make_is_unknown_evidence() -> None:
    questions, _ = parse_questions(ONE.replace("TR2", "TR1#no-such-claim"), file="q.md")
    _, problems = judge_questions(questions, {"TR1": EvidenceState.SUPPORTED})

    assert [(problem.line, problem.rule) for problem in problems] == [(3, "unknown-evidence")]


@given(st.text(alphabet=st.sampled_from("#\n\r -*:hd{}`~<!>"), max_size=150) | st.text())
def test_any_text_is_read_and_questions_stand_on_lines_that_exist(text: str) -> None:
    questions, problems = parse_questions(text, file="q.md")
    judge_questions(questions, {})

    last = text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    assert all(1 <= question.line <= last for question in questions)
    assert all(1 <= (problem.line or 0) <= last for problem in problems)


@given(st.text(alphabet=st.characters(blacklist_characters="\r\n{}`<*", blacklist_categories=["Cs"]), min_size=1))
def test_a_hypothesis_survives_as_it_was_written(words: str) -> None:
    questions, _ = parse_questions(ONE.replace("h\n", f"h{words}h\n", 1), file="q.md")

    assert questions[0].hypothesis == f"h{words}h"


def test_the_questions_of_this_project_read_without_a_problem() -> None:
    docs = Path(__file__).parents[2] / "docs"
    questions, problems = parse_questions((docs / "questions.md").read_text(encoding="utf-8"), file="docs/questions.md")

    assert problems == ()
    assert [question.theme for question in questions] == ["Performance"] * 3 + ["Economics"] * 3 + ["Architecture"] * 3 + [
        "Physics"
    ] * 3


def test_the_roadmap_of_this_project_names_no_question_that_is_not_asked() -> None:
    docs = Path(__file__).parents[2] / "docs"
    questions, _ = parse_questions((docs / "questions.md").read_text(encoding="utf-8"), file="docs/questions.md")
    roadmap, _ = parse_roadmap((docs / "roadmap.md").read_text(encoding="utf-8"), file="docs/roadmap.md")

    asked = {f"Q:{question.id}": EvidenceState.NOT_RUN for question in questions}
    assert judge_roadmap(roadmap, asked)[1] == ()


@pytest.mark.parametrize("state", [EvidenceState.REFUTED, EvidenceState.NOT_RUN, EvidenceState.UNDECIDED])
def test_an_answer_that_was_withdrawn_or_is_contradicted_reopens_its_question(state: EvidenceState) -> None:
    questions, _ = parse_questions(ONE, file="q.md")
    (judged,), _ = judge_questions(questions, {"TR1": EvidenceState.SUPPORTED, "TR2": state}, {"TR2"})

    assert (judged.state, judged.verdict) == (QuestionState.REOPENED, None)
