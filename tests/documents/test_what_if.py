"""Models that readers may move: read from a front matter, with every slip at its line."""

from __future__ import annotations

import pytest

from chronicle.documents.front_matter import Authored, PageFront, read
from chronicle.errors import Problem

HEAD = """\
---
kind: page
what_if:
  cost:
    title: What a million tokens cost
    along: utilisation
    unit: $/M tokens
    inputs:
      dollars_per_hour: {says: Price of a GPU hour, unit: $/h, value: 3, least: 0.5, most: 10}
      tokens_per_second: {says: Tokens a second, fact: output_tokens_per_second, where: {machine: dev}, least: 1, most: 9000}
      utilisation: {says: Part of the hour in use, value: 0.4, least: 0.02, most: 1, step: 0.01}
    gives:
      rented: {says: Rented, formula: dollars_per_hour / 3600 / (tokens_per_second * utilisation) * 1e6}
---
"""


def problems_of(old: str, new: str) -> tuple[Problem, ...]:
    assert old in HEAD
    return read(Authored("a.md", "a.md", HEAD.replace(old, new)), PageFront)[1]


def test_a_model_is_read_from_the_front_matter() -> None:
    front, problems = read(Authored("a.md", "a.md", HEAD), PageFront)

    assert problems == ()
    assert front is not None
    assert list(front.what_if["cost"].inputs) == ["dollars_per_hour", "tokens_per_second", "utilisation"]
    assert front.what_if["cost"].inputs["tokens_per_second"].where == {"machine": "dev"}


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("along: utilisation", "along: volume", 4, "`along` names an input (dollars_per_hour, tokens_per_second, utilisation)"),
        ("value: 3,", "value: 30,", 9, "`value` lies between `least` and `most`, and 30 does not"),
        ("value: 3,", "", 9, "an input begins at a `value`, or at a `fact`, and not at both"),
        ("value: 3,", "value: 3, fact: x,", 9, "an input begins at a `value`, or at a `fact`, and not at both"),
        ("least: 0.5, most: 10", "least: 10, most: 0.5", 9, "`least` is below `most`, and 10 is not below 0.5"),
        ("step: 0.01", "step: 0", 11, "greater than 0"),
        ("* 1e6", "* million", 4, "the formula of rented reads inputs"),
        ("* 1e6", "* open('x')", 13, "no function 'open'"),
        ("dollars_per_hour / 3600", "1 / 3600", 4, "every input is read by a formula, and dollars_per_hour is not"),
        ("says: Rented", "say: Rented", 13, "did you mean 'says'?"),
        ("dollars_per_hour: {", "Dollars: {", 9, "string should match pattern"),
    ],
)
def test_a_slip_is_told_with_its_line(old: str, new: str, line: int, said: str) -> None:
    problems = problems_of(old, new)

    assert said in "\n".join(f"{one.expected} {one.hint}" for one in problems)
    assert line in [one.line for one in problems]
