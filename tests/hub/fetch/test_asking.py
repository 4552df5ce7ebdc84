"""Asking when it is our turn."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from folkmoot_hub.connector import Request, Site
from folkmoot_hub.errors import ConfigError, NotAllowed, ServerTrouble
from folkmoot_hub.fetch.session import WebFetcher
from hub.fetch.serving import Server, Time

Make = Callable[..., WebFetcher]


async def test_a_secret_that_is_not_configured_is_told_and_nothing_is_sent(
    server: Server, web_fetcher: Make, site: Site
) -> None:
    server.say("/")

    class Unconfigured(dict[str, str]):
        def __missing__(self, name: str) -> str:
            raise ConfigError(f"secrets.{name}: it is missing")

    fetcher = web_fetcher(secrets=Unconfigured(a="b"))
    with pytest.raises(ConfigError, match=r"secrets\.key: it is missing"):
        await fetcher.fetch(Request(server.url("/?k={secret:key}")), site)
    assert server.asked == []
    assert (await fetcher.fetch(Request(server.url("/")), site)).status == 200  # the turn was given back


@pytest.mark.parametrize("secret", ["a\r\nX-Other: b", "a\nb"])
async def test_a_secret_that_would_be_two_headers_is_refused_without_showing_it(
    server: Server, web_fetcher: Make, site: Site, secret: str
) -> None:
    server.say("/")
    with pytest.raises(NotAllowed, match="cannot be asked") as caught:
        await web_fetcher(secrets={"key": secret}).fetch(
            Request(server.url("/"), headers={"X-Key": "{secret:key}"}), site
        )
    assert secret not in str(caught.value)
    assert server.asked == []


@pytest.mark.parametrize(
    ("status", "headers", "waits"),
    [
        (429, {"retry_after": "30"}, [30]),
        (503, {"retry_after": "30"}, [30]),
        (503, {"retry_after": "Sun, 01 Mar 2026 12:00:30 GMT", "date": "Sun, 01 Mar 2026 12:00:00 GMT"}, [30]),
        (500, {"retry_after": "30"}, []),
        (429, {}, []),
        (429, {"retry_after": "soon"}, []),
    ],
)
async def test_a_busy_host_gets_its_peace_from_whoever_asks_next(
    server: Server, web_fetcher: Make, site: Site, time: Time, status: int, headers: dict[str, str], waits: list[float]
) -> None:
    server.say("/busy", status=status, **headers)
    server.say("/other")
    fetcher = web_fetcher(retries=0)
    with pytest.raises(Exception, match=f"answered {status}"):
        await fetcher.fetch(Request(server.url("/busy")), site)
    await fetcher.fetch(Request(server.url("/other")), site)
    assert time.slept == waits


async def test_a_failed_exchange_takes_its_turn_all_the_same(
    server: Server, web_fetcher: Make, site: Site, time: Time
) -> None:
    server.say("/", status=500)
    with pytest.raises(ServerTrouble):
        await web_fetcher(retries=2, backoff=1).fetch(Request(server.url("/")), site)
    assert time.slept == [1, 2]
