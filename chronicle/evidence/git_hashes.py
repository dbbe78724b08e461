"""Many abbreviated hashes looked up at once: a site of hundreds of episodes names thousands of commits."""

from __future__ import annotations

import re
from collections.abc import Iterable

from chronicle.evidence.git import Repository
from chronicle.evidence.git_launch import ask_in_place

_HASH = re.compile(r"[0-9a-f]{7,64}")
_COMMIT = re.compile(r"([0-9a-f]{40,64}) commit \d+")


def full_hashes(repository: Repository, words: Iterable[str]) -> dict[str, str]:
    """The full hash of each word that is an abbreviated or a full hash of one commit.

    What is no hash, names no commit or several, or could also be the name of a ref is left out, for
    :meth:`Repository.resolve` to judge by itself.
    """
    asked = sorted({word for word in words if _HASH.fullmatch(word) and not (repository.git_dir / word).exists()})
    refs = ask_in_place(repository.git_dir, "for-each-ref", "--format=%(refname)").output.decode(errors="replace")
    named = {part for ref in refs.splitlines() for part in ref.split("/")} if asked else set()
    asked = [word for word in asked if word not in named]
    if not asked:
        return {}
    with repository.clean_room() as room:
        answer = room.ask("cat-file", "--batch-check", lines=[f"{word}^{{commit}}" for word in asked])
    lines = answer.output.decode(errors="replace").splitlines()
    if answer.code or len(lines) != len(asked):
        return {}
    return {word: found[1] for word, line in zip(asked, lines, strict=True) if (found := _COMMIT.fullmatch(line))}
