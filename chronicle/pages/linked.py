"""Linked data: what schema.org has a type for, told in its words to whoever indexes the site.

Reports, episodes, seasons, questions, claims, incidents, runs and repositories have one. A roadmap, a radar of technologies, a
voice and a machine have none that fits, so nothing is said of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from chronicle.documents.claims import JudgedClaim
from chronicle.documents.episode import Episode
from chronicle.documents.incident import Incident
from chronicle.documents.questions import JudgedQuestion, QuestionFront
from chronicle.documents.report import Report
from chronicle.documents.seasons import Season, seasons_of
from chronicle.pages import addresses
from chronicle.pages.desk import Desk
from chronicle.pages.feeds import report_summary
from chronicle.pages.heads import CONTEXT, Linked
from chronicle.pages.imprint import Imprint
from chronicle.pages.writing import slug, web_address
from chronicle.records.recorded import RecordedRun

MOST_LISTED = 100
"""Members of a list: it stands in the head of a page, and the page's twin holds all of them."""


def linked_data(desk: Desk) -> dict[str, Linked]:
    """What is said of each page, by its path; a key without a value is left out."""
    return {uri: _told({"@context": CONTEXT, **plain, "url": desk.imprint.page(uri)}) for uri, plain in _pages(desk)}


def report_data(report: Report) -> Linked:
    """A technical report is a ``Report``."""
    front = report.front
    return {
        "@type": "Report",
        "identifier": front.id,
        "reportNumber": front.id,
        "name": front.title,
        "description": report_summary(report),
        "version": front.version,
        "datePublished": front.date and front.date.isoformat(),
        "creativeWorkStatus": front.status,
        "author": [{"@type": "Person", "name": name} for name in front.authors],
    }


def _pages(desk: Desk) -> Iterator[tuple[str, Linked]]:
    library, imprint = desk.library, desk.imprint
    yield from ((one.authored.uri, report_data(one)) for one in library.reports)
    yield from ((one.authored.uri, _incident(one)) for one in library.incidents)
    for season in seasons_of(library.episodes):
        yield addresses.season_page(season), _season(season)
        yield from ((one.authored.uri, _episode(one, season)) for one in season.episodes)
    for page in library.questions:
        several = [_question(one) for one in page.questions]
        yield page.authored.uri, several[0] if isinstance(page.front, QuestionFront) else _listed(several)
    if library.claims:
        yield addresses.CLAIMS, _claims(library.reports, imprint)
    for run in library.runs:
        yield addresses.run_page(run.run.machine, run.run.run_id), _run(run, imprint)
    for one in library.chronicles:
        plain = {"@type": "SoftwareSourceCode", "name": one.name, "codeRepository": web_address(one.web)}
        yield addresses.repository_page(slug(one.name)), plain


def _episode(episode: Episode, season: Season) -> Linked:
    front = episode.front
    return {
        "@type": "Episode",
        "identifier": front.key,
        "name": front.title,
        "description": front.tagline or front.description,
        "episodeNumber": front.number,
        "datePublished": front.date and front.date.isoformat(),
        "partOfSeason": _season_name(season),
        "partOfSeries": _series(season),
    }


def _season(season: Season) -> Linked:
    days = sorted(day for one in season.episodes for day in (one.front.date, one.front.date_end) if day)
    return {
        **(_season_name(season) or {**_series(season), "name": season.title}),
        "numberOfEpisodes": len(season.episodes),
        "startDate": days[0].isoformat() if days else None,
        "endDate": days[-1].isoformat() if days else None,
        "partOfSeries": _series(season) if season.number is not None else None,
    }


def _season_name(season: Season) -> Linked | None:
    if season.number is None:
        return None
    return {"@type": "CreativeWorkSeason", "name": season.title, "seasonNumber": season.number}


def _series(season: Season) -> Linked:
    return {"@type": "CreativeWorkSeries", "name": season.series}


def _incident(incident: Incident) -> Linked:
    front = incident.front
    return {
        "@type": "Article",
        "articleSection": "Incidents",
        "headline": front.title,
        "description": front.description,
        "datePublished": (front.date_end or front.date).isoformat(),
    }


def _question(one: JudgedQuestion) -> Linked:
    question = one.question
    return {
        "@type": "Question",
        "identifier": question.id,
        "name": question.title,
        "about": question.theme,
        "text": question.hypothesis,
        "creativeWorkStatus": one.state.value,
    }


def _claims(reports: Sequence[Report], imprint: Imprint) -> Linked:
    return _listed(_claim(claim, report, imprint) for report in reports for claim in report.claims)


def _claim(claim: JudgedClaim, report: Report, imprint: Imprint) -> Linked:
    place = imprint.page(report.authored.uri)
    return {
        "@type": "Claim",
        "identifier": claim.id,
        "text": claim.claim.says,
        "creativeWorkStatus": claim.verdict.value,
        "dateCreated": claim.registered and claim.registered.committed.date().isoformat(),
        "appearance": {"@type": "Report", "reportNumber": report.front.id, "url": place},
    }


def _run(recorded: RecordedRun, imprint: Imprint) -> Linked:
    run = recorded.run
    return {
        "@type": "Dataset",
        "identifier": run.run_id,
        "name": f"{run.suite.name} on {run.machine}",
        "description": f"Raw samples of the benchmark suite {run.suite.name}, measured on {run.machine}.",
        "dateCreated": run.created_utc,
        "distribution": [
            {"@type": "DataDownload", "contentUrl": address, "encodingFormat": "application/json", "name": name}
            for name in sorted(recorded.files)
            if name.endswith(".json") and (address := imprint.file(addresses.run_file(run.machine, run.run_id, name)))
        ],
    }


def _listed(several: Iterable[Linked]) -> Linked:
    found = list(several)[:MOST_LISTED]
    return {
        "@type": "ItemList",
        "itemListElement": [{"@type": "ListItem", "position": place, "item": one} for place, one in enumerate(found, 1)],
    }


def _told(plain: Linked) -> Linked:
    """The same without what is not known: no empty text, no empty list, no None."""
    told = {name: _known(value) for name, value in plain.items()}
    return {name: value for name, value in told.items() if value not in (None, "", [], {})}


def _known(value: Any) -> Any:
    if isinstance(value, dict):
        return _told(value)
    return [_known(one) for one in value] if isinstance(value, list) else value
