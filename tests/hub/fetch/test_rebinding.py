"""The address that is checked is the one connected to, whatever a name stands for at that moment.

127.0.0.1 is allowed here and stands for the public internet; 127.0.0.2 is not and stands for a private network.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from msgspec.structs import replace

from folkmoot_hub.connector import Request, Site
from folkmoot_hub.errors import NotAllowed
from folkmoot_hub.fetch.session import WebFetcher
from hub.fetch.serving import Server

Make = Callable[..., WebFetcher]

NAME = "consult.example.org"
PUBLIC, PRIVATE = "127.0.0.1", "127.0.0.2"


class Names(AbstractResolver):
    """A DNS that gives each of ``answers`` once, then goes on with the last."""

    def __init__(self, *answers: list[str]) -> None:
        self.left = list(answers)
        self.asked: list[str] = []

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET) -> Any:
        self.asked.append(host)
        addresses = self.left.pop(0) if len(self.left) > 1 else self.left[0]
        return [
            ResolveResult(hostname=host, host=address, port=port, family=socket.AF_INET, proto=0, flags=0)
            for address in addresses
        ]

    async def close(self) -> None:
        pass


@pytest.fixture
async def private(server: Server) -> AsyncIterator[list[bytes]]:
    """A server at the private address and the same port; holds what came."""
    came: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n"private"')
        await writer.drain()
        writer.close()

    listening = await asyncio.start_server(answer, PRIVATE, server.server.port)
    async with listening:
        yield came


@pytest.fixture
def named(server: Server, site: Site) -> Site:
    return replace(site, base=f"http://{NAME}:{server.server.port}/")


async def test_the_private_server_of_this_test_can_be_reached_when_it_is_allowed(
    web_fetcher: Make, named: Site, private: list[bytes]
) -> None:
    fetcher = web_fetcher(resolver=Names([PRIVATE]), allow=(f"{PRIVATE}/32",))
    assert (await fetcher.fetch(Request(named.url("/")), named)).body == b'"private"'


async def test_a_name_that_stands_for_a_private_address_is_refused(
    web_fetcher: Make, named: Site, private: list[bytes]
) -> None:
    names = Names([PRIVATE])
    with pytest.raises(NotAllowed, match=rf"http://{NAME}:\d+/ leads to a network that may not be asked: .*{PRIVATE}"):
        await web_fetcher(resolver=names).fetch(Request(named.url("/")), named)
    assert (names.asked, private) == ([NAME], [])


async def test_a_name_that_changes_between_two_requests_is_refused(
    server: Server, web_fetcher: Make, named: Site, private: list[bytes]
) -> None:
    server.say("/", connection="close")
    names = Names([PUBLIC], [PRIVATE])
    fetcher = web_fetcher(resolver=names)
    await fetcher.fetch(Request(named.url("/")), named)
    session = fetcher._transport._session
    assert session
    session.connector.clear_dns_cache()  # type: ignore[union-attr] # as after its ten seconds
    with pytest.raises(NotAllowed, match=PRIVATE):
        await fetcher.fetch(Request(named.url("/")), named)
    assert (len(names.asked), len(server.asked), private) == (2, 1, [])


async def test_a_name_that_changes_with_every_answer_is_asked_once_for_each_connection(
    server: Server, web_fetcher: Make, named: Site, private: list[bytes]
) -> None:
    """Were the name looked up once to check it and once more to connect, the second answer would win."""
    server.say("/")
    names = Names([PUBLIC], [PRIVATE], [PRIVATE])
    assert (await web_fetcher(resolver=names).fetch(Request(named.url("/")), named)).body == b"{}"
    assert (names.asked, private) == ([NAME], [])


@pytest.mark.parametrize("answers", [[PRIVATE, PUBLIC], [PUBLIC, PRIVATE]])
async def test_of_several_addresses_only_public_ones_are_connected_to(
    server: Server, web_fetcher: Make, named: Site, private: list[bytes], answers: list[str]
) -> None:
    server.say("/")
    assert (await web_fetcher(resolver=Names(answers)).fetch(Request(named.url("/")), named)).body == b"{}"
    assert private == []


@pytest.mark.parametrize("host", [PRIVATE, "0x7f.2", "127.2", "2130706434", "[::ffff:127.0.0.2]", "localhost"])
async def test_no_notation_of_a_private_address_slips_by(
    server: Server, web_fetcher: Make, site: Site, private: list[bytes], host: str
) -> None:
    """Declared by the site's author, even: the network is not theirs to open."""
    there = replace(site, base=f"http://{host}:{server.server.port}/", hosts=(host.strip("[]"),))
    with pytest.raises(NotAllowed, match=r"leads to a network that may not be asked|is not a canonical IPv4 address"):
        await web_fetcher(allow=()).fetch(Request(there.url("/")), there)
    assert (server.asked, private) == ([], [])


@pytest.mark.parametrize("address", ["169.254.169.254", "[fd00:ec2::254]", "10.0.0.1", PRIVATE])
async def test_a_redirect_into_a_private_network_is_refused(
    server: Server, web_fetcher: Make, site: Site, private: list[bytes], address: str
) -> None:
    server.say("/", status=302, location=f"http://{address}:{server.server.port}/latest/meta-data/")
    hosts = frozenset({address.strip("[]")})
    with pytest.raises(NotAllowed, match="leads to a network that may not be asked"):
        await web_fetcher(hosts=hosts).fetch(Request(server.url("/")), site)
    assert private == []


async def test_robots_txt_is_not_fetched_from_a_private_address_either(
    server: Server, web_fetcher: Make, site: Site, private: list[bytes]
) -> None:
    server.say("/robots.txt", status=302, location=f"http://{PRIVATE}:{server.server.port}/robots.txt")
    with pytest.raises(NotAllowed, match=PRIVATE):
        await web_fetcher(robots=True).fetch(Request(server.url("/")), site)
    assert (server.paths(), private) == (["/robots.txt"], [])
