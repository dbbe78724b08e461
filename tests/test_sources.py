"""A run is stale as soon as its suite, or local code it imports, changed; other files do not matter."""

from __future__ import annotations

from pathlib import Path

import pytest

from chronicle.errors import ChronicleError
from chronicle.sources import local_sources, source_digest

SUITE = "import json\nfrom lab import model\n\ndef f():\n    from lab.kernels.fused import go\n"


@pytest.fixture
def bench(tmp_path: Path) -> Path:
    (tmp_path / "lab" / "kernels").mkdir(parents=True)
    (tmp_path / "decode.py").write_text(SUITE)
    (tmp_path / "lab" / "__init__.py").write_text("")
    (tmp_path / "lab" / "model.py").write_text("from . import layers\nfrom .kernels import fused\n")
    (tmp_path / "lab" / "layers.py").write_text("import torch\n")
    (tmp_path / "lab" / "unused.py").write_text("x = 1\n")
    (tmp_path / "lab" / "kernels" / "fused.py").write_text("from ..layers import *\n")
    return tmp_path


def names(bench: Path) -> list[str]:
    return [path.relative_to(bench).as_posix() for path in local_sources(bench / "decode.py")]


def test_modules_are_followed_through_packages_relative_imports_and_functions(bench: Path) -> None:
    assert names(bench) == ["decode.py", "lab/__init__.py", "lab/kernels/fused.py", "lab/layers.py", "lab/model.py"]


def test_modules_that_import_each_other_end(bench: Path) -> None:
    (bench / "lab" / "layers.py").write_text("import decode\nfrom lab import model\n")

    assert names(bench) == ["decode.py", "lab/__init__.py", "lab/kernels/fused.py", "lab/layers.py", "lab/model.py"]


def test_an_edit_to_imported_code_changes_the_digest(bench: Path) -> None:
    before = source_digest(bench / "decode.py")
    (bench / "lab" / "layers.py").write_text("import torch  # faster\n")

    assert source_digest(bench / "decode.py") != before


def test_an_edit_to_a_module_nobody_imports_does_not(bench: Path) -> None:
    before = source_digest(bench / "decode.py")
    (bench / "lab" / "unused.py").write_text("x = 2\n")

    assert source_digest(bench / "decode.py") == before


def test_moving_bytes_between_files_changes_the_digest(bench: Path) -> None:
    before = source_digest(bench / "decode.py")
    (bench / "lab" / "__init__.py").write_text("import torch\n")
    (bench / "lab" / "layers.py").write_text("")

    assert source_digest(bench / "decode.py") != before


def test_line_ends_of_a_checkout_do_not_change_the_digest(bench: Path) -> None:
    before = source_digest(bench / "decode.py")
    (bench / "decode.py").write_bytes(SUITE.replace("\n", "\r\n").encode())

    assert source_digest(bench / "decode.py") == before


def test_local_code_that_is_not_python_is_named_with_its_line(bench: Path) -> None:
    (bench / "lab" / "layers.py").write_text("x = 1\ndef broken(:\n")

    with pytest.raises(ChronicleError, match=r"layers\.py is not Python") as failure:
        source_digest(bench / "decode.py")
    assert "line 2" in failure.value.hint


def test_a_folder_in_the_place_of_a_suite_is_named(bench: Path) -> None:
    (bench / "bad.py").mkdir()

    with pytest.raises(ChronicleError, match=r"bad\.py cannot be read"):
        source_digest(bench / "bad.py")


PRICED = 'from chronicle import study\n\n@study(title="t", provenance="derived", reads=["prices/spot.json"])\ndef f(): ...\n'


def test_a_table_that_a_study_reads_belongs_to_its_source(bench: Path) -> None:
    (bench / "decode.py").write_text(PRICED)
    (bench / "prices").mkdir()
    (bench / "prices" / "spot.json").write_text("{}")
    before = source_digest(bench / "decode.py")
    (bench / "prices" / "spot.json").write_text("[]")

    assert names(bench) == ["decode.py", "prices/spot.json"]
    assert source_digest(bench / "decode.py") != before


@pytest.mark.parametrize(
    ("reads", "said"),
    [
        ("FILES", "decode.py:3: reads=FILES is not written out"),
        ("['gone.json']", "decode.py:3: a study reads 'gone.json', and no such file"),
        ("['../outside.json']", "decode.py:3: a study reads '../outside.json', and no such file"),
    ],
)
def test_a_table_that_cannot_be_found_is_named_with_its_line(bench: Path, reads: str, said: str) -> None:
    (bench.parent / "outside.json").write_text("{}")
    (bench / "decode.py").write_text(PRICED.replace('["prices/spot.json"]', reads))

    with pytest.raises(ChronicleError, match=said):
        source_digest(bench / "decode.py")
