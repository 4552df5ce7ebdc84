"""Texts by language: what a Text refuses, chooses and is called in RDF; cleaning."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from folkmoot_schema.texts import Text, clean, cut, is_tag
from schema.generating import texts


@pytest.mark.parametrize(
    ("values", "original", "machine", "message"),
    [
        ({}, "en", (), "at least one language"),
        ({"en": "x"}, "fr", (), "'fr' is not among"),
        ({"EN": "x"}, "EN", (), "not a language tag"),
        ({"en": "x"}, "en", ("fr",), "machine translations without a text"),
    ],
)
def test_a_text_that_contradicts_itself_is_refused(
    values: dict[str, str], original: str, machine: tuple[str, ...], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Text(values, original, machine=machine)


@pytest.mark.parametrize("tag", ["en", "pt-BR", "sr-Latn", "es-419", "ca-valencia", "zh-cmn-Hans-CN", "de-1996", "und"])
def test_language_tags_of_bcp_47_are_taken(tag: str) -> None:
    assert is_tag(tag)


@pytest.mark.parametrize(
    "tag", ["", "EN", "e", "english", "en_GB", "en-", "en-12", "en-t-fr", "x-own", "en\n", "en-ab-cd"]
)
def test_other_tags_are_refused_since_rdf_could_not_write_them(tag: str) -> None:
    assert not is_tag(tag)


def test_the_best_text_is_in_the_first_language_asked_for_else_the_original() -> None:
    text = Text({"en": "Park", "fr": "Parc"}, "fr")
    assert text.best("el", "en", "fr") == ("en", "Park")
    assert text.best("el") == ("fr", "Parc")


def test_machine_translations_are_marked_in_the_tag_as_bcp_47_extension_t_has_it() -> None:
    text = Text({"pt-BR": "Parque", "en": "Park", "fr": "Parc"}, "pt-BR", machine=("fr",))
    assert text.tagged() == {"pt-br": "Parque", "en": "Park", "fr-t-pt-t0-und": "Parc"}


@given(texts(html=True))
def test_every_language_has_a_tag_of_its_own_in_rdf(text: Text) -> None:
    assert list(text.tagged().values()) == list(text.values.values())
    assert all(tag == tag.lower() for tag in text.tagged())


@pytest.mark.parametrize(
    ("dirty", "tidy"),
    [
        ("  a \n b\t", "a b"),
        ("a\u202eb\u200fc\ufeff", "abc"),
        ("a\x00\x1bb", "ab"),
        ("a\x9b1mb\x85c", "a1mb c"),
        ("a\ud800b", "a\ufffdb"),
        ("\u200e ", ""),
    ],
)
def test_cleaning_takes_out_what_cannot_be_seen_or_written(dirty: str, tidy: str) -> None:
    assert clean(dirty) == tidy


@given(st.text(st.characters()))
def test_what_is_clean_stays_as_it_is_and_can_be_written(value: str) -> None:
    once = clean(value)
    assert clean(once) == once
    once.encode()


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("ten to six now", "ten to…"),
        ("ten lett", "ten lett"),
        ("tenletters", "tenlett…"),
        ("one, two three", "one…"),
        ("", ""),
    ],
)
def test_what_is_too_long_is_cut_at_a_word(value: str, shown: str) -> None:
    assert cut(value, 8) == shown


@given(st.text(max_size=60), st.integers(2, 40))
def test_what_is_cut_is_never_too_long_and_begins_as_it_did(value: str, most: int) -> None:
    found = cut(value, most)
    assert len(found) <= most
    assert value.startswith(found.removesuffix("…"))
    assert (found == value) == (len(value) <= most) or value.endswith("…")
