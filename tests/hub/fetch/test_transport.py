"""One exchange over HTTP: what is sent, what comes back, and what each failure is called."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from msgspec.structs import replace

from folkmoot_hub.connector import Request, Site
from folkmoot_hub.errors import ConnectionFailed, FetchError, FetchTimeout, NotAllowed
from folkmoot_hub.fetch.guard import REFUSED
from folkmoot_hub.fetch.session import WebFetcher
from folkmoot_hub.fetch.transport import failed
from hub.fetch.serving import Server

Make = Callable[..., WebFetcher]


# Failures


@pytest.mark.parametrize(
    ("error", "why", "kind", "text"),
    [
        (OSError(), f"10.0.0.1 {REFUSED}", NotAllowed, "leads to a network that may not be asked: 10.0.0.1"),
        (TimeoutError(), f"10.0.0.1 {REFUSED}", NotAllowed, "leads to a network that may not be asked"),
        (TimeoutError(), "", FetchTimeout, "took too long: the whole exchange"),
        (aiohttp.ServerTimeoutError("slow"), "slow", FetchTimeout, "took too long: slow"),
        (ValueError("a"), "a", NotAllowed, "cannot be asked: a"),
        (aiohttp.InvalidURL("x"), "x", NotAllowed, "cannot be asked: x"),
        (aiohttp.ServerDisconnectedError(), "Server disconnected", ConnectionFailed, "the connection failed: Server"),
        (aiohttp.ClientPayloadError(), "", ConnectionFailed, "the connection failed: ClientPayloadError"),
        (ConnectionResetError(), "", ConnectionFailed, "the connection failed: ConnectionResetError"),
    ],
)
def test_each_failure_becomes_the_error_of_what_happens_next(
    error: Exception, why: str, kind: type[FetchError], text: str
) -> None:
    ours = failed(error, "https://example.org/", why)
    assert type(ours) is kind
    assert str(ours).startswith("https://example.org/")
    assert text in str(ours)


async def test_tls_with_somebody_who_speaks_none_fails(server: Server, web_fetcher: Make, site: Site) -> None:
    secure = replace(site, base=server.url().replace("http:", "https:"))
    with pytest.raises(ConnectionFailed, match=r"https://127\.0\.0\.1:\d+/: TLS failed"):
        await web_fetcher(retries=0).fetch(Request(secure.base), secure)


@pytest.fixture
async def unknown_signer(tmp_path: Path) -> AsyncIterator[str]:
    """The address of a server whose certificate nobody signed but itself."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl on this machine to make a certificate")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    names = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*made, *names], check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)

    async def nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    listening = await asyncio.start_server(nothing, "127.0.0.1", 0, ssl=context)
    async with listening:
        yield f"https://127.0.0.1:{listening.sockets[0].getsockname()[1]}/"


async def test_a_certificate_that_nobody_vouches_for_is_not_taken(unknown_signer: str, web_fetcher: Make) -> None:
    site = Site(id="a.example.org", connector="a", title="A", base=unknown_signer, pace=0)
    with pytest.raises(ConnectionFailed, match=r"TLS failed: .*certificate"):
        await web_fetcher(retries=0).fetch(Request(unknown_signer), site)


# What comes back


async def raw(answer: bytes) -> asyncio.Server:
    """A server that says ``answer`` to whatever it is asked."""

    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        writer.close()

    return await asyncio.start_server(say, "127.0.0.1", 0)


def at(server: asyncio.Server) -> Site:
    base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    return Site(id="a.example.org", connector="a", title="A", base=base, pace=0)


@pytest.mark.parametrize(
    ("sent", "value"),
    [
        (b"plain", "plain"),
        ("ü ✓".encode(), "ü ✓"),
        ("Malmö".encode("latin-1"), "Malmö"),
        (b"\xff\xfe", "ÿþ"),
        (b"a\xc3", "aÃ"),
    ],
)
async def test_a_header_in_whatever_encoding_is_text_that_can_be_kept(
    web_fetcher: Make, sent: bytes, value: str
) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
    async with await raw(head + b'ETag: "' + sent + b'"\r\n\r\n{}') as server:
        site = at(server)
        fetched = await web_fetcher().fetch(Request(site.base), site)
    assert fetched.headers["etag"] == f'"{value}"'
    fetched.headers["etag"].encode()  # no lone surrogates, which no file and no database takes


async def test_a_redirect_in_an_old_encoding_is_followed_or_named(web_fetcher: Make) -> None:
    head = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /Malm\xf6\r\n\r\n"
    async with await raw(head) as server:
        site = at(server)
        with pytest.raises(FetchError, match="Malm%C3%B6"):
            await web_fetcher(retries=0).fetch(Request(site.base), site)


async def test_a_header_that_comes_twice_keeps_both_values(server: Server, web_fetcher: Make, site: Site) -> None:
    async def twice(request: web.Request) -> web.StreamResponse:
        response = web.json_response({})
        response.headers.add("Link", "</a>")
        response.headers.add("link", "</b>")
        return response

    server.on("/", twice)
    fetched = await web_fetcher().fetch(Request(server.url()), site)
    assert fetched.headers["link"] == "</a>, </b>"


async def test_headers_of_the_transfer_are_not_headers_of_the_body(
    server: Server, web_fetcher: Make, site: Site
) -> None:
    async def chunked(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-type": "application/json", "keep-alive": "timeout=5"})
        await response.prepare(request)
        await response.write(b"[1")
        await response.write(b", 2]")
        return response

    server.on("/", chunked)
    fetched = await web_fetcher().fetch(Request(server.url()), site)
    assert (fetched.body, fetched.size) == (b"[1, 2]", 6)
    transfer = {"transfer-encoding", "content-length", "content-encoding", "connection", "keep-alive"}
    assert not transfer & fetched.headers.keys()


async def test_the_body_of_an_answer_that_is_not_wanted_is_not_read(
    server: Server, web_fetcher: Make, site: Site
) -> None:
    """An error page may be endless: its status is enough."""
    sent = 0

    async def endless(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse(status=404)
        await response.prepare(request)
        while sent < 50_000_000:
            await response.write(b"x" * 65536)
            sent += 65536
        return response

    server.on("/", endless)
    with pytest.raises(FetchError, match="answered 404"):
        await web_fetcher().fetch(Request(server.url()), site)
    assert sent < 20_000_000


# What goes out


async def test_no_proxy_of_the_environment_is_used(
    server: Server, web_fetcher: Make, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy would resolve names behind the guard's back."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.2:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    server.say("/")
    assert (await web_fetcher(retries=0).fetch(Request(server.url()), site)).status == 200


async def test_after_closing_it_can_ask_again(server: Server, web_fetcher: Make, site: Site) -> None:
    server.say("/")
    fetcher = web_fetcher()
    await fetcher.fetch(Request(server.url()), site)
    await fetcher.close()
    await fetcher.close()
    assert (await fetcher.fetch(Request(server.url()), site)).status == 200
