"""Captures what makes a run comparable, from inside the measured process and before anything is timed.

Key pins must be equal for two runs to compare; informative pins are shown beside them. Host names, user names, paths and
serial numbers are never captured; the device is told apart by a salted hash whose salt stays on the machine.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import secrets
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any

from chronicle.harness.nvml import Gpu
from chronicle.records.run import METHOD_VERSION, Environment, Missing, Pin

Group = dict[str, Pin]
Groups = dict[str, Group]

_COMPARED_VARIABLES = ("CUDA_LAUNCH_BLOCKING", "CUDA_MODULE_LOADING", "CUDA_DEVICE_MAX_CONNECTIONS", "CUBLAS_WORKSPACE_CONFIG")
_COMPARED_PREFIXES = ("TORCH_", "TORCHINDUCTOR_", "TRITON_", "NCCL_", "NVIDIA_TF32", "PYTORCH_ALLOC", "PYTORCH_CUDA_ALLOC")
_HOST_PREFIXES = ("OMP_", "GOMP_", "KMP_", "MKL_", "OPENBLAS_")
"""What steers the thread pools of the processor (how many there are, where they sit, whether they spin) and its kernels."""

_STEERS_NOTHING = (
    *("KMP_DUPLICATE_LIB_OK", "KMP_INIT_AT_FORK"),  # libraries set these as they load
    *("KMP_SETTINGS", "KMP_VERSION", "KMP_WARNINGS", "OMP_AFFINITY_FORMAT", "OMP_DISPLAY_ENV"),  # what is printed
    *("OMP_DISPLAY_AFFINITY", "OMP_TOOL_VERBOSE_INIT", "GOMP_DEBUG", "OPENBLAS_VERBOSE"),
)
_COMPUTING = ("numpy", "scipy", "pandas")
_BESIDE_TORCH = ("triton", "transformers", "onnxruntime", "flash-attn", "xformers")
_NEVER = ("DIR", "PATH", "HOME", "KEY", "TOKEN", "SECRET", "CACHE", "URL", "HOST", "ADDR", "PASSW", "USER", "AUTH", "CRED")
_A_PLACE = re.compile(r"[~/\\@]|://|^[A-Za-z]:")


def capture(
    torch: Any | None, device: str, gpu: Gpu | None, why_no_gpu: str, salt: Path, found: Group | None = None
) -> Environment:
    """The pins of this process. ``torch`` is the imported module or None; ``gpu`` is None on a CPU device.

    ``found`` are the :func:`variables` that the process began with: a compiler sets more of them while it works, another set
    where its cache was warm.
    """
    settings = variables() if found is None else found
    key: Groups = {"method": {"method_version": METHOD_VERSION}, "framework": _framework(torch), "environment": settings}
    informative: Groups = {"host": _host()}
    if device.startswith("cuda") and torch is not None:
        key["gpu"] = _cuda_device(torch, device) | (_gpu_board(gpu) if gpu else {})
        key["driver"] = _driver(torch, gpu)
        key["numerics"] = _numerics(torch)
        key["settings"] = _settings(gpu) if gpu else {}
        informative["gpu"] = _gpu_informative(gpu, salt) if gpu else {}
    else:
        key["cpu"] = _cpu(torch)
        key["numerics"] = _numerics(torch) if torch is not None else {}
    return Environment(key=key, informative=informative, missing=_missing(key, informative, why_no_gpu))


def capture_of_study() -> Environment:
    """The pins of a process that computed and measured nothing: its Python and the libraries it loaded."""
    loaded: Group = {name: str(getattr(sys.modules[name], "__version__", None)) for name in _COMPUTING if name in sys.modules}
    key: Groups = {"method": {"method_version": METHOD_VERSION}, "framework": _framework(None) | loaded}
    informative: Groups = {"host": _host()}
    return Environment(key=key, informative=informative, missing=_missing(key, informative, ""))


def _framework(torch: Any | None) -> Group:
    """Python, and torch with what is installed beside it: loaded or not, so that the arms of a comparison agree."""
    versions: Group = {"python": platform.python_version(), "implementation": platform.python_implementation()}
    if torch is not None:
        versions |= {
            "torch": torch.__version__,
            "torch_git": torch.version.git_version,
            "torch_debug": bool(torch.version.debug),
        }
        versions |= {name: found for name in _BESIDE_TORCH if (found := _installed(name)) is not None}
    return versions


def variables(chosen: Collection[str] = ()) -> Group:
    """Allow-listed environment variables that change what runs; anything that looks like a place or a secret is left out.

    ``chosen`` are those that the harness set because nobody had: its choice is the same in equal runs.
    """
    named = {name: value for name, value in sorted(os.environ.items()) if _is_compared(name) and name not in chosen}
    return {name: value for name, value in named.items() if not _A_PLACE.search(value)}


def _is_compared(name: str) -> bool:
    is_listed = name in _COMPARED_VARIABLES or name.startswith((*_COMPARED_PREFIXES, *_HOST_PREFIXES))
    return is_listed and name not in _STEERS_NOTHING and not any(word in name for word in _NEVER)


def _cuda_device(torch: Any, device: str) -> Group:
    found = torch.cuda.get_device_properties(device)
    return {
        "name": found.name,
        "compute_capability": f"{found.major}.{found.minor}",
        "multiprocessors": found.multi_processor_count,
        "l2_b": getattr(found, "L2_cache_size", None),
        "memory_b": found.total_memory,
    }


def _gpu_board(gpu: Gpu) -> Group:
    pci = gpu.pin("nvmlDeviceGetPciInfo_v3") or gpu.pin("nvmlDeviceGetPciInfo")
    clocks = {"sm": "NVML_CLOCK_SM", "memory": "NVML_CLOCK_MEM"}
    board: Group = {f"max_{name}_mhz": gpu.pin("nvmlDeviceGetMaxClockInfo", gpu.constant(one)) for name, one in clocks.items()}
    return board | {
        "pci_device": f"{pci.pciDeviceId:08x}" if pci else None,
        "pci_subsystem": f"{pci.pciSubSystemId:08x}" if pci else None,
        "memory_bus_bits": gpu.pin("nvmlDeviceGetMemoryBusWidth"),
        "vbios": gpu.pin("nvmlDeviceGetVbiosVersion"),
    }


def _driver(torch: Any, gpu: Gpu | None) -> Group:
    stack: Group = {"cuda_runtime": torch.version.cuda, "cudnn": torch.backends.cudnn.version()}
    if gpu is not None:
        import pynvml

        stack |= {"driver": str(pynvml.nvmlSystemGetDriverVersion()), "cuda_driver": pynvml.nvmlSystemGetCudaDriverVersion_v2()}
    return stack


def _settings(gpu: Gpu) -> Group:
    ecc, mig = gpu.pin("nvmlDeviceGetEccMode"), gpu.pin("nvmlDeviceGetMigMode")
    return {
        "enforced_power_limit_mw": gpu.pin("nvmlDeviceGetEnforcedPowerLimit"),
        "application_sm_mhz": gpu.pin("nvmlDeviceGetApplicationsClock", gpu.constant("NVML_CLOCK_SM")),
        "ecc": bool(ecc[0]) if ecc else None,
        "mig": bool(mig[0]) if mig else None,
        "virtualisation": gpu.pin("nvmlDeviceGetVirtualizationMode"),
        "max_pcie_generation": gpu.pin("nvmlDeviceGetMaxPcieLinkGeneration"),
        "max_pcie_width": gpu.pin("nvmlDeviceGetMaxPcieLinkWidth"),
    }


def _gpu_informative(gpu: Gpu, salt: Path) -> Group:
    uuid = gpu.pin("nvmlDeviceGetUUID")
    return {
        "device_hash": hashlib.sha256(_salt(salt) + str(uuid).encode()).hexdigest()[:12] if uuid else None,
        "default_power_limit_mw": gpu.pin("nvmlDeviceGetPowerManagementDefaultLimit"),
        "persistence": gpu.pin("nvmlDeviceGetPersistenceMode"),
        "compute_mode": gpu.pin("nvmlDeviceGetComputeMode"),
        "board_part": gpu.pin("nvmlDeviceGetBoardPartNumber"),
        "infrom": gpu.pin("nvmlDeviceGetInforomImageVersion"),
        "gsp_firmware": gpu.pin("nvmlDeviceGetGspFirmwareVersion"),
        "nvidia_ml_py": _installed("nvidia-ml-py"),
    }


def _numerics(torch: Any) -> Group:
    return {
        "float32_matmul_precision": torch.get_float32_matmul_precision(),
        "cuda_matmul_tf32": torch.backends.cuda.matmul.allow_tf32,
        "cudnn_tf32": torch.backends.cudnn.allow_tf32,
        "bf16_reduced_precision_reduction": torch.backends.cuda.matmul.allow_bf16_reduced_precision_reduction,
        "fp16_reduced_precision_reduction": torch.backends.cuda.matmul.allow_fp16_reduced_precision_reduction,
        "cudnn_benchmark": torch.backends.cudnn.benchmark,
        "deterministic": torch.are_deterministic_algorithms_enabled(),
        "default_dtype": str(torch.get_default_dtype()),
    }


def _cpu(torch: Any | None) -> Group:
    """A host-bound number depends on the processor, so here its model and the cores we may use are key pins."""
    return {
        "model": cpu_model(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "machine": platform.machine(),
        "torch_threads": torch.get_num_threads() if torch is not None else None,
        "capability": torch.backends.cpu.get_cpu_capability() if torch is not None else None,
    }


def _host() -> Group:
    return {
        "cpu": cpu_model(),
        "cores": os.cpu_count(),
        "memory_b": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "kernel": platform.release(),
        "system": platform.system(),
        "c_library": " ".join(platform.libc_ver()).strip() or None,
    }


def cpu_model() -> str | None:
    """The processor's model, or None where the system does not tell."""
    try:
        lines = Path("/proc/cpuinfo").read_text(errors="replace").splitlines()
    except OSError:
        return platform.processor() or None
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), None)


def _installed(distribution: str) -> str | None:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(distribution)
    except PackageNotFoundError:
        return None


def _salt(path: Path) -> bytes:
    """A random salt, made once per machine and kept outside every repository."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(secrets.token_bytes(32))
    return path.read_bytes()


def _missing(key: Groups, informative: Groups, why_no_gpu: str) -> tuple[Missing, ...]:
    gaps = [
        Missing(path=f"{side}.{group}.{name}", reason="the machine did not give it")
        for side, groups in (("key", key), ("informative", informative))
        for group, pins in groups.items()
        for name, value in pins.items()
        if value is None
    ]
    return (*gaps, *([Missing(path="key.gpu", reason=why_no_gpu)] if why_no_gpu else []))
