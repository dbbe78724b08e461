"""The hash over a suite and every local module it imports, so that an edit to shared lab code makes a record stale.

Imports are read from the syntax tree, never executed; modules found neither beside the suite nor below its folder are
somebody else's and are pinned by their version instead.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from chronicle.errors import ChronicleError


def local_sources(suite: Path) -> tuple[Path, ...]:
    """The suite's file and the files of the local modules it imports, directly or through one another, sorted."""
    seen: set[Path] = set()
    waiting = [suite.resolve()]
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            waiting.extend(_imported(path, suite.resolve().parent))
    return tuple(sorted(seen))


def source_digest(suite: Path) -> str:
    """SHA-256 over the names and bytes of :func:`local_sources`, with line ends as git stores them."""
    root = suite.resolve().parent
    return digest_of((path.relative_to(root).as_posix(), path.read_bytes()) for path in local_sources(suite))


def digest_of(sources: Iterable[tuple[str, bytes]]) -> str:
    """SHA-256 over sources given as their path below the bench folder and their bytes, in that order."""
    total = hashlib.sha256()
    for name, body in sources:
        body = body.replace(b"\r\n", b"\n")
        total.update(f"{name}\0{len(body)}\0".encode() + body)
    return total.hexdigest()


def _imported(path: Path, root: Path) -> Iterator[Path]:
    for node in ast.walk(_parsed(path)):
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
