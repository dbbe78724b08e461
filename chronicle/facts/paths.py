"""What a path says by itself: its area (code, tests, docs, …), its language, its folder. Facts, not guesses about a change."""

from __future__ import annotations

import re

from chronicle.records.generated import is_generated

AREAS = ("code", "tests", "docs", "ci", "build", "generated", "other")
"""Each path lies in exactly one; the order is that of tables and legends."""

_DOC_ENDINGS = (".md", ".rst", ".adoc", ".txt", ".tex", ".org", ".mdx")
_DOC_NAMES = {
    "license",
    "copying",
    "authors",
    "contributors",
    "changelog",
    "changes",
    "readme",
    "contributing",
    "news",
    "notice",
}
_DOC_FOLDERS = {"doc", "docs", "documentation", "man"}
_TEST_FOLDERS = {"test", "tests", "testing", "__tests__", "spec", "specs", "testdata", "fixtures", "t"}
_TEST_NAME = re.compile(r"^(test_.*|.*_test|.*\.test|.*\.spec|.*_spec|conftest|.*Tests?)$")
_CI = re.compile(
    r"^(\.github/|\.gitlab/|\.circleci/|\.buildkite/|\.travis|\.gitlab-ci|azure-pipelines|appveyor|\.appveyor|\.cirrus|\.ci/|"
    r"ci/|jenkinsfile|codecov|\.codecov|\.readthedocs|\.pre-commit)",
    re.IGNORECASE,
)
_BUILD_NAMES = {
    "makefile", "gnumakefile", "cmakelists.txt", "dockerfile", "setup.py", "setup.cfg", "pyproject.toml", "package.json",
    "meson.build", "meson_options.txt", "build.gradle", "pom.xml", "cargo.toml", "go.mod", "gemfile", "rakefile", "tox.ini",
    "noxfile.py", "configure.ac", "configure", "build.rs", "justfile", "manifest.in", "environment.yml", "build.bazel",
    "workspace", "tsconfig.json", "pipfile", "composer.json",
}  # fmt: skip
_BUILD_ENDINGS = (".cmake", ".mk", ".gradle", ".bzl", ".bazel", ".nix", ".lock", ".in", ".am", ".m4")
_REQUIREMENTS = re.compile(r"^requirements.*\.(txt|in|lock)$")

_ENDINGS_OF_LANGUAGE = {
    "Assembly": "asm s", "Batch": "bat", "C": "c h", "C#": "cs", "C++": "cc cpp cxx hpp hh", "CMake": "cmake",
    "CSS": "css scss sass less", "CUDA": "cu cuh", "Clojure": "clj", "Cython": "pyx pxd", "Dart": "dart",
    "Elixir": "ex exs", "Erlang": "erl", "F#": "fs", "Fortran": "f f90 f95 for", "Go": "go", "HTML": "html htm",
    "Haskell": "hs", "INI": "ini cfg", "JSON": "json", "Java": "java", "JavaScript": "js mjs cjs jsx",
    "Jinja": "j2 jinja", "Julia": "jl", "Jupyter": "ipynb", "Kotlin": "kt kts", "Lua": "lua", "Markdown": "md mdx",
    "Nim": "nim", "OCaml": "ml mli", "Objective-C": "m mm", "PHP": "php", "Perl": "pl pm", "PowerShell": "ps1",
    "Protobuf": "proto", "Python": "py pyi", "R": "r", "Ruby": "rb", "Rust": "rs", "SQL": "sql", "Scala": "scala",
    "Shell": "sh bash zsh", "Svelte": "svelte", "Swift": "swift", "TOML": "toml", "TeX": "tex", "Terraform": "tf",
    "TypeScript": "ts tsx", "Vue": "vue", "XML": "xml", "YAML": "yaml yml", "Zig": "zig", "reStructuredText": "rst",
}  # fmt: skip
_LANGUAGE_OF_ENDING = {ending: name for name, endings in _ENDINGS_OF_LANGUAGE.items() for ending in endings.split()}
_LANGUAGE_OF_NAME = {
    "makefile": "Make",
    "dockerfile": "Docker",
    "cmakelists.txt": "CMake",
    "rakefile": "Ruby",
    "gemfile": "Ruby",
}


def area_of(path: str) -> str:
    """One of :data:`AREAS`. The first rule that fits decides: generated, ci, tests, docs, build, code by language, other."""
    folders, _, name = path.rpartition("/")
    parts = {part.lower() for part in folders.split("/")}
    lower = name.lower()
    stem = name.split(".")[0] if name.startswith("test_") else name.rpartition(".")[0] or name
    if is_generated(path):
        return "generated"
    if _CI.match(path):
        return "ci"
    if parts & _TEST_FOLDERS or _TEST_NAME.match(stem):
        return "tests"
    if lower in _BUILD_NAMES or lower.endswith(_BUILD_ENDINGS) or _REQUIREMENTS.match(lower):
        return "build"
    if parts & _DOC_FOLDERS or lower.endswith(_DOC_ENDINGS) or _is_notice(path, lower):
        return "docs"
    return "code" if language_of(path) not in ("", *_DATA_LANGUAGES) else "other"


def _is_notice(path: str, lower: str) -> bool:
    """``LICENSE``, ``CHANGES.txt``; a module named ``changes.py`` is code."""
    return lower.partition(".")[0] in _DOC_NAMES and not language_of(path)


_DATA_LANGUAGES = ("JSON", "YAML", "TOML", "INI", "XML", "Jupyter")


def language_of(path: str) -> str:
    """The language a file name stands for, or an empty text; ``.h`` is C and ``.m`` Objective-C, since no file is opened."""
    name = path.rpartition("/")[2].lower()
    by_name = _LANGUAGE_OF_NAME.get(name)
    return by_name or _LANGUAGE_OF_ENDING.get(name.rpartition(".")[2] if "." in name.lstrip(".") else "", "")


def folder_of(path: str) -> str:
    """The folder of a path; an empty text for the top of the repository."""
    return path.rpartition("/")[0]
