"""Single values as sources write them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from folkmoot_connectors._private import OMITTED
from folkmoot_connectors._values import (
    address,
    body,
    by_language,
    day,
    excerpt,
    fuller,
    line,
    local_id,
    moment,
    shortened,
    size_in_bytes,
    texts,
)
from folkmoot_hub.connector import MappingError, ParseError
from folkmoot_schema.process import check_url
from folkmoot_schema.texts import Text


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("https://x.example/a", "https://x.example/a"),
        (" HTTP://x.example ", "HTTP://x.example"),
        ("bees.example", "https://bees.example"),
        ("www.bees.example/a?b=c#d", "https://www.bees.example/a?b=c#d"),
        ("bees.example:8080/a", "https://bees.example:8080/a"),
        ("https://x.example/a b/ü", "https://x.example/a%20b/%C3%BC"),
        ("https://x.example/a%20b", "https://x.example/a%20b"),
        ("//x.example/a", None),
        ("/a", None),
        ("a", None),
        ("", None),
        ("  ", None),
        (None, None),
        (5, None),
        (["https://x.example"], None),
        ("javascript:alert(1)", None),
        ("mailto:a@b.example", None),
        ("ftp://x.example", None),
        ("https://", None),
        (f"https://x.example/{OMITTED}", None),
    ],
)
def test_an_address_is_an_absolute_web_address_or_none(value: Any, found: str | None) -> None:
    assert address(value) == found


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("/a", "https://base.example/a"),
        ("a.pdf", "https://base.example/dir/a.pdf"),
        ("../b", "https://base.example/b"),
        ("//x.example/a", "https://x.example/a"),
        ("www.x.example/a.pdf", "https://www.x.example/a.pdf"),
        ("a.aspx?b=1", "https://base.example/dir/a.aspx?b=1"),
        ("index.php#c", "https://base.example/dir/index.php#c"),
        ("javascript:x", None),
    ],
)
def test_a_relative_address_is_read_from_its_base(value: str, found: str | None) -> None:
    assert address(value, "https://base.example/dir/") == found


@given(st.text())
def test_every_address_is_one_that_the_schema_takes(value: str) -> None:
    for base in (None, "https://base.example"):
        found = address(value, base)
        if found is not None:
            check_url(found, "address")


@pytest.mark.parametrize(
    ("value", "form", "found"),
    [
        ("02/03/2026", "%d/%m/%Y", "2026-03-02"),
        (" 2026/03/02 ", "%Y/%m/%d", "2026-03-02"),
        ("", "%d/%m/%Y", None),
        ("  ", "%d/%m/%Y", None),
        (None, "%d/%m/%Y", None),
    ],
)
def test_a_day_is_read_in_the_form_of_its_source(value: Any, form: str, found: str | None) -> None:
    assert day(value, form, "deadline") == found


@pytest.mark.parametrize("value", ["30/02/2026", "2026-03-02", "1/2", "tomorrow", 5, [], {}, True, "01/01/0000"])
def test_what_is_no_day_is_told_by_name(value: Any) -> None:
    with pytest.raises(MappingError, match=r"^deadline: .* is not a day in the form %d/%m/%Y$"):
        day(value, "%d/%m/%Y", "deadline")


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ("219.2 KB", 224461),
        ("1.5MB", 1572864),
        (" 12 bytes ", 12),
        ("0 B", 0),
        ("2 GB", 2147483648),
        ("big", None),
        ("", None),
        (None, None),
        (12, None),
        ("-1 KB", None),
    ],
)
def test_a_size_is_a_number_of_bytes(value: Any, size: int | None) -> None:
    assert size_in_bytes(value) == size


@given(st.text(min_size=1), st.integers(2, 50))
def test_what_is_shortened_has_at_most_its_limit(value: str, limit: int) -> None:
    short = shortened(value, limit)
    assert len(short) <= limit
    assert short == value or short.endswith("…")


def test_a_text_is_cut_between_words() -> None:
    assert shortened("one two three", 9) == "one two…"
    assert shortened("onetwothree", 5) == "onet…"


def test_an_excerpt_is_whole_paragraphs_while_they_fit() -> None:
    text = "<p>One &amp; two.</p><ul><li>Three</li></ul><p>" + "Four " * 200 + "</p>"
    assert excerpt(text, 40) == "One & two. Three"
    assert excerpt("<p>" + "Four " * 200 + "</p>", 40) == "Four " * 6 + "Four…"
    assert excerpt(None) == excerpt("") == excerpt("<p>&#13;</p>") == ""


def test_a_line_is_plain_text() -> None:
    assert line("  A&#13; <b>park</b> &amp;\n more ") == "A park & more"
    assert line("1 < 2") == "1 < 2"
    assert line("<b>bold</b> &amp; &lt;i&gt;") == "bold &"
    assert excerpt("<p>&lt;b&gt;bold&lt;/b&gt; words</p>") == "bold words"
    assert line(None) == ""


@pytest.mark.parametrize(
    ("whole", "brief", "kept"),
    [
        ({"en": "<p>Two words</p>"}, {"en": "Two words"}, False),
        ({"en": "<p>Two</p>\n<p><b>words</b></p>"}, {"en": "Two words"}, True),
        ({"en": "<p>Two words</p>", "de": "<p>Zwei</p>"}, {"en": "Two words", "de": "Zwei"}, False),
        ({"en": "<p>Two words</p>", "de": "<p>Zwei Wörter</p>"}, {"en": "Two words", "de": "Zwei"}, True),
        ({"en": "<p>Two words</p>", "de": "<p>Zwei</p>"}, {"en": "Two words"}, True),
        ({"en": '<p>Two <a href="https://a.example">words</a></p>'}, {"en": "Two words"}, True),
        ({"en": "<p>Two words and more</p>"}, {"en": "Two words…"}, True),
        ({"en": "<p>Two words</p>"}, None, True),
    ],
)
def test_a_text_that_only_repeats_its_summary_is_left_out(
    whole: dict[str, str], brief: dict[str, str] | None, kept: bool
) -> None:
    text = Text(whole, "en", html=True)
    assert fuller(text, Text(brief, "en") if brief else None) == (text if kept else None)
    assert fuller(None, text) is None


def test_a_body_without_words_is_empty() -> None:
    assert body("<p> </p><script>x</script>") == ""
    assert body("<p>Word</p>&#13;") == "<p>Word</p>"


def test_a_text_keeps_the_languages_that_have_something_to_say() -> None:
    found = by_language({"en": "", "fr": "Oui", "de": "Ja"}, "en")
    assert found is not None
    assert (found.values, found.original) == ({"fr": "Oui", "de": "Ja"}, "fr")
    assert by_language({"en": ""}, "en") is None


@pytest.mark.parametrize("tag", ["", "english language", "EN", "1"])
def test_what_is_no_language_is_told(tag: str) -> None:
    with pytest.raises(MappingError, match="is not a language tag"):
        by_language({tag: "x"}, tag)


@pytest.mark.parametrize("id", ["", "x" * 501, "a\nb", "\ud800"])
def test_an_id_that_cannot_be_one_is_a_drift(id: str) -> None:
    with pytest.raises(ParseError, match=r"^https://x\.example: "):
        local_id(id, "https://x.example")
    assert local_id("a/b c", "https://x.example") == "a/b c"


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("2014-12-26 09:00:00.231", "2014-12-26T09:00:00"),
        ("2023-01-30T13:16:23.660", "2023-01-30T13:16:23"),
        (" 2023-01-30T13:16 ", "2023-01-30T13:16:00"),
        ("2019-05-14T10:30:00Z", "2019-05-14T10:30:00+00:00"),
        ("2023-01-30", "2023-01-30"),
        ("", None),
        (" ", None),
        (None, None),
    ],
)
def test_a_moment_is_told_to_the_second_and_a_day_stays_a_day(value: str | None, found: str | None) -> None:
    assert moment(value, "opens") == found


@pytest.mark.parametrize("value", ["20230130", "2023-W05", "2023", "2023-02-30", "2023-01-30T25:00", "30/01/2023", "x"])
def test_a_moment_in_another_form_is_told_by_name(value: str) -> None:
    with pytest.raises(MappingError, match=r"^opens: .* is not a time in the form YYYY-MM-DD hh:mm:ss$"):
        moment(value, "opens")


@pytest.mark.parametrize("value", [0, 5, False, [], {}, ["a"]])
def test_what_is_no_text_is_told_by_name(value: Any) -> None:
    with pytest.raises(MappingError, match=r"^b: .* is not a text$"):
        texts({"a": "x", "b": value}, ("a", "b"))


def test_a_text_that_is_missing_is_empty() -> None:
    assert texts({"a": "x", "b": None, "d": 5}, ("a", "b", "c")) == {"a": "x", "b": "", "c": ""}
