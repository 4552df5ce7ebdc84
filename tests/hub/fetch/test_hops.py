"""What is asked first, and where a redirect leads."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from folkmoot_hub.connector import Request, Site
from folkmoot_hub.errors import Blocked, NotAllowed, TooManyRedirects
from folkmoot_hub.fetch.hops import CREDENTIALS, Hop, first_hop, redirected
from folkmoot_hub.fetch.protocol import Validators
from folkmoot_hub.fetch.session import WebFetcher
from hub.fetch.serving import Server

Make = Callable[..., WebFetcher]

HERE = "https://sample.example.org/a/list?page=1"
HEADERS = {
    "accept": "application/json",
    "authorization": "Bearer {secret:key}",
    "cookie": "a=1",
    "x-key": "{secret:key}",
    "content-type": "application/json",
}


def hop(method: str = "GET", body: str | None = None) -> Hop:
    return Hop(method, HERE, HEADERS, body)


# What is refused


@pytest.mark.parametrize("location", ["mailto:hub@example.org", "javascript:alert(1)", "http://[::1", "data:,"])
def test_a_redirect_to_what_is_no_web_address_is_named(location: str) -> None:
    with pytest.raises(Blocked, match=r"page=1 answered 302 towards .*, which is no web address"):
        redirected(hop(), 302, location)


@pytest.mark.parametrize("status", [307, 308])
@pytest.mark.parametrize(
    "location", ["https://other.example.org/", "http://sample.example.org/", "https://sample.example.org:444/"]
)
@pytest.mark.parametrize("body", ["q=1", None])
def test_what_was_posted_is_not_given_to_another_origin(status: int, location: str, body: str | None) -> None:
    with pytest.raises(NotAllowed, match=r"redirects a POST to http.*; allowed: the same origin"):
        redirected(hop("POST", body), status, location)


@given(st.text(max_size=40), st.sampled_from([301, 302, 303, 307, 308]), st.sampled_from(["GET", "POST"]))
def test_any_location_leads_to_a_web_address_or_is_named(location: str, status: int, method: str) -> None:
    try:
        target = redirected(hop(method, "q=1" if method == "POST" else None), status, location)
    except (Blocked, NotAllowed):
        return
    assert "://" in target.url
    if target.host != "sample.example.org":
        assert not CREDENTIALS & target.headers.keys()
        assert "secret" not in "".join(target.headers.values())


# Where it leads


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("next", "https://sample.example.org/a/next"),
        ("/next?b=1", "https://sample.example.org/next?b=1"),
        ("?page=2", "https://sample.example.org/a/list?page=2"),
        ("//other.example.org/x", "https://other.example.org/x"),
        ("http://other.example.org/", "http://other.example.org/"),
        ("/next#part", "https://sample.example.org/next"),
        ("/a b/ü", "https://sample.example.org/a%20b/%C3%BC"),
    ],
)
def test_a_location_is_read_against_the_address_that_was_asked(location: str, url: str) -> None:
    assert redirected(hop(), 302, location).url == url


@pytest.mark.parametrize(
    ("status", "method", "after"),
    [
        (301, "POST", "GET"),
        (302, "POST", "GET"),
        (303, "POST", "GET"),
        (307, "POST", "POST"),
        (308, "POST", "POST"),
        (301, "GET", "GET"),
        (307, "GET", "GET"),
    ],
)
@pytest.mark.parametrize("body", [None, "q=1"])
def test_the_method_and_the_body_are_kept_as_the_status_says(
    status: int, method: str, after: str, body: str | None
) -> None:
    target = redirected(hop(method, body), status, "/next")
    assert target.method == after
    keeps_body = body is not None and status in {307, 308}
    assert target.body == (body if keeps_body else None)
    assert ("content-type" in target.headers) == (keeps_body or after == "POST")


@pytest.mark.parametrize(
    "location", ["/next", "https://sample.example.org/next", "https://SAMPLE.example.org:443/next", "?page=2"]
)
def test_credentials_go_on_within_their_origin(location: str) -> None:
    target = redirected(hop(), 302, location)
    assert target.headers == {name: value for name, value in HEADERS.items() if name != "content-type"}


@pytest.mark.parametrize(
    "location",
    [
        "https://other.example.org/",
        "https://sub.sample.example.org/",
        "http://sample.example.org/",
        "https://sample.example.org:8443/",
        "https://sample.example.org.evil.example/",
    ],
)
def test_credentials_stay_with_their_origin(location: str) -> None:
    assert redirected(hop(), 302, location).headers == {"accept": "application/json"}


# What is asked first


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (None, None),
        ('{"a": 1}', "application/json"),
        (" [1]", "application/json"),
        ("a=1", "application/x-www-form-urlencoded"),
        ("", "application/x-www-form-urlencoded"),
    ],
)
def test_a_body_is_called_what_it_looks_like(body: str | None, content_type: str | None) -> None:
    first = first_hop(Request(HERE, method="POST", body=body), None)
    assert first.headers.get("content-type") == content_type
    said = first_hop(Request(HERE, method="POST", body=body, headers={"Content-Type": "text/plain"}), None)
    assert said.headers["content-type"] == "text/plain"


@pytest.mark.parametrize(
    ("expect", "first"),
    [
        ("json", "application/json"),
        ("feed", "application/atom+xml"),
        ("html", "text/html"),
        ("xml", "application/xml"),
        ("text", "text/plain"),
        ("any", "*/*"),
    ],
)
def test_what_is_expected_is_asked_for(expect: str, first: str) -> None:
    headers = first_hop(Request(HERE, expect=expect), None).headers  # type: ignore[arg-type] # parametrized
    assert headers["accept"].startswith(first)
    assert "*/*" in headers["accept"]


def test_validators_become_conditions() -> None:
    headers = first_hop(Request(HERE), Validators(etag='W/"x"', last_modified="Sun, 01 Mar 2026 00:00:00 GMT")).headers
    assert headers["if-none-match"] == 'W/"x"'
    assert headers["if-modified-since"] == "Sun, 01 Mar 2026 00:00:00 GMT"
    assert not {"if-none-match", "if-modified-since"} & first_hop(Request(HERE), Validators()).headers.keys()


def test_the_secrets_of_a_request_are_those_it_names_anywhere() -> None:
    request = Request(f"{HERE}&k=%7Bsecret:a%7D", method="POST", headers={"X-B": "{secret:b}"}, body="{secret:c}")
    assert first_hop(request, None).secrets() == {"a", "b", "c"}


# On the web


async def test_credentials_do_not_follow_to_another_host(server: Server, web_fetcher: Make, site: Site) -> None:
    """The same server under two names: what it is told under each."""
    other = server.url("/b").replace("127.0.0.1", "localhost")
    server.say("/a", status=302, location=other)
    server.say("/b")
    fetcher = web_fetcher(hosts=frozenset({"localhost"}), secrets={"key": "abc/def"}, allow=("127.0.0.0/8", "::1/128"))
    headers = {"Authorization": "Bearer {secret:key}", "Cookie": "a=1", "X-Key": "{secret:key}", "X-Plain": "1"}
    fetched = await fetcher.fetch(Request(server.url("/a"), headers=headers), site)
    first, second = server.asked
    assert fetched.url == other
    assert (first.headers["Authorization"], first.headers["X-Key"]) == ("Bearer abc/def", "abc/def")
    assert not {"Authorization", "Cookie", "X-Key"} & second.headers.keys()
    assert second.headers["X-Plain"] == "1"


async def test_a_redirect_to_an_undeclared_host_is_not_followed(server: Server, web_fetcher: Make, site: Site) -> None:
    server.say("/a", status=302, location=server.url("/b").replace("127.0.0.1", "localhost"))
    with pytest.raises(NotAllowed, match=r"the host localhost is not declared for sample\.example\.org"):
        await web_fetcher().fetch(Request(server.url("/a")), site)
    assert server.paths() == ["/a"]


@pytest.mark.parametrize("scheme", ["ftp", "file", "gopher"])
async def test_a_redirect_to_another_scheme_is_not_followed(
    server: Server, web_fetcher: Make, site: Site, scheme: str
) -> None:
    server.say("/a", status=302, location=f"{scheme}://127.0.0.1/b")
    with pytest.raises((NotAllowed, Blocked), match=scheme):
        await web_fetcher(retries=0).fetch(Request(server.url("/a")), site)


async def test_a_circle_ends_at_once(server: Server, web_fetcher: Make, site: Site) -> None:
    server.say("/a", status=302, location="/b")
    server.say("/b", status=302, location="/a")
    with pytest.raises(TooManyRedirects, match=r"/a -> \S+/b -> \S+/a; allowed: 5 redirects, and no circle"):
        await web_fetcher().fetch(Request(server.url("/a")), site)
    assert server.paths() == ["/a", "/b"]


async def test_five_redirects_are_followed_and_no_sixth(server: Server, web_fetcher: Make, site: Site) -> None:
    for number in range(6):
        server.say(f"/{number}", status=302, location=f"/{number + 1}")
    server.say("/6")
    assert (await web_fetcher().fetch(Request(server.url("/1")), site)).url == server.url("/6")
    with pytest.raises(TooManyRedirects):
        await web_fetcher().fetch(Request(server.url("/0")), site)


async def test_a_form_that_leads_back_to_its_own_address_is_no_circle(
    server: Server, web_fetcher: Make, site: Site
) -> None:
    server.say_in_turn("/a", (303, {"location": "/a"}, b""), (200, {}, b"[]"))
    fetched = await web_fetcher().fetch(Request(server.url("/a"), method="POST", body="q=1"), site)
    assert (fetched.body, [request.method for request in server.asked]) == (b"[]", ["POST", "GET"])
