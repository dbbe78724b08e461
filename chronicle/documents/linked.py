"""The places of the site that the prose of an authored file links to."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from urllib.parse import unquote

from chronicle.documents.front_matter import Authored
from chronicle.documents.outline import CODE_SPAN, prose

_LINK = re.compile(r"\]\(\s*<?([^)\s<>]+)|^ {0,3}\[[^\]]+\]:\s*<?([^\s<>]+)")


def linked_places(authored: Authored) -> Iterator[str]:
    """Each ``path`` or ``path#anchor`` below the docs folder that a relative link leads to, in order, repeated as written."""
    folder = posixpath.dirname(authored.uri)
    for line in prose(authored.text):
        for found in _LINK.finditer(CODE_SPAN.sub("", line.text)):
            address = unquote(found[1] or found[2])
            path, mark, anchor = address.partition("#")
            if path.endswith(".md") and not path.startswith("/") and ":" not in path:
                yield posixpath.normpath(posixpath.join(folder, path)) + mark + anchor
