"""Where a site is published and as what: what an absolute address, a feed and a citation need to know of it.

Nothing here is computed from the evidence; the host says it. A site without an address is read from where it lies, so what
needs an absolute address (feeds, social cards) is left out.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from urllib.parse import quote

VERSION_VARIABLE = "MIKE_DOCS_VERSION"
"""Environment variable in which mike, and ``chronicle publish``, say which version is being built."""

CANONICAL_VARIABLE = "CHRONICLE_CANONICAL_VERSION"
"""Environment variable that names the version or alias whose pages the canonical addresses are."""


@dataclass(frozen=True, slots=True)
class Imprint:
    """Name and place of a site.

    ``site_url`` is its address as the host states it, None where it states none; ``version`` the name of the version that is
    being built, None for a site without versions; ``has_folders`` says whether ``a.md`` is served as ``a/``.
    """

    name: str = ""
    description: str = ""
    site_url: str | None = None
    version: str | None = None
    has_folders: bool = True

    @property
    def address(self) -> str | None:
        """The address of the site with a slash at its end: mike states it without one, and joining a path would lose a part."""
        return f"{self.site_url.rstrip('/')}/" if self.site_url else None

    @property
    def root(self) -> str | None:
        """The address that all versions of the site lie below."""
        if self.address is None or self.version is None:
            return self.address
        return self.address.removesuffix("/").rpartition("/")[0] + "/"

    def page(self, uri: str) -> str | None:
        """The address of a page, given its Markdown file."""
        return self.address and self.address + quote(served(uri, self.has_folders))

    def file(self, uri: str) -> str | None:
        """The address of a file that is no page."""
        return self.address and self.address + quote(uri)

    def permalink(self, uri: str) -> str | None:
        """The address of a page in the version that is being built; None where that version may still change."""
        if self.root is None or self.version is None or not is_frozen(self.version):
            return None
        return f"{self.root}{quote(self.version)}/{quote(served(uri, self.has_folders))}"

    def cited(self, uri: str) -> str | None:
        """The address that a citation of a page names: one that lasts where there is one."""
        return self.permalink(uri) or self.page(uri)

    def identity(self, kind: str, name: str) -> str:
        """An id for a feed or an entry of one: it outlives a rename and is the same in every version of the site."""
        return uuid.uuid5(uuid.NAMESPACE_URL, f"{self.root or ''}{kind}/{name}").urn


NOWHERE = Imprint()
"""That of a site which nobody publishes."""


def served(uri: str, has_folders: bool) -> str:
    """The path that a host serves a Markdown file under."""
    folder, slash, name = uri.removesuffix(".md").rpartition("/")
    if name in ("index", "README"):
        return folder + slash if has_folders else f"{folder}{slash}index.html"
    return f"{folder}{slash}{name}{'/' if has_folders else '.html'}"


def is_frozen(version: str) -> bool:
    """Whether a version of this name is a release, which never changes once it is published; ``dev`` moves on."""
    return re.match(r"v?\d", version) is not None
