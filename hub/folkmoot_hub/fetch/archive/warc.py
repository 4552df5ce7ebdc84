"""Reading records of WARC files (ISO 28500) through warcio, nothing of them trusted: all that is read is bounded.

warcio passes over a gzip member that breaks off, and says so on standard error at most; here a record that is not
whole is an error.
"""

from __future__ import annotations

import base64
import hashlib
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import IO, Any, Final

import msgspec
from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader, DecompressingBufferedReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeadersParser

from folkmoot_schema import dates

#: More bytes of header lines in one record are an attack or a broken file.
_MOST_LINES: Final = 1024 * 1024
#: What unpacks to more than so many times its size, and to more than this many bytes, is a bomb.
_MOST_RATIO: Final = 200
_FREE: Final = 256 * 1024 * 1024
_STEP: Final = 64 * 1024
_HASHES: Final = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "sha512": hashlib.sha512, "md5": hashlib.md5}
_HTTP: Final = StatusAndHeadersParser(["HTTP/1.0", "HTTP/1.1", "HTTP/2", "HTTP/2.0"], verify=False)


class Broken(Exception):
    """Raised when a WARC file cannot be read on, or a record of it is not what it says."""


class Heading(msgspec.Struct, frozen=True, kw_only=True):
    """What a record says of itself.

    ``kind`` is ``response``, ``revisit`` or ``resource``; ``status`` None if a revisit does not repeat it. ``digest``
    is as it stands there, with the name of its algorithm. ``cut``: the crawler kept only a part of the body.
    """

    offset: int
    kind: str
    url: str
    at: datetime
    status: int | None = None
    headers: dict[str, str] = {}
    digest: str = ""
    cut: bool = False


class _Reader(DecompressingBufferedReader):  # type: ignore[misc] # warcio has no types
    """warcio's reader, bounded. ``lines`` counts the bytes of lines since it was last set to 0."""

    lines = 0

    def readline(self, length: int | None = None) -> bytes:
        """A line, if header lines have not become too many."""
        line: bytes = super().readline(min(length or _MOST_LINES, _MOST_LINES))
        self.lines += len(line)
        if self.lines >= _MOST_LINES:
            raise Broken(f"a record has more than {_MOST_LINES} bytes of header lines")
        return line

    def _decompress(self, data: bytes) -> bytes:
        if self.decompressor and data and self.num_block_read:
            try:
                out: bytes = self.decompressor.decompress(data)
            except zlib.error as error:
                raise Broken(f"its packing is broken: {error}") from None
        else:
            out = super()._decompress(data)  # which takes what is not packed as it is
        unpacked = self.num_read + len(out)
        if unpacked > _FREE and unpacked > _MOST_RATIO * max(self.stream.tell(), 1):
            raise Broken(f"it unpacks to more than {_MOST_RATIO} times its size")
        return out


def headings(file: IO[bytes]) -> Iterator[Heading]:
    """What each answer in ``file`` says of itself, from its beginning; :class:`Broken` where it cannot be read on."""
    iterator = _iterator(file)
    while (record := _next(iterator)) is not None:
        heading = _heading(iterator.offset, record)
        _pass(iterator, record)
        if heading is not None:
            yield heading


def read(file: IO[bytes], offset: int, cap: int) -> tuple[Heading, bytes]:
    """The record at ``offset`` and its body, packed as the platform packed it; :class:`Broken` if it is not whole.

    The body has at most ``cap`` + 1 bytes. If the record states its digest, it has that.
    """
    file.seek(offset)
    iterator = _iterator(file)
    record = _next(iterator)
    heading = _heading(offset, record) if record is not None else None
    if heading is None:
        raise Broken(f"there is no answer at {offset}")
    with _told():
        body = _body(record, cap)
    if len(body) <= cap:
        _pass(iterator, record)
        _check(heading, body)
    return heading, body


