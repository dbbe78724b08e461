"""The YAML block on top of an authored file, read so that every problem has its line.

YAML is composed to nodes first, which know where they stand; the plain value is then checked against the kind's model, and
each complaint is laid at the line of the key it is about. All problems of a file are reported at once.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, Literal, TypeVar, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, ValidationError

from chronicle.documents.what_if import WhatIf
from chronicle.errors import Problem

_BLOCK = re.compile(r"\A---[ \t]*\r?\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_NEVER_CLOSED = re.compile(r"\A---[ \t]*\r?\n(?P<yaml>(?:[^\r\n]+\r?\n?)*)")
_LONGEST = 200_000
_QUOTED = re.compile(r"'([^']*)'")
_UNREADABLE = (yaml.YAMLError, RecursionError)

KINDS = ("episode", "report", "roadmap", "questions", "question", "incident", "page")

FRONT_MATTER = "front matter"

Model = TypeVar("Model", bound="FrontMatter")
Listing = TypeVar("Listing", bound=BaseModel)


class Search(BaseModel):
    """How the host's search treats a page; None where the author says nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    boost: FiniteFloat | None = None
    exclude: bool | None = None


class FrontMatter(BaseModel):
    """What the model of each kind inherits: frozen, and a key that is not known is a slip of the pen.

    ``what_if`` are the models that the page shows with its directive of that name, by their own names. ``as_of`` is the day
    of which the page speaks: evidence of that day or before may have aged since, which the page marks and no check reports.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    kind: str
    title: str = ""
    tags: tuple[str, ...] = ()
    description: str = ""
    search: Search = Search()
    hide: tuple[str, ...] = ()
    as_of: datetime.date | None = None
    what_if: Mapping[str, WhatIf] = Field(default_factory=dict)


class PageFront(FrontMatter):
    """Front matter of the kinds whose meaning lies in their body: a page with directives, the roadmap, the questions."""

    kind: Literal["page", "roadmap", "questions"]


@dataclass(frozen=True, slots=True)
class Authored:
    """An authored Markdown file: its path below the docs folder, as shown in messages, and its text."""

    uri: str
    file: str
    text: str


@dataclass(frozen=True, slots=True)
class Split:
    """A file cut into its front matter and its body; ``body_line`` is the number of the body's first line."""

    yaml: str
    body: str
    body_line: int


def split(text: str) -> Split:
    """Cut a file; one without front matter is all body."""
    found = _BLOCK.match(text)
    if found is None:
        return Split("", text, 1)
    return Split(found["yaml"], text[found.end() :], text[: found.end()].count("\n") + 1)


def kind_of(authored: Authored) -> str | None:
    """The ``kind:`` a file states, read leniently so that a broken file still counts as of its kind; else None."""
    return _word_of(authored, "kind")


def id_of(authored: Authored) -> str | None:
    """The ``id:`` a file states, read as leniently."""
    return _word_of(authored, "id")


def _word_of(authored: Authored, key: str) -> str | None:
    block = _BLOCK.match(authored.text) or _NEVER_CLOSED.match(authored.text)
    found = re.search(rf"^{key}:[ \t\['\"]*([\w.-]+)", block["yaml"] if block else "", re.MULTILINE)
    return found[1] if found else None


def read(authored: Authored, model: type[Model]) -> tuple[Model | None, tuple[Problem, ...]]:
    """The file's front matter as its kind's model, or None and every problem with its line."""
    parts = split(authored.text)
    if _BLOCK.match(authored.text) is None and _NEVER_CLOSED.match(authored.text):
        return None, (_problem(authored.file, 1, "front matter that is never closed", "a line of three dashes", "add it"),)
    return _read(authored.file, parts.yaml, model)


def read_listing(listing: Authored, model: type[Listing], rule: str) -> tuple[Listing | None, tuple[Problem, ...]]:
    """A file that is YAML as a whole, read as :func:`read` reads a front matter; problems have its own lines and ``rule``."""
    found, problems = _read(listing.file, listing.text, model, "a list")
    return found, tuple(replace(one, line=max(1, (one.line or 1) - 1), rule=rule) for one in problems)


