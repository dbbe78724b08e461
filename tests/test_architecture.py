"""The structure holds: layers and contracts, nothing unplaced, and files and functions that fit in a head."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "chronicle"
MODULES = sorted(PACKAGE.rglob("*.py"))
LONGEST_MODULE = 400
LONGEST_FUNCTION = 50


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Check the contracts of the copy of the package in ``folder``."""
    program = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True, no_logo=True))"
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.run([sys.executable, "-c", program], cwd=folder, env=environment, capture_output=True, text=True)


@pytest.fixture
def package_copy(tmp_path: Path) -> Path:
    shutil.copytree(PACKAGE, tmp_path / "chronicle", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_every_contract_is_kept() -> None:
    found = lint_imports(ROOT)

    assert found.returncode == 0, found.stdout
    assert "0 broken" in found.stdout


def test_a_module_that_is_placed_in_no_layer_fails(package_copy: Path) -> None:
    (package_copy / "chronicle" / "stray.py").touch()
    found = lint_imports(package_copy)

    assert found.returncode == 1
    assert "stray" in found.stdout


@pytest.mark.parametrize(
    ("module", "imported"),
    [
        ("facts.stray", "chronicle.pages"),
        ("facts.stray", "chronicle.evidence"),
        ("documents.stray", "subprocess"),
        ("pages.stray", "time"),
        ("documents.stray", "chronicle.harness"),
        ("site", "mkdocs"),
        ("harness.declare", "pandas"),
    ],
)
def test_an_import_against_the_direction_fails(package_copy: Path, module: str, imported: str) -> None:
    with (package_copy / "chronicle" / f"{module.replace('.', '/')}.py").open("a", encoding="utf-8") as file:
        file.write(f"\nimport {imported}\n")
    found = lint_imports(package_copy)

    assert found.returncode == 1
    assert (
        f"chronicle.{module} -> {imported}" in found.stdout
        or f"chronicle.{module} is not allowed to import {imported}" in found.stdout
    )


def test_the_layers_name_every_module_of_the_package() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    layers = next(contract for contract in settings["contracts"] if contract["type"] == "layers")
    placed = {name.strip() for layer in layers["layers"] for name in layer.split("|")}
    modules = {path.stem for path in PACKAGE.glob("*.py")} | {path.parent.name for path in PACKAGE.glob("*/__init__.py")}

    assert layers["exhaustive"] is True
    assert placed == modules - {"__init__"}


def test_the_plugin_loads_what_computes_and_draws_only_where_something_has_to_be_derived() -> None:
    program = "import sys, chronicle.plugin; print(*(name.partition('.')[0] for name in sys.modules), *sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert "chronicle.refresh" in loaded.split()
    assert not {"altair", "numpy", "pandas", "scipy", "vl_convert", "chronicle.site"} & set(loaded.split())


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_opens_with_its_purpose_and_stays_short(module: Path) -> None:
    source = module.read_text(encoding="utf-8")
    tree = ast.parse(source)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    too_long = {node.name: length for node in functions if (length := node.end_lineno - node.lineno + 1) > LONGEST_FUNCTION}  # type: ignore[operator]

    assert ast.get_docstring(tree)
    assert len(source.splitlines()) <= LONGEST_MODULE
    assert not too_long


def test_no_two_test_files_share_a_name_so_that_all_of_them_can_be_collected_at_once() -> None:
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]

    assert sorted(name for name in set(names) if names.count(name) > 1) == []
