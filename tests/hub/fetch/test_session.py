"""The fetcher for the web, against a real server on the loopback."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import Callable

import pytest
from aiohttp import web
from msgspec.structs import replace

from folkmoot_hub.connector import Request, Site
from folkmoot_hub.errors import (
    Blocked,
    ConnectionFailed,
    FetchTimeout,
    GoneAtSource,
    NotAllowed,
    NotFound,
    ServerTrouble,
    TooLarge,
    TooManyRequests,
)
from folkmoot_hub.fetch.protocol import Validators
from folkmoot_hub.fetch.session import WebFetcher
from hub.fetch.serving import NOW, Server, Time

Make = Callable[..., WebFetcher]


async def test_an_answer(server: Server, web_fetcher: Make, site: Site) -> None:
    server.say("/list", b'{"a": 1}', etag='"x"', last_modified="Sun, 01 Mar 2026 00:00:00 GMT")
    fetched = await web_fetcher().fetch(Request(server.url("/list?b=2&a=1")), site)
    assert (fetched.status, fetched.body, fetched.size) == (200, b'{"a": 1}', 8)
    assert fetched.url == server.url("/list?b=2&a=1")
    assert fetched.fetched_at == NOW
    assert fetched.headers["etag"] == '"x"'
    assert all(name == name.lower() for name in fetched.headers)
    assert "content-length" not in fetched.headers
    assert not fetched.not_modified


async def test_it_says_honestly_who_asks(server: Server, web_fetcher: Make, site: Site) -> None:
    server.say("/")
    await web_fetcher().fetch(Request(server.url()), site)
    (asked,) = server.asked
    assert asked.headers["User-Agent"].startswith("Folkmoot/")
    assert asked.headers["User-Agent"].endswith(" (+mailto:hub@example.org)")
    assert asked.headers["Accept"].startswith("application/json")
    assert asked.headers["Accept-Encoding"] == "gzip, deflate"
    assert "Cookie" not in asked.headers


@pytest.mark.parametrize("name", ["User-Agent", "host", "Content-Length", "Connection", "accept-encoding"])
async def test_a_connector_cannot_say_otherwise(server: Server, web_fetcher: Make, site: Site, name: str) -> None:
    with pytest.raises(NotAllowed, match=f"may not set the header {name.lower()}"):
        await web_fetcher().fetch(Request(server.url(), headers={name: "x"}), site)
    assert server.asked == []


async def test_headers_of_the_connector_are_sent(server: Server, web_fetcher: Make, site: Site) -> None:
    server.say("/")
    await web_fetcher().fetch(Request(server.url(), headers={"ACCEPT": "application/x+json", "X-A": "ü"}), site)
    assert server.asked[0].headers.getall("Accept") == ["application/x+json"]
    assert server.asked[0].headers["X-A"] == "ü"


async def test_a_header_with_a_line_break_is_refused(server: Server, web_fetcher: Make, site: Site) -> None:
    with pytest.raises(NotAllowed, match=r"http://127.0.0.1:\d+/ cannot be asked"):
        await web_fetcher().fetch(Request(server.url(), headers={"X-A": "a\r\nX-B: b"}), site)
    assert server.asked == []


@pytest.mark.parametrize(
    ("body", "content_type"), [('{"query": "{ a }"}', "application/json"), ("a=1", "application/x-www-form-urlencoded")]
)
async def test_a_body_is_posted(server: Server, web_fetcher: Make, site: Site, body: str, content_type: str) -> None:
    server.say("/")
    await web_fetcher().fetch(Request(server.url(), method="POST", body=body), site)
    assert (server.asked[0].method, server.bodies[0]) == ("POST", body)
    assert server.asked[0].headers["Content-Type"] == content_type


async def test_cookies_are_not_kept(server: Server, web_fetcher: Make, site: Site) -> None:
    server.say("/", set_cookie="a=1; Path=/")
    fetcher = web_fetcher()
    for _ in range(2):
        await fetcher.fetch(Request(server.url()), site)
    assert "Cookie" not in server.asked[1].headers


# Conditional requests


async def test_not_modified(server: Server, web_fetcher: Make, site: Site) -> None:
    server.say("/", b"", status=304, etag='"x"')
    validators = Validators(etag='"x"', last_modified="Sun, 01 Mar 2026 00:00:00 GMT")
    fetched = await web_fetcher().fetch(Request(server.url()), site, validators)
    assert fetched.not_modified
    assert (fetched.status, fetched.body, fetched.headers["etag"]) == (304, b"", '"x"')
    assert server.asked[0].headers["If-None-Match"] == '"x"'
    assert server.asked[0].headers["If-Modified-Since"] == "Sun, 01 Mar 2026 00:00:00 GMT"


async def test_modified_after_all(server: Server, web_fetcher: Make, site: Site) -> None:
    server.say("/", b"[]")
    fetched = await web_fetcher().fetch(Request(server.url()), site, Validators(etag='"x"'))
    assert not fetched.not_modified
    assert fetched.body == b"[]"


@pytest.mark.parametrize("validators", [None, Validators()])
async def test_304_that_nobody_asked_for_is_blocked(
    server: Server, web_fetcher: Make, site: Site, validators: Validators | None
) -> None:
    server.say("/", b"", status=304)
    with pytest.raises(Blocked, match="answered 304"):
        await web_fetcher(retries=0).fetch(Request(server.url()), site, validators)


# Failing answers and retries


async def test_trouble_is_asked_again_with_growing_waits(
    server: Server, web_fetcher: Make, site: Site, time: Time
) -> None:
    server.say_in_turn("/", (500, {}, b""), (502, {}, b""), (200, {}, b"{}"))
    assert (await web_fetcher().fetch(Request(server.url()), site)).status == 200
    assert time.slept == [2, 4]


async def test_it_gives_up_after_the_retries(server: Server, web_fetcher: Make, site: Site) -> None:
    server.say("/", status=500)
    with pytest.raises(ServerTrouble, match="answered 500"):
        await web_fetcher(retries=2).fetch(Request(server.url()), site)
    assert len(server.asked) == 3


@pytest.mark.parametrize(("status", "error"), [(404, NotFound), (410, GoneAtSource)])
async def test_final_answers_are_not_asked_again(
    server: Server, web_fetcher: Make, site: Site, status: int, error: type[Exception]
) -> None:
    server.say("/", status=status)
    with pytest.raises(error):
        await web_fetcher().fetch(Request(server.url()), site)
    assert len(server.asked) == 1


async def test_200_with_html_is_blocked_though_asked_again(server: Server, web_fetcher: Make, site: Site) -> None:
    server.say("/", b"<!DOCTYPE html><html></html>", content_type="text/html")
    with pytest.raises(Blocked, match=r"http://127.0.0.1:\d+/ answered 200 with text/html, not with JSON"):
        await web_fetcher().fetch(Request(server.url()), site)
    assert len(server.asked) == 4


async def test_retry_after_is_honoured(server: Server, web_fetcher: Make, site: Site, time: Time) -> None:
    server.say_in_turn("/", (429, {"retry-after": "77"}, b""), (200, {}, b"{}"))
    await web_fetcher().fetch(Request(server.url()), site)
    assert sum(time.slept) >= 77


async def test_retry_after_holds_for_the_whole_host(server: Server, web_fetcher: Make, site: Site, time: Time) -> None:
    server.say("/busy", status=503, retry_after="77")
    server.say("/other")
    fetcher = web_fetcher(retries=0)
    with pytest.raises(TooManyRequests):
        await fetcher.fetch(Request(server.url("/busy")), site)
    await fetcher.fetch(Request(server.url("/other")), site)
    assert time.slept == [77]


async def test_retry_after_beyond_patience_ends_the_asking(
    server: Server, web_fetcher: Make, site: Site, time: Time
) -> None:
    server.say("/", status=429, retry_after="3600")
    fetcher = web_fetcher(patience=300)
    for _ in range(2):
        with pytest.raises(TooManyRequests) as caught:
            await fetcher.fetch(Request(server.url()), site)
        assert caught.value.retry_after == 3600
    assert (len(server.asked), time.slept) == (1, [])


async def test_the_pace_of_the_site_is_kept(server: Server, web_fetcher: Make, site: Site, time: Time) -> None:
    server.say("/")
    fetcher = web_fetcher()
    for _ in range(3):
        await fetcher.fetch(Request(server.url()), replace(site, pace=5.0))
    assert time.slept == [5, 5]


# Size


async def test_an_answer_beyond_the_cap_is_refused(server: Server, web_fetcher: Make, site: Site) -> None:
    server.say("/", b'"' + b"a" * 1000 + b'"')
    fetcher = web_fetcher(max_bytes=1001)
    with pytest.raises(TooLarge, match=r"http://127.0.0.1:\d+/ answered with more than 1001 bytes"):
        await fetcher.fetch(Request(server.url()), site)
    assert len(server.asked) == 1


async def test_an_answer_of_unknown_length_is_cut_off_at_the_cap(server: Server, web_fetcher: Make, site: Site) -> None:
    sent = 0

    async def endless(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse(headers={"content-type": "application/json"})
        await response.prepare(request)
        while sent < 100_000_000:
            await response.write(b"[" * 65536)
            sent += 65536
        return response

    server.on("/", endless)
    with pytest.raises(TooLarge):
        await web_fetcher(max_bytes=1_000_000).fetch(Request(server.url()), site)
    assert sent < 50_000_000


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_a_compressed_bomb_is_refused(server: Server, web_fetcher: Make, site: Site, encoding: str) -> None:
    bomb = (gzip.compress if encoding == "gzip" else zlib.compress)(b" " * 20_000_000)
    assert len(bomb) < 50_000
    server.say("/", bomb, content_encoding=encoding)
    with pytest.raises(TooLarge, match="also after decompression"):
        await web_fetcher(max_bytes=1_000_000).fetch(Request(server.url()), site)


async def test_a_compressed_answer_is_read(server: Server, web_fetcher: Make, site: Site) -> None:
    packed = gzip.compress(b'{"a": "' + b"x" * 100_000 + b'"}')
    server.say("/", packed, content_encoding="gzip")
    fetched = await web_fetcher().fetch(Request(server.url()), site)
    assert (len(fetched.body), fetched.size) == (100_009, len(packed))
    assert "content-encoding" not in fetched.headers


# Time and connection


async def _hang(request: web.Request) -> web.StreamResponse:
    await asyncio.sleep(30)
    return web.Response()


async def _drip(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"content-type": "application/json"})
    await response.prepare(request)
    for _ in range(1000):
        await response.write(b"[")
        await asyncio.sleep(0.02)
    return response


@pytest.mark.parametrize(
    ("handler", "limits"), [(_hang, {"read_timeout": 0.1}), (_hang, {"timeout": 0.1}), (_drip, {"timeout": 0.2})]
)
async def test_slow_answers_end_in_time(
    server: Server, web_fetcher: Make, site: Site, handler: object, limits: dict[str, float]
) -> None:
    server.on("/", handler)  # type: ignore[arg-type] # parametrize knows no types
    with pytest.raises(FetchTimeout, match=r"http://127.0.0.1:\d+/ took too long"):
        async with asyncio.timeout(5):
            await web_fetcher(retries=0, **limits).fetch(Request(server.url()), site)


async def test_nobody_there(server: Server, web_fetcher: Make, site: Site) -> None:
    url = server.url()
    await server.server.close()
    with pytest.raises(ConnectionFailed, match=r"http://127.0.0.1:\d+/: the connection failed"):
        await web_fetcher(retries=1).fetch(Request(url), site)


async def test_a_connection_that_breaks(server: Server, web_fetcher: Make, site: Site) -> None:
    async def broken(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-length": "100", "content-type": "application/json"})
        await response.prepare(request)
        await response.write(b"[1,")
        assert request.transport is not None
        request.transport.close()
        return response

    server.on("/", broken)
    with pytest.raises(ConnectionFailed, match="the connection failed"):
        await web_fetcher(retries=0).fetch(Request(server.url()), site)


async def test_what_is_no_http(web_fetcher: Make) -> None:
    async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")
        await writer.drain()
        writer.close()

    babbler = await asyncio.start_server(babble, "127.0.0.1", 0)
    async with babbler:
        base = f"http://127.0.0.1:{babbler.sockets[0].getsockname()[1]}/"
        site = Site(id="a.example.org", connector="a", title="A", base=base, pace=0)
        with pytest.raises(ConnectionFailed):
            await web_fetcher(retries=0).fetch(Request(base), site)


async def test_many_at_a_time(server: Server, web_fetcher: Make, site: Site) -> None:
    most = active = 0

    async def count(request: web.Request) -> web.StreamResponse:
        nonlocal most, active
        active += 1
        most = max(most, active)
        await asyncio.sleep(0.01)
        active -= 1
        return web.json_response({"path": request.path})

    for number in range(12):
        server.on(f"/{number}", count)
    fetcher, wide = web_fetcher(), replace(site, concurrency=4)
    answers = await asyncio.gather(*(fetcher.fetch(Request(server.url(f"/{n}")), wide) for n in range(12)))
    assert [answer.url for answer in answers] == [server.url(f"/{n}") for n in range(12)]
    assert most == 4
