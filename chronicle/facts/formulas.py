"""Formulas over named inputs: arithmetic that is read as a syntax tree, computed here, and written down for Vega.

``dollars_per_hour / 3600 / (tokens_per_second * utilisation) * 1e6`` is one. There are numbers, names, ``+ - * / **``, a
choice ``a if x < y else b``, and the functions of :data:`FUNCTIONS`; nothing else parses. The same text is computed in two
places, here for the table and by Vega for the pictures, so the arithmetic here is that of ECMAScript to the last special case:
a division by zero is infinite and no failure, and what is not finite in the end is None.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

MOST_CHARACTERS = 500
_DEEPEST = 40


class FormulaError(ValueError):
    """The text is no formula; the message says what was found and what may stand there."""


@dataclass(frozen=True)
class Formula:
    """A formula with the names it reads, in order of appearance."""

    text: str
    tree: ast.expr = field(repr=False)
    names: tuple[str, ...]

    def value(self, given: Mapping[str, float]) -> float | None:
        """What it gives for these inputs; None where that is no finite number."""
        found = _value(self.tree, given)
        return found if math.isfinite(found) else None

    def vega(self, reference: Mapping[str, str]) -> str:
        """The same as an expression of Vega, with each name written as ``reference`` says."""
        return _vega(self.tree, reference)


def parse(text: str) -> Formula:
    """The formula a text states. Raises :class:`FormulaError` naming the first thing that may not stand there."""
    if len(text) > MOST_CHARACTERS:
        raise FormulaError(f"{len(text)} characters; at most {MOST_CHARACTERS} are read")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as failure:
        raise FormulaError(f"not a formula ({getattr(failure, 'msg', None) or failure})") from None
    names = tuple(dict.fromkeys(_names(tree, 0)))
    return Formula(text.strip(), tree, names)


def _names(node: ast.expr, depth: int) -> Iterator[str]:
    """Every name of a tree whose shape is allowed."""
    if depth > _DEEPEST:
        raise FormulaError(f"nested more than {_DEEPEST} deep")
    if isinstance(node, ast.Name):
        yield node.id
        return
    if isinstance(node, ast.Constant):
        _checked_number(node)
        return
    for part in _parts(node):
        yield from _names(part, depth + 1)


def _parts(node: ast.expr) -> list[ast.expr]:
    """What a node is made of. Raises where it may not stand in a formula."""
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        return [node.left, node.right]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return [node.operand]
    if isinstance(node, ast.IfExp):
        test = node.test
        if not isinstance(test, ast.Compare) or len(test.ops) != 1 or type(test.ops[0]) not in _COMPARISONS:
            raise FormulaError("a choice is written `a if x < y else b`, with one of < <= > >=")
        return [test.left, test.comparators[0], node.body, node.orelse]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
        if node.func.id not in FUNCTIONS:
            raise FormulaError(f"no function {node.func.id!r}; there are {', '.join(FUNCTIONS)}")
        fewest, most, _ = FUNCTIONS[node.func.id]
        if not fewest <= len(node.args) <= most:
            raise FormulaError(f"{node.func.id}() takes {fewest if fewest == most else f'{fewest} to {most}'} values")
        return list(node.args)
    raise FormulaError(f"{ast.unparse(node)[:60]!r}: a formula has numbers, names, + - * / **, choices and functions")


def _checked_number(node: ast.Constant) -> float:
    if not isinstance(node.value, int | float) or isinstance(node.value, bool):
        raise FormulaError(f"{node.value!r:.60} is no number")
    try:
        number = float(node.value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise FormulaError("a number too large to compute with")
    return number


def _value(node: ast.expr, given: Mapping[str, float]) -> float:
    if isinstance(node, ast.Name):
        return float(given[node.id])
    if isinstance(node, ast.Constant):
        return _checked_number(node)
    if isinstance(node, ast.IfExp):
        test = node.test
        assert isinstance(test, ast.Compare)
        left, right = _value(test.left, given), _value(test.comparators[0], given)
        _, holds = _COMPARISONS[type(test.ops[0])]
        return _value(node.body if holds(left, right) else node.orelse, given)
    parts = [_value(part, given) for part in _parts(node)]
    if isinstance(node, ast.UnaryOp):
        return -parts[0]
    if isinstance(node, ast.BinOp):
        return _OPERATORS[type(node.op)][1](parts[0], parts[1])
    assert isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    return FUNCTIONS[node.func.id][2](*parts)


def _vega(node: ast.expr, reference: Mapping[str, str]) -> str:
    if isinstance(node, ast.Name):
        return reference[node.id]
    if isinstance(node, ast.Constant):
        return repr(_checked_number(node))
    if isinstance(node, ast.IfExp):
        test = node.test
        assert isinstance(test, ast.Compare)
        sign, _ = _COMPARISONS[type(test.ops[0])]
        condition = f"{_vega(test.left, reference)} {sign} {_vega(test.comparators[0], reference)}"
        return f"({condition} ? {_vega(node.body, reference)} : {_vega(node.orelse, reference)})"
    parts = [_vega(part, reference) for part in _parts(node)]
    if isinstance(node, ast.UnaryOp):
        return f"(-{parts[0]})"
    if isinstance(node, ast.BinOp):
        return _OPERATORS[type(node.op)][0].format(*parts)
    assert isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    return f"{node.func.id}({', '.join(parts)})"


def _over(a: float, b: float) -> float:
    if b != 0:
        return a / b
    return math.nan if a == 0 or math.isnan(a) else math.copysign(math.inf, a) * math.copysign(1.0, b)


def _power(a: float, b: float) -> float:
    """ECMAScript's power: 1 to an infinite or unknown power is not a number, where C says 1."""
    if math.isnan(b) or (abs(a) == 1 and math.isinf(b)):
        return math.nan
    try:
        return math.pow(a, b)
    except OverflowError:
        return -math.inf if a < 0 and b % 2 == 1 else math.inf
    except ValueError:
        is_odd = a == 0 and math.copysign(1.0, a) < 0 and b % 2 == 1
        return (-math.inf if is_odd else math.inf) if a == 0 else math.nan


