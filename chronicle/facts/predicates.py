"""The language of claims: a comparison over estimates, read as a syntax tree and never executed.

A predicate is ``estimate op number`` or ``number <= estimate <= number``. An estimate is a call of ``median``, ``share`` or
``ratio`` with literal arguments, optionally scaled or shifted by numbers. It is supported when true at the unfavourable
bound of its interval, refuted when false at the favourable one, and undecided in between. The order-statistic interval and
the log-t interval must say the same; a ratio across runs has the one reading that Welch's method gives.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from chronicle.facts.estimates import PROCESSES_FOR_AN_INTERVAL
from chronicle.facts.ledger import Finding, Ledger, NotFoundError
from chronicle.records.run import Estimate

MOST_CHARACTERS = 1000
_CALLS: dict[str, frozenset[str]] = {
    "median": frozenset({"where"}),
    "share": frozenset({"of", "where"}),
    "ratio": frozenset({"of", "to", "where"}),
}
_ARITHMETIC: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_COMPARISONS: dict[type[ast.cmpop], str] = {ast.GtE: ">=", ast.Gt: ">", ast.LtE: "<=", ast.Lt: "<"}
_MIRRORED = {">=": "<=", ">": "<", "<=": ">=", "<": ">"}


class PredicateError(ValueError):
    """The text is no predicate; the message says what was found and what may stand there."""


class Verdict(StrEnum):
    """What evidence says of a predicate."""

    SUPPORTED = "supported"
    REFUTED = "refuted"
    UNDECIDED = "undecided"
    NOT_COMPARABLE = "not comparable"
    NOT_RUN = "not run"


@dataclass(frozen=True, slots=True)
class Bound:
    """``finding op threshold`` with the estimate on the left."""

    comparison: str
    threshold: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with the estimate it was read from (None where nothing could be evaluated), its level, and the reason."""

    verdict: Verdict
    finding: Finding | None
    level: float
    reason: str


def parse(text: str) -> ast.Compare:
    """The syntax tree of a predicate. Raises :class:`PredicateError` naming the first thing that may not stand there."""
    if len(text) > MOST_CHARACTERS:
        raise PredicateError(f"{len(text)} characters; at most {MOST_CHARACTERS} are read")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
        return _checked(tree)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as failure:
        if isinstance(failure, PredicateError):
            raise
        raise PredicateError(f"not an expression ({getattr(failure, 'msg', None) or failure})") from None


def judge(text: str, ledger: Ledger, level: float) -> Judgement:
    """Evaluate a predicate with intervals at ``level``. Raises :class:`PredicateError` on a text that is none."""
    tree = parse(text)
    try:
        finding = _evaluate(next(side for side in (tree.left, *tree.comparators) if not _is_number(side)), ledger, level)
    except NotFoundError as failure:
        return Judgement(Verdict.NOT_RUN, None, level, str(failure))
    except (ArithmeticError, ValueError):
        return Judgement(Verdict.UNDECIDED, None, level, "the arithmetic leads out of the numbers")
    unusable = _unusable(finding)
    if unusable is not None:
        return Judgement(unusable[0], finding, level, unusable[1])
    readings = [_verdict(_bounds(tree), estimate) for estimate in (finding.order, finding.second)]
    if readings[0] is readings[1]:
        return Judgement(readings[0], finding, level, "")
    return Judgement(Verdict.UNDECIDED, finding, level, "the two intervals disagree")


def _checked(tree: ast.expr) -> ast.Compare:
    if not isinstance(tree, ast.Compare):
        raise PredicateError("no comparison: write estimate >= number, or number <= estimate <= number")
    estimates = [side for side in (tree.left, *tree.comparators) if not _is_number(side)]
    if len(estimates) != 1:
        raise PredicateError("compare one estimate with numbers")
    if any(type(one) not in _COMPARISONS for one in tree.ops):
        raise PredicateError("only >=, >, <= and < compare an estimate: equality has no meaning for an interval")
    if len(tree.ops) > 2 or (len(tree.ops) == 2 and estimates[0] is not tree.comparators[0]):
        raise PredicateError("put the estimate in the middle: number <= estimate <= number")
    _check_estimate(estimates[0])
    return tree


def _unusable(finding: Finding) -> tuple[Verdict, str] | None:
    """Why no verdict may be read from a finding at all."""
    if not finding.is_comparable:
        return Verdict.NOT_COMPARABLE, "the runs differ in a key pin or in the source of their benchmark"
    if not all(one.is_finished for one in finding.operands):
        return Verdict.NOT_RUN, "the run is not finished: judging it before it is would be peeking"
    if any(one.is_exploratory for one in finding.operands):
        return Verdict.NOT_RUN, "only exploratory runs are recorded, and no claim may use them"
    if any(one.verdict == "invalid" for one in finding.operands):
        return Verdict.NOT_RUN, "too many processes are invalid"
    fewest = min(finding.order.n_processes, finding.second.n_processes)
    if fewest < PROCESSES_FOR_AN_INTERVAL:
        return Verdict.NOT_RUN, f"{fewest} valid processes, fewer than {PROCESSES_FOR_AN_INTERVAL}"
    if finding.order.lo is None or finding.second.lo is None:
        return Verdict.UNDECIDED, f"{fewest} processes give no interval at the level this report's claims need"
    return None


