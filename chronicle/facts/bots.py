"""Programs that commit, told apart from people by their names and addresses, and names that hold an address.

GitHub writes ``[bot]`` behind the names of its programs; others are known by name. A person whose name happens to be on the
list is shown among the programs: the mailmap gives a name of their own.
"""

from __future__ import annotations

import re

_MARKED = re.compile(r"\[bot\]|(?:^|[\s._-])(?:bot|automation)$", re.IGNORECASE)
_KNOWN = frozenset(
    {
        *("dependabot", "dependabot-preview", "renovate", "renovate-bot", "github-actions", "greenkeeper", "snyk-bot"),
        *("codecov", "pre-commit-ci", "allcontributors", "semantic-release-bot", "copilot", "mergify", "imgbot", "pyup-bot"),
    }
)
_ADDRESS = re.compile(r"[^\s<>@]+@[^\s<>@]+")


def is_bot(name: str, email: str) -> bool:
    """Whether a commit was made by a program: by a mark in its name or its address, or by a known name."""
    local = email.partition("@")[0].rpartition("+")[2]
    plain = {one.removesuffix("[bot]").strip().lower().replace(" ", "-") for one in (name, local)}
    return any(map(_MARKED.search, (name.strip(), local))) or bool(plain & _KNOWN)


def public_name(name: str) -> str:
    """A name as a page shows it: of an address that stands in it, only what is before the sign."""
    return without_addresses(name).strip() or "(no name)"


def without_addresses(words: str) -> str:
    """A text in which each address is cut to what is before its sign."""
    return _ADDRESS.sub(lambda found: found[0].partition("@")[0], words)
