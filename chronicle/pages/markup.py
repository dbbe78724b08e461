"""Templates to XML: whatever a template prints is escaped, and what XML cannot hold at all is left out.

A commit message may hold an escape character, and one such character makes a feed unreadable as a whole.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]")


def legal(value: Any) -> Any:
    """A text without the characters that XML 1.0 refuses; None is nothing, any other value is itself."""
    if value is None:
        return ""
    return _NOT_IN_XML.sub("", value) if type(value) is str else value


def fill(template: str, **values: Any) -> bytes:
    """Fill an XML template of this package."""
    return _templates().get_template(template).render(**values).encode()


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("chronicle.pages"),
        autoescape=True,
        finalize=legal,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
