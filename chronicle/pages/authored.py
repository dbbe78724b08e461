"""What every authored page of a kind shares: its front matter rewritten for the host, and blocks set below its title."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from chronicle.documents.front_matter import Authored, FrontMatter, split
from chronicle.documents.outline import heading_of, prose
from chronicle.documents.unclosed import endings
from chronicle.errors import Problem
from chronicle.pages import (
    calibrated_blocks,
    claim_blocks,
    evidence,
    evidence_blocks,
    figures,
    quoted,
    report_blocks,
    time_blocks,
)
from chronicle.pages.desk import Desk
from chronicle.pages.entry import Entry
from chronicle.pages.guard import marked
from chronicle.pages.mentions import mentions_section
from chronicle.pages.prose import Answer, answered
from chronicle.pages.writing import SEAL, Markdown, code, front, text

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)?")


def common_answers(desk: Desk, page: str, evidence: tuple[str, ...] = ()) -> dict[str, Answer]:
    """The directives that any page may use; those that quote records choose among the ``evidence`` that the page names."""
    within = desk.within(evidence)
    groups = (
        (quoted, within),
        (figures, within),
        (evidence_blocks, within),
        (claim_blocks, desk),
        (report_blocks, desk),
        (time_blocks, within),
        (calibrated_blocks, desk),
    )
    return {name: answer for group, own in groups for name, answer in group.answers(own, page).items()}


def authored_entry(
    desk: Desk,
    authored: Authored,
    front_matter: FrontMatter | None,
    answers: Mapping[str, Answer],
    *,
    above: Markdown | None = None,
    below: Markdown | None = None,
    title: str = "",
    told: Callable[[list[str]], list[str]] | None = None,
) -> Entry:
    """The rendered form of an authored file, standing in for it under the same path.

    ``above`` is set after the page's title, which is written from ``title`` where the author wrote none; at the end stand what
    names the page, and ``below``, outside whatever the author left open.
    """
    authored = replace(authored, text=authored.text.replace(SEAL, ""))
    lines = answered(authored, answers, desk.problems)
    body = split("".join(told(lines) if told else lines)).body
    at = _end_of_title(body)
    if at is None:
        heading = f"# {text(title)}" if title else ""
        body, at = f"{heading}\n\n{body}", len(heading)
    body += endings(authored.text)
    end = "".join(f"\n\n{part}\n" for part in (mentions_section(desk.named_by(authored.uri), authored.uri), below) if part)
    spoken = _as_of(front_matter.as_of, authored, body, desk) if front_matter and front_matter.as_of else None
    head = "".join(f"\n\n{part}\n" for part in (above, spoken) if part)
    body = body[:at] + head + body[at:] + end
    matter = _front(front_matter, title)
    return Entry(authored.uri, (matter + marked(body)).encode(errors="replace"), renders=authored.uri)


def _as_of(day: date, authored: Authored, body: str, desk: Desk) -> Markdown:
    """Of which day the numbers of a page are, and what has changed since about the evidence of any of them."""
    own = (one.decides for one in desk.library.claims if one.file == authored.file)
    quoted = evidence.inputs_of(Entry(authored.uri, body.encode(errors="replace")), desk)
    reasons = dict.fromkeys(one.reason for one in (*own, *quoted) if one.state.is_stale)
    since = f" Since then: {text('; '.join(reasons))}." if reasons else ""
    return Markdown(f"The numbers are those of {day}.{since}")


def broken_entry(authored: Authored, problems: tuple[Problem, ...]) -> Entry:
    """A page in place of one whose front matter cannot be read: it says so, and the rest of the site stands."""
    rows = "\n".join(f"- line {problem.line}: {text(problem.found)}; expected {text(problem.expected)}" for problem in problems)
    body = (
        f"{front(title='Not readable')}\n# Not readable\n\n"
        '!!! failure "This page could not be built"\n\n'
        f"    {code(authored.file)} has a front matter that cannot be read.\n\n{rows}\n"
    )
    return Entry(authored.uri, body.encode(), renders=authored.uri)


def _end_of_title(body: str) -> int | None:
    """Where the line of the first heading of level one ends; None where there is none outside code."""
    found = next((line for line in prose(body) if (heading := heading_of(line)) and heading.level == 1), None)
    if found is None:
        return None
    lines = [line[0] for line in _LINE.finditer(body)][: found.number]
    return sum(map(len, lines)) - len(lines[-1]) + len(lines[-1].rstrip("\r\n"))


def _front(front_matter: FrontMatter | None, title: str) -> Markdown:
    fields: dict[str, object] = {"title": title} if title else {}
    if front_matter is not None:
        if front_matter.description:
            fields["description"] = front_matter.description
        tags, hidden = [html.escape(tag) for tag in front_matter.tags], list(front_matter.hide)
        search = front_matter.search.model_dump(exclude_none=True)
        fields |= {name: value for name, value in (("tags", tags), ("hide", hidden), ("search", search)) if value}
    return front(**fields) if fields else Markdown("")
