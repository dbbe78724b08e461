"""Who did it: names through mailmap, co-authors from trailers, and one row a contributor.

Resolved at build time from raw records, so a new ``.mailmap`` corrects every page without reading history again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import pandas as pd

from chronicle.records.commit import Person

_ENTRY = re.compile(
    r"^\s*(?P<name>[^<#]*?)\s*<(?P<email>[^<>]*)>\s*(?:(?P<old_name>[^<]*?)\s*<(?P<old_email>[^<>]*)>)?\s*(?:#.*)?$"
)
_TRAILER = re.compile(r"^(?P<token>[A-Za-z0-9][A-Za-z0-9-]*)[ \t]*:[ \t]*(?P<value>.*)$")
_PERSON = re.compile(r"^(?P<name>[^<]*?)\s*<(?P<email>[^<>]*)>\s*$")


@dataclass(frozen=True, slots=True)
class Mailmap:
    """Rules of a ``.mailmap`` file, in the four forms of gitmailmap(5); names and addresses compare without case."""

    _by_both: dict[tuple[str, str], Person] = field(default_factory=dict)
    _by_email: dict[str, Person] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str) -> Mailmap:
        """The rules of ``text``; lines that are no rule are passed over, and of two for the same person the later counts."""
        both: dict[tuple[str, str], Person] = {}
        email: dict[str, Person] = {}
        for line in text.splitlines():
            rule = None if line.lstrip().startswith("#") else _ENTRY.match(line)
            if rule is None:
                continue
            old_email = rule["old_email"]
            proper = Person(rule["name"], rule["email"] if old_email is not None else "")
            if old_email is not None and rule["old_name"]:
                both[rule["old_name"].lower(), old_email.lower()] = proper
            else:
                key = (old_email if old_email is not None else rule["email"]).lower()
                before = email.get(key, Person("", ""))
                email[key] = Person(proper.name or before.name, proper.email or before.email)
        return cls(both, email)

    def resolve(self, person: Person) -> Person:
        """The proper name and address; a rule without one of them leaves that as written."""
        rule = self._by_both.get((person.name.lower(), person.email.lower())) or self._by_email.get(person.email.lower())
        return person if rule is None else Person(rule.name or person.name, rule.email or person.email)


def trailers(message: str) -> tuple[tuple[str, str], ...]:
    """The trailers of the last paragraph as (token, value), unfolded.

    git's own rule: the last of at least two paragraphs, where every line is a trailer (or continues one), or where one
    line is a sign-off or a cherry-pick note and at least a quarter are trailers.
    """
    paragraphs = re.split(r"\n[ \t]*\n", message.replace("\r\n", "\n").strip("\n"))
    if len(paragraphs) < 2:
        return ()
    found: list[tuple[str, str]] = []
    others, recognised = 0, False
    for line in paragraphs[-1].splitlines():
        trailer = _TRAILER.match(line)
        is_git_own = line.startswith(("Signed-off-by: ", "(cherry picked from commit "))
        recognised |= is_git_own
        if trailer:
            found.append((trailer["token"], trailer["value"].strip()))
        elif line[:1] in (" ", "\t") and found:
            found[-1] = (found[-1][0], f"{found[-1][1]} {line.strip()}".strip())
        elif not is_git_own:
            others += 1
    return tuple(found) if not others or (recognised and len(found) * 3 >= others) else ()


def co_authors(message: str, author: Person, mailmap: Mailmap) -> tuple[Person, ...]:
    """The people of ``Co-authored-by`` trailers, each once by address, without the author."""
    if "o-authored-by" not in message and "O-AUTHORED-BY" not in message:
        return ()
    seen = {identity(author)}
    people = []
    for token, value in trailers(message):
        named = _PERSON.match(value) if token.lower() == "co-authored-by" else None
        if named:
            person = mailmap.resolve(Person(named["name"], named["email"]))
            if identity(person) not in seen:
                seen.add(identity(person))
                people.append(person)
    return tuple(people)


def identity(person: Person) -> str:
    """What makes two mentions the same person: the address without case, or the name where there is no address."""
    return person.email.strip().lower() or person.name.strip().lower()


def contributors(table: pd.DataFrame) -> pd.DataFrame:
    """One row a person of a commit table (:func:`chronicle.facts.commits.commit_table`), most commits first.

    Columns: ``identity`` (address in lower case, or name), ``name`` (that of the newest commit), ``commits`` as author,
    ``co_authored`` commits, ``lines_added``, ``lines_removed`` (as author), ``first`` and ``last`` (committer dates, UTC).
    Merges count as commits of their author; only commits on HEAD are counted.
    """
    on_head = table[table["is_on_head"]]
    mentions = pd.DataFrame(_mentions(on_head), columns=["identity", "name", "row", "is_author"])
    joined = mentions.join(on_head.reset_index(drop=True)[["committed", "lines_added", "lines_removed"]], on="row")
    own = joined["is_author"].astype(bool)
    joined["commits"], joined["co_authored"] = own.astype(int), (~own).astype(int)
    joined.loc[~own, ["lines_added", "lines_removed"]] = 0
    people = joined.groupby("identity", sort=False).agg(
        name=("name", "first"),
        commits=("commits", "sum"),
        co_authored=("co_authored", "sum"),
        lines_added=("lines_added", "sum"),
        lines_removed=("lines_removed", "sum"),
        first=("committed", "min"),
        last=("committed", "max"),
    )
    return people.reset_index().sort_values(
        ["commits", "co_authored", "identity"], ascending=[False, False, True], ignore_index=True
    )


def _mentions(table: pd.DataFrame) -> Iterable[tuple[str, str, int, bool]]:
    columns = zip(table["author_name"], table["author_email"], table["co_authors"], strict=True)
    for row, (name, email, others) in enumerate(columns):
        yield identity(Person(name, email)), name, row, True
        for other in others:
            yield identity(other), other.name, row, False
