"""The fetcher: a request's address becomes a capture, and the capture the answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from typing import Any, Final, NamedTuple

from yarl import URL

from folkmoot_hub.clock import Clock, SystemClock
from folkmoot_hub.connector import Request, Site
from folkmoot_hub.errors import Blocked, FinalFetchError, NotAllowed, NotRecorded, TooManyRedirects
from folkmoot_hub.fetch.archive.capture import Capture, Span, ranked
from folkmoot_hub.fetch.archive.holding import Copy, Holding
from folkmoot_hub.fetch.checks import check
from folkmoot_hub.fetch.guard import check_url
from folkmoot_hub.fetch.hops import MAX_REDIRECTS, REDIRECTS
from folkmoot_hub.fetch.protocol import Fetched, Validators
from folkmoot_hub.fetch.secrets import holds_secret

#: So many captures of one page are tried, where those that an archive names cannot be had from it.
_TRIES: Final = 5
_GOOD: Final = range(200, 300)
#: Headers that describe the transfer, or would be taken for ours.
_LEFT_OUT: Final = frozenset(
    {"content-encoding", "content-length", "transfer-encoding", "connection", "etag", "last-modified", "set-cookie"}
)


class _Step(NamedTuple):
    """A page on the way to the answer, and the name of the capture of it that was taken."""

    capture: str
    url: str


class _Taken(NamedTuple):
    """A capture that was taken: what it holds (None: what is held already), or where it leads."""

    step: _Step
    at: datetime
    copy: Copy | None = None
    location: str | None = None


class ArchiveFetcher:
    """Answers from ``holding`` what it took within ``span``.

    An answer bears the platform's address; its ``etag`` is ours and names the captures that led to it, so that what is
    held already is answered as not modified, and no capture is fetched again. ``hosts`` are those that a captured
    redirect may lead to beside the site's (None: any). With ``recorded`` the archive is a recording of a platform that
    lives: what it holds was fetched when it was captured, and is no archived copy.
    """

    def __init__(
        self,
        holding: Holding,
        *,
        span: Span | None = None,
        hosts: frozenset[str] | None = None,
        recorded: bool = False,
        clock: Clock | None = None,
    ) -> None:
        self._holding = holding
        self._span = span or Span()
        self._hosts = hosts
        self._recorded = recorded
        self._clock = clock or SystemClock()
        self.name = holding.name

    @property
    def site(self) -> dict[str, Any]:
        """The settings of the site that an archive names: none."""
        return {}

    @property
    def lacking(self) -> str:
        """Why the archive may hold more than could be read of it so far; empty if it is whole."""
        return "; ".join(self._holding.broken)

    async def fetch(self, request: Request, site: Site, validators: Validators | None = None) -> Fetched:
        """The chosen capture; ``NotRecorded`` if none counts, else what the checks of the web say of it."""
        _check_askable(request)
        held = _steps(validators.etag if validators else None)
        way: list[_Step] = []
        url = request.url
        while True:
            taken = await self._take(request, url, site, held[len(way) :] if held[: len(way)] == way else ())
            way.append(taken.step)
            if taken.location is None:
                return self._answer(way, taken)
            url = self._moved(way, taken.location, site)

    async def close(self) -> None:
        """Close the archive."""
        await self._holding.close()

    async def _take(self, request: Request, url: str, site: Site, held: Sequence[_Step]) -> _Taken:
        """The first capture of ``url`` that is good and holds what ``request`` expects, else one that leads on.

        ``held`` are the steps taken from here. What was held because a newer one in a file is damaged is read anew,
        so that every run says so.
        """
        captures = ranked(await self._holding.captures(url, site), url, self._span)
        for capture in captures[:1] if self._holding.near else captures:
            if held and held[0] == _step(capture, captures[0], url):
                return _Taken(held[0], capture.at, location=held[1].url if len(held) > 1 else None)
        moved: _Taken | None = None
        troubles: list[str] = []
        for capture in islice(captures, _TRIES):
            try:
                copy = await self._holding.copy(capture, site)
                if copy.status in _GOOD:
                    check(request, copy.status, copy.headers, copy.body, copy.at)
            except (FinalFetchError, Blocked) as error:
                troubles.append(str(error))
                continue
            step = _step(capture, captures[0], url)
            if not self._span.holds(copy.at):
                troubles.append(f"what is given for {capture.name} is of {copy.at:%Y-%m-%d}")
            elif copy.status in _GOOD:
                return _Taken(step, copy.at, copy)
            elif copy.status in REDIRECTS and (location := copy.headers.get("location")):
                moved = moved or _Taken(step, copy.at, location=location)
            else:
                troubles.append(f"{capture.name} has status {copy.status}")
        if moved is None:
            raise NotRecorded(f"{self.name} holds no capture of {url} that counts{_listed(troubles)}")
        return moved

    def _moved(self, way: Sequence[_Step], location: str, site: Site) -> str:
        """Where a captured redirect leads."""
        seen = [step.url for step in way]
        try:
            url = str(URL(seen[-1]).join(URL(location)).with_fragment(None))
        except ValueError:
            raise NotRecorded(f"{seen[-1]} leads to {location!r}, which is no address, in {self.name}") from None
        if url in seen or len(seen) > MAX_REDIRECTS:
            shown = " -> ".join([*seen, url])
            raise TooManyRedirects(f"{shown} in {self.name}; allowed: {MAX_REDIRECTS} redirects, and no circle")
        if self._hosts is not None:
            check_url(url, site, self._hosts)
        return url

    def _answer(self, way: Sequence[_Step], taken: _Taken) -> Fetched:
        copy, etag = taken.copy, " ".join(f"{step.capture} {step.url}" for step in way)
        headers, status, body = {"etag": f'"{etag}"'}, 304, b""
        if copy is not None:
            kept = {name: value for name, value in copy.headers.items() if name not in _LEFT_OUT}
            headers, status, body = kept | headers, copy.status, copy.body
        return Fetched(
            url=way[-1].url,
            status=status,
            headers=headers,
            body=body,
            fetched_at=taken.at if self._recorded else self._clock.now(),
            captured_at=None if self._recorded else taken.at,
            not_modified=copy is None,
            size=copy.size if copy is not None else 0,
        )


def _step(capture: Capture, newest: Capture, url: str) -> _Step:
    """What a capture is known by: its digest if the index says it (a later one may be the same), else its instant.

    That of a redirect is of its body, which tells nothing: two that lead to different pages have one.
    If it is not the newest that was named, that one is a part of it: those between were tried and were not good, and
    are not asked for again as long as there is none newer.
    """
    own, first = (each.stamp if each.moved or not each.digest else each.digest for each in (capture, newest))
    return _Step(own if own == first else f"{own}/{first}", url)


def _steps(etag: str | None) -> list[_Step]:
    words = (etag or "").strip('"').split(" ")
    return [_Step(*pair) for pair in zip(words[::2], words[1::2], strict=False)]


def _check_askable(request: Request) -> None:
    if request.method != "GET":
        raise NotAllowed(f"{request.method} {request.url}: an archive holds answers to GET; allowed: GET")
    if holds_secret(request.url):
        raise NotAllowed(f"{request.url}: an archive is told no secret; allowed: addresses without one")


def _listed(troubles: Sequence[str]) -> str:
    return f": {'; '.join(troubles)}" if troubles else ""
