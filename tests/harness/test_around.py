"""What stands around the samples: the wait for a cool device, inputs without variety, an allocator, a profiler."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest
from gpu_fakes import NOT_SUPPORTED, FakeNvml, ScriptedClock

from chronicle import Work
from chronicle.harness import around
from chronicle.harness.nvml import Gpu, Reading

torch = pytest.importorskip("torch")


def cooled_after(*celsius: int | Exception, most: float = 30.0) -> float:
    clock, gpu = ScriptedClock(), Gpu(FakeNvml(nvmlDeviceGetTemperature=celsius), None)
    around.wait_until_cool(gpu, 50, most, clock, clock.sleep)
    return clock.now


def test_a_process_waits_until_the_device_is_as_cool_as_the_block_began() -> None:
    assert cooled_after(60, 55, 51, 50) == pytest.approx(0.3)


def test_a_cool_device_is_not_waited_for() -> None:
    assert cooled_after(50) == 0.0


def test_a_device_that_stays_hot_is_waited_for_half_a_minute_at_most() -> None:
    assert cooled_after(80) == pytest.approx(30.0, abs=0.2)


def test_a_device_without_a_thermometer_is_not_waited_for() -> None:
    assert cooled_after(NOT_SUPPORTED) == 0.0


def test_the_inputs_of_a_work_are_judged_by_the_least_varied_one() -> None:
    random, zeros = torch.randn(5000), torch.zeros(10)
    found = around.inputs(torch, Work(lambda: None, inputs=(random, zeros)))

    assert found is not None
    assert (found.tensors, found.looked_at, found.distinct, found.zero_fraction) == (2, 10, 1, 1.0)
    assert found.standard_deviation == 0.0


def test_a_large_input_is_looked_at_in_evenly_spaced_places() -> None:
    found = around.inputs(torch, Work(lambda: None, inputs=(torch.arange(4_000_000),), trivial=True))

    assert found is not None
    assert (found.looked_at, found.distinct, found.declared_trivial) == (1_000_000, 1_000_000, True)


def test_work_that_names_no_inputs_has_none_to_judge() -> None:
    assert around.inputs(torch, Work(lambda: None)) is None


def test_faults_tell_what_came_before_from_what_came_since() -> None:
    library = FakeNvml(nvmlDeviceGetTotalEccErrors=[3], nvmlDeviceGetRemappedRows=[(0, 0, 0, 1)])
    library.NVML_MEMORY_ERROR_TYPE_UNCORRECTED, library.NVML_VOLATILE_ECC = 1, 0
    found = around.faults(Reading(2), Gpu(library, None))

    assert found is not None
    assert (found.uncorrected_before, found.uncorrected_after) == (2, 3)
    assert (found.is_remap_pending, found.has_remap_failed) == (False, True)


def test_what_the_link_does_not_tell_is_none() -> None:
    library = FakeNvml(nvmlDeviceGetCurrPcieLinkGeneration=[3], nvmlDeviceGetMaxPcieLinkGeneration=[NOT_SUPPORTED])
    found = around.link(Gpu(library, None), moves_bytes=True)

    assert (found.generation, found.generation_most, found.width, found.moves_bytes) == (3, None, None, True)


def test_a_profiler_and_a_debugging_switch_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_LAUNCH_BLOCKING", "1")
    monkeypatch.setenv("CUDA_INJECTION64_PATH", "somewhere/libinject.so")
    monkeypatch.setattr(sys, "getprofile", lambda: print)

    assert around.profilers(torch) == ("CUDA_INJECTION64_PATH", "CUDA_LAUNCH_BLOCKING", "sys.setprofile")


def test_a_switch_that_is_off_is_not_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_LAUNCH_BLOCKING", "0")

    assert "CUDA_LAUNCH_BLOCKING" not in around.profilers(torch)


def test_a_group_is_awaited_beside_being_timed() -> None:
    found = around.synchrony(None, "cpu", lambda: sum(range(2000)), 2, 50, 1)

    assert found.calls == 100
    assert 0 < found.timed_ns <= found.awaited_ns
    assert found.is_same_clock


def test_a_call_on_a_cpu_is_not_captured_and_it_is_said_why() -> None:
    assert around.launching(torch, "cpu", lambda: None, 1, [10, 20, 30]) == (None, "the device is cpu")


def test_a_long_call_is_not_captured() -> None:
    none, why = around.launching(torch, "cuda:0", lambda: None, 1, [5_000_000])

    assert (none, why) == (None, "a call lasts far longer than a launch costs")


def test_the_allocator_is_asked_only_where_there_is_a_context() -> None:
    without = SimpleNamespace(cuda=SimpleNamespace(is_initialized=lambda: False))
    counts = [{"segment.all.allocated": 4, "reserved_bytes.all.current": 100, "num_alloc_retries": 0}]
    counts.append(counts[0] | {"segment.all.allocated": 6, "reserved_bytes.all.current": 300})
    here = SimpleNamespace(cuda=SimpleNamespace(is_initialized=lambda: True, memory_stats=lambda: counts.pop(0)))
    found = around.allocation(here, around.allocator(here))

    assert around.allocator(without) is None
    assert found is not None
    assert (found.segments, found.reserved_b, found.retries) == (2, 200, 0)
