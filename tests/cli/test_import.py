"""``chronicle import``: a folder becomes pages that MkDocs builds strictly; nothing is lost, a second run changes nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from legacy_corpus import make_episodes, make_reports
from projects import CONFIGURATION, Project
from repositories import RepositoryBuilder

from chronicle.cli import cli

EPISODE = (
    '# Chimera - Episode {0}: "A"\n\n## feat: more\n\n### 📅 2025-01-01\n\n### 🔗 Commit: `abcdef{0}`\n\ntext\n- item {0}\n'
)


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(cli, ["import", *map(str, words)], catch_exceptions=False)


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "old"
    folder.mkdir()
    for number in (1, 2):
        (folder / f"e{number}.md").write_text(EPISODE.format(number), encoding="utf-8")
    return folder


def test_an_imported_corpus_builds_strictly_and_keeps_its_sources(tmp_path: Path) -> None:
    repository = RepositoryBuilder(tmp_path / "project")
    repository.commit("first", {".gitignore": ".chronicle/\nsite/\n"})
    project = Project(tmp_path / "project")
    project.write("docs/index.md", "# Home\n")
    samples = {"episodes": make_episodes(24), "reports": make_reports(2, sections=12)}
    for kind, files in samples.items():
        for sample in files:
            place = tmp_path / kind / sample.path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(sample.source)
    codes = [run(kind, tmp_path / kind, "--to", project.root / "docs" / kind).exit_code for kind in samples]
    warnings = "validation: {links: {anchors: warn, absolute_links: warn, unrecognized_links: warn}}\n"
    built = project.mkdocs(strict=True, configuration=CONFIGURATION + warnings)

    assert codes == [0, 0]
    assert (built.said, built.is_done) == ([], True)
    assert "date unknown" in built.page("episodes/two/deep/episode-011/index.html")
    kept = tree(project.root / "docs/episodes/.source")
    assert kept == {sample.path: sample.source for sample in samples["episodes"]}
    assert list((project.root / "site").rglob("*.source*")) == []


def test_a_second_run_changes_nothing(source: Path, tmp_path: Path) -> None:
    run("episodes", source, "--to", tmp_path / "new")
    before = tree(tmp_path / "new")
    again = run("episodes", source, "--to", tmp_path / "new")

    assert again.exit_code == 0
    assert "0 files written, 4 unchanged" in again.output
    assert tree(tmp_path / "new") == before


def test_the_model_is_printed_as_json_and_nothing_is_written(source: Path, tmp_path: Path) -> None:
    before = tree(tmp_path)
    found = json.loads(run("episodes", source, "--json").stdout)

    assert list(found) == ["episodes"]
    assert list(found["episodes"][0]) == [
        *("path", "key", "series", "number", "title", "type", "tagline", "date", "date_end", "time", "timezone"),
        *("commits", "commits_more", "metrics", "voices", "lint"),
    ]
    assert found["episodes"][0]["metrics"] == dict.fromkeys(
        ("files_changed", "lines_added", "lines_removed", "net_change", "complexity", "change_mix", "type")
    )
    assert (found["episodes"][1]["path"], found["episodes"][1]["commits"]) == ("e2.md", ["abcdef2"])
    assert tree(tmp_path) == before


def test_a_page_with_other_words_is_refused_and_kept_unless_it_may_be_replaced(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "new"
    target.mkdir()
    (target / "e1.md").write_text("mine\n", encoding="utf-8")
    refused = run("episodes", source, "--to", target)
    kept = tree(target)
    replaced = run("episodes", source, "--to", target, "--replace")

    assert (refused.exit_code, replaced.exit_code) == (1, 0)
    assert "e1.md with other words" in refused.output
    assert kept.keys() == {"e1.md", "e2.md", ".source/e2.md"}
    assert kept["e1.md"] == b"mine\n"
    assert b"kind: episode" in tree(target)["e1.md"]


def test_a_folder_can_be_imported_in_place_and_again(source: Path) -> None:
    first = run("episodes", source, "--to", source, "--replace")
    after = tree(source)
    again = run("episodes", source, "--to", source)

    assert (first.exit_code, again.exit_code) == (0, 0)
    assert after[".source/e1.md"] == EPISODE.format(1).encode()
    assert tree(source) == after


def test_one_file_can_be_imported(source: Path, tmp_path: Path) -> None:
    answer = run("episodes", source / "e2.md", "--to", tmp_path / "new")

    assert answer.exit_code == 0
    assert tree(tmp_path / "new").keys() == {"e2.md", ".source/e2.md"}


def test_links_that_lead_out_and_files_that_are_too_large_are_refused(source: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text(EPISODE.format(7), encoding="utf-8")
    (source / "e3.md").symlink_to(tmp_path / "secret.md")
    (source / "e4.md").symlink_to(tmp_path / "nowhere.md")
    (source / "e5.md").write_bytes(b" " * 5_000_001)
    answer = run("episodes", source, "--to", tmp_path / "new")

    assert answer.exit_code == 1
    assert [name for name in ("e3.md", "e4.md", "e5.md") if f"  {name}: " in answer.output] == ["e3.md", "e4.md", "e5.md"]
    assert tree(tmp_path / "new").keys() == {"e1.md", ".source/e1.md", "e2.md", ".source/e2.md"}


def test_nothing_is_written_through_a_link_of_the_target(source: Path, tmp_path: Path) -> None:
    target, outside = tmp_path / "new", tmp_path / "outside"
    target.mkdir()
    outside.mkdir()
    (target / ".source").symlink_to(outside)
    answer = run("episodes", source, "--to", target)

    assert answer.exit_code == 1
    assert tree(outside) == {}


def test_pictures_that_a_page_shows_come_with_it_and_others_do_not(source: Path, tmp_path: Path) -> None:
    (source / "e1.md").write_text(EPISODE.format(1) + "\n![a](i/a.png) ![b](i/b.png)\n", encoding="utf-8")
    (source / "i").mkdir()
    (source / "i/a.png").write_bytes(b"a")
    (source / "i/c.png").write_bytes(b"c")
    answer = run("episodes", source, "--to", tmp_path / "new")

    assert {path for path in tree(tmp_path / "new") if path.startswith("i/")} == {"i/a.png"}
    assert "e1.md:12: there is no picture 'i/b.png' [dead-image]" in answer.output


@pytest.mark.parametrize("name", ["nowhere", "empty"])
def test_a_folder_without_markdown_is_a_slip_of_the_pen(name: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    from chronicle.errors import ChronicleError

    with pytest.raises(ChronicleError, match=name) as failure:
        run("episodes", tmp_path / name, "--to", tmp_path / "new")

    assert failure.value.exit_code == 2
