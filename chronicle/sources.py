"""The hash over a suite, every local module it imports and every table its studies read: an edit to one makes a record stale.

Imports and the ``reads=[…]`` of studies are found in the syntax tree, never by executing it; modules found neither beside the
suite nor below its folder are somebody else's and are pinned by their version instead.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from chronicle.errors import ChronicleError


def local_sources(suite: Path) -> tuple[Path, ...]:
    """The suite's file, the local modules it imports, directly or through one another, and the tables they name, sorted."""
    modules = _modules(suite)
    return tuple(sorted({*modules, *_tables(modules, suite.resolve().parent)}))


def local_tables(suite: Path) -> tuple[Path, ...]:
    """The files that the studies of a suite say they read, sorted. Raises :class:`ChronicleError` for one that is not there."""
    return tuple(sorted(_tables(_modules(suite), suite.resolve().parent)))


def _modules(suite: Path) -> dict[Path, ast.Module]:
    seen: dict[Path, ast.Module] = {}
    waiting = [suite.resolve()]
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen[path] = _parsed(path)
            waiting.extend(_imported(seen[path], path, suite.resolve().parent))
    return seen


def _tables(modules: dict[Path, ast.Module], root: Path) -> set[Path]:
    """Every file in the ``reads=[…]`` of a call of ``study``, below the bench folder."""
    return {
        _table(name, path, node, root)
        for path, tree in modules.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _called(node) == "study"
        for keyword in node.keywords
        if keyword.arg == "reads"
        for name in _listed(keyword.value, path)
    }


def _called(node: ast.Call) -> str:
    return str(getattr(node.func, "id", None) or getattr(node.func, "attr", ""))


def _listed(node: ast.expr, path: Path) -> list[str]:
    try:
        names = ast.literal_eval(node)
    except ValueError:
        names = None
    if not isinstance(names, list | tuple) or not all(isinstance(one, str) for one in names):
        raise ChronicleError(
            f"{path.name}:{node.lineno}: reads={ast.unparse(node):.60} is not written out",
            hint='list the files by their names, reads=["prices/spot.json"]: they are found without running the suite',
        )
    return list(names)


def _table(name: str, path: Path, node: ast.Call, root: Path) -> Path:
    table = (root / name).resolve()
    if not table.is_relative_to(root) or not table.is_file():
        raise ChronicleError(
            f"{path.name}:{node.lineno}: a study reads {name!r}, and no such file is below {root.name}/",
            hint="name a file below the bench folder, relative to it: prices/spot.json",
        )
    return table


def source_digest(suite: Path) -> str:
    """SHA-256 over the names and bytes of :func:`local_sources`, with line ends as git stores them."""
    root = suite.resolve().parent
    return digest_of((path.relative_to(root).as_posix(), path.read_bytes()) for path in local_sources(suite))


def table_digest(body: bytes) -> str:
    """SHA-256 over the bytes of one table, with line ends as git stores them."""
    return hashlib.sha256(body.replace(b"\r\n", b"\n")).hexdigest()


def digest_of(sources: Iterable[tuple[str, bytes]]) -> str:
    """SHA-256 over sources given as their path below the bench folder and their bytes, in that order."""
    total = hashlib.sha256()
    for name, body in sources:
        body = body.replace(b"\r\n", b"\n")
        total.update(f"{name}\0{len(body)}\0".encode() + body)
    return total.hexdigest()


def _imported(tree: ast.Module, path: Path, root: Path) -> Iterator[Path]:
    for node in ast.walk(tree):
        for name in _names(node, path, root):
            yield from _files(name, root)


def _parsed(path: Path) -> ast.Module:
    try:
        return ast.parse(path.read_bytes(), str(path))
    except OSError as failure:
        raise ChronicleError(f"{path} cannot be read: {failure.strerror}", hint="a suite is one Python file") from None
    except (SyntaxError, ValueError, RecursionError, MemoryError) as failure:
        line = getattr(failure, "lineno", None)
        raise ChronicleError(f"{path} is not Python: {failure}", hint=f"see line {line or '?'} of {path.name}") from None


def _names(node: ast.AST, path: Path, root: Path) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    package = path.parent.relative_to(root).parts
    above = package[: len(package) - (node.level - 1)] if node.level else ()
    base = ".".join([*above, *([node.module] if node.module else [])])
    return [base, *(f"{base}.{alias.name}".lstrip(".") for alias in node.names)]


def _files(name: str, root: Path) -> Iterator[Path]:
    parts = [part for part in name.split(".") if part]
    for depth in range(1, len(parts) + 1):
        place = root.joinpath(*parts[:depth])
        for candidate in (place.with_suffix(".py"), place / "__init__.py"):
            if candidate.is_file():
                yield candidate
