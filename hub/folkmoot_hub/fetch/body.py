"""Reading the body of an answer under a cap that holds before and after decompression."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterable
from typing import Protocol

from folkmoot_hub.errors import Blocked, ConnectionFailed, TooLarge

#: What we ask for; other encodings would need libraries of their own.
ACCEPT_ENCODING = "gzip, deflate"
_STEP = 256 * 1024


class _Decoder(Protocol):
    """Turns what came over the wire into the body, a bounded piece at a time."""

    def feed(self, data: bytes, limit: int) -> bytes: ...

    def finished(self) -> bool: ...


class _Plain:
    def feed(self, data: bytes, limit: int) -> bytes:
        return data

    def finished(self) -> bool:
        return True


class _Compressed:
    """gzip (RFC 1952, of one or more members), zlib (RFC 1950), or bare deflate as some servers send it."""

    def __init__(self, encoding: str) -> None:
        self._gzip = encoding == "gzip"
        self._inflate: zlib._Decompress | None = None

    def feed(self, data: bytes, limit: int) -> bytes:
        out = bytearray()
        while len(out) <= limit:
            if self._ended_before(data):
                break
            self._inflate = self._inflate or zlib.decompressobj(wbits=self._wbits(data))
            room = min(_STEP, limit + 1 - len(out))
            piece = self._inflate.decompress(data, room)
            out += piece
            data = self._inflate.unused_data if self._inflate.eof else self._inflate.unconsumed_tail
            # A full piece may leave output behind though all input is used.
            if not data and len(piece) < room:
                break
        return bytes(out)

    def _ended_before(self, data: bytes) -> bool:
        """Whether nothing of ours is in ``data``; a further member of a gzip file makes a new start."""
        if self._inflate is not None and self._inflate.eof:
            if not (data and self._gzip and b"\x1f\x8b".startswith(data[:2])):
                return True
            self._inflate = None
        return not data and self._inflate is None

    def _wbits(self, data: bytes) -> int:
        if self._gzip:
            return 31
        return 15 if data[0] & 0x0F == 8 else -15

    def finished(self) -> bool:
        return self._inflate is None or self._inflate.eof


def decoder(encoding: str, url: str) -> _Decoder:
    """The decoder for a Content-Encoding; ``Blocked`` if we did not ask for it. ``url`` is for the message."""
    name = encoding.strip().lower()
    if name in {"", "identity"}:
        return _Plain()
    if name in {"gzip", "x-gzip"}:
        return _Compressed("gzip")
    if name == "deflate":
        return _Compressed("deflate")
    raise Blocked(f"{url} answered with content encoding {name!r}; allowed: {ACCEPT_ENCODING}")


async def read(chunks: AsyncIterable[bytes], encoding: str, cap: int, url: str) -> tuple[bytes, int]:
    """The decoded body and the number of bytes that came over the wire; ``TooLarge`` beyond ``cap`` bytes."""
    decode = decoder(encoding, url)
    body, size = bytearray(), 0
    try:
        async for chunk in chunks:
            size += len(chunk)
            body += decode.feed(chunk, cap - len(body))
            if max(size, len(body)) > cap:
                raise too_large(url, cap)
    except zlib.error as error:
        raise Blocked(f"{url} answered with a broken {encoding} body: {error}") from error
    if not decode.finished():
        raise ConnectionFailed(f"{url}: the connection broke before the end of the {encoding} body")
    return bytes(body), size


def too_large(url: str, cap: int) -> TooLarge:
    """The error for an answer beyond the cap."""
    return TooLarge(f"{url} answered with more than {cap} bytes; allowed: at most that many, also after decompression")
