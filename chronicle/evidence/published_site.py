"""Reads the files of a site that was built, from a folder or over HTTP, and nothing beside them.

Over HTTP only the origin and the path of the site's address are asked, redirects elsewhere are refused, and what is read is
bounded in size and in time. A path that climbs, or is no path inside the site, is never asked for.
"""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote, urlsplit

from chronicle.errors import ChronicleError

MOST_BYTES = 64 << 20
MOST_BYTES_IN_ALL = 1 << 30
_MOST_SECONDS = 20.0
_MOST_NAME = 255
_ABSENT = (404, 410, 414)
"""Answers that say that no such file is there; the last that its address is longer than any."""


class Unreachable(Exception):
    """The site cannot be read any further; the message says why."""


class PublishedSite(Protocol):
    """Something that gives the bytes of a file of the site, or None where it is not there."""

    def read(self, path: str) -> bytes | None:
        """Raises :class:`Unreachable` where nobody can tell whether the file is there."""


def published_site(place: str) -> PublishedSite:
    """The site in a folder, or at an address. Raises :class:`ChronicleError` for anything else."""
    scheme = urlsplit(place).scheme.lower()
    if scheme in ("http", "https"):
        return Address(place if place.endswith("/") else f"{place}/")
    if "://" in place:
        raise ChronicleError(
            f"{place} is no folder and no address of http or https", hint="give the folder mkdocs built, or a URL"
        )
    if not Path(place).is_dir():
        raise ChronicleError(f"no folder {place}", hint="build the site first, or name the folder it was built in")
    return Folder(Path(place))


@dataclass(frozen=True, slots=True)
class Folder:
    """A site in a folder."""

    root: Path

    def read(self, path: str) -> bytes | None:
        file = self.root / path
        try:
            if not is_plain(path) or not file.resolve().is_relative_to(self.root.resolve()) or not file.is_file():
                return None
            if file.stat().st_size > MOST_BYTES:
                raise Unreachable(f"{path} is larger than {MOST_BYTES >> 20} MiB")
            return file.read_bytes()
        except (OSError, ValueError):
            return None


@dataclass
class Address:
    """A site over HTTP."""

    base: str
    left: int = MOST_BYTES_IN_ALL
    _opener: Any = field(default=None, repr=False)

    def read(self, path: str) -> bytes | None:
        if not is_plain(path):
            return None
        if self._opener is None:
            self._opener = urllib.request.build_opener(urllib.request.ProxyHandler(), _SameSite(self.base))
        address = self.base + quote(path)
        try:
            with self._opener.open(address, timeout=_MOST_SECONDS) as reply:
                return self._bounded(reply, path)
        except urllib.error.HTTPError as failure:
            if failure.code in _ABSENT:
                return None
            raise Unreachable(f"{address} answers {failure.code} {failure.reason}") from None
        except (OSError, ValueError) as failure:
            raise Unreachable(f"{address}: {getattr(failure, 'reason', failure)}") from None

    def _bounded(self, reply: Any, path: str) -> bytes:
        """The body, read piece by piece, so that neither its size nor a slow drip goes on for ever."""
        until = time.monotonic() + 10 * _MOST_SECONDS
        parts: list[bytes] = []
        size = 0
        while part := reply.read(1 << 16):
            parts.append(part)
            size += len(part)
            if size > min(MOST_BYTES, self.left) or time.monotonic() > until:
                raise Unreachable(f"{path} is too large or too slow: {size:,} bytes were read")
        self.left -= size
        return b"".join(parts)


class _SameSite(urllib.request.HTTPRedirectHandler):
    """Follows a redirect only to the same origin, below the same path."""

    def __init__(self, base: str) -> None:
        self.base = base

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        if not newurl.startswith(self.base):
            raise Unreachable(f"{req.full_url} leads elsewhere, to {urlsplit(newurl).netloc or newurl}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def is_plain(path: str) -> bool:
    """Whether this is a path inside a site, in its one spelling, of names that a file can have."""
    if "\\" in path or "\0" in path or any("\ud800" <= one <= "\udfff" for one in path):
        return False
    return all(part not in ("", ".", "..") and len(part.encode()) <= _MOST_NAME for part in path.split("/"))


def page_of(uri: str, place: PublishedSite) -> tuple[str, bytes | None]:
    """Where a page lies in the built site, with or without folders for pages, and its bytes."""
    stem = uri.removesuffix(".md")
    is_index = stem.rpartition("/")[2] in ("index", "README")
    plain = f"{stem.removesuffix('README')}index.html" if stem.endswith("README") else f"{stem}.html"
    paths = [plain] if is_index else [f"{stem}/index.html", plain]
    return next(((path, raw) for path in paths if (raw := place.read(path)) is not None), (paths[0], None))


def plain_of(raw: bytes) -> Any:
    """What JSON holds; None where it is none."""
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return None


def objects_of(raw: bytes | None) -> list[Mapping[str, Any]]:
    """The objects of a JSON list; none where there is no list."""
    plain = plain_of(raw or b"[]")
    return [one for one in plain if isinstance(one, dict)] if isinstance(plain, list) else []


def list_in(plain: Mapping[str, Any], name: str) -> list[Any]:
    """A list in a JSON object; an empty one where there is something else."""
    found = plain.get(name)
    return found if isinstance(found, list) else []
