"""How politely a source is asked, measured at the source: by the time of the test, which passes only in waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import pairwise

import pytest
from aiohttp import web
from msgspec.structs import replace

from folkmoot_hub.connector import Request, Site
from folkmoot_hub.errors import NotAllowed
from folkmoot_hub.fetch.session import WebFetcher
from hub.fetch.serving import Server, Time

Make = Callable[..., WebFetcher]


class Watch:
    """Notes at the server when each request came, and how many were there at a time; answers with ``{}``."""

    def __init__(self, server: Server, time: Time, *paths: str) -> None:
        self._time = time
        self.began: list[tuple[str, float]] = []
        self._active = self.most = 0
        for path in paths:
            server.on(path, self._answer)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.began.append((request.path, self._time.seconds))
        self._active += 1
        self.most = max(self.most, self._active)
        for _ in range(5):  # others have their chance meanwhile
            await asyncio.sleep(0.001)
        self._active -= 1
        return web.json_response({})

    def pauses(self) -> list[float]:
        times = [at for _, at in self.began]
        return [late - early for early, late in pairwise(times)]


@pytest.fixture
def polite(server: Server) -> Site:
    """A site that says nothing of pace."""
    return Site(id="sample.example.org", connector="sample", title="Sample", base=server.url())


async def test_a_source_is_asked_once_a_second_and_one_thing_at_a_time(
    server: Server, web_fetcher: Make, polite: Site, time: Time
) -> None:
    """However many requests are open: all six here are begun at once."""
    paths = [f"/{n}" for n in range(6)]
    watch = Watch(server, time, *paths)
    fetcher = web_fetcher(robots=True)
    await asyncio.gather(*(fetcher.fetch(Request(server.url(path)), polite) for path in paths))
    assert watch.most == 1
    assert [path for path, _ in watch.began] == paths
    assert watch.pauses() == pytest.approx([1.0] * 5)
    assert server.paths() == ["/robots.txt", *paths]
    assert time.seconds == pytest.approx(1000 + 6)


async def test_robots_txt_redirects_and_retries_keep_the_pace_too(
    server: Server, web_fetcher: Make, polite: Site, time: Time
) -> None:
    at: list[float] = []
    answers = [
        ("/robots.txt", 200, {}),
        ("/a", 302, {"location": "/b"}),
        ("/b", 500, {}),
        ("/a", 302, {"location": "/b"}),
        ("/b", 200, {}),
    ]

    async def answer(request: web.Request) -> web.StreamResponse:
        at.append(time.seconds)
        path, status, headers = answers[len(at) - 1]
        assert request.path == path
        return web.json_response({}, status=status, headers=headers)

    for path in ("/robots.txt", "/a", "/b"):
        server.on(path, answer)
    await web_fetcher(robots=True, backoff=0).fetch(Request(server.url("/a")), polite)
    assert len(at) == 5
    assert all(late - early >= 1 for early, late in pairwise(at))


async def test_a_crawl_delay_slows_us_down(server: Server, web_fetcher: Make, polite: Site, time: Time) -> None:
    server.say("/robots.txt", "User-agent: *\nCrawl-delay: 7\nDisallow: /private", content_type="text/plain")
    watch = Watch(server, time, "/0", "/1", "/2", "/private")
    fetcher = web_fetcher(robots=True)
    await asyncio.gather(*(fetcher.fetch(Request(server.url(f"/{n}")), polite) for n in range(3)))
    assert watch.pauses() == pytest.approx([7, 7])
    with pytest.raises(NotAllowed, match=r"robots\.txt of 127\.0\.0\.1 forbids Folkmoot to ask"):
        await fetcher.fetch(Request(server.url("/private")), polite)
    assert len(watch.began) == 3


async def test_a_crawl_delay_shorter_than_our_pace_does_not_hurry_us(
    server: Server, web_fetcher: Make, polite: Site, time: Time
) -> None:
    server.say("/robots.txt", "User-agent: *\nCrawl-delay: 0.1", content_type="text/plain")
    watch = Watch(server, time, "/0", "/1")
    fetcher = web_fetcher(robots=True)
    for path in ("/0", "/1"):
        await fetcher.fetch(Request(server.url(path)), polite)
    assert watch.pauses() == pytest.approx([1])


async def test_two_hosts_do_not_wait_for_each_other(
    server: Server, web_fetcher: Make, polite: Site, time: Time
) -> None:
    watch = Watch(server, time, "/0", "/1")
    fetcher = web_fetcher(hosts=frozenset({"localhost"}), allow=("127.0.0.0/8", "::1/128"))
    other = server.url("/1").replace("127.0.0.1", "localhost")
    await asyncio.gather(*(fetcher.fetch(Request(url), polite) for url in (server.url("/0"), other)))
    assert time.slept == []
    assert watch.most == 2


async def test_two_sources_at_one_host_share_its_pace(
    server: Server, web_fetcher: Make, polite: Site, time: Time
) -> None:
    watch = Watch(server, time, "/0", "/1")
    fetcher, neighbour = web_fetcher(), replace(polite, id="neighbour.example.org")
    await asyncio.gather(
        fetcher.fetch(Request(server.url("/0")), polite), fetcher.fetch(Request(server.url("/1")), neighbour)
    )
    assert watch.pauses() == pytest.approx([1])
    assert watch.most == 1
