"""The roadmap as its author wrote it, with the state that evidence gives to each item, and how it came to be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from chronicle.documents.item_history import Change, Track
from chronicle.documents.library import JudgedPage
from chronicle.documents.outline import with_tasks_replaced
from chronicle.documents.roadmap import ItemState, JudgedItem, JudgedPeriod, parse_roadmap
from chronicle.pages import addresses
from chronicle.pages.authored import authored_entry, common_answers
from chronicle.pages.desk import Desk
from chronicle.pages.entry import Entry
from chronicle.pages.figures.plans import burn_up_chart
from chronicle.pages.mentions import mentions_line, plain_mentions, plain_words
from chronicle.pages.prose import Answer
from chronicle.pages.stale import state_badge
from chronicle.pages.writing import Markdown, badge, link, relative, table, tally, text, twin, write


def roadmap_pages(desk: Desk, answers: Callable[[str], dict[str, Answer]]) -> Iterator[Entry]:
    """Each roadmap's page, and its twin with every item there ever was."""
    for page in desk.library.roadmaps:
        uri = page.authored.uri
        yield _page(page, desk, {**common_answers(desk, uri), **answers(uri)})
        yield Entry(uri.removesuffix(".md") + ".json", twin([_plain_period(page, one, desk) for one in page.periods]))
        yield Entry(uri.removesuffix(".md") + ".history.json", twin(_plain_history(page)))


def progress_table(page: JudgedPage, at: str) -> Markdown:
    """Each period with how many of its items are done, and a bar that says the same."""
    rows = [
        (
            link(plain_words(period.period.title), relative(at, _anchored(page, period))),
            Markdown(f'<span class="tally">{period.done} of {period.total} done</span> {_bar(period)}'),
            tally(_counts(period)),
        )
        for period in page.periods
    ]
    return table(("Period", "Progress", "States"), rows)


def evidence_link(name: str, desk: Desk, uri: str) -> Markdown:
    """A link to a report, a claim, a benchmark or a question where there is one, else its name."""
    place = addresses.evidence_place(name, desk.library)
    return link(name, relative(uri, place)) if place else text(name)


def _bar(period: JudgedPeriod) -> Markdown:
    label = text(f"{plain_words(period.period.title)}: {period.done} of {period.total} done")
    return Markdown(f'<progress value="{period.done}" max="{max(1, period.total)}" aria-label="{label}"></progress>')


def _page(page: JudgedPage, desk: Desk, answers: Mapping[str, Answer]) -> Entry:
    uri = page.authored.uri
    items = {judged.item.line: _item(page, judged, desk) for period in page.periods for judged in period.items}
    title, above = page.front.title or "Roadmap", progress_table(page, uri)
    entry = authored_entry(desk, page.authored, page.front, answers, above=above, below=_history(page, desk), title=title)
    return _with_items(entry, page, items)


def _with_items(entry: Entry, page: JudgedPage, items: Mapping[int, str]) -> Entry:
    """Items are set after directives were answered; both texts have the same tasks in the same order."""
    rendered = entry.body.decode()
    again, _ = parse_roadmap(rendered, file=page.authored.file)
    words = [items[line] for line in sorted(items)]
    placed = dict(zip([item.line for item in again.items], words, strict=True))
    return replace(entry, body=with_tasks_replaced(rendered, placed).encode())


def _item(page: JudgedPage, judged: JudgedItem, desk: Desk) -> str:
    """An item's words with its state; below them its evidence, its dates, and what names it."""
    uri = page.authored.uri
    anchor = f'<span id="{text(judged.item.id)}"></span>' if judged.item.id else ""
    named = [(evidence_link(name, desk, uri), state_badge(name, state, desk.library)) for name, state in judged.evidence]
    evidence = _listed([f"{one} {standing}" for one, standing in named])
    about = (
        [evidence, _due(judged)],
        [_dates(page, judged, desk), mentions_line(desk.named_by(f"{uri}#{judged.item.id}"), uri) if judged.item.id else ""],
    )
    lines = [" · ".join(part for part in parts if part) for parts in about if any(parts)]
    tail = f'<br><span class="timeline__about" markdown="span">{"<br>".join(lines)}</span>' if lines else ""
    return f"{anchor}{badge(judged.state.value)} {judged.item.text}{tail}"


