"""The directives of authored pages with their signatures, from the functions that answer them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from inspect import Parameter, signature

from chronicle.documents.library import Library
from chronicle.facts.ledger import Ledger
from chronicle.pages import authored, episode_blocks, incidents, plain, plans
from chronicle.pages.desk import Desk, make_always
from reference.markdown import guide_rows, page, table

Answers = Mapping[str, Callable[..., object]]

_FORMS = {"Where": "{…}", "str": '"…"', "str | None": '"…"', "str | Where": '"…" or {…}', "Where | None": "{…}"}


def directives_page() -> str:
    """A table for each place where directives may stand."""
    meanings = gives()
    return page(
        "Directives",
        "A directive is a call in double braces, on a page of a kind: its arguments are values written out, by place or "
        "by name, and there is nothing in it to run. An argument with a value after `=` may be left out. `{…}` stands "
        'for a choice, such as `{"benchmark": "copy", "machine": "h100-sxm"}`.',
        *(block for place, answers in places().items() for block in _block(place, answers, meanings)),
    )


def places() -> dict[str, Answers]:
    """The directives by the place where they may stand, on a site that is empty."""
    desk = Desk(Library((), (), Ledger(()), (), ()), make_always)
    common = authored.common_answers(desk, "x.md")
    groups: dict[str, Answers] = {
        "On any page of a kind": common,
        "On episodes": episode_blocks.answers(None, desk),  # type: ignore[arg-type]  # only the signatures are looked at
        "On `kind: page`, the roadmap and the questions": plans.answers(desk, "x.md"),
        "On `kind: page`": plain.answers(desk, "x.md"),
        "On incidents": incidents.answers(None, desk),  # type: ignore[arg-type]  # as above
    }
    seen: set[str] = set()
    found = {}
    for place, answers in groups.items():
        found[place] = {name: one for name, one in answers.items() if name not in seen}
        seen |= set(found[place])
    return found


def gives() -> dict[str, str]:
    """What each directive gives, in the words of the guide to reports, which a test holds complete."""
    found = {}
    for cells in guide_rows("writing-reports.md", "directive"):
        names = [call.split("(")[0].strip("`") for call in cells[0].split(", `")]
        words = _from_here(cells[1])
        parts = words.split("; ")
        found |= dict(zip(names, parts if len(parts) == len(names) else [words] * len(names), strict=True))
    return found


def _from_here(words: str) -> str:
    """Words of a guide with its links to other guides as the reference has to write them."""
    return re.sub(r"\]\((?=[\w-]+\.md)", "](../guides/", words)


def written(name: str, answer: Callable[..., object]) -> str:
    """``fact("…", where={…}, show="both")``: how a directive is written."""
    return f"{name}({', '.join(_argument(one) for one in signature(answer).parameters.values())})"


def _argument(one: Parameter) -> str:
    form = _FORMS.get(str(one.annotation), "…")
    if one.default is Parameter.empty:
        return f"{one.name}: {form}"
    return f"{one.name}: {form} = {'none' if one.default in (None, '', ()) else repr(one.default)}"


def _block(place: str, answers: Answers, meanings: Mapping[str, str]) -> Iterator[str]:
    if answers:
        yield f"## {place}"
        yield table(("directive", "gives"), [(f"`{written(name, one)}`", meanings[name]) for name, one in answers.items()])
