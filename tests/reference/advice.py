"""What a finding of each rule advises, read from the places in the code that make findings.

A hint is a text written out, one chosen between two, one kept under a name, or one handed through a helper. Where it is put
together from what was found, dots stand for that.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache

from chronicle.facts.predicates import Verdict
from chronicle.rules import RULES
from reference.markdown import ROOT

_FIELDS = ("file", "line", "found", "expected", "hint", "rule")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_HANDED = 4
"""Found, expected, hint and rule, as a function hands them to whoever knows the file and the line."""

Names = Mapping[str, list[ast.expr]]
Helpers = Mapping[str, ast.FunctionDef | ast.AsyncFunctionDef]


@cache
def hints() -> dict[str, tuple[str, ...]]:
    """The hints of each rule, in the order of the alphabet."""
    found: dict[str, set[str]] = {}
    for path in sorted((ROOT / "chronicle").rglob("*.py")):
        for rule, hint in _advised(ast.parse(path.read_text(encoding="utf-8"))):
            if rule in RULES and hint.strip("…. "):
                found.setdefault(rule, set()).add(hint)
    return {rule: tuple(sorted(words)) for rule, words in found.items()}


def _advised(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Each rule with each hint that a module can give under it."""
    helpers = {node.name: node for node in ast.walk(tree) if isinstance(node, _FUNCTIONS)}
    for owner in (tree, *helpers.values()):
        names = _names(tree) | _names(owner)
        for node in _own(owner):
            if isinstance(node, ast.Call):
                yield from _of_call(node, names, helpers)
            elif isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple) and len(node.value.elts) == _HANDED:
                yield from _both(node.value.elts[-1], node.value.elts[-2], names)


def _of_call(call: ast.Call, names: Names, helpers: Helpers) -> Iterator[tuple[str, str]]:
    called = getattr(call.func, "id", getattr(call.func, "attr", ""))
    if called == "Problem":
        given = dict(zip(_FIELDS, call.args, strict=False)) | {word.arg: word.value for word in call.keywords if word.arg}
        spread = next((one for one in call.args if isinstance(one, ast.Starred)), None)
        if spread is not None:
            for told in _returned(spread.value, names, helpers):
                yield from _both(call.args[-1], told.elts[-1], names)
        elif "rule" in given and "hint" in given:
            yield from _both(given["rule"], given["hint"], names)
    elif called in helpers and call.args:
        parameters = [one.arg for one in helpers[called].args.args if one.arg != "self"]
        given = dict(zip(parameters, call.args, strict=False)) | {word.arg: word.value for word in call.keywords if word.arg}
        for made in ast.walk(helpers[called]):
            if isinstance(made, ast.Call) and getattr(made.func, "id", "") == "Problem" and made is not call:
                own = dict(zip(_FIELDS, made.args, strict=False)) | {word.arg: word.value for word in made.keywords if word.arg}
                rule, hint = (_through(own.get(name), given) for name in ("rule", "hint"))
                if rule is not None and hint is not None:
                    yield from _both(rule, hint, dict(names) | _names(helpers[called]))


def _through(value: ast.expr | None, given: Mapping[str, ast.expr]) -> ast.expr | None:
    """An argument of a helper where the helper hands it on."""
    return given.get(value.id, value) if isinstance(value, ast.Name) else value


def _returned(value: ast.expr, names: Names, helpers: Helpers) -> Iterator[ast.Tuple]:
    """The tuples that a local function can return whose result was kept under this name."""
    for kept in names.get(getattr(value, "id", ""), ()):
        made = helpers.get(getattr(kept.func, "id", "")) if isinstance(kept, ast.Call) else None
        for node in ast.walk(made) if made is not None else ():
            if isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
                yield node.value


def _both(rule: ast.expr, hint: ast.expr, names: Names) -> Iterator[tuple[str, str]]:
    for name in _texts(rule, names):
        rules = [name.replace("…", str(verdict).replace(" ", "-")) for verdict in Verdict] if "…" in name else [name]
        yield from ((one, _safe(words)) for one in rules for words in _texts(hint, names))


def _texts(value: ast.expr, names: Names, depth: int = 0) -> list[str]:
    """Every text that an expression can be; none where it is not written out."""
    if depth > 4:
        return []
    if isinstance(value, ast.Constant):
        return [str(value.value)]
    if isinstance(value, ast.JoinedStr):
        return ["".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in value.values)]
    if isinstance(value, ast.IfExp):
        return [*_texts(value.body, names, depth + 1), *_texts(value.orelse, names, depth + 1)]
    if isinstance(value, ast.BoolOp):
        return [text for one in value.values for text in _texts(one, names, depth + 1)]
    if isinstance(value, ast.BinOp):
        return [a + b for a in _texts(value.left, names, depth + 1) for b in _texts(value.right, names, depth + 1)]
    if isinstance(value, ast.Name):
        return [text for one in names.get(value.id, ()) for text in _texts(one, names, depth + 1)]
    if isinstance(value, ast.Subscript):
        return _texts(value.value, names, depth + 1)
    if isinstance(value, ast.Dict):
        return [text for one in value.values for text in _texts(one, names, depth + 1)]
    return []


def _names(owner: ast.AST) -> dict[str, list[ast.expr]]:
    """What is kept under each name in a function, or at the top of a module."""
    found: dict[str, list[ast.expr]] = {}
    for node in _own(owner):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                pairs = (
                    zip(target.elts, node.value.elts, strict=False)
                    if _are_tuples(target, node.value)
                    else [(target, node.value)]
                )
                for name, value in pairs:
                    if isinstance(name, ast.Name):
                        found.setdefault(name.id, []).append(value)
    return found


def _are_tuples(target: ast.expr, value: ast.expr) -> bool:
    return isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)


def _own(owner: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function or a module, without those of functions inside it."""
    pending = list(ast.iter_child_nodes(owner))
    while pending:
        node = pending.pop(0)
        yield node
        pending += [] if isinstance(node, _FUNCTIONS) else ast.iter_child_nodes(node)


def _safe(words: str) -> str:
    """A hint with what Markdown would read as markup written so that it does not."""
    parts = re.split(r"(`[^`]*`)", " ".join(words.split()))
    return "".join(part if part.startswith("`") else re.sub(r"([<>{}\[\]*_\\])", r"\\\1", part) for part in parts)
