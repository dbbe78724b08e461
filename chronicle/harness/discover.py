"""Finds the suites of a bench folder and loads one: a suite is a Python file that holds decorated benchmarks."""

from __future__ import annotations

import importlib.util
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from chronicle.errors import ChronicleError
from chronicle.harness.declare import Benchmark, Value
from chronicle.records.provenance import MEASURED


@dataclass(frozen=True, slots=True)
class Suite:
    """A loaded file of benchmarks, in the order of their definition."""

    name: str
    path: Path
    benchmarks: tuple[Benchmark, ...]

    def chosen(self, only: str | None) -> tuple[Benchmark, ...]:
        """The named benchmark, several with a comma between them, or all."""
        return self.benchmarks if only is None else tuple(self.benchmark(one) for one in only.split(","))

    def is_study(self, only: str | None) -> bool:
        """Whether nothing of what is chosen is measured, so that no device is needed."""
        return all(one.is_study for one in self.chosen(only))

    def benchmark(self, name: str) -> Benchmark:
        """The benchmark of that name; raises :class:`ChronicleError` listing those there are."""
        for one in self.benchmarks:
            if one.name == name:
                return one
        raise ChronicleError(f"no benchmark {name!r} in {self.path.name}", hint=f"there are: {_listed(self.benchmarks)}")


@dataclass(frozen=True, slots=True)
class Point:
    """One case to measure: a benchmark and a value for each of its axes."""

    benchmark: str
    title: str
    parameters: dict[str, Value]
    label: str = MEASURED

    @property
    def is_study(self) -> bool:
        return self.label != MEASURED


def suite_names(folder: Path) -> list[str]:
    """Names of the suites in a bench folder: its Python files, without those that begin with an underscore."""
    return sorted(path.stem for path in folder.glob("*.py") if not path.name.startswith("_"))


def load_suite(folder: Path, name: str) -> Suite:
    """Import ``folder/name.py`` and collect its benchmarks. Raises :class:`ChronicleError` if there are none."""
    path = folder / f"{name}.py"
    if name not in suite_names(folder):
        raise ChronicleError(
            f"no suite {name!r} in {folder}/", hint=f"there are: {', '.join(suite_names(folder)) or 'none yet; write one'}"
        )
    if name in sys.stdlib_module_names:
        raise ChronicleError(f"{path} hides the module {name!r} of Python itself", hint="give the suite another name")
    module = _imported(path)
    found = tuple(value for value in vars(module).values() if isinstance(value, Benchmark))
    if not found:
        raise ChronicleError(f"{path} holds no benchmark", hint="decorate a function with @benchmark(title=…)")
    return Suite(name, path, found)


def points_on(suite: Suite, kind: str, only: str | None = None) -> tuple[list[Point], list[str]]:
    """The cases of a suite that can run on a kind of device, and the names of the benchmarks that cannot."""
    chosen = suite.chosen(only)
    points = [Point(one.name, one.title, values, one.label) for one in chosen for values in one.cases_on(kind)]
    return points, [one.name for one in chosen if not one.cases_on(kind)]


def _imported(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ChronicleError(f"{path} cannot be imported", hint="check that it is a readable Python file")
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(path.parent))
    sys.modules[path.stem] = module
    try:
        spec.loader.exec_module(module)
    except Exception as failure:
        found = f"{path} does not import: {type(failure).__name__}: {failure}"
        raise ChronicleError(found, hint=f"see line {_line(failure, path)} of {path.name}") from failure
    finally:
        sys.path.remove(str(path.parent))
    return module


def _line(failure: Exception, path: Path) -> int | str:
    """The last line of the suite that was at work; in a syntax error the line it names."""
    if isinstance(failure, SyntaxError) and failure.filename and Path(failure.filename).resolve() == path.resolve():
        return failure.lineno or "?"
    frames = traceback.extract_tb(failure.__traceback__)
    lines = [frame.lineno for frame in frames if Path(frame.filename).resolve() == path.resolve()]
    return lines[-1] or "?" if lines else "?"


def _listed(benchmarks: tuple[Benchmark, ...]) -> str:
    return ", ".join(one.name for one in benchmarks)
