"""Asking an archive over HTTP: its index or TimeMaps for what there is, ``id_`` addresses for what it took, unchanged.

An answer is a capture only if it bears ``Memento-Datetime`` (RFC 7089, section 2.1.1): archives answer with status 200
for what they exclude, for frames, and for errors of their own; and what has that header is the platform's, also where
it is "too many requests".
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urljoin, urlsplit

import msgspec

from folkmoot_hub.connector import Request, Site
from folkmoot_hub.errors import Blocked, NotAllowed, NotFound, NotRecorded, RetryableError
from folkmoot_hub.fetch.archive import cdx, timemap
from folkmoot_hub.fetch.archive.addresses import key
from folkmoot_hub.fetch.archive.capture import Capture, Span
from folkmoot_hub.fetch.archive.files import unpacked
from folkmoot_hub.fetch.archive.holding import Copy
from folkmoot_hub.fetch.archive.profiles import Profile
from folkmoot_hub.fetch.checks import check_status
from folkmoot_hub.fetch.hops import MAX_REDIRECTS, REDIRECTS
from folkmoot_hub.fetch.protocol import Fetched, Fetcher
from folkmoot_hub.fetch.retry import Backoff, Sleep, http_date

#: Every status is looked at here, since it may be the platform's.
_ANY: Final = tuple(range(200, 600))
#: An index that goes on for longer than this is left: it is in a circle, or too large for us.
_MOST_PAGES: Final = 25
#: So many bytes of captures are remembered, for those that several requests lead to.
_REMEMBERED: Final = 16 * 1024 * 1024
#: How archives mark the headers of the platform, and ours that are none of these.
_ORIGINAL: Final = "x-archive-orig-"
_KEPT: Final = frozenset({"content-type", "location", "content-language"})
_FORBIDDEN: Final = (401, 403, 451)
#: How archives say, with status 404, that they hold nothing of a page: in a list of links, or in these words.
_LINKS: Final = "application/link-format"
_NOTHING: Final = b"No Captures found"
#: What the Wayback Machine says, with status 200, of a page that it excludes.
_EXCLUDED: Final = b"has been excluded from the Wayback Machine"


class Line:
    """One archive over the web: asks through ``web``, at the archive's pace, and again where the archive is busy."""

    def __init__(self, profile: Profile, web: Fetcher, *, retries: int, backoff: Backoff, sleep: Sleep) -> None:
        self.profile = profile
        self._web = web
        self._retries = retries
        self._backoff = backoff
        self._sleep = sleep

    async def ask(
        self, url: str, site: Site, *, accept: tuple[int, ...] = _ANY, headers: Mapping[str, str] | None = None
    ) -> Fetched:
        """The answer at ``url``. What the archive says of itself is judged as on the web, what it captured is not."""
        request = Request(url, expect="any", accept=accept, headers=dict(headers or {}))
        attempt = 0
        while True:
            fetched = await self._web.fetch(request, _archive_site(site, self.profile))
            try:
                _judge(request, fetched)
            except RetryableError as error:
                wait = self._backoff.wait(attempt, error.retry_after)
                if attempt >= self._retries or wait is None:
                    raise
            else:
                return fetched
            await self._sleep(wait)
            attempt += 1

    async def close(self) -> None:
        """Close the connections."""
        await self._web.close()


class Memento:
    """An archive that plays captures back. With ``timemaps`` its index is not asked, as where it has none."""

    def __init__(self, line: Line, span: Span, cap: int, *, timemaps: bool = False) -> None:
        self._line = line
        self._profile = line.profile
        self._span = span
        self._cap = cap
        self._timemaps = timemaps
        self._known: dict[str, list[Capture]] = {}
        self._copies = _Copies()
        self.name = self._profile.root
        self.broken: list[str] = []
        self.near = False

    async def captures(self, url: str, site: Site) -> Sequence[Capture]:
        """What the archive lists of ``url``: asked once."""
        if url not in self._known:
            self._known[url] = await self._listed(url, site)
        return self._known[url]

    async def copy(self, capture: Capture, site: Site) -> Copy:
        """The capture as it was taken; ``NotRecorded`` if what the archive answers is none."""
        name = f"{capture.stamp} {capture.url}"
        async with self._copies.turn(name):
            if (copy := self._copies.get(name)) is None:
                copy = await self._copy(capture, site)
                self._copies.put(name, copy)
            return copy

    async def close(self) -> None:
        """Close the connections."""
        await self._line.close()

    async def _listed(self, url: str, site: Site) -> list[Capture]:
        troubles: list[str] = []
        if not self._timemaps:
            try:
                return await self._indexed(url, site)
            except (NotFound, Blocked) as error:
                # It has no index, or one that we cannot read; every archive with Memento has TimeMaps.
                troubles.append(str(error))
        try:
            return await self._mapped(url, site)
        except NotFound as error:
            raise no_index(self.name, *troubles, str(error)) from None

    async def _indexed(self, url: str, site: Site) -> list[Capture]:
        found: list[Capture] = []
        resume: str | None = None
        asked: set[str | None] = set()
        while resume not in asked and len(asked) < _MOST_PAGES:
            asked.add(resume)
            address = cdx.question(self._profile, url, self._span, resume)
            listed = cdx.read(whole(await self._line.ask(address, site)), self._profile.dialect, self._profile.index)
            found += listed.captures
            resume = listed.resume
            if resume is None:
                return found
        raise NotRecorded(f"{self._profile.index} has no end for {url}: after {len(asked)} answers it goes on")

    async def _mapped(self, url: str, site: Site) -> list[Capture]:
        found: list[Capture] = []
        todo, asked = [self._profile.timemap(url)], set[str]()
        while todo and len(asked) < _MOST_PAGES:
            address = todo.pop()
            if address in asked or not address.startswith(f"{self._profile.root}/"):
                continue
            asked.add(address)
            read = timemap.read(whole(await self._line.ask(address, site)), url, address)
            found += read.captures
            todo += read.more
        return found

    async def _copy(self, capture: Capture, site: Site) -> Copy:
        address = self._profile.capture(capture.stamp, capture.url)
        for _ in range(MAX_REDIRECTS + 1):
            fetched = await self._line.ask(address, site)
            if _is_capture(fetched):
                return self._taken(capture, fetched)
            if fetched.status not in REDIRECTS:
                raise _no_capture(address, fetched)
            address = self._nearer(capture, address, fetched.headers.get("location", ""))
        raise NotRecorded(f"{self.name} sends from one address to the next for {capture.name}")

    def _nearer(self, capture: Capture, address: str, location: str) -> str:
        """Where the archive sends for another capture of the same page; ``NotRecorded`` if it is of another one."""
        told = timemap.page_of(urljoin(address, location))
        wanted, given = key(capture.url), key(told[1]) if told else None
        if told is None or wanted is None or given is None or wanted.folded != given.folded:
            raise NotRecorded(f"{address} sends to {location!r}, which is no capture of that page")
        return self._profile.capture(*told)

    def _taken(self, capture: Capture, fetched: Fetched) -> Copy:
        at = http_date(fetched.headers["memento-datetime"])
        if at is None:
            stated = fetched.headers["memento-datetime"]
            raise NotRecorded(f"{self.name} says that {capture.name} was taken at {stated!r}, which is no time")
        headers = _original(fetched.headers)
        if location := headers.get("location"):
            headers["location"] = self._unwritten(location)
        packing = headers.get("content-encoding", "") if fetched.body[:2] == b"\x1f\x8b" else ""
        body = unpacked(fetched.body, packing, self._cap, capture.name)
        return Copy(status=fetched.status, headers=headers, body=body, at=at, size=fetched.size)

    def _unwritten(self, location: str) -> str:
        """Where a captured redirect leads: archives let it lead to themselves."""
        pages = self._profile.pages or ""
        ours = location.startswith((f"{pages}/", f"{urlsplit(pages).path}/"))
        told = timemap.page_of(location) if ours else None
        return told[1] if told else location


