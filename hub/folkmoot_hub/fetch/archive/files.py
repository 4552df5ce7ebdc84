"""Local ``.warc``, ``.warc.gz`` and ``.wacz`` files as an archive: read through once, bodies read when they are asked.

What a WACZ says of itself (index, list of pages) is not believed: its WARC files are read as if they lay alone. Nothing
is unpacked to the disk.
"""

from __future__ import annotations

import asyncio
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

import msgspec

from folkmoot_hub.connector import Site
from folkmoot_hub.errors import ConfigError, NotRecorded, TooLarge
from folkmoot_hub.fetch import body as packing
from folkmoot_hub.fetch.archive import warc
from folkmoot_hub.fetch.archive.addresses import Key, key
from folkmoot_hub.fetch.archive.capture import Capture
from folkmoot_hub.fetch.archive.holding import Copy

SUFFIXES: Final = (".warc", ".warc.gz", ".wacz")
#: So many answers can be held in memory; more belong into an archive with an index.
MOST: Final = 1_000_000
_IN_WACZ: Final = re.compile(r"archive/[^/\\]+\.warc(\.gz)?")
#: As for gzip in ``warc``: what a ZIP claims to unpack to.
_MOST_RATIO: Final = 200
_FREE: Final = 256 * 1024 * 1024
_PACKING: Final = frozenset({"content-encoding", "transfer-encoding"})


class Place(msgspec.Struct, frozen=True):
    """Where a record begins: the file, the one inside it (of a WACZ), the offset in that."""

    file: Path
    inside: str
    offset: int


def is_archive(path: Path) -> bool:
    """Whether ``path`` is called as an archive file is."""
    return path.name.lower().endswith(SUFFIXES)


