"""A scripted NVML library and a scripted clock: the only things tests pretend, since this machine has neither."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any


class NVMLError(Exception):
    """What the library raises; without a message it speaks by its code."""

    def __init__(self, code: object = "") -> None:
        super().__init__(f"error {code}" if isinstance(code, int) else code)


NOT_SUPPORTED = NVMLError("Not Supported")


class FakeNvml:
    """Answers each function with the next of its scripted values, the last one again and again; an exception is raised.

    ``fields`` maps a field id to ``(nvmlReturn, valueType, value)``. A function that is not scripted does not exist, as in
    an older version of the library.
    """

    NVMLError = NVMLError
    NVML_TEMPERATURE_GPU, NVML_CLOCK_SM, NVML_CLOCK_MEM = 0, 1, 2

    def __init__(self, fields: dict[int, tuple[int, int, Any]] | None = None, **functions: Iterable[Any]) -> None:
        self._scripts = {name: list(values) for name, values in functions.items()}
        self._fields = fields or {}
        if fields is not None:
            self._scripts["nvmlDeviceGetFieldValues"] = []

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_") or name not in self._scripts:
            raise AttributeError(name)
        return self._field_values if name == "nvmlDeviceGetFieldValues" else lambda *_: self._next(name)

    def _next(self, name: str) -> Any:
        script = self._scripts[name]
        value = script.pop(0) if len(script) > 1 else script[0]
        if isinstance(value, Exception):
            raise value
        return value

    def _field_values(self, _: Any, wanted: list[int]) -> list[Any]:
        answers = []
        for field in wanted:
            code, kind, value = self._fields.get(field, (3, 3, 0))
            member = {0: "dVal", 1: "uiVal", 2: "ulVal", 3: "ullVal", 4: "sllVal", 5: "siVal", 6: "usVal"}[kind]
            answers.append(SimpleNamespace(nvmlReturn=code, valueType=kind, value=SimpleNamespace(**{member: value})))
        return answers


class ScriptedClock:
    """Seconds that pass only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