def _listed(parts: list[str]) -> str:
    """Parts with a comma after each but the last; a part and its comma stay on one line where they fit."""
    ends = (f"{part}," for part in parts[:-1])
    return " ".join(f'<span class="standing">{part}</span>' for part in (*ends, *parts[-1:]))


def _due(judged: JudgedItem) -> str:
    parts = [f"due {judged.item.due}" if judged.item.due else "", f"owner {judged.item.owner}" if judged.item.owner else ""]
    return text(", ".join(part for part in parts if part)) if any(parts) else ""


def _dates(page: JudgedPage, judged: JudgedItem, desk: Desk) -> str:
    """When the item was added, reworded and ticked; nothing where the roadmap lies in no repository."""
    track = page.history.of(judged.item)
    if track is None or desk.library.home is None:
        return ""
    if track.added is None:
        return "not committed yet"
    parts = [f"added {_when(track.added, desk, page.authored.uri)}"]
    if track.reworded:
        often = "" if len(track.reworded) == 1 else f" {len(track.reworded)} times, last"
        parts.append(f"reworded{often} {_when(track.reworded[-1], desk, page.authored.uri)}")
    if judged.item.is_ticked:
        parts.append(f"ticked {_when(track.ticked, desk, page.authored.uri)}" if track.ticked else "tick not committed yet")
    return ", ".join(parts)


def _when(change: Change, desk: Desk, uri: str) -> Markdown:
    return addresses.change_words(change, desk.library.home_chronicle, uri)


def _history(page: JudgedPage, desk: Desk) -> Markdown | None:
    """The burn-up, and the items that were taken out; None where nothing was committed."""
    uri, chart = page.authored.uri, burn_up_chart(page)
    if chart is None:
        return None
    removed = [_removed_row(track, desk, uri) for track in page.history.removed]
    return write(
        "roadmap_history.md",
        figure=desk.figure(chart, uri),
        twin=link("the history as JSON", relative(uri, uri.removesuffix(".md") + ".history.json")),
        removed=table(("Item", "Period", "Added", "Removed"), removed) if removed else None,
    )


def _removed_row(track: Track, desk: Desk, uri: str) -> tuple[object, ...]:
    dates = (_when(one, desk, uri) if one else None for one in (track.added, track.removed))
    return (plain_words(track.item.text), plain_words(track.period), *dates)


def _anchored(page: JudgedPage, period: JudgedPeriod) -> str:
    return f"{page.authored.uri}#{period.period.id}" if period.period.id else page.authored.uri


def _counts(period: JudgedPeriod) -> dict[str, int]:
    return {state.value: number for state in ItemState if (number := period.count(state))}


def _plain_period(page: JudgedPage, period: JudgedPeriod, desk: Desk) -> dict[str, object]:
    return {
        "schema": "chronicle.roadmap/1",
        "title": period.period.title,
        "done": period.done,
        "total": period.total,
        "items": [
            {
                "id": one.item.id,
                "text": one.item.text,
                "state": one.state.value,
                "is_ticked": one.item.is_ticked,
                "evidence": {name: state.value for name, state in one.evidence},
                "named_by": plain_mentions(desk.named_by(addresses.item_place(page, one.item)) if one.item.id else ()),
                **_plain_dates(page.history.of(one.item)),
            }
            for one in period.items
        ],
    }


def _plain_history(page: JudgedPage) -> dict[str, object]:
    return {
        "schema": "chronicle.roadmap-history/1",
        "steps": [{**(_plain(step.change) or {}), "ticked": step.ticked, "total": step.total} for step in page.history.steps],
        "removed": [
            {"id": one.item.id, "text": one.item.text, "period": one.period, **_plain_dates(one)}
            for one in page.history.removed
        ],
    }


def _plain_dates(track: Track | None) -> dict[str, object]:
    return {
        "added": _plain(track.added) if track else None,
        "ticked": _plain(track.ticked) if track else None,
        "reworded": [_plain(change) for change in track.reworded] if track else [],
        "removed": _plain(track.removed) if track else None,
    }


def _plain(change: Change | None) -> dict[str, object] | None:
    return {"revision": change.revision, "committed_utc": change.committed.isoformat()} if change else None
