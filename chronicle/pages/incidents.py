"""Incident pages: the author's account, the commits of its window as a timeline, and what guards against it now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from chronicle.documents.directives import find_directives
from chronicle.documents.incident import Guard, Incident
from chronicle.documents.library import Chronicle
from chronicle.facts.bots import public_name
from chronicle.pages import addresses
from chronicle.pages.authored import authored_entry, common_answers
from chronicle.pages.desk import Desk
from chronicle.pages.entry import Entry
from chronicle.pages.mentions import plain_mentions
from chronicle.pages.prose import Answer, UnanswerableError
from chronicle.pages.writing import Markdown, badge, code, link, relative, table, text, twin, web_address, write

MOST_COMMITS = 200
"""Commits shown on a timeline; of a longer window the page says how many are left out."""


def incident_pages(desk: Desk) -> Iterator[Entry]:
    """A page and a twin for each incident, the list of incidents, and ``incidents.json``."""
    incidents = desk.library.incidents
    for one in incidents:
        yield _page(one, desk)
        yield Entry(one.authored.uri.removesuffix(".md") + ".json", twin(_plain(one, desk)))
    if not incidents:
        return
    if addresses.is_free(addresses.INCIDENTS, desk.library):
        listing = incidents_table(incidents, addresses.INCIDENTS)
        yield Entry(addresses.INCIDENTS, write("incidents.md", incidents=listing).encode())
    yield Entry("incidents.json", twin([_plain(one, desk) for one in incidents]))


def incidents_table(incidents: Sequence[Incident], page: str) -> Markdown:
    """One row an incident, the newest first."""
    rows = [
        (
            link(one.front.title, relative(page, one.authored.uri)),
            _dates(one),
            f"{len(one.revisions):,}" if one.revisions else None,
            badge(one.state),
        )
        for one in sorted(incidents, key=lambda one: (one.front.date, one.authored.uri), reverse=True)
    ]
    return table(("Incident", "Date", "Commits", "State"), rows, "llrl")


def answers(incident: Incident | None, desk: Desk) -> dict[str, Answer]:
    """The directives ``timeline`` and ``guards`` of an incident's page."""

    def timeline() -> Markdown:
        if incident is None or not incident.revisions:
            raise UnanswerableError("the incident has no window: add `from:` and `to:` to its front matter")
        return _timeline(incident, desk)

    def guards() -> Markdown:
        if incident is None or not incident.guards:
            raise UnanswerableError("the incident names no guard: add `guards: [tests/test_it.py]` to its front matter")
        return _guards(incident, desk)

    return {"timeline": timeline, "guards": guards}


def _page(incident: Incident, desk: Desk) -> Entry:
    uri = incident.authored.uri
    head = write(
        "incident_head.md",
        state=badge(incident.state),
        dates=_dates(incident),
        repository=incident.repository if len(desk.library.chronicles) > 1 else None,
        commits=len(incident.revisions),
    )
    placed = {one.name for one in find_directives(incident.authored.text, incident.authored.file)[0]}
    below = write(
        "incident_tail.md",
        timeline=_timeline(incident, desk) if incident.revisions and "timeline" not in placed else None,
        guards=_guards(incident, desk) if incident.guards and "guards" not in placed else None,
        twin=link("This incident as JSON", relative(uri, uri.removesuffix(".md") + ".json")),
    )
    several = {**common_answers(desk, uri), **answers(incident, desk)}
    return authored_entry(desk, incident.authored, incident.front, several, above=head, below=below, title=incident.front.title)


def _timeline(incident: Incident, desk: Desk) -> Markdown:
    """The commits of the window from the first to the last, in the order of history."""
    chronicle = next(one for one in desk.library.chronicles if one.name == incident.repository)
    rows = _rows(chronicle, incident)
    lines = [_entry(chronicle, row, incident.authored.uri, desk) for row in rows[:MOST_COMMITS]]
    more = f"\n\nAnd {len(rows) - MOST_COMMITS:,} more." if len(rows) > MOST_COMMITS else ""
    return Markdown('<ul class="timeline" markdown="1">\n\n' + "\n".join(lines) + f"\n\n</ul>{more}")


def _rows(chronicle: Chronicle, incident: Incident) -> list[dict[Any, Any]]:
    chosen = chronicle.table[chronicle.table["revision"].isin(set(incident.revisions))]
    return chosen.iloc[::-1].to_dict("records")


def _entry(chronicle: Chronicle, row: dict[Any, Any], uri: str, desk: Desk) -> str:
    is_dated = not pd.isna(row["committed"])
    when = f"{row['committed']:%Y-%m-%d %H:%M} UTC" if is_dated else "undated"
    month = f"{row['committed']:%Y-%m}" if is_dated else None
    commit = desk.commit_link(chronicle, row["revision"], uri, month)
    about = " · ".join([text(when), text(public_name(row["author_name"]))])
    subject = text(row["subject"] or "(no message)")
    return f'<li markdown="span"><strong>{subject}</strong> {commit} <span class="timeline__about">{about}</span></li>'


def _guards(incident: Incident, desk: Desk) -> Markdown:
    rows = [(_guard(one, incident, desk), one.kind, badge(one.state)) for one in incident.guards]
    return table(("Guard", "Kind", "State"), rows)


def _guard(guard: Guard, incident: Incident, desk: Desk) -> Markdown:
    place = addresses.guard_place(guard, desk.library)
    if place is not None:
        return link(guard.name, relative(incident.authored.uri, place))
    chronicle = next((one for one in desk.library.chronicles if one.name == incident.repository), None)
    path = guard.name.partition("::")[0]
    web = f"{chronicle.web.rstrip('/')}/blob/{chronicle.history.head}/{path}" if chronicle and chronicle.web else None
    address = web_address(web) if guard.kind == "file" else None
    definition = guard.name.partition("::")[2]
    name = link(code(path), address) if address else code(path)
    return Markdown(f"{name}<br>{code(definition)}" if definition else name)


def _dates(incident: Incident) -> str:
    front = incident.front
    return front.date.isoformat() + (f" – {front.date_end.isoformat()}" if front.date_end else "")


def _plain(incident: Incident, desk: Desk) -> dict[str, object]:
    front = incident.front
    return {
        "schema": "chronicle.incident/1",
        "uri": incident.authored.uri,
        "title": front.title,
        "date": front.date.isoformat(),
        "date_end": front.date_end.isoformat() if front.date_end else None,
        "repository": incident.repository,
        "from": front.first,
        "to": front.last,
        "commits": list(reversed(incident.revisions)),
        "state": incident.state,
        "guards": [{"name": one.name, "kind": one.kind, "state": one.state} for one in incident.guards],
        "named_by": plain_mentions(desk.named_by(incident.authored.uri)),
    }
