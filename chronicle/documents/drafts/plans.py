"""The drafts of a report, a question and an incident: the keys each kind needs, and headings to write under.

What only the author knows is left open and says so; dates and commits come from git, and nothing is made up.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from chronicle.documents.drafts.form import front_matter, one_line, remark

MOST_COMMITS = 60
"""Commits listed in the remark of an incident; of a longer window the rest is counted."""

UNWRITTEN = "To be written before the measurement."
"""What a question's draft says where its author has not said anything."""

_CLAIMS = """\
# claims:
#   - id: copy-near-peak
#     says: A device copy reaches at least 85 % of the memory bandwidth that the pins allow.
#     holds: 'share("bandwidth_bytes_per_second", of="memory", where={"benchmark": "copy"}) >= 0.85'
"""

_REPORT = """
# {heading}

{remark}

## Question

<!-- What nobody knows yet, in one sentence. -->

## Short answer

<!-- Written last. Quote numbers by directive, so that they follow the evidence. -->

## Method

<!-- What is measured, on what, against what, and which rule ends a run. -->

## Results

## Limits

<!-- What these numbers do not say. -->
"""

_INCIDENT = """
# {heading}

{remark}

## What happened

<!-- What was seen, by whom, and what it really was. -->

## Impact

<!-- What was wrong because of it, and what was not. -->
{timeline}
## Causes

<!-- Why it could happen, and why nothing noticed. -->

## What changed

<!-- The mend, and the guard: add `guards: [tests/…]` to the header. -->
"""


@dataclass(frozen=True, slots=True)
class Window:
    """The commits between two revisions, both included, as lines that name each, the oldest first, and the day it began."""

    first: str
    last: str
    began: datetime.date | None
    commits: tuple[str, ...]


def report_draft(name: str, title: str, date: datetime.date, suites: Sequence[str]) -> str:
    """The draft of a report with an example of a claim in a remark; ``suites`` are those with recorded runs."""
    head = front_matter({"kind": "report", "id": name, "title": title, "version": "0.1", "status": "draft", "date": date})
    lines = [
        "Claims are written, and committed, before their data: take the marks off the example in the header and say your own.",
        f"Recorded suites, for `evidence: [...]`: {', '.join(suites) or 'none yet'}.",
    ]
    body = _REPORT.format(heading=_heading(f"{name}: {title}"), remark=remark(lines))
    return head.removesuffix("---\n") + _CLAIMS + "---\n" + body


def question_draft(name: str, title: str, theme: str, hypothesis: str, decides: str) -> str:
    """The draft of a question in a file of its own."""
    keys = {"kind": "question", "id": name, "theme": theme, "title": title, "hypothesis": hypothesis, "decides": decides}
    return front_matter({**keys, "reports": []}) + "\n<!-- What is known so far, and from where. -->\n"


def incident_draft(
    title: str, date: datetime.date | None, today: datetime.date, window: Window | None, repository: str | None = None
) -> str:
    """The draft of an incident, with what git holds of its window in a remark; without a date that of its first commit."""
    began = date or (window.began if window else None) or today
    keys = {"kind": "incident", "title": title, "date": began, "repository": repository}
    head = front_matter(keys | ({"from": window.first, "to": window.last} if window else {}))
    commits = window.commits if window else ()
    more = len(commits) - MOST_COMMITS
    lines = [
        "What git holds of the window; the page computes it anew. Delete this remark when it is told."
        if window
        else "No window was given: add `from:` and `to:` to the header, two commits, and the page shows what lies between.",
        *(f"* {one}" for one in commits[:MOST_COMMITS]),
        *([f"* and {more:,} more"] if more > 0 else []),
    ]
    timeline = "\n## Timeline\n\n{{ timeline() }}\n" if window else ""
    return head + _INCIDENT.format(heading=_heading(title), remark=remark(lines), timeline=timeline)


def _heading(words: str) -> str:
    return one_line(words).replace("{", "&#123;").replace("<", "&lt;")
