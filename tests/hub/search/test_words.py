"""The words of a query: one syntax for every engine."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from folkmoot_hub.errors import QueryError
from folkmoot_hub.search.folding import tokens
from folkmoot_hub.search.words import Word, Words, parse_words
from hub.search.making import refused

FUR = Word("fur", ("fur",))


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
        ("Animal WELFARE", Words(required=(Word("animal", ("Animal",)), Word("welfare", ("WELFARE",))))),
        ("fur fur FUR", Words(required=(Word("fur", ("fur", "FUR")),))),
        ("(Žádosti)", Words(required=(Word("zadosti", ("Žádosti",)),))),
        ('"animal welfare"', Words(phrases=(("animal", "welfare"),))),
        ("“animal welfare”", Words(phrases=(("animal", "welfare"),))),
        ("«animal welfare» fur", Words(required=(FUR,), phrases=(("animal", "welfare"),))),
        ('"fur"', Words(phrases=(("fur",),))),
        ("e-mail", Words(phrases=(("e", "mail"),))),
        ("0123/2024", Words(phrases=(("0123", "2024"),))),
        ("COM(2024)12", Words(phrases=(("com", "2024", "12"),))),
        ("-fur", Words(excluded=(("fur",),))),
        ('-"animal welfare" law', Words(required=(Word("law", ("law",)),), excluded=(("animal", "welfare"),))),
        ("-e-mail", Words(excluded=(("e", "mail"),))),
        ('a"b c"d', Words(required=(Word("a", ("a",)), Word("d", ("d",))), phrases=(("b", "c"),))),
        ("fur - welfare", Words(required=(FUR, Word("welfare", ("welfare",))))),
        ("fur !?", Words(required=(FUR,))),
        ("!?", Words(nothing=True)),
        ('""', Words(nothing=True)),
        ("-", Words(nothing=True)),
    ],
)
def test_words_are_understood(q: str, words: Words) -> None:
    assert parse_words(q) == words
    assert bool(words) == bool(q.strip())


def test_a_word_is_none_of_a_language_that_has_other_letters() -> None:
    (word,) = parse_words("Parks").required
    assert word.stems(["bg", "el"]) == ()


@pytest.mark.parametrize(("q", "wanted"), [("fur", True), ('"fur"', True), ("-fur", False), ("", False), ("!", False)])
def test_something_is_wanted_where_something_must_occur(q: str, wanted: bool) -> None:
    assert parse_words(q).wanted is wanted


def test_a_word_stands_for_its_forms_in_each_language_it_may_be_meant_in() -> None:
    (word,) = parse_words("Parks").required
    assert word.stems(["de", "en", "mt"]) == ("de:park", "en:park", "mt:parks")
    assert word.stems([]) == ()


def test_a_word_typed_in_two_ways_stands_for_the_forms_of_both() -> None:
    (word,) = parse_words("žádosti zadosti žádosti").required
    assert word.typed == ("žádosti", "zadosti")
    assert set(word.stems(["sk"])) == {
        *Word("zadosti", ("žádosti",)).stems(["sk"]),
        *Word("", ("zadosti",)).stems(["sk"]),
    }


@given(st.text(max_size=60))
def test_any_text_is_understood_or_refused_by_name(q: str) -> None:
    if (name := refused(lambda: parse_words(q))) is not None:
        assert name == "q"
        return
    words = parse_words(q)
    assert all(phrase and all(phrase) for phrase in (*words.phrases, *words.excluded))
    assert all(
        word.token and word.typed and all(tokens(typed) == (word.token,) for typed in word.typed)
        for word in words.required
    )
    assert words.nothing == (bool(q.strip()) and not words.wanted and not words.excluded)
