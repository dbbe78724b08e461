"""``{{ fact("…") }}`` in prose: found by Jinja's own lexer, parsed by its parser, and never executed.

A directive is one call of a known name with literal arguments. Attribute walks, loops, filters and statements are not in
the language, so nothing a page says can run or grow without bound, and the length of a directive bounds the work of reading
it. Code spans and code blocks are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from chronicle.documents.outline import CODE_SPAN, LINE_END, prose
from chronicle.errors import Problem

_COMMENT = re.compile(r"<!--.*?-->")
_GRAMMAR: Environment = ImmutableSandboxedEnvironment(autoescape=True)


MOST_CHARACTERS = 1000
"""The longest directive that is read, braces included."""

MOST_PROBLEMS = 100
"""Pairs of braces reported for one file: more of them are no slips of the pen."""


@dataclass(frozen=True, slots=True)
class Directive:
    """A call in prose; ``line`` counts from 1 in the file, ``start`` and ``end`` are columns of that line."""

    name: str
    arguments: tuple[Any, ...]
    options: dict[str, Any] = field(default_factory=dict)
    line: int = 1
    start: int = 0
    end: int = 0

    def __str__(self) -> str:
        parts = [*(repr(one) for one in self.arguments), *(f"{name}={value!r}" for name, value in self.options.items())]
        return f"{self.name}({', '.join(parts)})"


def find_directives(text: str, file: str) -> tuple[tuple[Directive, ...], tuple[Problem, ...]]:
    """Every directive of a file in order, and a problem for each pair of braces that is none.

    After :data:`MOST_PROBLEMS` the rest of the file is not looked at.
    """
    directives: list[Directive] = []
    problems: list[Problem] = []
    lines = LINE_END.split(text)
    for number, uncommented in ((line.number, line.text) for line in prose(text)):
        written = lines[number - 1] if number <= len(lines) else ""
        for start, expression, end in _braces(written):
            if written[start:end] not in uncommented:
                continue
            try:
                directives.append(_parsed(expression, number, start, end))
            except _NotADirectiveError as failure:
                problems.append(_problem(file, number, expression, str(failure)))
                if len(problems) == MOST_PROBLEMS:
                    return tuple(directives), tuple(problems)
    return tuple(directives), tuple(problems)


class _NotADirectiveError(Exception):
    pass


def _braces(line: str) -> Iterator[tuple[int, str, int]]:
    """Start, inner text and end of each ``{{ … }}`` outside code spans and comments of a line."""
    masked = _COMMENT.sub(_blank, CODE_SPAN.sub(_blank, line))
    place = masked.find("{{")
    while place >= 0:
        end = _closing(line[place : place + MOST_CHARACTERS])
        if end is None:
            yield place, line[place + 2 :].strip(), len(line)
            return
        yield place, line[place + 2 : place + end - 2].strip(), place + end
        place = masked.find("{{", place + end)


def _closing(text: str) -> int | None:
    """Where the braces that open ``text`` are closed, by Jinja's own rules for strings and nested braces."""
    length = 0
    try:
        for _, kind, value in _GRAMMAR.lex(text):
            length += len(value)
            if kind == "variable_end":
                return length
    except TemplateSyntaxError:
        return None
    return None


def _parsed(expression: str, line: int, start: int, end: int) -> Directive:
    if end - start > MOST_CHARACTERS:
        raise _NotADirectiveError(f"not closed within {MOST_CHARACTERS:,} characters")
    try:
        body = _GRAMMAR.parse("{{ " + expression + " }}").body
    except (TemplateSyntaxError, RecursionError) as failure:
        raise _NotADirectiveError(f"not closed or not a call ({failure})") from None
    found = body[0].nodes if len(body) == 1 and isinstance(body[0], nodes.Output) else []
    call = found[0] if len(found) == 1 else None
    if not isinstance(call, nodes.Call) or not isinstance(call.node, nodes.Name) or call.dyn_args or call.dyn_kwargs:
        raise _NotADirectiveError("not a call of a directive")
    return Directive(
        call.node.name,
        tuple(_literal(argument) for argument in call.args),
        {option.key: _literal(option.value) for option in call.kwargs},
        line,
        start,
        end,
    )


def _literal(node: nodes.Expr) -> Any:
    """Only values written out: constants, lists and dictionaries of them, and negative numbers."""
    if isinstance(node, nodes.Const):
        return node.value
    if isinstance(node, nodes.Neg) and isinstance(node.node, nodes.Const) and isinstance(node.node.value, int | float):
        return -node.node.value
    if isinstance(node, nodes.List | nodes.Tuple):
        return [_literal(item) for item in node.items]
    if isinstance(node, nodes.Dict) and all(isinstance(pair.key, nodes.Const) for pair in node.items):
        return {_literal(pair.key): _literal(pair.value) for pair in node.items}
    raise _NotADirectiveError("an argument that is not written out")


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def _problem(file: str, line: int, expression: str, why: str) -> Problem:
    return Problem(
        file=file,
        line=line,
        found=f"{{{{ {expression[:60]} }}}}: {why}",
        expected='a directive with values written out, like {{ fact("call_seconds", where={"benchmark": "copy"}) }}',
        hint="put code into backquotes; braces in prose are directives",
        rule="directive",
    )
