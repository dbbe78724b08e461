"""The last line of every derived page: by which version, from which revision and from what evidence it was made.

There is no clock in it: the same revision and the same records give the same line. Behind it stands the page's JSON twin.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import replace

from chronicle.documents.library import Library
from chronicle.pages.entry import Entry
from chronicle.pages.writing import Markdown, code, link, relative, text
from chronicle.records import json_form
from chronicle.records.run import MANIFEST, RECORD
from chronicle.version import __version__


def footed(entries: Sequence[Entry], library: Library) -> list[Entry]:
    """The entries, with the line below each page that is not the rendered form of an authored one."""
    uris, line = {entry.uri for entry in entries}, origin(library)
    return [_footed(entry, line, uris) if _is_derived(entry) else entry for entry in entries]


def origin(library: Library) -> Markdown:
    """``Derived by chronicle 0.2 from project at 7ec84e4d9; evidence 5ea8e2bad3f6``."""
    chronicle = library.home_chronicle or next(iter(library.chronicles), None)
    head = chronicle.history.head if chronicle else None
    source = f"from {text(chronicle.name)} at {code(head[:9])}" if chronicle and head else "from no history"
    return Markdown(f"Derived by chronicle {text(__version__)} {source}; evidence {code(evidence_digest(library)[:12])}")


def evidence_digest(library: Library) -> str:
    """One SHA-256 for all that was observed: the tips of the histories, the records with their seals, the calibrations."""
    lines = [f"history {one.name} {one.history.head}" for one in library.chronicles]
    lines += [
        f"run {one.key} {name} {hashlib.sha256(one.files[name]).hexdigest()}"
        for one in library.runs
        for name in (RECORD, MANIFEST)
        if name in one.files
    ]
    lines += [
        f"calibration {one.recorded.key} {json_form.digest(one.recorded.calibration)}"
        for one in library.ledger.calibrations.values()
    ]
    return hashlib.sha256("\n".join(sorted(lines)).encode(errors="surrogateescape")).hexdigest()


def twin_of(uri: str, uris: Collection[str]) -> str | None:
    """The JSON twin of a page among the files of a site: beside it, beside its folder, or that of a run in it."""
    stem = uri.removesuffix(".md")
    folder = stem.removesuffix("/index")
    return next((one for one in (f"{stem}.json", f"{folder}.json", f"{folder}/run.json") if one in uris), None)


def _footed(entry: Entry, line: Markdown, uris: Collection[str]) -> Entry:
    twin = twin_of(entry.uri, uris)
    same = f"; the same as {link(twin.rpartition('/')[2], relative(entry.uri, twin))}" if twin else ""
    footer = f'\n\n<p class="provenance-footer" markdown="span">{line}{same}.</p>\n'
    return replace(entry, body=entry.body.rstrip() + footer.encode())


def _is_derived(entry: Entry) -> bool:
    return entry.uri.endswith(".md") and entry.renders is None
