"""Which answers may be parsed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from folkmoot_hub.connector import Request
from folkmoot_hub.errors import (
    Blocked,
    FetchError,
    FinalFetchError,
    GoneAtSource,
    NotFound,
    ServerTrouble,
    TooManyRequests,
)
from folkmoot_hub.fetch.checks import check

URL = "https://example.org/list"
PAGE = b"<!DOCTYPE html>\n<html><head><title>Are you a robot?</title></head></html>"
RSS = b'<?xml version="1.0"?>\n<!-- made by hand -->\n<rss version="2.0"><channel/></rss>'
ATOM = b'<feed xmlns="http://www.w3.org/2005/Atom"/>'
RDF = b'\xef\xbb\xbf<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>'
LEGACY = b'<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://example.org/rss.dtd">\n<rss version="0.91"/>'


def judge(expect: str, content_type: str | None, body: bytes, status: int = 200, **kwargs: object) -> None:
    headers = {"content-type": content_type} if content_type is not None else {}
    check(Request(URL, expect=expect, **kwargs), status, headers, body)  # type: ignore[arg-type] # the test varies them


@pytest.mark.parametrize(
    ("status", "headers", "error"),
    [
        (404, {}, NotFound),
        (410, {}, GoneAtSource),
        (429, {}, TooManyRequests),
        (503, {"retry-after": "7"}, TooManyRequests),
        (503, {}, ServerTrouble),
        (500, {}, ServerTrouble),
        (599, {}, ServerTrouble),
        (202, {}, Blocked),
        (204, {}, Blocked),
        (301, {}, Blocked),
        (304, {}, Blocked),
        (401, {}, Blocked),
        (403, {}, Blocked),
    ],
)
def test_a_status_that_is_not_accepted_is_told_by_its_kind(
    status: int, headers: dict[str, str], error: type[FetchError]
) -> None:
    with pytest.raises(error, match=rf"{URL} answered {status}.*allowed: 200$"):
        check(Request(URL), status, headers, b"{}")


@given(st.integers(100, 599))
def test_every_status_but_the_accepted_is_an_error(status: int) -> None:
    check(Request(URL, accept=(status,), expect="any"), status, {}, b"")
    with pytest.raises(FetchError) as caught:
        check(Request(URL, accept=(600,)), status, {}, b"{}")
    assert isinstance(caught.value, FinalFetchError) == (status in (404, 410))


def test_retry_after_goes_with_the_error() -> None:
    with pytest.raises(TooManyRequests, match="asks to wait 120 s") as caught:
        check(Request(URL), 429, {"retry-after": "120"}, b"")
    assert caught.value.retry_after == 120


def test_retry_after_as_a_date_is_measured_against_now() -> None:
    now = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    with pytest.raises(TooManyRequests) as caught:
        check(Request(URL), 503, {"retry-after": "Sun, 01 Mar 2026 12:01:30 GMT"}, b"", now)
    assert caught.value.retry_after == 90


@pytest.mark.parametrize(
    ("expect", "content_type", "body"),
    [
        ("json", "application/json", b'{"a": 1}'),
        ("json", "application/json; charset=utf-8", b"null"),
        ("json", "application/vnd.rahvaalgatus.initiative+json; v=1", b"{}"),
        ("json", "application/sparql-results+json", b"{}"),
        ("json", "text/plain;charset=UTF-8", b' \n {"a": 1}'),
        ("json", "text/html; charset=utf-8", b"[1]"),
        ("json", "application/octet-stream", b"[]"),
        ("json", None, b"\xef\xbb\xbf{}"),
        ("feed", "text/plain", RSS),
        ("feed", "application/rss+xml", RSS),
        ("feed", "text/html", ATOM),
        ("feed", "application/xml", RDF),
        ("feed", None, LEGACY),
        ("feed", "application/xml", ATOM.decode().encode("utf-16")),
        ("html", "text/html; charset=utf-8", PAGE),
        ("html", "application/xhtml+xml", b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>"),
        ("html", "text/html", b"<p>a fragment</p>"),
        ("html", "text/plain", PAGE),
        ("xml", "text/xml", b"<a/>"),
        ("xml", "application/rdf+xml", b"<?xml version='1.0'?>\n<a/>"),
        ("xml", "text/plain", b"<a/>"),
        ("text", "text/csv", b"a,b\n1,2\n"),
        ("text", "text/x-cdxj", b""),
        ("text", "application/x-ndjson", b"{}\n{}"),
        ("any", "image/png", b"\x89PNG"),
        ("any", None, b""),
    ],
)
def test_what_fits_passes(expect: str, content_type: str | None, body: bytes) -> None:
    judge(expect, content_type, body)


@pytest.mark.parametrize(
    ("expect", "content_type", "body", "what"),
    [
        ("json", "text/html; charset=utf-8", PAGE, "with text/html, not with JSON"),
        ("json", "application/json", PAGE, r"with HTML \(called application/json\), not with JSON"),
        ("json", "text/plain", b"Access denied", "with text/plain"),
        ("json", "application/xml", b"<a/>", "with application/xml"),
        ("json", None, PAGE, r"HTML \(called no content type\)"),
        ("feed", "application/rss+xml", PAGE, r"HTML \(called application/rss\+xml\), not with a feed"),
        ("feed", "text/html", PAGE, "with text/html"),
        ("feed", "application/json", b"{}", "with application/json"),
        ("feed", "text/plain", b"the word <rss> in a text", "with text/plain"),
        ("html", "application/json", b"{}", "with application/json, not with HTML"),
        ("html", "application/pdf", b"%PDF-1.7", "with application/pdf"),
        ("html", "text/html", b'{"error": "no"}', "with text/html"),
        ("xml", "text/html", b"<html><body></body></html>", "with text/html, not with XML"),
        ("xml", "application/xml", PAGE, "HTML"),
        ("xml", "application/xml", b"{}", "with application/xml"),
        ("text", "text/html", PAGE, "with text/html, not with text"),
        ("text", "text/plain", PAGE, r"HTML \(called text/plain\)"),
        ("text", "image/png", b"\x89PNG", "with image/png"),
        ("text", "application/octet-stream", b"a\0b", "octet-stream"),
    ],
)
def test_what_does_not_fit_is_blocked(expect: str, content_type: str | None, body: bytes, what: str) -> None:
    with pytest.raises(Blocked, match=what):
        judge(expect, content_type, body)


@pytest.mark.parametrize("expect", ["json", "feed", "html", "xml"])
@pytest.mark.parametrize("body", [b"", b" \r\n\t"])
def test_an_answer_without_content_is_blocked(expect: str, body: bytes) -> None:
    with pytest.raises(Blocked, match="answered 200 without content"):
        judge(expect, "application/json", body)


@pytest.mark.parametrize("status", [204, 301, 404, 500])
def test_the_content_of_an_accepted_failure_is_not_judged(status: int) -> None:
    judge("json", "text/html", PAGE, status, accept=(200, status))


@given(st.sampled_from(["json", "feed", "html", "xml", "text", "any"]), st.text(max_size=40), st.binary(max_size=200))
def test_whatever_comes_it_passes_or_is_blocked(expect: str, content_type: str, body: bytes) -> None:
    try:
        judge(expect, content_type, body)
    except Blocked as error:
        assert URL in str(error)  # noqa: PT017 - both outcomes are right; only the error's text is checked


def test_a_long_opening_without_an_end_is_read_in_no_time() -> None:
    with pytest.raises(Blocked):
        judge("feed", "text/xml", b"<!--" * 100_000 + b"<!DOCTYPE [" * 100_000)
