"""One exchange over HTTP through aiohttp: no redirects, no retries, no cookies, our errors."""

from __future__ import annotations

from collections.abc import Container, Mapping

import aiohttp
import msgspec
from aiohttp.abc import AbstractResolver
from yarl import URL

from folkmoot_hub.errors import ConnectionFailed, FetchError, FetchTimeout, NotAllowed
from folkmoot_hub.fetch import body
from folkmoot_hub.fetch.guard import REFUSED, Guard
from folkmoot_hub.fetch.settings import FetchSettings

#: Headers that describe the transfer and are no longer true of the decoded body.
_OF_TRANSFER = frozenset({"content-encoding", "content-length", "transfer-encoding", "connection", "keep-alive"})


class Answer(msgspec.Struct, frozen=True):
    """What came back. ``body`` is decoded, and empty where the status was not wanted; ``size`` is of the wire."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    size: int = 0


class Sending(msgspec.Struct, frozen=True):
    """What goes out, secrets included. ``shown`` is the address as it may be shown, without them."""

    method: str
    url: URL
    headers: Mapping[str, str]
    data: bytes | None
    shown: str


class Transport:
    """Holds the connections. ``resolver`` replaces the system's DNS in tests."""

    def __init__(self, settings: FetchSettings, resolver: AbstractResolver | None = None) -> None:
        self._settings = settings
        self._resolver = resolver
        self._session: aiohttp.ClientSession | None = None

    async def send(self, sending: Sending, wanted: Container[int], cap: int) -> Answer:
        """Send one request. The body is read only if the status is ``wanted``, and no more than ``cap`` bytes of it.

        Whatever aiohttp raises comes out as it is: its text may hold a secret, see :func:`failed`.
        """
        exchange = self._opened().request(
            sending.method, sending.url, headers=sending.headers, data=sending.data, allow_redirects=False
        )
        async with exchange as response:
            lower = _lower(response.headers)
            if response.status not in wanted:
                return Answer(response.status, lower)
            if (response.content_length or 0) > cap:
                raise body.too_large(sending.shown, cap)
            chunks, encoding = response.content.iter_any(), response.headers.get("content-encoding", "")
            content, size = await body.read(chunks, encoding, cap, sending.shown)
        return Answer(response.status, lower, content, size)

    def _opened(self) -> aiohttp.ClientSession:
        # Made at the first request, because aiohttp wants a running loop.
        if self._session is None:
            limits = self._settings
            guard = Guard(limits.allow)
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    resolver=self._resolver, socket_factory=guard.socket, limit=0, timeout_ceil_threshold=3600
                ),
                timeout=aiohttp.ClientTimeout(
                    total=limits.timeout,
                    connect=limits.connect_timeout,
                    sock_connect=limits.connect_timeout,
                    sock_read=limits.read_timeout,
                    ceil_threshold=3600,
                ),
                headers={"User-Agent": limits.user_agent, "Accept-Encoding": body.ACCEPT_ENCODING},
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
            )
        return self._session

    async def close(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers with lower-case names; of one that comes twice, all values (RFC 9110, section 5.3)."""
    joined: dict[str, str] = {}
    for name, value in headers.items():
        key = name.lower()
        if key not in _OF_TRANSFER:
            value = _readable(value)
            joined[key] = f"{joined[key]}, {value}" if key in joined else value
    return joined


def _readable(value: str) -> str:
    """A header's value as text that can be written: octets that are not UTF-8 are taken as Latin-1 (RFC 9110, 5.5)."""
    octets = value.encode("utf-8", "surrogateescape")
    try:
        return octets.decode()
    except UnicodeDecodeError:
        return octets.decode("latin-1")


def failed(error: Exception, shown: str, why: str) -> FetchError:
    """Our error for one of aiohttp's; ``shown`` is the address and ``why`` its text, both without secrets."""
    if REFUSED in why:
        return NotAllowed(f"{shown} leads to a network that may not be asked: {why}; allowed: public addresses")
    if isinstance(error, TimeoutError):
        return FetchTimeout(f"{shown} took too long: {why or 'the whole exchange'}")
    if isinstance(error, aiohttp.ClientSSLError):  # asked before ValueError, which a certificate error is too
        return ConnectionFailed(f"{shown}: TLS failed: {why}")
    if isinstance(error, ValueError):
        return NotAllowed(f"{shown} cannot be asked: {why}")
    return ConnectionFailed(f"{shown}: the connection failed: {why or type(error).__name__}")
