"""The commits that a legacy header cites: hashes as they are written, how many more are only counted, whose they are."""

from __future__ import annotations

import re
from dataclasses import dataclass

from chronicle.documents.legacy.finding import Finding

_LINK = re.compile(r"\[([^\]\[]*)\]\([^()\s]*\)")
_MORE = re.compile(
    r"(?:\+|\band\b|\bplus\b|&|…|\.\.\.)\s*(?P<number>\d{1,4})\s+(?:others?|more)\b(?:\s+commits?)?", re.IGNORECASE
)
_HASH = r"[0-9A-Za-z]{4,64}"
_TOKEN = re.compile(
    rf"`\s*(?P<code>{_HASH}(?:\.{{2,3}}{_HASH})?)\s*`|(?<![\w/.-])(?P<plain>{_HASH}(?:\.{{2,3}}{_HASH})?)(?![\w/-])"
)
_BRACKETS = re.compile(r"\(([^()`]*)\)|\[([^\[\]`]*)\]")
_POSSIBLE = re.compile(r"(?=.*[1-9a-f])[0-9a-f]{7,40}|(?=.*[1-9a-f])[0-9a-f]{64}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cited:
    """The hashes in order and as written; ``more`` are counted and not named; ``repositories`` are the names in brackets."""

    hashes: tuple[str, ...]
    more: int
    repositories: tuple[str, ...]
    findings: tuple[Finding, ...]


def read_cited(text: str, line: int) -> Cited:
    """The commits of a 🔗 line, without its label."""
    plain = _LINK.sub(r"\1", text)
    counted = _MORE.search(plain)
    if counted:
        plain = plain[: counted.start()] + plain[counted.end() :]
    names = tuple(name.strip() for found in _BRACKETS.findall(plain) if (name := "".join(found)) and not _holds_hash(name))
    bare = _BRACKETS.sub(lambda found: found[0] if _holds_hash("".join(one or "" for one in found.groups())) else " ", plain)
    hashes = tuple(one for found in _TOKEN.finditer(bare) if (one := _hash(found)))
    findings = [Finding(line, "impossible-hash", f"{one!r} can be no commit") for one in hashes if not is_possible(one)]
    findings += [
        Finding(line, "reused-hash", f"{one!r} stands twice in one header")
        for place, one in enumerate(hashes)
        if one in hashes[:place]
    ]
    if not hashes:
        findings.append(Finding(line, "commits-unknown", f"no commit can be read from {text[:80]!r}"))
    return Cited(hashes, int(counted["number"]) if counted else 0, tuple(dict.fromkeys(names)), tuple(findings))


def _hash(found: re.Match[str]) -> str | None:
    """A token that is meant as a hash: all hexadecimal, or letters and digits in code; a plain word is none."""
    token: str = found["code"] or found["plain"]
    parts = re.split(r"\.{2,3}", token)
    if all(re.fullmatch(r"[0-9a-fA-F]{7,64}", part) for part in parts) and (found["code"] or re.search(r"\d", token)):
        return token
    is_meant = all(re.search(r"\d", part) and re.search(r"[A-Za-z]", part) for part in parts) or token.isdigit()
    return token if is_meant and (found["code"] or len(token) >= 7) else None


def _holds_hash(text: str) -> bool:
    return any(_POSSIBLE.fullmatch(word) and re.search(r"\d", word) for word in re.findall(r"\w+", text))


def is_possible(token: str) -> bool:
    """Whether a hash, or a range of two, could name a commit: 7 to 40 hexadecimal digits, or 64, and not zeros alone."""
    return all(_POSSIBLE.fullmatch(part) for part in re.split(r"\.{2,3}", token))
