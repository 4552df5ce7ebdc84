"""Fetchers that misbehave as the web does: cut off, HTML with status 200, the same page for ever, told again …"""

from __future__ import annotations

from datetime import datetime

import msgspec

from folkmoot_hub.connector import Request, Site
from folkmoot_hub.errors import NotFound
from folkmoot_hub.fetch.checks import check
from folkmoot_hub.fetch.guard import check_url
from folkmoot_hub.fetch.package import SCHEME
from folkmoot_hub.fetch.protocol import Fetched, Fetcher, Validators

_SHELL = b"<!doctype html><html><head><title>One moment</title></head><body><p>Loading</p></body></html>"


class CutOff(BaseException):
    """Raised in place of the end of the program."""


class Wrapped:
    """A fetcher around another one; ``asked`` holds every request that came, ``urls`` also where answers came from."""

    def __init__(self, inner: Fetcher) -> None:
        self.inner = inner
        self.asked: list[Request] = []
        self.urls: dict[str, None] = {}

    async def fetch(self, request: Request, site: Site, validators: Validators | None = None) -> Fetched:
        """The inner fetcher's answer."""
        self.asked.append(request)
        self.urls[request.url] = None
        fetched = await self.inner.fetch(request, site, validators)
        self.urls[fetched.url] = None
        return fetched

    async def close(self) -> None:
        """Close the inner fetcher."""
        await self.inner.close()


class Guarded(Wrapped):
    """Asks only hosts that the site or the connector declares, as the web fetcher does."""

    def __init__(self, inner: Fetcher, hosts: frozenset[str]) -> None:
        super().__init__(inner)
        self._hosts = hosts

    async def fetch(self, request: Request, site: Site, validators: Validators | None = None) -> Fetched:
        """The inner answer; ``NotAllowed`` for a host that nobody declared."""
        if not request.url.startswith(SCHEME):
            check_url(request.url, site, self._hosts)
        return await super().fetch(request, site, validators)


class Retold(Wrapped):
    """Gives every answer with a content type that was not met before, so that none is taken for one already read."""

    async def fetch(self, request: Request, site: Site, validators: Validators | None = None) -> Fetched:
        """The inner answer, with one parameter more that nobody reads."""
        fetched = await super().fetch(request, site, validators)
        named = f"{fetched.headers.get('content-type', 'application/octet-stream')}; told=again"
        return msgspec.structs.replace(fetched, headers={**fetched.headers, "content-type": named})


class CutOffAt(Wrapped):
    """Ends the run, as a kill would, at the request number ``at`` (from 1)."""

    def __init__(self, inner: Fetcher, at: int) -> None:
        super().__init__(inner)
        self._at = at

    async def fetch(self, request: Request, site: Site, validators: Validators | None = None) -> Fetched:
        """The inner answer, until it is time."""
        if len(self.asked) + 1 >= self._at:
            raise CutOff
        return await super().fetch(request, site, validators)


class HtmlEverywhere(Wrapped):
    """Answers everything with status 200 and a page of HTML that says nothing."""

    async def fetch(self, request: Request, site: Site, validators: Validators | None = None) -> Fetched:
        """What the checks of the web say of such an answer."""
        self.asked.append(request)
        return _answer(request, _SHELL, {"content-type": "text/html; charset=utf-8"})


class SamePage(Wrapped):
    """Answers as a source does that ignores parameters: always what it said first to a request of that method."""

    def __init__(self, inner: Fetcher) -> None:
        super().__init__(inner)
        self._first: dict[str, Fetched] = {}

    async def fetch(self, request: Request, site: Site, validators: Validators | None = None) -> Fetched:
        """The first answer to a request that is read by the same method."""
        if request.then not in self._first:
            self._first[request.then] = await super().fetch(request, site, validators)
            return self._first[request.then]
        self.asked.append(request)
        return msgspec.structs.replace(self._first[request.then], url=request.url)


class WithoutParts(Wrapped):
    """Has no answer to any request for a part of an item."""

    async def fetch(self, request: Request, site: Site, validators: Validators | None = None) -> Fetched:
        """The inner answer; ``NotFound`` for a part."""
        if request.item is not None:
            raise NotFound(f"{request.url} is not there, for a test")
        return await super().fetch(request, site, validators)


def _answer(request: Request, body: bytes, headers: dict[str, str]) -> Fetched:
    now = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
    check(request, 200, headers, body, now)
    return Fetched(url=request.url, status=200, headers=headers, body=body, fetched_at=now, size=len(body))
