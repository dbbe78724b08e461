"""Which device is measured, asked of torch in a process of its own; the CPU needs no torch."""

from __future__ import annotations

from pathlib import Path

import pytest

from chronicle.errors import ChronicleError
from chronicle.harness.device import ask_torch, find_device


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that is imported as torch by the process that asks."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return tmp_path / "torch.py"


TORCH = """\
from types import SimpleNamespace as N

__version__ = "2.11.0+cu130"
version = N(cuda="13.0")
properties = [N(name="H100", pci_domain_id=0, pci_bus_id=0x9B, pci_device_id=0), N(name="H200")]
cuda = N(is_available=lambda: True, device_count=lambda: 2, get_device_properties=lambda i: properties[i])
"""


def test_the_cpu_is_found_without_asking_torch(stand_in: Path) -> None:
    stand_in.write_text("raise SystemError('asked')")
    found = find_device("cpu")

    assert (found.name, found.kind, found.pci_bus_id) == ("cpu", "cpu", None)


def test_without_a_name_the_first_gpu_is_taken_and_found_on_its_bus(stand_in: Path) -> None:
    stand_in.write_text(TORCH)

    assert find_device(None) == find_device("cuda") == find_device("cuda:0")
    assert find_device(None).pci_bus_id == "00000000:9b:00.0"
    assert find_device(None).kind == "cuda"


def test_a_torch_too_old_to_tell_the_bus_still_gives_its_device(stand_in: Path) -> None:
    stand_in.write_text(TORCH)

    assert find_device("cuda:1").pci_bus_id is None


def test_a_device_that_is_not_there_is_named_with_those_that_are(stand_in: Path) -> None:
    stand_in.write_text(TORCH)

    with pytest.raises(ChronicleError, match="no device 'cuda:7'") as failure:
        find_device("cuda:7")
    assert failure.value.hint == "torch sees: cpu, cuda:0, cuda:1"


def test_without_torch_the_way_to_it_and_the_way_without_it_are_said(stand_in: Path) -> None:
    stand_in.write_text("raise ModuleNotFoundError(\"No module named 'torch'\")")

    with pytest.raises(ChronicleError, match="torch is not installed") as failure:
        find_device(None)
    assert "pip install 'chimera-chronicle[bench]'" in failure.value.hint
    assert "--device cpu" in failure.value.hint


def test_a_torch_that_does_not_start_is_quoted(stand_in: Path) -> None:
    stand_in.write_text("raise OSError('libcudart.so.13: cannot open shared object file')")

    with pytest.raises(ChronicleError, match="torch does not start: OSError: libcudart"):
        ask_torch()