def _root(a: float) -> float:
    return math.sqrt(a) if a >= 0 else math.nan


def _log(a: float) -> float:
    return math.log(a) if a > 0 else -math.inf if a == 0 else math.nan


def _exp(a: float) -> float:
    try:
        return math.exp(a)
    except OverflowError:
        return math.inf


def _whole(rounds: Callable[[float], int]) -> Callable[[float], float]:
    return lambda a: math.copysign(float(rounds(a)), a) if math.isfinite(a) else a


def _extreme(of: Callable[..., float]) -> Callable[..., float]:
    """The least or the greatest, with −0 below 0 and nothing known where one value is not."""

    def extreme(*values: float) -> float:
        return math.nan if any(map(math.isnan, values)) else of(values, key=lambda one: (one, math.copysign(1.0, one)))

    return extreme


_OPERATORS: dict[type[ast.operator], tuple[str, Callable[[float, float], float]]] = {
    ast.Add: ("({} + {})", lambda a, b: a + b),
    ast.Sub: ("({} - {})", lambda a, b: a - b),
    ast.Mult: ("({} * {})", lambda a, b: a * b),
    ast.Div: ("({} / {})", _over),
    ast.Pow: ("pow({}, {})", _power),
}
_COMPARISONS: dict[type[ast.cmpop], tuple[str, Callable[[float, float], bool]]] = {
    ast.Lt: ("<", lambda a, b: a < b),
    ast.LtE: ("<=", lambda a, b: a <= b),
    ast.Gt: (">", lambda a, b: a > b),
    ast.GtE: (">=", lambda a, b: a >= b),
}
FUNCTIONS: dict[str, tuple[int, int, Callable[..., float]]] = {
    "min": (2, 8, _extreme(min)),
    "max": (2, 8, _extreme(max)),
    "abs": (1, 1, abs),
    "sqrt": (1, 1, _root),
    "exp": (1, 1, _exp),
    "log": (1, 1, _log),
    "ceil": (1, 1, _whole(math.ceil)),
    "floor": (1, 1, _whole(math.floor)),
}
"""Every function with the fewest and most values it takes; ``log`` is the natural one."""
