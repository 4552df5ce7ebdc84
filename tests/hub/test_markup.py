"""Texts from sources, made safe: what may be shown stays, everything else goes."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from folkmoot_hub import markup


@pytest.mark.parametrize(
    ("given_", "left"),
    [
        ("<p onclick='x()'>a</p><script>b()</script>", "<p>a</p>"),
        ("<style>p{}</style><p style='x'>a</p>", "<p>a</p>"),
        ("<img src=x onerror=y><iframe src=z></iframe>a", "a"),
        ("<h1>A</h1><h2 id=x>B</h2><h4>C</h4>", "<h3>A</h3><h3>B</h3><h4>C</h4>"),
        ("a\x00\x1b[31mb\x9b\x1fc", "a[31mbc"),
        ("half a character \ud83d", "half a character \ufffd"),
        ("a\r\n\n\n\nb", "a\n\nb"),
    ],
)
def test_what_is_not_allowed_is_taken_out(given_: str, left: str) -> None:
    assert markup.sanitise(given_) == left


@pytest.mark.parametrize("address", ["javascript:x()", " java\nscript:x()", "data:text/html,x", "mailto:a@b.example"])
def test_only_web_addresses_can_be_followed(address: str) -> None:
    assert "href" not in markup.sanitise(f'<a href="{address}">a</a>')


def test_a_link_says_that_it_leads_away() -> None:
    assert markup.sanitise('<a href="https://a.example/" target="x">a</a>') == (
        '<a href="https://a.example/" rel="external noopener nofollow">a</a>'
    )


@pytest.mark.parametrize(
    ("given_", "words"),
    [
        ("<p>one</p><p>two</p>", "one two"),
        ("one<br>two<b>three</b>", "one twothree"),
        ("a &amp; b &lt;c&gt;", "a & b <c>"),
        ("<script>x</script>a\u202eb\x9d", "ab"),
        ("\ud83d", "\ufffd"),
    ],
)
def test_plain_text_is_one_line_of_words(given_: str, words: str) -> None:
    assert markup.plain(given_) == words


@pytest.mark.parametrize(
    ("given_", "words"),
    [
        ("<b>bold</b> &amp; &lt;i&gt;", "bold &"),
        ("a &lt;b&gt;bold&lt;/b&gt; title", "a bold title"),
        ("&lt;p&gt;one&lt;/p&gt;&lt;p&gt;two&lt;/p&gt;", "one two"),
        ("&amp;lt;b&amp;gt; &lt;b&gt;deep", "deep"),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
        ("3 &lt; 4 &amp; 5 &gt; 4", "3 < 4 & 5 > 4"),
        ("x <y", "x <y"),
        ("AT&T", "AT&T"),
        ("&lt;i&gt;", ""),
    ],
)
def test_a_line_has_no_tags_also_where_they_were_escaped(given_: str, words: str) -> None:
    assert markup.line(given_) == words


@given(st.lists(st.sampled_from(["<b>", "</b>", "&lt;", "&gt;", "&amp;", "lt;", "b", "/", " ", "<", ">"])).map("".join))
def test_no_text_leaves_a_tag_in_a_line(text: str) -> None:
    assert not markup.looks_like_html(markup.line(text))


def test_paragraphs_come_in_order_and_none_is_empty() -> None:
    assert markup.paragraphs("<p>a</p><p> </p><div>b<br>c</div>") == ["a", "b", "c"]


_PIECES = st.sampled_from(
    "<p> </p> <script> </script> <svg/onload=x> <a/href=javascript:x> <!-- --> < > \" ' a &lt;script&gt; <math> <style>"
    " <noscript> <h1> \0 \x9b \ud83d".split(" ")
)


@given(st.lists(_PIECES, max_size=12).map("".join))
def test_nothing_that_runs_is_ever_left(text: str) -> None:
    """Read again as a browser reads it, the result has allowed elements only; to sanitise it twice changes nothing."""
    left = markup.sanitise(text)
    assert markup.sanitise(left) == left
    if left:
        for element in html.fragments_fromstring(f"<div>{left}</div>")[0].iter():
            assert element.tag in {"div", "p", "a", "h3"}, left
            assert not any(name.startswith("on") for name in element.attrib)
    left.encode()


@pytest.mark.parametrize("piece", ["<p", "<a ", "<!", "<br ", "</h1", "<h1", "&"])
def test_a_text_made_to_take_for_ever_takes_as_long_as_it_is(piece: str) -> None:
    """Where time grew with the square of the length, this would take minutes."""
    value = piece * 200_000
    begun = time.perf_counter()
    markup.looks_like_html(value)
    markup.plain(value)
    markup.paragraphs(value)
    markup.sanitise(value)
    assert time.perf_counter() - begun < 20


@pytest.mark.parametrize("tag", ["<div>", "<b>", "<p", "<a href='https://a.example/'>", "<svg>", "<"])
def test_a_text_that_is_nothing_but_tags_takes_no_longer_than_its_length_asks(tag: str) -> None:
    """Measured as processor time, with much room: by the square of the length it would be minutes."""
    begun = time.process_time()
    left = markup.sanitise(f"{tag * 50_000}words")
    assert "words" in left
    assert "words" in markup.plain(f"{tag * 50_000}words")
    assert time.process_time() - begun < 20
