"""Names as parts of an address: small letters, digits and dashes, and nothing that a stranger could lead elsewhere."""

from __future__ import annotations

import hashlib
import re

_MOST = 60


def key_of(name: str) -> str:
    """The letters a to z and the digits of a name; where it has none of them, eight digits that follow from it."""
    words = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:_MOST].strip("-")
    return words or digits_of(name)


def digits_of(name: str) -> str:
    """Eight hexadecimal digits that tell a name from others."""
    return hashlib.sha256(name.encode(errors="surrogateescape")).hexdigest()[:8]
