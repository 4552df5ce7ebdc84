"""Common Crawl: an index that says in which file a capture is and where, and the file, of which that part is asked."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from folkmoot_hub.connector import Site
from folkmoot_hub.errors import NotFound, NotRecorded, TooLarge
from folkmoot_hub.fetch.archive import cdx, warc
from folkmoot_hub.fetch.archive.addresses import key
from folkmoot_hub.fetch.archive.capture import Capture, Span
from folkmoot_hub.fetch.archive.files import body_of
from folkmoot_hub.fetch.archive.holding import Copy
from folkmoot_hub.fetch.archive.memento import Line, no_index, whole
from folkmoot_hub.fetch.archive.profiles import DATA


class CommonCrawl:
    """One crawl. ``data`` is where its files are, ``cap`` the largest record in bytes."""

    def __init__(self, line: Line, span: Span, cap: int, *, data: str = DATA) -> None:
        self._line = line
        self._span = span
        self._cap = cap
        self._data = data
        self._known: dict[str, list[Capture]] = {}
        self.name = line.profile.index
        self.broken: list[str] = []
        self.near = False

    async def captures(self, url: str, site: Site) -> Sequence[Capture]:
        """What the index lists of ``url``: asked once."""
        if url not in self._known:
            self._known[url] = await self._listed(url, site)
        return self._known[url]

    async def copy(self, capture: Capture, site: Site) -> Copy:
        """The answer in the record that the index names; ``NotRecorded`` if that is of something else."""
        name, first, last = _place(capture, self._cap)
        fetched = await self._line.ask(
            f"{self._data}/{name}", site, accept=(206,), headers={"range": f"bytes={first}-{last}"}
        )
        try:
            heading, body = warc.read(BytesIO(fetched.body), 0, self._cap)
        except warc.Broken as error:
            raise NotRecorded(f"{name} does not hold {capture.name} as it should: {error}") from None
        if key(heading.url) != key(capture.url) or heading.kind != "response" or heading.cut:
            raise NotRecorded(f"{name} holds a {heading.kind} of {heading.url} in place of {capture.name}")
        return Copy(
            status=heading.status or 200,
            headers=heading.headers,
            body=body_of(heading.headers, body, self._cap, capture.name),
            at=heading.at,
            size=fetched.size,
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._line.close()

    async def _listed(self, url: str, site: Site) -> list[Capture]:
        address = cdx.question(self._line.profile, url, self._span)
        try:
            fetched = await self._line.ask(address, site)
        except NotFound as error:
            raise no_index(self.name, str(error)) from None
        return cdx.read(whole(fetched), self._line.profile.dialect, self.name).captures


def _place(capture: Capture, cap: int) -> tuple[str, int, int]:
    """File, first and last byte of a capture, as an index names them."""
    where = capture.where or {}
    name, offset, length = (str(where.get(each, "")) for each in ("filename", "offset", "length"))
    if not (offset.isdecimal() and length.isdecimal() and int(length) and name) or ".." in name.split("/"):
        raise NotRecorded(f"the index does not say where {capture.name} is")
    if int(length) > cap:
        raise TooLarge(f"{capture.name} has more than {cap} bytes; allowed: at most that many")
    return name.lstrip("/"), int(offset), int(offset) + int(length) - 1
