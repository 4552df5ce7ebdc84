"""Which addresses may be asked: hosts that the site or connector declares, in networks that are public.

The host is checked before a request and after each redirect; the network is checked where the socket is made, so
that the address checked is the one connected to: neither a DNS answer that changes (rebinding) nor an odd notation
(``0x7f.1``, ``[::ffff:7f00:1]``) can slip by.
"""

from __future__ import annotations

import errno
import ipaddress
import socket
from collections.abc import Iterable
from typing import Any

from yarl import URL

from folkmoot_hub.connector import Site
from folkmoot_hub.errors import ConfigError, NotAllowed

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

#: Part of every refusal: aiohttp joins the errors of several addresses into one text and loses their types.
REFUSED = "is not a public address"

#: Not public in practice, whatever the registry of the running Python version says. Sources: the IANA special-purpose
#: address registries; RFC 6598 (shared), RFC 7526 (6to4 relays), RFC 9637 (documentation);
#: 168.63.129.16 is the host agent of a large cloud. 169.254.169.254 and fd00:ec2::254 (metadata) lie within.
_CLOSED: tuple[Network, ...] = tuple(
    ipaddress.ip_network(network)
    for network in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24"),
        *("203.0.113.0/24", "224.0.0.0/3", "168.63.129.16/32"),
        # Of IPv6 only 2000::/3 is given out at all.
        *("::/3", "4000::/2", "8000::/1", "2001::/23", "2001:db8::/32", "3fff::/20"),
    )
)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class AddressRefused(OSError):
    """Raised when a socket is asked for towards an address that is neither public nor allowed by the operator."""


def _refused(host: str) -> AddressRefused:
    # With a number, because aiohttp shows the text of a numbered error alone.
    return AddressRefused(errno.EACCES, f"{host} {REFUSED}")


def is_public(address: Address) -> bool:
    """Whether ``address`` lies in the public internet; one that carries an IPv4 address is judged by that."""
    inner = carried(address)
    if inner is not None:
        return is_public(inner)
    return not any(address in network for network in _CLOSED if network.version == address.version)


def carried(address: Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address inside an IPv4-mapped, 6to4 or NAT64 address (RFC 4291, 3056, 6052), else None."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


class Guard:
    """Makes sockets, but only towards public addresses and networks that the operator allows."""

    def __init__(self, allow: Iterable[str] = ()) -> None:
        self._allow = tuple(_network(name) for name in allow)

    def allows(self, address: Address) -> bool:
        """Whether a connection to ``address`` may be made."""
        return is_public(address) or self._listed(address) or self._listed(carried(address))

    def _listed(self, address: Address | None) -> bool:
        return address is not None and any(
            address in network for network in self._allow if network.version == address.version
        )

    def check(self, host: str) -> None:
        """``AddressRefused`` unless ``host`` is an address in plain notation to which a connection may be made."""
        try:
            address = ipaddress.ip_address(host.partition("%")[0])
        except ValueError:
            # The event loop would resolve it on its own, behind our back.
            raise _refused(host) from None
        if not self.allows(address):
            raise _refused(host)

    def socket(self, info: tuple[Any, ...]) -> socket.socket:
        """A socket for one answer of getaddrinfo: the ``socket_factory`` of aiohttp's connector."""
        family, kind, proto, _, address = info
        self.check(str(address[0]))
        return socket.socket(family, kind, proto)


def _network(name: str) -> Network:
    try:
        return ipaddress.ip_network(name)
    except ValueError as error:
        raise ConfigError(f"fetch: allow: {name!r} is no network ({error}); allowed: such as '127.0.0.0/8'") from None


def check_url(url: str, site: Site, connector_hosts: Iterable[str] = ()) -> None:
    """``NotAllowed`` unless ``url`` is http(s), carries no user name, and names a host that is declared."""
    parsed = check_form(url)
    declared = {_plain(name) for name in (URL(site.base).host, *site.hosts, *connector_hosts) if name}
    # The site is asked about the normal form, so that two readings of one odd address cannot differ.
    if not (_plain(parsed.host or "") in declared or site.allows(str(parsed))):
        raise NotAllowed(
            f"{url} may not be asked: the host {parsed.host} is not declared for {site.id}; "
            f"allowed: {', '.join(sorted(declared))} (more can be named in the site's hosts)"
        )


def check_form(url: str) -> URL:
    """``url`` in normal form; ``NotAllowed`` unless it is http(s) with a host and without a user name."""
    try:
        parsed = URL(url)
    except ValueError as error:
        raise NotAllowed(f"this is no address: {error}; allowed: http:// or https:// and a host") from None
    if parsed.scheme not in {"http", "https"}:
        raise NotAllowed(f"the scheme {parsed.scheme!r} of {parsed.host or url} may not be asked; allowed: http, https")
    if parsed.user is not None or parsed.password is not None:
        raise NotAllowed(f"the address at {parsed.host} carries a user name or password; allowed: addresses without")
    if not parsed.host:
        raise NotAllowed("an address names no host; allowed: http:// or https:// and a host")
    return parsed


def _plain(host: str) -> str:
    """A host name for comparing: lower-case, in its ASCII form (IDNA), without the final dot."""
    try:
        ascii_form = URL.build(scheme="http", host=host).raw_host or ""
    except ValueError:
        ascii_form = host
    return ascii_form.lower().rstrip(".")