def _verdict(bounds: list[Bound], estimate: Estimate) -> Verdict:
    each = [_one_verdict(bound, estimate) for bound in bounds]
    if Verdict.REFUTED in each:
        return Verdict.REFUTED
    return Verdict.UNDECIDED if Verdict.UNDECIDED in each else Verdict.SUPPORTED


def _one_verdict(bound: Bound, estimate: Estimate) -> Verdict:
    assert estimate.lo is not None and estimate.hi is not None
    compare = {">=": operator.ge, ">": operator.gt, "<=": operator.le, "<": operator.lt}[bound.comparison]
    unfavourable, favourable = (estimate.lo, estimate.hi) if bound.comparison[0] == ">" else (estimate.hi, estimate.lo)
    if compare(unfavourable, bound.threshold):
        return Verdict.SUPPORTED
    return Verdict.UNDECIDED if compare(favourable, bound.threshold) else Verdict.REFUTED


def _bounds(tree: ast.Compare) -> list[Bound]:
    sides = [tree.left, *tree.comparators]
    found = []
    for left, op, right in zip(sides, tree.ops, sides[1:], strict=False):
        word = _COMPARISONS[type(op)]
        found.append(Bound(_MIRRORED[word], _number(left)) if _is_number(left) else Bound(word, _number(right)))
    return found


def _evaluate(node: ast.expr, ledger: Ledger, level: float) -> Finding:
    if isinstance(node, ast.Call):
        assert isinstance(node.func, ast.Name)
        arguments = {str(keyword.arg): _literal(keyword.value) for keyword in node.keywords}
        arguments.setdefault("where", {})
        finding: Finding = getattr(ledger, node.func.id)(_literal(node.args[0]), **arguments, level=level)
        return finding
    assert isinstance(node, ast.BinOp)
    apply = _ARITHMETIC[type(node.op)]
    if _is_number(node.right):
        return _mapped(_evaluate(node.left, ledger, level), lambda value: apply(value, _number(node.right)))
    return _mapped(_evaluate(node.right, ledger, level), lambda value: apply(_number(node.left), value))


def _mapped(finding: Finding, change: Callable[[float], float]) -> Finding:
    """The finding under a monotone change of scale; bounds swap where it falls."""

    def mapped(estimate: Estimate) -> Estimate:
        if not all(math.isfinite(change(one)) for one in (estimate.value, estimate.lo, estimate.hi) if one is not None):
            raise ValueError("not a finite number")
        ends = sorted(change(one) for one in (estimate.lo, estimate.hi) if one is not None)
        lo, hi = ends if len(ends) == 2 else (None, None)
        return Estimate(
            value=change(estimate.value),
            n_processes=estimate.n_processes,
            lo=lo,
            hi=hi,
            level=estimate.level,
            ranks=estimate.ranks,
        )

    return Finding(
        finding.name,
        "",
        mapped(finding.order),
        mapped(finding.second),
        finding.operands,
        finding.is_comparable,
        finding.is_paired,
    )


def _check_estimate(node: ast.expr) -> None:
    if isinstance(node, ast.BinOp):
        if type(node.op) not in _ARITHMETIC or _is_number(node.left) == _is_number(node.right):
            raise PredicateError("an estimate may be scaled or shifted by one number: + - * /")
        number, estimate = (node.left, node.right) if _is_number(node.left) else (node.right, node.left)
        if isinstance(node.op, ast.Mult | ast.Div) and _number(number) == 0:
            raise PredicateError("a factor of zero, or a division by zero")
        if isinstance(node.op, ast.Div) and number is node.left and _is_shifted(estimate):
            raise PredicateError("a number over a shifted estimate, whose interval may hold zero: shift the threshold instead")
        _check_estimate(estimate)
        return
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in _CALLS:
        raise PredicateError(f"{ast.unparse(node)[:60]!r}: an estimate is one of {', '.join(_CALLS)}")
    _check_call(node, node.func.id)


def _is_shifted(node: ast.expr) -> bool:
    if not isinstance(node, ast.BinOp):
        return False
    return isinstance(node.op, ast.Add | ast.Sub) or _is_shifted(node.left) or _is_shifted(node.right)


def _check_call(node: ast.Call, name: str) -> None:
    allowed = _CALLS[name]
    given = {keyword.arg for keyword in node.keywords}
    if len(node.args) != 1 or not isinstance(_literal(node.args[0]), str):
        raise PredicateError(f"{name}() takes the name of a metric, in quotes")
    if not given <= allowed or not allowed - {"where"} <= given:
        wanted = ", ".join(f"{one}=…" for one in sorted(allowed))
        raise PredicateError(f"{name}() takes the metric and {wanted}")
    for keyword in node.keywords:
        value = _literal(keyword.value)
        is_named_peak = name == "share" and keyword.arg == "of"
        if not isinstance(value, str if is_named_peak else dict):
            raise PredicateError(f"{name}({keyword.arg}=…) takes {'a name' if is_named_peak else '{parameter: value, …}'}")


def _literal(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        raise PredicateError(f"{ast.unparse(node)[:60]!r} is no plain value") from None


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