def unchunked(body: bytes) -> bytes:
    """A body that was sent in chunks as a whole; one that is no more in chunks, as many writers keep it, as it is."""
    whole: bytes = ChunkedDataReader(io.BytesIO(body)).read()
    return whole


def _iterator(file: IO[bytes]) -> Any:
    iterator = ArchiveIterator(file, no_record_parse=True)
    iterator.reader = _Reader(file)
    iterator.INC_RECORD = ""  # what it would print of a wrong length, which is an error here
    return iterator


def _next(iterator: Any) -> Any | None:
    with _told():
        iterator.reader.lines = 0
        return next(iterator, None)


@contextmanager
def _told() -> Iterator[None]:
    """Whatever goes wrong in warcio is :class:`Broken`."""
    try:
        yield
    except Broken:
        raise
    except ArchiveLoadFailed as error:
        why = " ".join(str(error).split()).removeprefix("ERROR: ")
        raise Broken(f"{why[:120]} …") from None
    except Exception as error:  # below its own errors it fails in many ways
        raise Broken(f"{type(error).__name__}: {error}") from None


def _heading(offset: int, record: Any) -> Heading | None:
    """None for a record that is no answer, or of which nothing can be said."""
    said = record.rec_headers
    url, kind = said.get_header("WARC-Target-URI") or "", record.rec_type
    if kind not in {"response", "revisit", "resource"} or not url.startswith(("http://", "https://")):
        return None
    try:
        at = dates.parse_instant(said.get_header("WARC-Date") or "").replace(microsecond=0)
        status, headers = _http(record) if kind != "resource" else (200, {"content-type": record.content_type or ""})
    except (ValueError, EOFError):
        return None
    return Heading(
        offset=offset,
        kind=kind,
        url=url,
        at=at,
        status=status,
        headers=headers,
        digest=said.get_header("WARC-Payload-Digest") or "",
        cut=said.get_header("WARC-Truncated") is not None or said.get_header("WARC-Segment-Number") is not None,
    )


def _http(record: Any) -> tuple[int | None, dict[str, str]]:
    """Status and headers of an answer; a revisit need not have them."""
    try:
        found = _HTTP.parse(record.raw_stream)
        status = int(found.get_statuscode())
    except (ValueError, EOFError):
        if record.rec_type != "revisit":
            raise
        return None, {}
    headers: dict[str, str] = {}
    for name, value in found.headers:
        lower = name.lower()
        headers[lower] = f"{headers[lower]}, {value}" if lower in headers else value
    # Asked with "if modified": that it was not is no status of the page.
    return (None if status == 304 else status), headers


def _body(record: Any, cap: int) -> bytes:
    pieces, size = [], 0
    while size <= cap and (piece := record.raw_stream.read(min(_STEP, cap + 1 - size))):
        pieces.append(piece)
        size += len(piece)
    return b"".join(pieces)


def _pass(iterator: Any, record: Any) -> None:
    """Read to the end of a record, which must be there, and be its end."""
    if record.length is None:
        raise Broken("a record does not say how long it is")
    with _told():
        while record.raw_stream.read(_STEP):
            pass
        if left := record.raw_stream.limit:
            raise Broken(f"a record breaks off, {left} bytes before its end")
        iterator.read_to_end()
    if iterator.err_count:
        raise Broken("a record is longer than it says")


def _check(heading: Heading, body: bytes) -> None:
    """The body has the digest that is stated, as it was sent or without chunks. A revisit states that of another."""
    name, _, stated = heading.digest.partition(":")
    make = _HASHES.get(name.lower().replace("-", ""))
    if make is None or heading.kind == "revisit":
        return
    forms = [body, unchunked(body)] if "transfer-encoding" in heading.headers else [body]
    made = [make(form).digest() for form in forms]
    written = {base64.b32encode(each).decode().rstrip("=") for each in made} | {each.hex().upper() for each in made}
    if stated.upper().rstrip("=") not in written:
        raise Broken(f"the body of {heading.url} has another digest than {heading.digest}")