class _Copies:
    """The captures that were had last, and whose turn it is to get one."""

    def __init__(self) -> None:
        self._held: OrderedDict[str, Copy] = OrderedDict()
        self._size = 0
        self._turns: dict[str, asyncio.Lock] = {}

    def turn(self, name: str) -> asyncio.Lock:
        return self._turns.setdefault(name, asyncio.Lock())

    def get(self, name: str) -> Copy | None:
        return self._held.get(name)

    def put(self, name: str, copy: Copy) -> None:
        self._held[name] = copy
        self._size += len(copy.body)
        while self._size > _REMEMBERED:
            _, left = self._held.popitem(last=False)
            self._size -= len(left.body)


def _archive_site(site: Site, profile: Profile) -> Site:
    """The archive as a site: its host is the one that may be asked, its pace at least what it wants."""
    pace = max(site.pace, profile.pace)
    return msgspec.structs.replace(
        site, base=profile.root, hosts=profile.hosts, pace=pace, via="web", archive=None, concurrency=1
    )


def no_index(name: str, *troubles: str) -> NotFound:
    """That nothing is known of what the archive ``name`` holds, since nothing there answers as an index does."""
    return NotFound(
        f"{name} shows no index there, so that nobody knows what it holds: {'; '.join(troubles)}; "
        "allowed: url, profile and collection of an archive"
    )


def says_nothing(fetched: Fetched) -> bool:
    """Whether a 404 says that the archive holds no capture of a page, and not that there is no such index.

    pywb gives an empty list of links (recorded: web-archive/SOURCE.md, ``23-timemap-nothing``), Common Crawl a message.
    """
    if fetched.status != 404 or _is_capture(fetched):
        return False
    return fetched.headers.get("content-type", "").startswith(_LINKS) or _NOTHING in fetched.body


def _is_capture(fetched: Fetched) -> bool:
    return "memento-datetime" in fetched.headers


def _judge(request: Request, fetched: Fetched) -> None:
    """Pass what is a capture, or a word of the archive that is read further on; else raise what it means."""
    status = fetched.status
    if _is_capture(fetched) or says_nothing(fetched):
        return
    if status in _FORBIDDEN:
        why = fetched.headers.get("x-archive-wayback-runtime-error", "").rpartition(": ")[2]
        raise NotAllowed(f"{request.url} answered {status}{f' ({why})' if why else ''}: the archive excludes it")
    if status == 404 or status >= 429:
        wanted = msgspec.structs.replace(request, accept=(200,))
        check_status(wanted, status, fetched.headers, fetched.fetched_at)


def whole(fetched: Fetched) -> bytes:
    """The body of a list, empty if the archive says that it holds nothing."""
    if says_nothing(fetched):
        return b""
    if fetched.status != 200:
        raise Blocked(f"{fetched.url} answered {fetched.status} in place of a list; allowed: 200")
    return fetched.body


def _no_capture(address: str, fetched: Fetched) -> NotRecorded | NotAllowed:
    if _EXCLUDED in fetched.body:
        return NotAllowed(f"{address} answered {fetched.status}: the archive excludes this page")
    return NotRecorded(
        f"{address} answered {fetched.status} without Memento-Datetime: no capture, but a page of the archive's own"
    )


def _original(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers as the platform sent them."""
    kept = {name: value for name, value in headers.items() if name in _KEPT}
    told = {name.removeprefix(_ORIGINAL): value for name, value in headers.items() if name.startswith(_ORIGINAL)}
    return told | kept
