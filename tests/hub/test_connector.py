"""What a connector gets of an answer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from folkmoot_hub.connector import ParseError, Request, Response, Run, Site

URL = "https://sample.example.org/list"
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
SITE = Site(id="sample.example.org", connector="sample", title="Sample", base="https://sample.example.org")


def answer(body: bytes, content_type: str = "application/json") -> Response:
    return Response(
        run=Run(site=SITE, now=NOW),
        request=Request(URL),
        url=URL,
        status=200,
        headers={"content-type": content_type},
        body=body,
        fetched_at=NOW,
    )


class TestJson:
    @pytest.mark.parametrize(
        "body", [b"", b"{", b"<html></html>", b"\xff\xfe{}", b"\xef\xbb\xbf", b'"\xed\xa0\x80"', b'"\\ud800', b"NaN"]
    )
    def test_what_is_none_is_told_by_its_address(self, body: bytes) -> None:
        with pytest.raises(ParseError, match=f"^the answer of {URL} is not JSON: "):
            answer(body).json()

    @pytest.mark.parametrize("inner", [b"[", b'{"a":'])
    def test_that_is_nested_too_deeply_is_told_in_words(self, inner: bytes) -> None:
        with pytest.raises(ParseError, match=f"^the answer of {URL} is nested too deeply to be read"):
            answer(inner * 100_000).json()

    def test_may_begin_with_a_byte_order_mark(self) -> None:
        assert answer(b'\xef\xbb\xbf{"a": "\xef\xbb\xbf"}').json() == {"a": "\ufeff"}

    @pytest.mark.parametrize(
        ("written", "read"),
        [
            (r"\ud800", "\ufffd"),
            (r"\uDFFFx", "\ufffdx"),
            (r"\ud800\ud83d\ude00", "\ufffd😀"),
            (r"\ude00\ud83d", "\ufffd\ufffd"),
            (r"\\ud800 and \ud800", r"\ud800 and " + "\ufffd"),
            (r"\"\ud800\"\u00e9", '"\ufffd"é'),
        ],
    )
    def test_half_a_character_costs_that_character_alone(self, written: str, read: str) -> None:
        assert answer(f'{{"title": "{written}", "id": 1}}'.encode()).json() == {"title": read, "id": 1}

    @given(st.recursive(st.none() | st.integers(-9, 9) | st.text(), lambda inner: st.lists(inner, max_size=3)))
    def test_is_read_as_it_was_written(self, data: Any) -> None:
        for before in (b"", b"\xef\xbb\xbf"):
            assert answer(before + msgspec.json.encode(data)).json() == data


class TestText:
    @pytest.mark.parametrize(
        ("content_type", "named", "written", "read"),
        [
            ("text/html", "windows-1250", "Što dalje?", "Što dalje?"),
            ("text/html", "iso-8859-1", "“Überall”", "“Überall”"),
            ("text/html", "utf-8", "Το πάρκο", "Το πάρκο"),
            ("text/html; charset=windows-1250", "utf-8", "Što dalje?", "Što dalje?"),
            ("text/html; charset=ISO-8859-1", "utf-8", "“Überall”", "“Überall”"),
            ("text/html; charset=none", "windows-1250", "Što dalje?", "Što dalje?"),
            ("text/html", "no-such", "plain", "plain"),
            ("text/html", "utf-16", "plain", "plain"),
        ],
    )
    def test_is_read_by_the_charset_of_the_answer_else_of_the_page(
        self, content_type: str, named: str, written: str, read: str
    ) -> None:
        said = content_type.partition("charset=")[2].lower().removeprefix("none") or named
        encoding = {"iso-8859-1": "cp1252", "no-such": "utf-8", "utf-16": "utf-8"}.get(said, said)
        for meta in (f'<meta charset="{named}">', f"<META http-equiv=x content='text/html; charset={named}'>"):
            page = f"<html><head>{meta}</head><body>{written}</body></html>".encode(encoding)
            assert answer(page, content_type).html().string("//body") == read

    def test_is_utf_8_where_nobody_says_otherwise_and_what_is_not_is_replaced(self) -> None:
        assert answer("<p>ž".encode() + b"\x9e", "text/html").text() == "<p>ž\ufffd"
        late = b"<html>" + b" " * 1024 + b'<meta charset="windows-1250">\x9e'
        assert answer(late, "text/html").text().endswith("\ufffd")
