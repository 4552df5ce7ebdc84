"""The addresses of archives: where one asks what there is of a page, where a capture is, where a person reads it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Literal
from urllib.parse import quote, urlsplit

import msgspec

from folkmoot_hub.site import Archive, Site

#: How an index is asked and how it answers: see :mod:`folkmoot_hub.fetch.archive.cdx`.
Dialect = Literal["wayback", "pywb"]

_ROOTS: Final[Mapping[str, str]] = {
    "wayback": "https://web.archive.org",
    "archive-it": "https://wayback.archive-it.org",
    "common-crawl": "https://index.commoncrawl.org",
}
#: The index of the Wayback Machine takes 24 questions a minute from one place, and shuts out who asks more (so the
#: release notes of the library ``wayback``, 0.5.1); Archive-It is by the same makers.
_PACES: Final[Mapping[str, float]] = {"wayback": 3.0, "archive-it": 3.0, "common-crawl": 1.5}
#: Where Common Crawl keeps what its indexes name.
DATA: Final = "https://data.commoncrawl.org"


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """One archive.

    ``pages`` is what the addresses of captures begin with; ``pace`` the least seconds between two questions; ``hosts``
    are asked beside that of ``root``.
    """

    name: str
    root: str
    index: str
    pages: str | None
    dialect: Dialect
    pace: float = 0.0
    hosts: tuple[str, ...] = ()

    def capture(self, stamp: str, url: str) -> str:
        """The address of a capture as it was taken, nothing rewritten (``id_``)."""
        return f"{self.pages}/{stamp}id_/{url}"

    def timemap(self, url: str) -> str:
        """The address of the list of captures of ``url`` (RFC 7089)."""
        return f"{self.pages}/timemap/link/{url}"

    def playback(self, stamp: str, url: str) -> str | None:
        """Where a person reads the capture; None where one can only get it."""
        return None if self.pages is None else f"{self.pages}/{stamp}/{url}"


def profile_of(archive: Archive) -> Profile | None:
    """The archive that a site names, None for local files."""
    if archive.profile == "files":
        return None
    root = (archive.url or _ROOTS[archive.profile]).rstrip("/")
    collection = quote(archive.collection or "", safe="")
    pages: str | None = f"{root}/{collection}"
    index = f"{root}/{collection}/cdx"
    dialect: Dialect = "pywb"
    if archive.profile == "wayback":
        pages, index, dialect = f"{root}/web", f"{root}/cdx/search/cdx", "wayback"
    elif archive.profile == "archive-it":
        index, dialect = f"{root}/{collection}/timemap/cdx", "wayback"
    elif archive.profile == "common-crawl":
        pages, index = None, f"{root}/{collection}-index"
    hosts = (str(urlsplit(DATA).hostname),) if archive.profile == "common-crawl" else ()
    pace = _PACES.get(archive.profile, 0.0)
    return Profile(name=archive.profile, root=root, index=index, pages=pages, dialect=dialect, pace=pace, hosts=hosts)


def playback(site: Site, url: str, at: datetime) -> str | None:
    """Where a person reads what the archive of ``site`` took of ``url``; None if nowhere, or if it is there already."""
    profile = profile_of(site.archive or Archive()) if site.via == "archive" else None
    if profile is None or url.startswith(f"{profile.root}/"):
        return None
    return profile.playback(at.strftime("%Y%m%d%H%M%S"), url)
