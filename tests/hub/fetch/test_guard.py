"""Which addresses may be asked."""

from __future__ import annotations

import ipaddress
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from folkmoot_hub.connector import Site
from folkmoot_hub.errors import ConfigError, NotAllowed
from folkmoot_hub.fetch.guard import AddressRefused, Guard, carried, check_url, is_public

SITE = Site(
    id="sample.example.org",
    connector="sample",
    title="Sample",
    base="https://consult.example.org/hub",
    hosts=("api.example.org", "münchen.example"),
)
REFUSED = [
    *("127.0.0.1", "127.255.255.254", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1"),
    *("169.254.169.254", "169.254.0.1", "100.64.0.1", "100.100.100.200", "100.127.255.255", "168.63.129.16"),
    *("192.0.0.192", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.1.1.1", "240.0.0.1"),
    *("255.255.255.255", "192.88.99.1", "::", "::1", "::7f00:1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254"),
    *("fec0::1", "ff02::1", "2001:db8::1", "2001::1", "100::1", "::ffff:127.0.0.1", "::ffff:7f00:1"),
    *("::ffff:169.254.169.254", "64:ff9b::10.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::"),
    *("2002:c0a8:101::1", "3fff::1", "5f00::1", "4000::1", "8000::1", "e000::1"),
]
PUBLIC = ["1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.32.0.1", "2606:4700::1111", "2a00:1450::8a"]


@pytest.mark.parametrize("address", REFUSED)
def test_no_socket_towards_an_address_that_is_not_public(address: str) -> None:
    with pytest.raises(AddressRefused, match="is not a public address"):
        Guard().socket((socket.AF_INET, socket.SOCK_STREAM, 0, "", (address, 80)))


@pytest.mark.parametrize("address", [*PUBLIC, "64:ff9b::8.8.8.8", "::ffff:8.8.8.8", "2002:808:808::1"])
def test_public_addresses_get_a_socket(address: str) -> None:
    Guard().socket((socket.AF_INET, socket.SOCK_STREAM, 0, "", (address, 443))).close()


@pytest.mark.parametrize(
    "host", ["0x7f.1", "127.1", "2130706433", "0177.0.0.1", "localhost", "", "1.1.1.1.", "①.1.1.1"]
)
def test_what_is_no_address_in_plain_notation_gets_no_socket(host: str) -> None:
    with pytest.raises(AddressRefused):
        Guard().check(host)


@given(st.ip_addresses())
def test_nothing_that_python_calls_special_is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    special = address.is_private or address.is_loopback or address.is_link_local or address.is_unspecified
    if special or address.is_multicast or not address.is_global:
        assert not is_public(address) or carried(address)  # that is judged by the address inside, see below


@given(st.ip_addresses(v=4))
def test_an_address_inside_another_is_judged_as_it_would_be_alone(inner: ipaddress.IPv4Address) -> None:
    number = int(inner)
    for outer in (0xFFFF << 32 | number, 0x64FF9B << 96 | number, 0x2002 << 112 | number << 80 | 1):
        assert is_public(ipaddress.IPv6Address(outer)) == is_public(inner)


@given(st.ip_addresses(network="10.0.0.0/8") | st.ip_addresses(network="fd12::/16"))
def test_an_operator_may_allow_networks(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    assert Guard(("10.0.0.0/8", "fd12::/16")).allows(address)
    assert not Guard(("192.168.0.0/16",)).allows(address)


def test_an_allowed_network_is_allowed_inside_another_address_too() -> None:
    guard = Guard(("127.0.0.0/8",))
    guard.check("::ffff:127.0.0.1")
    with pytest.raises(AddressRefused):
        guard.check("::ffff:10.0.0.1")


@pytest.mark.parametrize("name", ["localhost", "10.0.0.1/8", "10.0.0.0/33", ""])
def test_a_network_that_is_none_is_named(name: str) -> None:
    with pytest.raises(ConfigError, match=rf"fetch: allow: '{name}'.*allowed: such as '127.0.0.0/8'"):
        Guard((name,))


@pytest.mark.parametrize(
    "url",
    [
        "https://consult.example.org/list?page=2",
        "http://consult.example.org:8080/",
        "https://CONSULT.example.org./",
        "https://api.example.org/v1",
        "https://xn--mnchen-3ya.example/",
        "https://münchen.example/",
        "https://static.example.net/x",
    ],
)
def test_declared_hosts_may_be_asked(url: str) -> None:
    check_url(url, SITE, {"static.example.net"})


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/",
        "https://consult.example.org.evil.example/",
        "https://evil.example/https://consult.example.org/",
        "https://evil.example/?@consult.example.org",
        "https://evil.example#@consult.example.org/",
        "http://127.0.0.1/",
    ],
)
def test_undeclared_hosts_are_named_with_what_is_allowed(url: str) -> None:
    allowed = "allowed: api.example.org, consult.example.org, static.example.net, xn--mnchen-3ya.example"
    with pytest.raises(NotAllowed, match=rf"the host \S+ is not declared for sample.example.org; {allowed}"):
        check_url(url, SITE, {"static.example.net"})


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("ftp://consult.example.org/", "the scheme 'ftp'.*allowed: http, https"),
        ("file:///etc/passwd", "the scheme 'file'"),
        ("javascript:alert(1)", "the scheme 'javascript'"),
        ("//consult.example.org/", "the scheme ''"),
        ("https:///path", "names no host"),
        ("https://consult.example.org:99999/", "no address"),
        ("https://consult.example.org\\@evil.example/", "no address"),
        ("https://[::1/", "no address"),
    ],
)
def test_what_is_no_web_address_is_refused(url: str, problem: str) -> None:
    with pytest.raises(NotAllowed, match=problem):
        check_url(url, SITE)


@pytest.mark.parametrize("userinfo", ["name", "name:word", ":word", "consult.example.org:"])
def test_user_names_are_refused_and_never_repeated(userinfo: str) -> None:
    with pytest.raises(NotAllowed, match="carries a user name or password") as caught:
        check_url(f"https://{userinfo}@consult.example.org/", SITE)
    assert "word" not in str(caught.value).replace("password", "")


@given(st.text(max_size=60))
def test_any_text_is_refused_or_names_a_declared_host(text: str) -> None:
    for url in (text, f"https://{text}", f"https://consult.example.org{text}"):
        try:
            check_url(url, SITE)
        except NotAllowed:
            continue
        assert url.lower().startswith(("http://", "https://"))
