"""The name of a machine that nobody named."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chronicle.harness.device import Device
from chronicle.harness.naming import name_of, slug_of
from chronicle.records.run import MACHINE_NAME

H100 = Device("cuda:0", "NVIDIA H100 80GB HBM3", "0")


def keep(results: Path, machine: str, **key: object) -> None:
    folder = results / machine / "env"
    folder.mkdir(parents=True)
    (folder / "x.json").write_text(json.dumps({"key": key}))


def test_a_gpu_that_was_measured_here_keeps_the_name_it_had(tmp_path: Path) -> None:
    keep(tmp_path, "h100-sxm", gpu={"name": H100.title})
    keep(tmp_path, "h200-sxm", gpu={"name": "NVIDIA H200"})
    keep(tmp_path, "any-cpu")

    assert name_of(H100, tmp_path) == "h100-sxm"


def test_a_gpu_of_two_names_or_of_none_is_called_by_its_own_words(tmp_path: Path) -> None:
    assert name_of(H100, tmp_path) == "nvidia-h100-80gb-hbm3"

    for machine in ("one", "two"):
        keep(tmp_path, machine, gpu={"name": H100.title})

    assert name_of(H100, tmp_path) == "nvidia-h100-80gb-hbm3"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz", "intel-xeon-platinum-8481c-cpu"),
        ("日本", "cpu"),
        ("--", "cpu"),
    ],
)
def test_what_names_no_folder_is_left_out_of_a_name(title: str, name: str) -> None:
    assert slug_of(title) == name


@given(st.text(max_size=100))
def test_any_title_gives_a_name_that_a_machine_may_have(title: str) -> None:
    assert re.fullmatch(MACHINE_NAME, slug_of(title))
