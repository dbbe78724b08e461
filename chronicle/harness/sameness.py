"""Decides whether a process may join a run: its pins must be those under which the run was begun.

Processes of one case agree in every key pin. Between cases the numerics and the loaded frameworks may differ, because a
benchmark sets its precision, or imports its compiler, when it is set up: that is its source, which has a hash of its own.
All processes of a run sit on one device; those of a study sit on none, and are compared among themselves.
"""

from __future__ import annotations

from chronicle.errors import ChronicleError
from chronicle.harness.store import RunFolder
from chronicle.records import json_form
from chronicle.records.run import Case, Environment, Pin, Run

_BY_CASE = ("framework", "numerics")


def require_same(cases: list[Case], place: int, environment: Environment, folder: RunFolder) -> None:
    """Raise :class:`ChronicleError` where a process of case ``place`` has other pins, or sits on another device."""
    alike = [case for case in cases if case.is_study == cases[place].is_study]
    begun = _first(cases[place], folder)
    free: tuple[str, ...] = ()
    if begun is None:
        begun = next((found for case in alike if (found := _first(case, folder)) is not None), None)
        free = _BY_CASE
    if begun is None:
        return
    if differences := _differences(begun, environment, free):
        raise ChronicleError(
            f"the machine is not as it was when this run was begun: {differences}", hint="start a run of its own with --new"
        )
    if _device_hash(begun) != _device_hash(environment):
        raise ChronicleError(
            "this is not the device this run was begun on, but another of its kind",
            hint="blocks of two devices are never pooled: start a run of its own with --new",
        )


def pins_of_run(cases: list[Case], folder: RunFolder) -> tuple[str, str]:
    """The digests of the pins, and of the key pins, that stand for the run: of its first case that measured, else computed."""
    for case in sorted(cases, key=lambda one: one.is_study):
        if (found := _first(case, folder)) is not None:
            return json_form.digest(found), json_form.digest(found.key)
    return "", ""


def is_same_device(now: Run, kind: str, folder: RunFolder) -> bool:
    """Whether the run was begun on this kind of device, or has measured nothing yet."""
    if not now.environment_sha256:
        return True
    return ("gpu" in folder.environment(now.environment_sha256).key) == (kind != "cpu")


def _first(case: Case, folder: RunFolder) -> Environment | None:
    digests = [process.environment_sha256 for process in case.processes if process.environment_sha256]
    return folder.environment(digests[0]) if digests else None


def _differences(before: Environment, after: Environment, free: tuple[str, ...]) -> str:
    """``driver.cuda_runtime was 12.8, is 13.0``, for every key pin that differs outside the free groups.

    Between cases, where groups are free, a pin that one of them does not know is no difference either.
    """
    old, new = _flat(before.key, free), _flat(after.key, free)
    if free:
        known = {name for name in old if old[name] is not None and new.get(name) is not None}
        old, new = ({name: pins[name] for name in known} for pins in (old, new))
    return "; ".join(
        f"{name} was {old.get(name)}, is {new.get(name)}" for name in sorted(old | new) if old.get(name) != new.get(name)
    )


def _flat(key: dict[str, dict[str, Pin]], free: tuple[str, ...]) -> dict[str, Pin]:
    return {f"{group}.{name}": value for group, pins in key.items() if group not in free for name, value in pins.items()}


def _device_hash(environment: Environment) -> Pin:
    return environment.informative.get("gpu", {}).get("device_hash")
