"""Authored Markdown with its directives answered; everything else stays as the author wrote it.

An answer is put in place as it is and never read again, so a commit text or a code listing that happens to hold braces
stays text. A directive that cannot be answered is a problem with its line, and the page shows where it stood.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError, validate_call

from chronicle.documents.directives import Directive, find_directives
from chronicle.documents.front_matter import Authored
from chronicle.documents.review import RECORDED
from chronicle.errors import Problem
from chronicle.facts.ledger import NotFoundError, OutsideError, UnreadError
from chronicle.pages.writing import SEAL, Markdown, text
from chronicle.records.run import MACHINE_NAME

Answer = Callable[..., Markdown]
Where = dict[str, str | int | float | list[str | int | float]]
"""A selection as a directive takes it: names with a value, or with a list of values of which any may be."""

_UNREAD = f'<span class="{SEAL} verdict verdict--unknown">{{}} cannot be read</span>'
_LINES = re.compile(r"(\r\n|\n|\r)")


class UnanswerableError(Exception):
    """A directive asks for something that is not there; the message says what there is."""


class UnreadFileError(Exception):
    """A directive asks for what stands in a file that cannot be read, which is a problem of that file already."""


def answered(authored: Authored, answers: Mapping[str, Answer], problems: list[Problem]) -> list[str]:
    """The lines of the whole file, front matter included, with each directive replaced; problems are added to the list given.

    An answer may be longer than a line; the place of a line in the list stays that of the file.
    """
    directives, wrong = find_directives(authored.text, authored.file)
    problems.extend(wrong)
    lines = _LINES.split(authored.text)
    for directive in reversed(directives):
        place = 2 * (directive.line - 1)
        lines[place] = (
            lines[place][: directive.start] + answer_to(directive, authored, answers, problems) + lines[place][directive.end :]
        )
    ends = [*lines[1::2], ""]
    return [line + end for line, end in zip(lines[::2], ends, strict=True)]


def answer_to(directive: Directive, authored: Authored, answers: Mapping[str, Answer], problems: list[Problem]) -> str:
    """What stands in place of a directive."""
    answer = answers.get(directive.name)
    if answer is None:
        close = get_close_matches(directive.name, answers, 1)
        meant = f"; did you mean {close[0]!r}?" if close else ""
        known = ", ".join(sorted(answers))
        return _unanswered(directive, authored, problems, f"no directive {directive.name!r}{meant}", f"one of {known}")
    try:
        inspect.signature(answer).bind(*directive.arguments, **directive.options)
    except TypeError as failure:
        return _unanswered(directive, authored, problems, f"{directive.name}() with wrong arguments ({failure})", usage(answer))
    try:
        return validate_call(config={"strict": True})(answer)(*directive.arguments, **directive.options)
    except ValidationError as failure:
        wrong = failure.errors()[0]
        why = f"{'.'.join(map(str, wrong['loc']))}: {wrong['msg'][:1].lower()}{wrong['msg'][1:]}"
        return _unanswered(directive, authored, problems, f"{directive.name}() with wrong arguments ({why})", usage(answer))
    except UnreadError:
        return Markdown(_UNREAD.format("its record"))
    except UnreadFileError:
        return Markdown(_UNREAD.format("its file"))
    except OutsideError as failure:
        return _outside(directive, authored, problems, failure)
    except (NotFoundError, UnanswerableError) as failure:
        return _unanswered(directive, authored, problems, str(failure), "something the evidence holds")


def usage(answer: Answer) -> str:
    """The call a directive takes, from its signature."""
    return f"{getattr(answer, '__name__', 'directive')}{inspect.signature(answer)}".replace(" -> Markdown", "")


def _unanswered(directive: Directive, authored: Authored, problems: list[Problem], found: str, expected: str) -> Markdown:
    show = "correct the directive; `chronicle bench show` lists what a run holds"
    take = f"correct the directive, or calibrate the machine: `chronicle bench calibrate --machine {_machine(directive)}`"
    problems.append(
        Problem(
            file=authored.file,
            line=directive.line,
            found=_asked(directive, found),
            expected=expected,
            hint=take if directive.name == "calibrated" else show,
            rule="unknown-fact" if directive.name in RECORDED else "directive",
        )
    )
    return _unknown(directive)


def _machine(directive: Directive) -> str:
    """The machine that a directive names first, as a word of a command; ``NAME`` where it names none."""
    given = str(next(iter(directive.arguments), directive.options.get("machine")))
    return given if re.fullmatch(MACHINE_NAME, given) else "NAME"


def _outside(directive: Directive, authored: Authored, problems: list[Problem], failure: OutsideError) -> Markdown:
    run, suite = failure.names
    problems.append(
        Problem(
            file=authored.file,
            line=directive.line,
            found=_asked(directive, str(failure)),
            expected="what the evidence of the report holds",
            hint=f"add `{run}` or `{suite}` to `evidence`, or ask for what is in it",
            rule="outside-evidence",
        )
    )
    return _unknown(directive)


def _asked(directive: Directive, found: str) -> str:
    return f"{{{{ {str(directive)[:120]} }}}}: {found}"


def _unknown(directive: Directive) -> Markdown:
    return Markdown(f'<span class="{SEAL} verdict verdict--unknown">unknown: {text(directive.name)}</span>')


def plain_where(where: Mapping[str, Any] | None) -> dict[str, Any]:
    """The ``where=`` of a directive as a selection; :class:`UnanswerableError` for anything but names and plain values."""
    if where is None:
        return {}
    if not isinstance(where, dict) or not all(isinstance(k, str) and _is_plain(v) for k, v in where.items()):
        raise UnanswerableError('where= takes {"benchmark": "copy", …}')
    return dict(where)


def _is_plain(value: object) -> bool:
    """Whether a value is a text or a number, or a list of them."""
    return all(isinstance(one, str | int | float) for one in (value if isinstance(value, list) else [value]))
