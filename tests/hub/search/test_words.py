"""The words of a query: one syntax for every engine."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from folkmoot_hub.errors import QueryError
from folkmoot_hub.search.words import Words, parse_words
from hub.search.making import refused


@pytest.mark.parametrize("q", ['"', 'animal "welfare', '"a" "b', "“a", "«a» »"])
def test_a_quotation_mark_without_partner_is_refused_by_name(q: str) -> None:
    with pytest.raises(QueryError) as error:
        parse_words(q)
    assert error.value.parameter == "q"
    assert error.value.problem == "a quotation mark has no partner"


@pytest.mark.parametrize(
    ("q", "words"),
    [
        ("", Words()),
        ("   ", Words()),
        ("Animal WELFARE", Words(required=("animal", "welfare"))),
        ("fur fur FUR", Words(required=("fur",))),
        ('"animal welfare"', Words(phrases=(("animal", "welfare"),))),
        ("“animal welfare”", Words(phrases=(("animal", "welfare"),))),
        ("«animal welfare» fur", Words(required=("fur",), phrases=(("animal", "welfare"),))),
        ('"fur"', Words(required=("fur",))),
        ("e-mail", Words(phrases=(("e", "mail"),))),
        ("0123/2024", Words(phrases=(("0123", "2024"),))),
        ("COM(2024)12", Words(phrases=(("com", "2024", "12"),))),
        ("-fur", Words(excluded=(("fur",),))),
        ('-"animal welfare" law', Words(required=("law",), excluded=(("animal", "welfare"),))),
        ("-e-mail", Words(excluded=(("e", "mail"),))),
        ('a"b c"d', Words(required=("a", "d"), phrases=(("b", "c"),))),
        ("fur - welfare", Words(required=("fur", "welfare"))),
        ("fur !?", Words(required=("fur",))),
        ("!?", Words(nothing=True)),
        ('""', Words(nothing=True)),
        ("-", Words(nothing=True)),
    ],
)
def test_words_are_understood(q: str, words: Words) -> None:
    assert parse_words(q) == words
    assert bool(words) == bool(q.strip())


def test_what_is_wanted_lists_single_words_and_phrases() -> None:
    assert parse_words('fur "animal welfare" -law').wanted == (("fur",), ("animal", "welfare"))


@given(st.text(max_size=60))
def test_any_text_is_understood_or_refused_by_name(q: str) -> None:
    if (name := refused(lambda: parse_words(q))) is not None:
        assert name == "q"
        return
    words = parse_words(q)
    assert all(phrase and all(phrase) for phrase in (*words.wanted, *words.excluded))
    assert words.nothing == (bool(q.strip()) and not words.wanted and not words.excluded)
