"""Puts this folder on the path of the tests below it, so that they share the builders that lie here."""

import pytest
from hypothesis import settings

settings.register_profile("shared machine", deadline=None)  # a busy machine is no finding
settings.load_profile("shared machine")

LONGEST = (
    "test_whole_site.py",
    "test_live_charts.py",
    "test_chart_kinds.py",
    "test_chart_sliders.py",
    "test_story_of_the_tutorial.py",
    "test_story_of_hosts.py",
    "test_quality.py",
    "test_published_versions.py",
    "test_gpu_suites.py",
)
"""Files that take half a minute and more. They come first: begun last, one of them would keep every other worker waiting."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first and leave the others in their order."""
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.name, len(places)))
