"""All pages of a site: the list of what writes them, in the order in which they are written.

Figures and marked numbers are left behind while pages are written; what lists or ships those is no part of this list, since
a part that is remembered sees only what it leaves itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from chronicle.pages.badges import badge_entries
from chronicle.pages.benchmarks import benchmark_pages
from chronicle.pages.broken import broken_pages
from chronicle.pages.calibration_files import calibration_entries
from chronicle.pages.cards import card_entries
from chronicle.pages.checks import checks_page
from chronicle.pages.cited import cited_commits
from chronicle.pages.claims import claims_page
from chronicle.pages.commit_pages import commit_pages
from chronicle.pages.contributors import contributors_page
from chronicle.pages.desk import Desk
from chronicle.pages.entry import Entry
from chronicle.pages.episodes import episode_pages
from chronicle.pages.feeds import feed_entries
from chronicle.pages.machines import machine_pages
from chronicle.pages.method import method_page
from chronicle.pages.plain import plain_pages
from chronicle.pages.plans import plan_pages
from chronicle.pages.reports import report_pages
from chronicle.pages.repository import repository_pages
from chronicle.pages.runs import run_pages
from chronicle.pages.schemas import schema_entries
from chronicle.pages.seasons import season_pages
from chronicle.pages.shipped import asset_entries
from chronicle.pages.timeline import timeline_pages
from chronicle.pages.voices import voice_pages

Writer = Callable[[Desk], Iterator[Entry]]

AUTHORED: tuple[Writer, ...] = (report_pages, episode_pages, plain_pages, plan_pages, broken_pages)
"""The parts that hold authored pages, whose own words count beside the circumstances."""

OF_REVIEWS: tuple[Writer, ...] = (checks_page,)
"""The parts that tell what was found in the words of each page."""

PAGES: tuple[Writer, ...] = (
    report_pages,
    episode_pages,
    season_pages,
    voice_pages,
    plan_pages,
    plain_pages,
    broken_pages,
    timeline_pages,
    repository_pages,
    commit_pages,
    contributors_page,
    benchmark_pages,
    machine_pages,
    run_pages,
    calibration_entries,
    claims_page,
    checks_page,
    method_page,
    cited_commits,
    feed_entries,
    badge_entries,
    card_entries,
    schema_entries,
    asset_entries,
)
