"""The promises that the files around the package make: locks, commands, workflows, forms, what git ignores."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from chronicle.version import __version__

ROOT = Path(__file__).parents[1]
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-properdocs.lock")
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
FORMS = [path for path in sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml")) if path.name != "config.yml"]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PINNED = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>[^\s;]+)(?: ; (?P<marker>[^\\]+?))? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}(?: \\)?$")


def text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def versions(lock: str) -> dict[str, set[str]]:
    """The versions pinned in a lock; several where markers choose between them."""
    found: dict[str, set[str]] = {}
    for line in text(lock).splitlines():
        if pin := PINNED.match(line):
            found.setdefault(canonicalize_name(pin["name"]), set()).add(pin["version"])
    return found


def ignored(*paths: str) -> set[str]:
    answer = subprocess.run(["git", "check-ignore", "--no-index", *paths], cwd=ROOT, capture_output=True, text=True)
    return set(answer.stdout.splitlines())


def workflow(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


def dry_run(folder: Path, target: str) -> str:
    """The commands that ``make`` would run for ``target`` in a checkout where nothing is made yet."""
    for name in ("Makefile", "pyproject.toml", *LOCKS):
        shutil.copy(ROOT / name, folder)
    return subprocess.run(["make", "-n", target], cwd=folder, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_pins_with_hashes_and_nothing_else(lock: str) -> None:
    lines = text(lock).splitlines()
    strange = [line for line in lines if not (PINNED.match(line) or HASH.match(line))]
    bare = [line for line, below in zip(lines, [*lines[1:], ""], strict=True) if PINNED.match(line) and not HASH.match(below)]

    assert strange == []
    assert bare == []


@pytest.mark.parametrize("lock", LOCKS)
def test_torch_is_in_no_lock_and_setuptools_is_in_each(lock: str) -> None:
    assert "torch" not in versions(lock)
    assert all(int(version.split(".")[0]) >= 77 for version in versions(lock)["setuptools"])


def test_properdocs_is_in_its_own_lock_alone_because_mike_would_publish_with_it() -> None:
    assert ["properdocs" in versions(lock) for lock in LOCKS] == [False, False, True]
    assert "mike" not in versions(LOCKS[2])


def test_the_locks_agree_on_every_package_they_share() -> None:
    site, dev, properdocs = map(versions, LOCKS)

    assert {name: found for name, found in site.items() if dev.get(name) != found} == {}
    assert {name: found for name, found in properdocs.items() if site.get(name, found) != found} == {}


@pytest.mark.parametrize(("lock", "extras"), [(LOCKS[0], ["publish"]), (LOCKS[1], ["publish", "dev"]), (LOCKS[2], [])])
def test_a_lock_satisfies_what_the_package_asks_for(lock: str, extras: list[str]) -> None:
    stated = [*PROJECT["dependencies"], *(one for extra in extras for one in PROJECT["optional-dependencies"][extra])]
    wanted = [found for one in stated if (found := Requirement(one)).name != PROJECT["name"]]
    pinned = versions(lock)

    assert [
        one for one in wanted if not any(one.specifier.contains(v) for v in pinned.get(canonicalize_name(one.name), ()))
    ] == []


def test_the_first_screen_of_the_readme_shows_a_picture_and_the_two_commands() -> None:
    screen = text("README.md").splitlines()[:20]

    assert [path for path in re.findall(r'(?:src|srcset)="(.+?)"', "\n".join(screen)) if not (ROOT / path).is_file()] == []
    assert any("<img alt=" in line and "docs/assets/images/home.png" in line for line in screen)
    assert [line.split("#")[0].strip() for line in screen if line.startswith("make ")] == ["make site", "make test"]


def test_continuous_integration_runs_the_test_command_of_the_readme() -> None:
    assert "make test" in text("README.md")
    assert text(".ci/run").splitlines()[-1] == "make test"
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_names_only_make_targets_that_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", text("Makefile"), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", page.read_text(encoding="utf-8"), re.MULTILINE))

    assert named <= targets


@pytest.mark.parametrize("page", sorted(ROOT.glob("*.md")), ids=lambda page: page.name)
def test_the_links_of_a_page_outside_the_site_lead_somewhere(page: Path) -> None:
    links = re.findall(r"(?<!!)\[[^\]]*\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))

    assert [link for link in links if not (page.parent / link).exists()] == []


def test_making_the_site_installs_the_hashed_lock_without_torch_and_builds_strictly(tmp_path: Path) -> None:
    commands = dry_run(tmp_path, "site")

    assert "--require-hashes -r requirements.lock" in commands
    assert "--no-deps --no-build-isolation -e ." in commands
    assert "mkdocs build --strict\n" in commands
    assert "torch" not in commands


def test_making_the_site_says_that_it_installs_before_a_minute_of_silence(tmp_path: Path) -> None:
    lines = dry_run(tmp_path, "site").splitlines()
    place = next(place for place, line in enumerate(lines) if "--require-hashes" in line)

    assert lines[place - 1] == "echo 'Installing requirements.lock into .venv: about a minute, once.'"


def test_making_the_tests_installs_torch_apart_from_the_lock_and_properdocs_in_its_own_environment(tmp_path: Path) -> None:
    commands = dry_run(tmp_path, "test")

    assert "--require-hashes -r requirements-dev.lock" in commands
    assert "import torch' 2>/dev/null || .venv/bin/python -m pip install -q --no-compile torch==" in commands
    assert ".venv-properdocs/bin/python -m pip install" in commands
    assert "--require-hashes -r requirements-properdocs.lock" in commands
    assert "pytest -n" in commands


def test_continuous_integration_makes_both_environments_at_the_same_time_by_targets_that_exist(tmp_path: Path) -> None:
    made = re.findall(r"^make (\S+)( &)?$", text(".ci/run"), re.MULTILINE)
    filled = [
        {line.split("/")[0] for line in dry_run(tmp_path, target).splitlines() if "-m pip" in line} for target, _ in made[:2]
    ]

    assert made == [(".venv-properdocs/.stamp-lock", " &"), (".venv/.stamp-torch", ""), ("test", "")]
    assert filled == [{".venv-properdocs"}, {".venv"}]


def test_an_unfit_python_is_refused_with_a_message_that_says_what_to_do(tmp_path: Path) -> None:
    dry_run(tmp_path, "site")
    old = tmp_path / "old-python"
    old.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    old.chmod(0o755)
    answer = subprocess.run(["make", "site", f"PYTHON={old}"], cwd=tmp_path, capture_output=True, text=True)

    assert answer.returncode == 2
    assert "needs Python 3.11, 3.12 or 3.13" in answer.stderr
    assert "make site PYTHON=" in answer.stderr
    assert not (tmp_path / ".venv").exists()


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_an_action_is_pinned_by_commit_hash_with_its_version_in_a_comment(path: Path) -> None:
    uses = re.findall(r"uses:\s*(.+)", path.read_text(encoding="utf-8"))

    assert uses
    assert [use for use in uses if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+(\.\d+)*", use)] == []


def test_only_the_job_that_publishes_may_write_and_only_contents() -> None:
    granted = {path.name: workflow(path)["permissions"] for path in WORKFLOWS}
    jobs = {name: job.get("permissions") for path in WORKFLOWS for name, job in workflow(path)["jobs"].items()}

    assert granted == {"publish.yml": {}, "test.yml": {"contents": "read"}}
    assert jobs == {"publish": {"contents": "write"}, "test": None}


def test_the_workflow_tests_every_declared_python_with_the_test_command() -> None:
    job = workflow(ROOT / ".github" / "workflows" / "test.yml")["jobs"]["test"]
    declared = [name.rpartition(" ")[2] for name in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", name)]

    assert job["strategy"]["matrix"]["python"] == declared
    assert any(step.get("run", "").startswith("make test") for step in job["steps"])


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_fetches_the_whole_history_and_ends_in_time(path: Path) -> None:
    for job in workflow(path)["jobs"].values():
        assert [step["with"]["fetch-depth"] for step in job["steps"] if "checkout" in step.get("uses", "")] == [0]
        assert job["timeout-minutes"] <= 30


def test_publishing_builds_strictly_gives_an_identity_and_takes_turns() -> None:
    loaded = workflow(ROOT / ".github" / "workflows" / "publish.yml")
    commands = "\n".join(step.get("run", "") for step in loaded["jobs"]["publish"]["steps"])

    assert loaded["jobs"]["publish"]["env"]["CHRONICLE_STRICT"] == "true"
    assert commands.index("make site") < commands.index("git config user.email") < commands.index("chronicle publish --push")
    assert loaded["concurrency"]["cancel-in-progress"] is False


def test_publishing_sets_only_variables_that_the_configuration_reads() -> None:
    job = workflow(ROOT / ".github" / "workflows" / "publish.yml")["jobs"]["publish"]

    assert [name for name in job["env"] if f"!ENV [{name}," not in text("mkdocs.yml")] == []


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.name)
def test_an_issue_form_is_well_formed_and_asks_for_the_doctor(path: Path) -> None:
    form = workflow(path)
    fields = {field["id"]: field for field in form["body"]}

    assert {"name", "description", "body"} <= form.keys()
    assert len(fields) == len(form["body"])
    assert "chronicle doctor" in fields["doctor"]["attributes"]["label"]


def test_a_bug_report_cannot_be_sent_without_the_doctor() -> None:
    fields = {field["id"]: field for field in workflow(ROOT / ".github" / "ISSUE_TEMPLATE" / "bug.yml")["body"]}

    assert fields["doctor"]["validations"]["required"] is True


def test_git_ignores_what_is_generated_and_keeps_what_is_recorded() -> None:
    generated = {
        *(".venv/x", ".venv-properdocs/x", "site/x", ".chronicle/x", "build/x", "dist/x", "uv.lock", "chronicle/__pycache__/x"),
        *(".mypy_cache/x", ".ruff_cache/x", ".hypothesis/x", ".pytest_cache/x", "chimera_chronicle.egg-info/x"),
    }
    recorded = ("bench/results/h100-sxm/run/run.json", "docs/index.md", "docs/assets/images/home.png", *LOCKS)

    assert ignored(*generated) == generated
    assert ignored(*recorded) == set()


def test_no_tracked_file_names_a_registry_or_a_place_on_one_machine() -> None:
    words = ["pypi" + ".org", "python" + "hosted", "index" + "-url", *(f"/{folder}/" for folder in ("work", "root", "home"))]
    arguments = [part for word in words for part in ("-e", word)]
    found = subprocess.run(["git", "grep", "-nIF", *arguments], cwd=ROOT, capture_output=True, text=True)

    assert found.stdout == ""


def test_the_citation_states_the_version_of_the_package_and_its_licence() -> None:
    citation = yaml.safe_load(text("CITATION.cff"))

    assert (citation["version"], citation["license"]) == (__version__, PROJECT["license"])
    assert text("LICENSE").startswith("MIT License")


def test_the_changelog_keeps_a_place_for_what_is_not_released() -> None:
    assert "\n## [Unreleased]\n" in text("CHANGELOG.md")
