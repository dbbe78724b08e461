"""The marked numbers of a page of HTML: which recipe each names, and the words that a reader sees there."""

from __future__ import annotations

from html.parser import HTMLParser

_VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})


def marked_numbers(page: str) -> list[tuple[str, str]]:
    """Recipe and words of each ``data-fact`` of a page, in order; the marks of aged and degraded evidence are left out."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return [(key, " ".join("".join(words).split())) for key, words in reader.found]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, list[str]]] = []
        self._open: list[tuple[str, list[str] | None, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            return
        given = dict(attrs)
        words: list[str] | None = None
        if key := given.get("data-fact"):
            words = []
            self.found.append((key, words))
        self._open.append((tag, words, tag == "sup"))

    def handle_endtag(self, tag: str) -> None:
        if any(name == tag for name, _, _ in self._open):
            while self._open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not any(is_mark for _, _, is_mark in self._open):
            for _, words, _ in self._open:
                if words is not None:
                    words.append(data)
