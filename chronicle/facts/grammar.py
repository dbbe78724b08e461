"""The language of claims, read as a syntax tree and never executed: what may stand in a predicate, and what it becomes.

A predicate is ``estimate op number`` or ``number <= estimate <= number``. An estimate is one call of :data:`CALLS` with
arguments written out, optionally scaled or shifted by numbers. Nothing else parses, so an attribute walk, an import, a loop or
a text that grows is refused for its shape, before anything is computed, and the length of a text bounds the work of reading it.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

MOST_CHARACTERS = 1000

WHERE, NAME = "{parameter: value, …}", "a name"


class PredicateError(ValueError):
    """The text is no predicate; the message says what was found and what may stand there."""


@dataclass(frozen=True, slots=True)
class Form:
    """What a call takes: its subject, and its options with what each takes; those in ``optional`` may be left out."""

    subject: str
    takes: Mapping[str, str]
    optional: frozenset[str] = frozenset({"where"})
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


CALLS: Mapping[str, Form] = {
    "median": Form("a metric", {"where": WHERE}),
    "share": Form("a metric", {"of": NAME, "where": WHERE}),
    "ratio": Form("a metric", {"of": WHERE, "to": WHERE, "where": WHERE}),
    "fit": Form(
        "a metric",
        {"x": NAME, "beside": NAME, "law": NAME, "where": WHERE},
        optional=frozenset({"beside", "law", "where"}),
        choices={"law": ("power", "line")},
    ),
    "explained": Form(
        "a metric",
        {"x": NAME, "beside": NAME, "law": NAME, "where": WHERE},
        optional=frozenset({"beside", "law", "where"}),
        choices={"law": ("power", "line")},
    ),
    "crossover": Form(
        "a metric",
        {"x": NAME, "of": WHERE, "to": WHERE, "where": WHERE, "against": WHERE},
        optional=frozenset({"where", "against"}),
    ),
    "spread": Form(
        "a metric",
        {"over": NAME, "where": WHERE},
        optional=frozenset({"over", "where"}),
        choices={"over": ("processes", "cases")},
    ),
    "count": Form("what is counted", {"where": WHERE}, choices={"": ("processes", "cases", "runs")}),
}
"""Every estimate there is, with its arguments; the choices of the subject stand under an empty name."""


@dataclass(frozen=True, slots=True)
class Call:
    """One estimate: its name, its subject (the first argument), and its options as plain values."""

    name: str
    subject: str
    options: Mapping[str, Any]

    @property
    def is_comparison(self) -> bool:
        """Whether it sets one thing against another: a ratio, a share of a peak, or a metric that is a ratio itself."""
        return self.name in ("ratio", "share") or self.subject.endswith("_ratio")


@dataclass(frozen=True, slots=True)
class Bound:
    """``estimate comparison threshold`` with the estimate on the left."""

    comparison: str
    threshold: float

    def __str__(self) -> str:
        return f"{self.comparison} {self.threshold:g}"


@dataclass(frozen=True, slots=True)
class Predicate:
    """A call, the numbers it is scaled and shifted by, innermost first, and one or two bounds."""

    call: Call
    steps: tuple[Callable[[float], float], ...]
    bounds: tuple[Bound, ...]

    def scaled(self, value: float) -> float:
        """``value`` of the bare estimate, scaled and shifted as the predicate says; monotone, so bounds stay bounds."""
        for step in self.steps:
            value = step(value)
        return value


_ARITHMETIC: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_COMPARISONS: dict[type[ast.cmpop], str] = {ast.GtE: ">=", ast.Gt: ">", ast.LtE: "<=", ast.Lt: "<"}
_MIRRORED = {">=": "<=", ">": "<", "<=": ">=", "<": ">"}


def parse(text: str) -> Predicate:
    """The predicate a text states. Raises :class:`PredicateError` naming the first thing that may not stand there."""
    if len(text) > MOST_CHARACTERS:
        raise PredicateError(f"{len(text)} characters; at most {MOST_CHARACTERS} are read")
    try:
        return _predicate(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as failure:
        if isinstance(failure, PredicateError):
            raise
        raise PredicateError(f"not an expression: {getattr(failure, 'msg', None) or failure}") from None


def _predicate(tree: ast.expr) -> Predicate:
    if not isinstance(tree, ast.Compare):
        raise PredicateError("no comparison: write estimate >= number, or number <= estimate <= number")
    estimates = [side for side in (tree.left, *tree.comparators) if not _is_number(side)]
    if len(estimates) != 1:
        raise PredicateError("compare one estimate with numbers")
    if any(type(one) not in _COMPARISONS for one in tree.ops):
        raise PredicateError("only >=, >, <= and < compare an estimate: equality has no meaning for an interval")
    if len(tree.ops) > 2 or (len(tree.ops) == 2 and estimates[0] is not tree.comparators[0]):
        raise PredicateError("put the estimate in the middle: number <= estimate <= number")
    call, steps = _estimate(estimates[0])
    return Predicate(call, steps, _bounds(tree))


def _bounds(tree: ast.Compare) -> tuple[Bound, ...]:
    sides = [tree.left, *tree.comparators]
    found = []
    for left, op, right in zip(sides, tree.ops, sides[1:], strict=False):
        word = _COMPARISONS[type(op)]
        found.append(Bound(_MIRRORED[word], _number(left)) if _is_number(left) else Bound(word, _number(right)))
    return tuple(found)


def _estimate(node: ast.expr) -> tuple[Call, tuple[Callable[[float], float], ...]]:
    if isinstance(node, ast.BinOp):
        return _scaled(node)
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in CALLS:
        named = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
        meant = "".join(f"; did you mean {one}?" for one in get_close_matches(named, CALLS, 1))
        raise PredicateError(f"{_shown(node)}: an estimate is one of {', '.join(CALLS)}{meant}")
    return _call(node, node.func.id), ()


def _scaled(node: ast.BinOp) -> tuple[Call, tuple[Callable[[float], float], ...]]:
    if type(node.op) not in _ARITHMETIC or _is_number(node.left) == _is_number(node.right):
        raise PredicateError("an estimate may be scaled or shifted by one number: + - * /")
    is_left = _is_number(node.left)
    number, estimate = (_number(node.left), node.right) if is_left else (_number(node.right), node.left)
    if isinstance(node.op, ast.Mult | ast.Div) and number == 0:
        raise PredicateError("a factor of zero, or a division by zero")
    if isinstance(node.op, ast.Div) and is_left and _is_shifted(estimate):
        raise PredicateError("a number over a shifted estimate, whose interval may hold zero: shift the threshold instead")
    apply = _ARITHMETIC[type(node.op)]
    call, steps = _estimate(estimate)
    if isinstance(node.op, ast.Div) and is_left and call.name in ("fit", "explained", "count"):
        raise PredicateError(f"a number over {call.name}(), which may be zero: turn the comparison around instead")
    return call, (*steps, lambda value: apply(number, value) if is_left else apply(value, number))


def _is_shifted(node: ast.expr) -> bool:
    if not isinstance(node, ast.BinOp):
        return False
    return isinstance(node.op, ast.Add | ast.Sub) or _is_shifted(node.left) or _is_shifted(node.right)


def _call(node: ast.Call, name: str) -> Call:
    subject = _literal(node.args[0]) if len(node.args) == 1 else None
    given = {str(keyword.arg): _literal(keyword.value) for keyword in node.keywords}
    if len(given) < len(node.keywords):
        raise PredicateError(_usage(name))
    return call_of(name, subject, given)


def call_of(name: str, subject: Any, given: Mapping[str, Any]) -> Call:
    """The call of an estimate with plain values. Raises :class:`PredicateError` for what it does not take."""
    form = CALLS[name]
    if not isinstance(subject, str) or not _is_choice(form, "", subject):
        words = " or ".join(map(repr, form.choices.get("", ()))) or "the name of a metric, in quotes"
        raise PredicateError(f"{name}() takes {words}")
    if not set(form.takes) - form.optional <= set(given) <= set(form.takes):
        raise PredicateError(_usage(name))
    for option, value in given.items():
        if not (_is_where(value) if form.takes[option] is WHERE else isinstance(value, str)):
            raise PredicateError(f"{name}({option}=…) takes {form.takes[option]}")
        if not _is_choice(form, option, value):
            raise PredicateError(f"{name}({option}=…) takes {' or '.join(map(repr, form.choices[option]))}")
    return Call(name, subject, {"where": {}, **given})


def _usage(name: str) -> str:
    form = CALLS[name]
    return f"{name}() takes {form.subject} and {', '.join(f'{one}=…' for one in sorted(form.takes))}"


def _is_choice(form: Form, option: str, value: Any) -> bool:
    return option not in form.choices or value in form.choices[option]


def _is_where(value: Any) -> bool:
    """A selection: names with a plain value, or with a list of them of which any may be."""
    return isinstance(value, dict) and all(
        isinstance(name, str)
        and all(isinstance(one, str | int | float) for one in (found if isinstance(found, list) else [found]))
        for name, found in value.items()
    )


def _literal(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        raise PredicateError(f"{_shown(node)} is no plain value") from None


def _shown(node: ast.expr) -> str:
    return repr(ast.unparse(node)[:60])


def _is_number(node: ast.expr) -> bool:
    inner = node.operand if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) else node
    if not isinstance(inner, ast.Constant) or not isinstance(inner.value, int | float) or isinstance(inner.value, bool):
        return False
    try:
        is_finite = math.isfinite(float(inner.value))
    except OverflowError:
        is_finite = False
    if not is_finite:
        raise PredicateError("a number too large to compare with")
    return True


def _number(node: ast.expr) -> float:
    return float(ast.literal_eval(node))