def _read(file: str, text: str, model: type[Listing], what: str = FRONT_MATTER) -> tuple[Listing | None, tuple[Problem, ...]]:
    """``text`` as a model; lines are counted as if one line of dashes stood above it."""
    problems: tuple[Problem, ...]
    try:
        node = _composed(text)
        plain = _plain(node)
    except _UNREADABLE as failure:
        problems = (_syntax_problem(file, text, failure, what),)
    else:
        if not isinstance(node, yaml.MappingNode):
            problems = (_problem(file, 1, f"no {what.removeprefix('a ')}", "keys, each with a value", "see the guide"),)
        else:
            found, wrong = _validated(plain, node, file, model, what)
            problems = (*_repeated(node, file), *wrong)
            return (None if problems else found), problems
    return None, problems


def _validated(
    plain: Any, node: yaml.MappingNode, file: str, model: type[Listing], what: str
) -> tuple[Listing | None, tuple[Problem, ...]]:
    try:
        return model.model_validate(plain), ()
    except ValidationError as failure:
        return None, tuple(_complaint(error, node, file, model, what) for error in failure.errors())


def stated(text: str) -> dict[str, Any]:
    """The front matter of any text as plain values; empty where there is none that can be read."""
    try:
        plain = _plain(_composed(split(text).yaml))
    except _UNREADABLE:
        return {}
    return plain if isinstance(plain, dict) else {}


def kind_meant(kind: str) -> str | None:
    """The kind that one there is not was probably meant to be; a kind there is means itself."""
    return next(iter(get_close_matches(kind, KINDS, 1)), None)


def unknown_kind(authored: Authored, kind: str) -> Problem:
    """The problem of a file that states a kind there is not."""
    meant = kind_meant(kind)
    hint = f"did you mean {meant!r}?" if meant else "remove `kind:` from an ordinary page"
    line = line_of(authored.text, ("kind",))
    return _problem(authored.file, line, f"the kind {kind!r}", f"one of {', '.join(KINDS)}", hint)


def line_of(text: str, path: Sequence[str | int]) -> int:
    """The line in the file of the key or item at ``path`` in its front matter; the deepest that exists, else the first."""
    try:
        node = _composed(split(text).yaml)
    except _UNREADABLE:
        node = None
    return 1 if node is None else _line(node, path)


@lru_cache(maxsize=16)
def _composed(text: str) -> yaml.Node | None:
    """The nodes of a text; kept for a while, since each claim of a report asks for its line."""
    if len(text) > _LONGEST:
        raise yaml.YAMLError(f"{len(text):,} characters; at most {_LONGEST:,} are read")
    if re.search(r"(?:^|\s)[&*][\w-]+", text):
        events = yaml.parse(text, Loader=yaml.SafeLoader)
        if alias := next((event for event in events if isinstance(event, yaml.AliasEvent)), None):
            mark: Any = alias.start_mark
            raise yaml.MarkedYAMLError(problem="an alias (*name): write the value out", problem_mark=mark)
    return yaml.compose(text, Loader=yaml.SafeLoader)  # libyaml would be faster and dies of values nested too deep


class _Loader(yaml.SafeLoader):
    """YAML as plain values; what looks like a date or a number and is none stays text, for the model to complain about."""


