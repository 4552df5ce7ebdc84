"""An archive that stands in for one: it answers by the beginning of an address, and remembers what was asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from folkmoot_hub.clock import FixedClock
from folkmoot_hub.connector import Request, Site
from folkmoot_hub.errors import FetchError
from folkmoot_hub.fetch.archive.capture import span_of
from folkmoot_hub.fetch.archive.commoncrawl import CommonCrawl
from folkmoot_hub.fetch.archive.fetcher import ArchiveFetcher
from folkmoot_hub.fetch.archive.memento import Line, Memento
from folkmoot_hub.fetch.archive.profiles import profile_of
from folkmoot_hub.fetch.protocol import Fetched, Validators
from folkmoot_hub.fetch.retry import Backoff
from folkmoot_hub.site import Archive
from hub.fetch.archive import making
from hub.fetch.serving import NOW, Time

ROOT = "https://archive.sample.example"
CDX = f"{ROOT}/cdx/search/cdx?"
PAGE = f"{making.BASE}/topics"
CAP = 1_000_000

Reply = tuple[int, Mapping[str, str], bytes | str] | FetchError


class StandIn:
    """``replies`` by the beginning of the address (the longest counts): one, or several in turn; 404 for all others."""

    def __init__(self, replies: Mapping[str, Reply | list[Reply]]) -> None:
        self.replies = {start: list(each) if isinstance(each, list) else [each] for start, each in replies.items()}
        self.asked: list[str] = []
        self.sites: list[Site] = []
        self.headers: list[Mapping[str, str]] = []

    async def fetch(self, request: Request, site: Site, validators: Validators | None = None) -> Fetched:
        self.asked.append(request.url)
        self.sites.append(site)
        self.headers.append(request.headers)
        starts = [start for start in self.replies if request.url.startswith(start)]
        left = self.replies[max(starts, key=len)] if starts else [(404, {}, "")]
        reply = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(reply, FetchError):
            raise reply
        status, headers, body = reply
        raw = body.encode() if isinstance(body, str) else body
        return Fetched(url=request.url, status=status, headers=headers, body=raw, fetched_at=NOW, size=len(raw))

    async def close(self) -> None:
        """Nothing is held open."""


def wayback(**changes: Any) -> Site:
    """A site in an archive that is as the Wayback Machine is."""
    return making.site(archive=Archive(url=ROOT, **changes))


def archived(web: StandIn, site: Site, *, retries: int = 0, time: Time | None = None, **how: Any) -> ArchiveFetcher:
    profile = profile_of(site.archive or Archive())
    assert profile is not None
    line = Line(profile, web, retries=retries, backoff=Backoff(1, 60, lambda: 0.5), sleep=(time or Time()).sleep)
    holding = (
        CommonCrawl(line, span_of(site), CAP) if profile.pages is None else Memento(line, span_of(site), CAP, **how)
    )
    return ArchiveFetcher(holding, span=span_of(site), hosts=frozenset(), clock=FixedClock(NOW))


def index(*stamps: str, url: str = PAGE, status: str = "200", digest: str | None = None) -> str:
    """Lines of an index in the Wayback dialect; each capture has a digest of its own."""
    return "\n".join(f"key {stamp} {url} text/html {status} {digest or f'D{stamp}'} 100" for stamp in stamps)


def memento(stamp: str, body: bytes | str = "", status: int = 200, **headers: str) -> Reply:
    """A capture as an archive gives it."""
    taken = format_datetime(datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC), usegmt=True)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return status, {"memento-datetime": taken, "content-type": "text/html", **named}, body


def at(stamp: str, url: str = PAGE) -> str:
    return f"{ROOT}/web/{stamp}id_/{url}"
