"""Pins tell what makes runs comparable, and never who measured or where."""

from __future__ import annotations

import json
import platform
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from gpu_fakes import FakeNvml

from chronicle.harness.nvml import Gpu
from chronicle.harness.pins import capture, variables
from chronicle.records import json_form
from chronicle.records.run import METHOD_VERSION, Environment


def pins(tmp_path: Path) -> Environment:
    return capture(None, "cpu", None, "the device is cpu", tmp_path / "salt")


def test_a_cpu_is_told_by_its_model_since_its_numbers_depend_on_it(tmp_path: Path) -> None:
    found = pins(tmp_path)

    assert found.key["cpu"]["machine"] == platform.machine()
    assert found.key["framework"]["python"] == platform.python_version()
    assert found.key["method"] == {"method_version": METHOD_VERSION}
    assert ("key.gpu", "the device is cpu") in [(one.path, one.reason) for one in found.missing]


def test_every_pin_that_is_none_is_listed_as_missing(tmp_path: Path) -> None:
    found = pins(tmp_path)
    none = {f"key.{group}.{name}" for group, values in found.key.items() for name, value in values.items() if value is None}

    assert {"key.cpu.torch_threads", "key.cpu.capability"} <= none
    assert none <= {one.path for one in found.missing}


def test_a_variable_that_changes_what_runs_is_a_key_pin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = json_form.digest(pins(tmp_path).key)
    monkeypatch.setenv("CUDA_LAUNCH_BLOCKING", "1")
    monkeypatch.setenv("PYTORCH_CUDA_ALLOC_CONF", "expandable_segments:True")
    found = pins(tmp_path)

    assert found.key["environment"]["CUDA_LAUNCH_BLOCKING"] == "1"
    assert found.key["environment"]["PYTORCH_CUDA_ALLOC_CONF"] == "expandable_segments:True"
    assert json_form.digest(found.key) != before


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OMP_WAIT_POLICY", "PASSIVE"),
        ("OMP_PLACES", "{0:4}:2"),
        ("GOMP_SPINCOUNT", "0"),
        ("KMP_BLOCKTIME", "0"),
        ("KMP_AFFINITY", "granularity=fine,compact,1,0"),
        ("MKL_NUM_THREADS", "4"),
        ("OPENBLAS_NUM_THREADS", "4"),
    ],
)
def test_what_steers_the_thread_pools_of_the_host_is_a_key_pin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    assert pins(tmp_path).key["environment"][name] == value


@pytest.mark.parametrize("name", ["KMP_INIT_AT_FORK", "KMP_DUPLICATE_LIB_OK", "KMP_WARNINGS", "OMP_DISPLAY_ENV"])
def test_what_a_library_sets_as_it_loads_or_only_prints_makes_no_run_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "TRUE")

    assert name not in pins(tmp_path).key["environment"]


def test_what_the_harness_itself_set_is_no_pin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "8")
    monkeypatch.setenv("OMP_WAIT_POLICY", "PASSIVE")
    found = variables(["OMP_NUM_THREADS"])

    assert "OMP_NUM_THREADS" not in found
    assert found["OMP_WAIT_POLICY"] == "PASSIVE"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OMP_TOOL_LIBRARIES", "/opt/planted-secret/tool.so"),
        ("KMP_CPUINFO_FILE", "~/planted-secret"),
        ("MKL_HOME", "planted-secret"),
        ("OPENBLAS_AUTH", "planted-secret"),
        ("OMP_AFFINITY_FORMAT", "planted-secret"),
        ("TORCH_HUB_TOKEN", "planted-secret"),
        ("NCCL_API_KEY", "planted-secret"),
        ("TORCH_PASSWORD", "planted-secret"),
        ("TORCHINDUCTOR_CACHE_DIR", "planted-secret"),
        ("TRITON_HOME", "planted-secret"),
        ("NCCL_TOPO_FILE", "/Users/planted-secret/topology.xml"),
        ("TORCH_LOGS_OUT", "~/planted-secret"),
        ("NCCL_SOCKET_IFNAME", "me@planted-secret"),
        ("UNRELATED", "planted-secret"),
    ],
)
def test_a_secret_or_a_place_never_reaches_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    assert "planted-secret" not in json.dumps(json_form.to_bytes(pins(tmp_path)).decode())


def test_neither_host_nor_folder_is_captured(tmp_path: Path) -> None:
    text = json_form.to_bytes(pins(tmp_path)).decode()

    assert str(tmp_path) not in text
    assert f'"{platform.node()}"' not in text


def test_what_is_installed_beside_torch_is_pinned_whether_a_benchmark_loads_it_or_not(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    before = "transformers" in sys.modules
    found = capture(torch, "cpu", None, "the device is cpu", tmp_path / "salt").key["framework"]

    assert found["transformers"] == version("transformers")
    assert ("transformers" in sys.modules) == before


def gpu_informative(uuid: bytes, salt: Path) -> object:
    from chronicle.harness.pins import _gpu_informative

    return _gpu_informative(Gpu(FakeNvml(nvmlDeviceGetUUID=[uuid]), "handle"), salt)["device_hash"]


def test_a_device_is_told_apart_by_a_salted_hash_and_its_serial_is_not_kept(tmp_path: Path) -> None:
    here, again = gpu_informative(b"GPU-1", tmp_path / "salt"), gpu_informative(b"GPU-1", tmp_path / "salt")
    other, elsewhere = gpu_informative(b"GPU-2", tmp_path / "salt"), gpu_informative(b"GPU-1", tmp_path / "salt2")

    assert here == again
    assert len({here, other, elsewhere}) == 3
    assert len((tmp_path / "salt").read_bytes()) == 32
