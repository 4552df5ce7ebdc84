"""Secrets are in place only while a request is sent."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from folkmoot_hub.connector import Request, Run, Site
from folkmoot_hub.errors import FetchError, NotAllowed
from folkmoot_hub.fetch.secrets import Sealed, holds_secret, names
from folkmoot_hub.fetch.session import WebFetcher
from hub.fetch.serving import NOW, Server

Make = Callable[..., WebFetcher]

VALUES = {"key": 's3/cr+t ü&"x', "key-2": 's3/cr+t ü&"x and more', "pin": "123"}


def sealed(*allowed: str) -> Sealed:
    return Sealed(VALUES.__getitem__, allowed or tuple(VALUES))


def test_an_unknown_secret_is_the_business_of_whoever_keeps_them() -> None:
    with pytest.raises(KeyError):
        Sealed(VALUES.__getitem__, ("no",)).open("{secret:no}")


def test_a_secret_that_is_not_allowed_stays_a_placeholder() -> None:
    only = sealed("pin")
    assert only.open("{secret:key} {secret:pin}") == "{secret:key} 123"
    assert only.open_url("https://example.org/?a=%7Bsecret%3Akey%7D") == "https://example.org/?a=%7Bsecret%3Akey%7D"


@pytest.mark.parametrize("placeholder", ["{secret:key}", "%7Bsecret:key%7D", "%7bsecret%3akey%7d", "{secret%3Akey}"])
def test_a_placeholder_is_known_in_every_spelling(placeholder: str) -> None:
    assert names(f"a {placeholder} b") == {"key"}
    assert holds_secret(placeholder)
    assert sealed().open(placeholder) == VALUES["key"]
    assert sealed().open_url(f"https://example.org/?k={placeholder}") == (
        "https://example.org/?k=s3%2Fcr%2Bt%20%C3%BC%26%22x"
    )


@pytest.mark.parametrize("text", ["", "{secret:}", "{secret key}", "secret:key", "{Secret key:x}", "{secret:a b}"])
def test_what_is_no_placeholder_stays(text: str) -> None:
    assert not holds_secret(text)
    assert names(text) == frozenset()
    assert sealed().open(text) == text


@given(st.text(alphabet=st.characters(exclude_categories=("Cs",)), min_size=4, max_size=20), st.text(max_size=20))
@example("a /+&b", "")
def test_a_repeated_secret_is_sealed_however_it_is_written(value: str, around: str) -> None:
    one = Sealed(lambda name: value, ("key",))
    one.open("{secret:key}")
    for written in (value, quote(value, safe=""), quote(value), html.escape(value), json.dumps(value)[1:-1]):
        answer = f"[{written}]"
        assert one.seal(answer) == "[{secret:key}]"
        assert one.seal_bytes(answer.encode()) == b"[{secret:key}]"
    if value not in around:
        assert value not in one.seal(around + " " + value)


def test_of_two_secrets_the_longer_is_sealed_first() -> None:
    both = sealed()
    both.open("{secret:key} {secret:key-2}")
    assert both.seal(f"{VALUES['key-2']}, {VALUES['key']}") == "{secret:key-2}, {secret:key}"


def test_what_was_not_opened_and_what_is_very_short_is_not_sought() -> None:
    one = sealed()
    one.open("{secret:pin}")
    assert one.seal(f"123 {VALUES['key']}") == f"123 {VALUES['key']}"


# On the way


async def test_a_secret_is_sent_and_comes_back_as_a_placeholder(server: Server, web_fetcher: Make, site: Site) -> None:
    run = Run(site=site, now=NOW)
    server.say("/list", json.dumps({"next": "/list?token=abc%2Fdef", "you": "abc/def"}), link="</?token=abc/def>")
    fetcher = web_fetcher(secrets={"key": "abc/def"})
    request = Request(
        server.url(f"/list?token={run.secret('key')}"),
        method="POST",
        headers={"Authorization": f"Bearer {run.secret('key')}"},
        body=f"token={run.secret('key')}",
    )
    fetched = await fetcher.fetch(request, site)
    (asked,) = server.asked
    assert (asked.query["token"], asked.headers["Authorization"]) == ("abc/def", "Bearer abc/def")
    assert server.bodies == ["token=abc/def"]
    assert json.loads(fetched.body) == {"next": "/list?token={secret:key}", "you": "{secret:key}"}
    assert fetched.headers["link"] == "</?token={secret:key}>"
    assert fetched.url == request.url


@pytest.mark.parametrize(
    ("path", "status", "location"), [("/busy", 500, None), ("/no", 404, None), ("/circle", 302, "/circle?k=abc/def")]
)
async def test_no_error_shows_a_secret(
    server: Server, web_fetcher: Make, site: Site, path: str, status: int, location: str | None
) -> None:
    server.say(path, b"abc/def", status=status, **({"location": location} if location else {}))
    fetcher = web_fetcher(secrets={"key": "abc/def"}, retries=0)
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch(Request(server.url(f"{path}?k={{secret:key}}")), site)
    shown: list[BaseException | None] = [caught.value, caught.value.__cause__]
    assert not any("abc/def" in str(error) or "abc%2Fdef" in str(error) for error in shown)


async def test_a_connection_error_shows_no_secret(server: Server, web_fetcher: Make, site: Site) -> None:
    url = server.url("/x?k={secret:key}")
    await server.server.close()
    with pytest.raises(FetchError) as caught:
        await web_fetcher(secrets={"key": "abc/def"}, retries=0).fetch(Request(url), site)
    assert caught.value.__cause__ is None
    assert "abc" not in str(caught.value)


@pytest.mark.parametrize("placeholder", ["{secret:other}", "%7Bsecret:other%7D"])
async def test_a_source_cannot_ask_for_a_secret_by_redirecting(
    server: Server, web_fetcher: Make, site: Site, placeholder: str
) -> None:
    server.say("/", status=302, location=f"/caught?k={placeholder}")
    server.say("/caught")
    await web_fetcher(secrets={"key": "abc/def", "other": "of-another-source"}).fetch(
        Request(server.url("/?k={secret:key}")), site
    )
    assert server.asked[-1].query["k"] == "{secret:other}"


@pytest.mark.parametrize("placeholder", ["{secret:other}", "%7Bsecret%3Aother%7D"])
@pytest.mark.parametrize("place", ["url", "header", "body"])
async def test_a_secret_that_the_connector_does_not_name_is_not_sent(
    server: Server, web_fetcher: Make, site: Site, place: str, placeholder: str
) -> None:
    """As where a source writes a placeholder into a link that the connector follows."""
    server.say("/")
    request = {
        "url": Request(server.url(f"/?k={placeholder}")),
        "header": Request(server.url("/"), headers={"X-Key": placeholder}),
        "body": Request(server.url("/"), method="POST", body=placeholder),
    }[place]
    fetcher = web_fetcher(secrets={"key": "abc/def", "other": "of-another-source"})
    with pytest.raises(NotAllowed, match="sample names no secret 'other'; allowed: key"):
        await fetcher.fetch(request, site)
    assert server.asked == []
    await web_fetcher(secrets={"other": "1"}, named=frozenset({"other"})).fetch(request, site)
    assert len(server.asked) == 1
