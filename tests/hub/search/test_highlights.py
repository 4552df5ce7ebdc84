"""Highlights: where in a text the words of a query stand."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from folkmoot_hub.errors import QueryError
from folkmoot_hub.search.folding import tokens
from folkmoot_hub.search.highlights import highlights
from folkmoot_hub.search.matching import matches
from folkmoot_hub.search.query import Query
from folkmoot_hub.search.words import parse_words
from folkmoot_schema.texts import Text
from hub.search.making import record


def found(text: str, q: str, language: str | None = "en") -> list[str]:
    return [text[begin:end] for begin, end in highlights(text, parse_words(q), language)]


@pytest.mark.parametrize(
    ("text", "q", "places"),
    [
        ("", "park", []),
        ("A park by the river", "", []),
        ("A park by the river", "-park", []),
        ("A park by the river", "!", []),
        ("Parks, PARK and parking", "park", ["Parks", "PARK", "parking"]),
        ("Parks, PARK and parking", '"park"', ["PARK"]),
        ("The welfare of animals: animal welfare", '"animal welfare"', ["animal welfare"]),
        ("Petition 0123/2024 of 2024", "0123/2024", ["0123/2024"]),
        ("aa aa aa", '"aa aa"', ["aa aa aa"]),  # what overlaps is one place
        ("aa aa", "aa", ["aa", "aa"]),
        ("nai\u0308ve <b>nai\u0308ve</b>", "naïve", ["nai\u0308ve", "nai\u0308ve"]),
        ("par\u00adticipation", "participation", ["par\u00adticipation"]),
    ],
)
def test_places_are_those_of_the_words_as_written(text: str, q: str, places: list[str]) -> None:
    assert found(text, q) == places


def test_forms_are_those_of_the_language_of_the_text() -> None:
    assert found("Neue Häuser", "Haus", "de") == ["Häuser"]
    assert found("Neue Häuser", "Haus", "en") == []
    assert found("Neue Häuser", "Haus", None) == []
    assert found("Neue Häuser", "hauser", None) == ["Häuser"]


_WORDS = st.lists(st.sampled_from(["park", "parks", "Häuser", "haus", "½", "e-mail", "a\u0308", "-", "<"]), max_size=5)


@settings(max_examples=60, deadline=None)
@given(_WORDS.map(" ".join), _WORDS.map(" ".join) | st.text(max_size=8), st.sampled_from(["de", "en"]))
def test_places_are_in_order_apart_and_there_where_the_title_matches(text: str, q: str, language: str) -> None:
    try:
        words = parse_words(q)
    except QueryError:
        return
    places = highlights(text, words, language)
    assert all(0 <= begin < end <= len(text) for begin, end in places)
    assert all(one[1] <= other[0] for one, other in pairwise(places))
    one = record(Text({language: text}, language), local_id="0")
    if words.wanted and tokens(text) and not words.excluded and matches(Query(q=q), one):
        assert places or "0" in tokens(q)
