"""Benchmark pages: what is latest, how it compares with the run before, and which charts are drawn of it."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest
from recorded import record, suite
from twins import complaints

from chronicle import site
from chronicle.pages.addresses import evidence_place
from chronicle.pages.imprint import NOWHERE

PAGE = "benchmarks/tiny/decode"


def arranged(root: Path) -> dict[str, str]:
    library = site.library_of(site.Inputs(root, root / "docs", {}, root / "bench", root / "cache", {}))
    found = site.arrange(library, lambda key, make: b'<svg width="1" height="1"/>', NOWHERE)
    return {one.uri: one.body.decode() for one in found.entries if one.uri.endswith((".md", ".json"))}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two comparable runs on one machine, after one with another driver, and one on a machine that measured once."""
    root = tmp_path_factory.mktemp("benchmarks")
    (root / "docs").mkdir()
    suite(root / "bench", "tiny")
    record(root / "bench", "tiny", "dev", {"eager": 9.0, "graph": 6.0}, day="2026-01-01", driver="570")
    record(root / "bench", "tiny", "dev", {"eager": 10.0, "graph": 6.0}, day="2026-01-02")
    record(root / "bench", "tiny", "dev", {"eager": 12.0, "graph": 6.0}, day="2026-01-03")
    record(root / "bench", "tiny", "other", {"eager": 5.0}, day="2026-01-02")
    return root


@pytest.fixture(scope="module")
def entries(root: Path) -> dict[str, str]:
    return arranged(root)


def section(page: str, anchor: str) -> str:
    return html.unescape(page.partition(f"{{ #{anchor} }}")[2].partition("\n## ")[0])


def test_the_latest_run_is_held_against_the_last_one_of_equal_pins_and_source(entries: dict[str, str]) -> None:
    plain = json.loads(entries[f"{PAGE}.json"])

    assert {one["b"]["case"]: (one["verdict"], one["a"]["run"][:8]) for one in plain["compared"]} == {
        "decode[impl=eager]": ("slower", "20260102"),
        "decode[impl=graph]": ("same", "20260102"),
    }
    assert plain["against_the_run_before"] == {"slower": 1, "same": 1}
    said = section(entries[f"{PAGE}.md"], "verdict")
    assert "slower" in said and "other" not in said


def test_a_page_shows_its_sweep_its_trend_and_its_processes_each_with_where_it_was_measured(entries: dict[str, str]) -> None:
    page = entries[f"{PAGE}.md"]
    drawn = re.compile(r"/(benchmark-[\w-]+)\.light\.svg")
    charts = {name: set(drawn.findall(section(page, name))) for name in ("sweep", "trend", "distribution")}

    assert charts == {
        "sweep": {"benchmark-tiny-decode-sweep-dev"},
        "trend": {f"benchmark-tiny-decode-trend-dev-decode-impl-{impl}" for impl in ("eager", "graph")},
        "distribution": {f"benchmark-tiny-decode-distribution-{machine}" for machine in ("dev", "other")},
    }
    assert page.count("chart-source") == 5


def test_a_benchmark_without_a_declared_work_has_no_share_of_a_ceiling(entries: dict[str, str]) -> None:
    assert "{ #ceilings }" not in entries[f"{PAGE}.md"]


def test_the_list_counts_cases_runs_and_verdicts_and_leads_to_each_page(entries: dict[str, str]) -> None:
    page, (row,) = entries["benchmarks/index.md"], json.loads(entries["benchmarks.json"])

    assert "(tiny/decode.md)" in page
    assert (row["cases"], len(row["runs"])) == (3, 4)
    assert (row["machines"], row["axes"]) == (["dev", "other"], {"impl": ["eager", "graph"]})


def test_a_benchmark_that_was_measured_once_says_that_nothing_is_compared(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    suite(tmp_path / "bench", "tiny")
    record(tmp_path / "bench", "tiny", "dev", {"eager": 9.0})
    page = arranged(tmp_path)[f"{PAGE}.md"]

    assert "so nothing is compared" in section(page, "verdict")
    assert "{ #trend }" not in page and "{ #sweep }" not in page


def test_a_value_of_an_axis_that_a_stranger_wrote_is_text(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    suite(tmp_path / "bench", "tiny")
    record(tmp_path / "bench", "tiny", "dev", {"<script>alert(1)</script>": 9.0, "*b*": 6.0})
    page = arranged(tmp_path)[f"{PAGE}.md"]

    assert "alert(1)" in html.unescape(page)
    assert "<script>" not in page
    assert "*b*" not in page


def test_evidence_that_names_a_suite_leads_to_it_among_the_benchmarks(root: Path) -> None:
    library = site.library_of(site.Inputs(root, root / "docs", {}, root / "bench", root / "cache", {}))

    assert evidence_place("bench:tiny", library) == "benchmarks/index.md#suite-tiny"
    assert evidence_place("bench:another", library) is None


def test_every_twin_has_the_form_that_its_schema_states(entries: dict[str, str]) -> None:
    assert list(complaints((uri, body.encode()) for uri, body in entries.items() if uri.endswith(".json"))) == []
