"""What robots.txt allows."""

from __future__ import annotations

import pytest

from folkmoot_hub.connector import Site
from folkmoot_hub.errors import ConnectionFailed, NotAllowed, RetryableError, ServerTrouble
from folkmoot_hub.fetch.robots import Robots

SITE = Site(id="sample.example.org", connector="sample", title="Sample", base="https://example.org")


class File:
    """A robots.txt that a test writes; ``loads`` holds the addresses under which it was asked for."""

    def __init__(self, text: str | RetryableError | None) -> None:
        self.text = text
        self.loads: list[str] = []
        self.now = 0.0

    async def load(self, address: str, site: Site) -> str | None:
        self.loads.append(address)
        if isinstance(self.text, RetryableError):
            raise self.text
        return self.text

    def robots(self) -> Robots:
        return Robots(self.load, lambda: self.now)


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        (None, "/x", True),
        ("", "/x", True),
        ("<html>not found</html>", "/x", True),
        ("User-agent: *\nDisallow: /", "/x", False),
        ("User-agent: *\nDisallow: /private", "/x", True),
        ("User-agent: *\nDisallow: /private", "/private/x", False),
        ("User-agent: *\nDisallow: /\nAllow: /api/", "/api/x", True),
        ("User-agent: folkmoot\nDisallow: /\n\nUser-agent: *\nAllow: /", "/x", False),
        ("User-agent: Folkmoot\nAllow: /\n\nUser-agent: *\nDisallow: /", "/x", True),
        ("User-agent: OtherBot\nDisallow: /", "/x", True),
        ("User-agent: *\nDisallow: /*?page=", "/x?page=2", False),
        ("User-agent: *\nDisallow: /*.json$", "/x.json", False),
        ("User-agent: *\nDisallow: /", "/robots.txt", True),
    ],
)
async def test_rules(text: str | None, path: str, allowed: bool) -> None:
    robots = File(text).robots()
    if allowed:
        assert await robots.delay(f"https://example.org{path}", SITE) == 0
    else:
        with pytest.raises(NotAllowed, match=r"robots.txt of example.org forbids Folkmoot to ask https://example.org/"):
            await robots.delay(f"https://example.org{path}", SITE)


@pytest.mark.parametrize(
    ("value", "delay"), [("5", 5), ("2.5", 2.5), ("0", 0), ("-3", 0), ("nan", 0), ("often", 0), ("3600", 3600)]
)
async def test_crawl_delay(value: str, delay: float) -> None:
    robots = File(f"User-agent: *\nCrawl-delay: {value}").robots()
    assert await robots.delay("https://example.org/x", SITE) == delay


@pytest.mark.parametrize("value", ["3601", "1e300"])
async def test_a_crawl_delay_beyond_use_is_a_refusal(value: str) -> None:
    robots = File(f"User-agent: *\nCrawl-delay: {value}").robots()
    with pytest.raises(NotAllowed, match=r"asks for .* s between requests; allowed: 3600"):
        await robots.delay("https://example.org/x", SITE)


async def test_rules_are_asked_once_a_day_for_each_origin() -> None:
    file = File("User-agent: *\nDisallow: /private")
    robots = file.robots()
    for url in ("https://example.org/a", "https://EXAMPLE.org/b", "http://example.org/", "https://example.org:444/"):
        await robots.delay(url, SITE)
    origins = ["https://example.org", "http://example.org", "https://example.org:444"]
    assert file.loads == [f"{origin}/robots.txt" for origin in origins]
    file.now, file.text = 86399, "User-agent: *\nDisallow: /"
    await robots.delay("https://example.org/a", SITE)
    file.now = 86400
    with pytest.raises(NotAllowed):
        await robots.delay("https://example.org/a", SITE)


async def test_unreachable_means_disallowed_for_now() -> None:
    file = File(ServerTrouble("it answered 500"))
    robots = file.robots()
    for now, rest in ((0.0, 600.0), (400.0, 200.0)):
        file.now = now
        with pytest.raises(ServerTrouble, match=r"https://example\.org may be asked is not known now") as caught:
            await robots.delay("https://example.org/a", SITE)
        assert caught.value.retry_after == rest
    assert len(file.loads) == 1
    file.now, file.text = 600.0, None
    assert await robots.delay("https://example.org/a", SITE) == 0


async def test_a_failure_after_good_rules_does_not_open_the_door() -> None:
    file = File(None)
    robots = file.robots()
    await robots.delay("https://example.org/a", SITE)
    file.now, file.text = 90000.0, ConnectionFailed("no route")
    with pytest.raises(ConnectionFailed):
        await robots.delay("https://example.org/a", SITE)
