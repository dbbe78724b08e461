"""``chronicle doctor``: Markdown for an issue, nothing that tells who or where, and what mends what is missing."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
from pathlib import Path

import pytest
from command import Done, chronicle_process
from repositories import RepositoryBuilder

from chronicle.cli.doctor import _build_gaps
from chronicle.evidence.surroundings import Package, Surroundings, read_surroundings
from chronicle.version import __version__


def doctor(folder: Path, **variables: str) -> Done:
    return chronicle_process(folder, "doctor", **variables)


def without_torch(folder: Path) -> dict[str, str]:
    """A torch that does not start, for a doctor who is asked about something else: the real one takes seconds to start."""
    (folder / "torch.py").write_text("raise OSError('/Users/somebody/lib/libcudart.so: cannot open')")
    return {"PYTHONPATH": os.pathsep.join([str(folder), *sys.path])}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> RepositoryBuilder:
    builder = RepositoryBuilder(tmp_path_factory.mktemp("hidden-place"))
    builder.commit("begin", {"mkdocs.yml": "site_name: x\n"})
    return builder


@pytest.fixture(scope="module")
def said(project: RepositoryBuilder) -> Done:
    return doctor(project.path)


def test_the_environment_is_a_markdown_table_to_paste(said: Done, project: RepositoryBuilder) -> None:
    lines = said.stdout.splitlines()

    assert lines[:4] == ["### Environment", "", "| | |", "|---|---|"]
    assert f"| chronicle | {__version__} |" in lines
    assert f"| Python | CPython {platform.python_version()} |" in lines
    assert f"| Repository | at {project.head[:12]}, unchanged, whole history |" in lines
    assert all(line.count("|") == 3 for line in lines[2:] if line.startswith("|"))


def test_every_package_a_build_needs_is_named_with_its_version(said: Done) -> None:
    (row,) = [line for line in said.stdout.splitlines() if line.startswith("| Packages")]

    assert re.search(r"altair \d", row) and re.search(r"mkdocs \d", row) and re.search(r"vl-convert-python \d", row)


def test_a_gpu_or_the_reason_for_none_is_given(said: Done) -> None:
    (gpu,) = [line for line in said.stdout.splitlines() if line.startswith("| GPU")]

    assert gpu not in ("| GPU |  |", "| GPU | none: |")


def test_here_nothing_that_a_build_needs_is_missing(said: Done) -> None:
    assert said.returncode == 0, said.stdout
    assert "Nothing that building a site needs is missing." in said.stdout


def test_neither_host_nor_user_nor_folder_is_told(said: Done, project: RepositoryBuilder) -> None:
    words = set(re.findall(r"[\w.-]+", said.stdout))

    assert platform.node() not in words
    assert project.path.name not in said.stdout
    assert str(Path.home()) not in said.stdout
    assert sys.prefix not in said.stdout


def test_without_git_a_site_cannot_be_built_and_the_way_to_it_is_said(tmp_path: Path) -> None:
    found = doctor(tmp_path, PATH=str(tmp_path), **without_torch(tmp_path))

    assert found.returncode == 1
    assert "A site cannot be built yet:\n\n- git is not installed" in found.stdout
    assert "apt-get install git" in found.stdout
    assert "| Chromium | missing |" in found.stdout


def test_an_empty_folder_lacks_a_repository_and_settings_but_nothing_to_install(tmp_path: Path) -> None:
    found = doctor(tmp_path, GIT_CEILING_DIRECTORIES=str(tmp_path.parent), **without_torch(tmp_path))

    assert found.returncode == 0
    assert "`git init" in found.stdout
    assert "no mkdocs.yml in this folder" in found.stdout


def test_a_torch_that_does_not_start_is_quoted_without_its_folders(tmp_path: Path) -> None:
    found = doctor(tmp_path, **without_torch(tmp_path))

    assert "| torch | none: torch does not start: OSError: …/libcudart.so: cannot open |" in found.stdout
    assert "pip install 'chimera-chronicle[bench]'" in found.stdout


def around(*packages: Package, is_distribution: bool = True) -> Surroundings:
    return Surroundings("CPython 3.12.0", "Linux", is_distribution, packages, (), None, "2.39.5", None, True, None)


@pytest.mark.parametrize(
    ("package", "found", "mend"),
    [
        (Package("altair", "<7,>=6", None, False), "altair is not installed", "pip install 'altair<7,>=6'"),
        (Package("mkdocs", "<2,>=1.6", "2.0", False), "mkdocs 2.0 is not <2,>=1.6", "pip install 'mkdocs<2,>=1.6'"),
    ],
)
def test_a_package_that_is_missing_or_of_another_version_stops_a_build(package: Package, found: str, mend: str) -> None:
    (gap,) = _build_gaps(around(package))

    assert (gap.found, gap.mend, gap.stops_a_build) == (found, mend, True)


def test_a_package_that_is_right_is_no_gap() -> None:
    assert _build_gaps(around(Package("altair", "<7,>=6", "6.1", True))) == []


def test_a_source_that_is_not_installed_has_no_plugin() -> None:
    (gap,) = _build_gaps(around(is_distribution=False))

    assert gap.mend == "pip install -e ."


def test_a_shallow_clone_is_told(project: RepositoryBuilder, tmp_path: Path) -> None:
    project.commit("more")
    subprocess.run(["git", "clone", "-q", "--depth", "1", f"file://{project.path}", str(tmp_path / "clone")], check=True)
    found = read_surroundings(tmp_path / "clone").repository

    assert found is not None
    assert (found.is_shallow, found.revision) == (True, project.head)


def test_help_answers_without_loading_what_commands_need() -> None:
    program = (
        "import sys; from click.testing import CliRunner; from chronicle.cli import cli;"
        "assert CliRunner().invoke(cli, ['--help']).exit_code == 0;"
        "heavy = {'altair', 'torch', 'pynvml', 'mkdocs', 'pydantic', 'pandas', 'scipy', 'git', 'rich'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert done.stdout.strip() == "[]"