class Files:
    """The answers in ``paths``. ``cap`` is the largest body in bytes, packed or not.

    A file that is broken counts up to where it is; ``broken`` says which and why, and which answers that were asked for
    are damaged. Files are named without their folders, since what is missing is shown to everybody. ``ConfigError`` if
    one is not there, or is no archive at all. Blocks while they are read.
    """

    def __init__(self, paths: Iterable[Path], cap: int) -> None:
        self._cap = cap
        self._pages: dict[Key, list[Capture]] = {}
        self._originals: dict[tuple[str, str], Place] = {}
        self._count = 0
        self.near = True
        #: The address of the first answer of which there is one.
        self.first = ""
        self.broken: list[str] = []
        files = list(paths)
        self.name = ", ".join(path.name for path in files)
        for path in files:
            self._add(path)
        if self.broken:  # so that whoever misses something is told why
            self.name += f" ({'; '.join(self.broken)})"

    # Asking

    async def captures(self, url: str, site: Site) -> Sequence[Capture]:
        """What the files hold of ``url`` and of those that differ from it by the case of letters."""
        wanted = key(url)
        return self._pages.get(wanted.folded, ()) if wanted else ()

    async def copy(self, capture: Capture, site: Site) -> Copy:
        """The answer, unpacked; of a revisit that of the record that it repeats."""
        return await asyncio.to_thread(self._copy, capture)

    async def close(self) -> None:
        """Nothing is held open."""

    def _copy(self, capture: Capture) -> Copy:
        heading, body = self._read(capture, capture.where)
        status, headers = heading.status, heading.headers
        if heading.kind == "revisit":
            place = self._originals.get((heading.digest, capture.url)) or self._originals.get((heading.digest, ""))
            if place is None:
                raise NotRecorded(f"{self.name} repeats by {capture.name} what it does not hold")
            original, body = self._read(capture, place)
            status = status or original.status
            headers = _told_again(heading.headers, original.headers)
        size = len(body)
        return Copy(
            status=status or 200,
            headers=headers,
            body=body_of(headers, body, self._cap, capture.name),
            at=heading.at,
            size=size,
        )

    def _read(self, capture: Capture, place: Place) -> tuple[warc.Heading, bytes]:
        try:
            with _opened(place.file, place.inside) as file:
                heading, body = warc.read(file, place.offset, self._cap)
        except (warc.Broken, OSError, zipfile.BadZipFile, zlib.error) as error:
            why = f"{place.file.name} does not hold {capture.name} as it should: {error}"
            if why not in self.broken:
                self.broken.append(why)
            raise NotRecorded(why) from None
        if len(body) > self._cap:
            raise TooLarge(f"{capture.name} has more than {self._cap} bytes; allowed: at most that many")
        return heading, body

    # Reading through

    def _add(self, path: Path) -> None:
        try:
            if path.name.lower().endswith(".wacz"):
                self._add_wacz(path)
            elif is_archive(path):
                self._add_warc(path, "")
            else:
                raise ConfigError(f"{path}: this is no archive; allowed: {', '.join(SUFFIXES)}")
        except OSError as error:
            raise ConfigError(f"{path}: it cannot be read: {error.strerror or error}") from None

    def _add_wacz(self, path: Path) -> None:
        try:
            with zipfile.ZipFile(path) as packed:
                members = [each for each in packed.infolist() if _IN_WACZ.fullmatch(each.filename)]
        except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError) as error:
            raise ConfigError(f"{path}: this is no WACZ: {error}") from None
        if not members:
            raise ConfigError(f"{path}: this is no WACZ: it holds no file archive/….warc or archive/….warc.gz")
        for each in members:
            if each.file_size > _FREE and each.file_size > _MOST_RATIO * max(each.compress_size, 1):
                self.broken.append(f"{path.name}: {each.filename} unpacks to more than {_MOST_RATIO} times its size")
            else:
                self._add_warc(path, each.filename)

    def _add_warc(self, path: Path, inside: str) -> None:
        begun, name = self._count, f"{path}: {inside}" if inside else str(path)
        try:
            with _opened(path, inside) as file:
                for heading in warc.headings(file):
                    self._put(heading, Place(path, inside, heading.offset))
        except (warc.Broken, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
            if self._count == begun:
                raise ConfigError(f"{name}: no answer can be read: {error}; allowed: WARC files") from None
            shown = f"{path.name}: {inside}" if inside else path.name
            self.broken.append(f"{shown} cannot be read beyond its answer number {self._count - begun}: {error}")
        if self._count == begun:
            raise ConfigError(f"{name}: it holds no answer; allowed: WARC files with some")

    def _put(self, heading: warc.Heading, place: Place) -> None:
        self._count += 1
        if self._count > MOST:
            raise ConfigError(f"{place.file}: more than {MOST} answers; allowed: fewer, or a pywb that serves them")
        known = key(heading.url)
        if known is None:
            return
        self.first = self.first or heading.url
        if heading.kind != "revisit" and heading.digest and not heading.cut:
            self._originals.setdefault((heading.digest, heading.url), place)
            self._originals.setdefault((heading.digest, ""), place)
        if not heading.cut:
            self._pages.setdefault(known.folded, []).append(_capture(heading, place))


def _told_again(headers: Mapping[str, str], original: Mapping[str, str]) -> dict[str, str]:
    """The headers of a revisit that repeats a body: its own, since two redirects may have one body, or those of that.

    How the body was packed is told by the record that holds it.
    """
    own = {name: value for name, value in (headers or original).items() if name not in _PACKING}
    return own | {name: value for name, value in original.items() if name in _PACKING}


def _capture(heading: warc.Heading, place: Place) -> Capture:
    return Capture(
        url=heading.url,
        at=heading.at,
        status=heading.status,
        digest=heading.digest.rpartition(":")[2],
        where=place,
    )


@contextmanager
def _opened(path: Path, inside: str) -> Iterator[IO[bytes]]:
    if not inside:
        with path.open("rb") as file:
            yield file
        return
    with zipfile.ZipFile(path) as packed, packed.open(inside) as member:
        yield member


def body_of(headers: Mapping[str, str], body: bytes, cap: int, name: str) -> bytes:
    """The body of a record as the platform meant it: in one piece, and unpacked."""
    if "chunked" in headers.get("transfer-encoding", "").lower():
        body = warc.unchunked(body)
    return unpacked(body, headers.get("content-encoding", ""), cap, name)


def unpacked(body: bytes, encoding: str, cap: int, name: str) -> bytes:
    """A body as the platform meant it; what is not packed although it says so is as it stands."""
    decode = packing.decoder(encoding, name)
    try:
        whole = decode.feed(body, cap)
    except zlib.error:
        if body[:2] == b"\x1f\x8b":
            raise NotRecorded(f"{name} is broken: it cannot be unpacked as {encoding}") from None
        return body
    if len(whole) > cap:
        raise packing.too_large(name, cap)
    if not decode.finished():
        raise NotRecorded(f"{name} is broken: it ends in the middle")
    return whole
