"""Getting a robots.txt from a real server on the loopback."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from folkmoot_hub.connector import Request, Site
from folkmoot_hub.errors import FetchError, NotAllowed, RetryableError, ServerTrouble, TooManyRequests
from folkmoot_hub.fetch.robots import MAX_BYTES
from folkmoot_hub.fetch.session import WebFetcher
from hub.fetch.serving import Server, Time

Make = Callable[..., WebFetcher]

FORBIDDEN = "User-agent: *\nDisallow: /"


@pytest.fixture
def ask(server: Server, web_fetcher: Make, site: Site) -> Callable[[], object]:
    """Ask for ``/x`` of the server, heeding its robots.txt."""
    server.say("/x")
    fetcher = web_fetcher(robots=True, retries=1)
    return lambda: fetcher.fetch(Request(server.url("/x")), site)


# What forbids


@pytest.mark.parametrize(
    "body", [FORBIDDEN, "\ufeff" + FORBIDDEN, FORBIDDEN.replace("\n", "\r\n"), FORBIDDEN + "\n\xff"]
)
async def test_rules_are_heeded_however_they_are_written(server: Server, ask: Callable, body: str) -> None:
    server.say("/robots.txt", body, content_type="text/plain")
    with pytest.raises(NotAllowed, match=r"robots\.txt of 127\.0\.0\.1 forbids Folkmoot"):
        await ask()
    assert server.paths() == ["/robots.txt"]


async def test_rules_in_an_old_encoding_are_read_where_they_are_legible(server: Server, ask: Callable) -> None:
    server.say("/robots.txt", b"# f\xfcr alle\nUser-agent: *\nDisallow: /", content_type="text/plain")
    with pytest.raises(NotAllowed):
        await ask()


async def test_rules_behind_redirects_are_heeded_at_the_pace_of_the_site(
    server: Server, web_fetcher: Make, site: Site, time: Time
) -> None:
    for number in range(5):
        server.say(f"/{number}" if number else "/robots.txt", status=301, location=f"/{number + 1}")
    server.say("/5", FORBIDDEN)
    fetcher, slow = web_fetcher(robots=True), replace(site, pace=2.0)
    with pytest.raises(NotAllowed):
        await fetcher.fetch(Request(server.url("/x")), slow)
    assert server.paths() == ["/robots.txt", "/1", "/2", "/3", "/4", "/5"]
    assert time.slept == pytest.approx([2.0] * 5)


async def test_rules_are_followed_to_another_host(server: Server, web_fetcher: Make, site: Site) -> None:
    """RFC 9309, section 2.3.1.2: even across authorities. The host need not be declared for that alone."""
    server.say("/robots.txt", status=302, location=server.url("/rules").replace("127.0.0.1", "localhost"))
    server.say("/rules", FORBIDDEN)
    fetcher = web_fetcher(robots=True, allow=("127.0.0.0/8", "::1/128"))
    with pytest.raises(NotAllowed, match="forbids Folkmoot"):
        await fetcher.fetch(Request(server.url("/x")), site)


@pytest.mark.parametrize(
    ("status", "headers", "error"),
    [(500, {}, ServerTrouble), (503, {}, ServerTrouble), (429, {"retry_after": "5"}, TooManyRequests)],
)
async def test_a_server_in_trouble_is_not_asked_for_more(
    server: Server, ask: Callable, status: int, headers: dict[str, str], error: type[FetchError]
) -> None:
    server.say("/robots.txt", status=status, **headers)
    with pytest.raises(error, match=r"may be asked is not known now: .*/robots\.txt answered"):
        await ask()
    assert "/x" not in server.paths()


@pytest.mark.parametrize("location", ["mailto:hub@example.org", "ftp://127.0.0.1/robots.txt"])
async def test_a_redirect_that_leads_nowhere_forbids(server: Server, ask: Callable, location: str) -> None:
    server.say("/robots.txt", status=302, location=location)
    with pytest.raises((RetryableError, NotAllowed)):
        await ask()
    assert "/x" not in server.paths()


# What does not


@pytest.mark.parametrize("status", [204, 304, 400, 401, 403, 404, 410, 451])
async def test_no_rules_forbid_nothing(server: Server, ask: Callable, status: int) -> None:
    server.say("/robots.txt", b"" if status in (204, 304) else FORBIDDEN, status=status)
    assert (await ask()).status == 200


@pytest.mark.parametrize("headers", [{}, {"location": "/robots.txt"}])
async def test_redirects_without_end_or_target_are_no_rules(
    server: Server, ask: Callable, headers: dict[str, str]
) -> None:
    """RFC 9309, section 2.3.1.2: after five redirects the file may be taken as unavailable."""
    server.say("/robots.txt", status=302, **headers)
    assert (await ask()).status == 200


async def test_only_the_beginning_of_a_very_long_file_is_read(server: Server, ask: Callable) -> None:
    server.say("/robots.txt", "#" * MAX_BYTES + "\n" + FORBIDDEN)
    assert (await ask()).status == 200
    assert len(server.paths()) == 2


async def test_a_page_in_place_of_rules_forbids_nothing(server: Server, ask: Callable) -> None:
    server.say("/robots.txt", "<!DOCTYPE html><html><body>Disallow: /</body></html>", content_type="text/html")
    assert (await ask()).status == 200