def _scalar(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> Any:
    try:
        return yaml.SafeLoader.yaml_constructors[node.tag](loader, node)
    except (ValueError, OverflowError, LookupError, AttributeError):
        return node.value


for _name in ("timestamp", "int", "float", "bool"):
    _Loader.add_constructor(f"tag:yaml.org,2002:{_name}", _scalar)


def _plain(node: yaml.Node | None) -> Any:
    return None if node is None else _Loader("").construct_document(node)


def _line(node: yaml.Node, path: Sequence[str | int]) -> int:
    """YAML marks count from 0 below the opening dashes, which are line 1 of the file."""
    line = node.start_mark.line + 2
    for step in path:
        found = _step(node, step)
        if found is None:
            break
        line, node = found
    return line


def _step(node: yaml.Node, step: str | int) -> tuple[int, yaml.Node] | None:
    """The line and the node below; of a key that stands twice the last, whose value is the one that is read."""
    if isinstance(node, yaml.MappingNode):
        for key, value in reversed(node.value):
            if key.value == step:
                return key.start_mark.line + 2, value
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step].start_mark.line + 2, node.value[step]
    return None


def _repeated(node: yaml.MappingNode, file: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for key, value in node.value:
        for below in (value, *(value.value if isinstance(value, yaml.SequenceNode) else ())):
            if isinstance(below, yaml.MappingNode):
                yield from _repeated(below, file)
        if not isinstance(key, yaml.ScalarNode):
            continue
        if key.value in seen:
            yield _problem(file, key.start_mark.line + 2, f"the key {key.value!r} again", "each key once", "remove one of them")
        seen.add(key.value)


def _keys_below(model: type[BaseModel], path: Sequence[str | int]) -> list[str]:
    """The keys that the mapping at ``path`` may have, where a model of its own says so."""
    for step in path:
        field = model.model_fields.get(str(step))
        kinds = [field.annotation, *get_args(field.annotation)] if field else []
        model = next((one for one in kinds if isinstance(one, type) and issubclass(one, BaseModel)), model)
    return [field.alias or name for name, field in model.model_fields.items()]


def _complaint(error: Any, node: yaml.Node, file: str, model: type[BaseModel], what: str) -> Problem:
    path = tuple(step for step in error["loc"])
    name = ".".join(map(str, path))
    line = _line(node, path)
    if error["type"] == "extra_forbidden":
        known = _keys_below(model, path[:-1])
        close = get_close_matches(str(path[-1]), known, 1)
        hint = f"did you mean {close[0]!r}?" if close else f"remove it; known keys: {', '.join(sorted(known))}"
        return _problem(file, line, f"unknown key {name!r}", "a key of this kind", hint)
    if error["type"] == "missing":
        is_on_top = len(path) == 1 and what == FRONT_MATTER
        hint = f"add `{path[-1]}: …` to the front matter" if is_on_top else f"add `{path[-1]}: …` there"
        return _problem(file, line, f"no {name!r}", "a value", hint)
    message = str(error["msg"]).removeprefix("Value error, ").removeprefix("Input should be ")
    expected = message[:1].lower() + message[1:]
    if not path:
        return _problem(file, line, "keys that do not go together", expected, "correct one of them")
    words = _QUOTED.findall(str(error.get("ctx", {}).get("expected", "")))
    close = get_close_matches(str(error["input"]), words, 1)
    hint = f"did you mean {close[0]!r}?" if close else f"correct `{path[-1]}`"
    return _problem(file, line, f"{name}: {error['input']!r:.80}", expected, hint)


def _syntax_problem(file: str, text: str, failure: yaml.YAMLError | RecursionError, what: str) -> Problem:
    """The problem of a block that is no YAML; a forbidden character has a position where other failures have a line."""
    mark, position = getattr(failure, "problem_mark", None), getattr(failure, "position", None)
    line = mark.line + 2 if mark else text[:position].count("\n") + 2 if isinstance(position, int) else 1
    why = "values nested too deep" if isinstance(failure, RecursionError) else getattr(failure, "problem", None) or failure
    hint = "put quotes around a value that holds ': ' or begins with a bracket"
    return _problem(file, line, f"{what} that is not YAML ({' '.join(str(why).split())})", "key: value lines", hint)


def _problem(file: str, line: int, found: str, expected: str, hint: str) -> Problem:
    return Problem(file=file, line=line, found=found, expected=expected, hint=hint, rule="front-matter")
