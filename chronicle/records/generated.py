"""Files that programs write: their lines are not counted, and reading them would cost up to half of a history's time.

One table serves both ends: git is told not to open these files (:func:`as_attributes`), and whoever reads a row can say
why it has no line counts (:func:`is_generated`). Changing the table changes stored rows, so its text is part of the
settings a cache was filled under.
"""

from __future__ import annotations

_NAMES = (
    "package-lock.json",
    "npm-shrinkwrap.json",
    "pnpm-lock.yaml",
    "yarn.lock",
    "bun.lockb",
    "Cargo.lock",
    "poetry.lock",
    "Pipfile.lock",
    "pdm.lock",
    "uv.lock",
    "composer.lock",
    "Gemfile.lock",
    "go.sum",
    "flake.lock",
    "gradle.lockfile",
)
_SUFFIXES = (".min.js", ".min.css", ".map", ".snap", ".po", ".svg", ".ipynb", ".csv", ".tsv", ".pb.go", "_pb2.py", ".lock.yml")
_ROOTS = ("node_modules", "__snapshots__")


def is_generated(path: str) -> bool:
    """True for a path that the attributes of :func:`as_attributes` cover; case matters, as it does to git."""
    name = path.rsplit("/", 1)[-1]
    return name in _NAMES or name.endswith(_SUFFIXES) or any(f"/{root}/" in f"/{path}" for root in _ROOTS)


def as_attributes() -> str:
    """The table in gitattributes form: ``-diff`` keeps git from opening the file, and the row reads ``-``."""
    patterns = [*_NAMES, *(f"*{suffix}" for suffix in _SUFFIXES), *(f"**/{root}/**" for root in _ROOTS)]
    return "".join(f"{pattern} -diff\n" for pattern in patterns)
