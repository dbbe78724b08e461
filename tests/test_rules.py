"""One list of rules: the code names none beside it, none of it is unused, and the guide explains each."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from chronicle.facts.predicates import Verdict
from chronicle.rules import RULES

ROOT = Path(__file__).parents[1]
_PLACE = 5
"""Of the rule among the arguments of a problem."""


def named() -> Iterator[str]:
    """Every text in the code that stands where a rule stands, and those that a rule is composed of."""
    for path in sorted((ROOT / "chronicle").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "").lower().endswith("problem"):
                given = [word.value for word in node.keywords if word.arg == "rule"] + node.args[_PLACE : _PLACE + 1]
                yield from (one.value for value in given for one in ast.walk(value) if isinstance(one, ast.Constant))


def test_every_rule_that_a_finding_names_is_on_the_list() -> None:
    composed = {f"claim-{verdict.value.replace(' ', '-')}" for verdict in Verdict}

    assert {name for name in named() if re.fullmatch(r"[a-z]+(?:-[a-z]+)*", str(name))} - {"claim-"} <= set(RULES)
    assert composed <= set(RULES)


def test_every_rule_on_the_list_stands_in_the_code() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "chronicle").rglob("*.py") if path.name != "rules.py")
    composed = {f"claim-{verdict.value.replace(' ', '-')}" for verdict in Verdict}

    assert [name for name in RULES if f'"{name}"' not in code and name not in composed] == []


def test_the_guide_explains_every_rule_in_the_words_of_the_list() -> None:
    guide = (ROOT / "docs/guides/checking.md").read_text(encoding="utf-8")

    assert dict(re.findall(r"^\| `([a-z-]+)` \| (.*?) \|$", guide, re.MULTILINE)) == RULES
