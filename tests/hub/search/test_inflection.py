"""A search for one form of a word finds the others, in each official language, through the real index."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from folkmoot_hub.search.languages import OFFICIAL
from folkmoot_hub.search.tantivy_index import TantivyIndex
from folkmoot_schema.texts import Text
from hub.search.inflections import TABLE
from hub.search.making import parsed, record

Pair = tuple[str, str]


def pairs(listed: str) -> list[Pair]:
    """The pairs of a cell of the table."""
    found = [tuple(pair.split()) for pair in listed.split(",") if pair.strip()]
    return [(one, other) for one, other in found]


#: Every title of the index: its language and its one word, by the number of its process.
TITLES = dict(
    enumerate(
        (language, word)
        for language, row in TABLE.items()
        for pair in pairs(f"{row.pairs},{row.missed}")
        for word in pair
    )
)
NUMBERS = {title: number for number, title in TITLES.items()}


@pytest.fixture(scope="module")
def index() -> Iterator[TantivyIndex]:
    made = TantivyIndex()
    made.apply([(n, record(Text({language: word}, language))) for n, (language, word) in TITLES.items()], [])
    yield made
    made.close()


def found(index: TantivyIndex, q: str, language: str) -> set[str]:
    """The titles in ``language`` that a search for ``q`` finds."""
    hits = [TITLES[number] for number in index.search(parsed(q=q, language=language, limit=500)).numbers]
    return {word for _, word in hits}


def test_the_table_has_five_pairs_or_more_of_each_official_language_and_a_dictionary() -> None:
    assert tuple(sorted(TABLE)) == OFFICIAL
    assert len(OFFICIAL) == 24
    for row in TABLE.values():
        assert len(set(pairs(row.pairs))) >= 5
        assert all(one != other for one, other in pairs(row.pairs))
        assert row.dictionary
        assert bool(row.missed) == bool(row.reason)


@pytest.mark.parametrize("language", OFFICIAL)
def test_each_form_finds_the_other(index: TantivyIndex, language: str) -> None:
    apart = [
        pair
        for pair in pairs(TABLE[language].pairs)
        for typed, written in (pair, pair[::-1])
        if written not in found(index, typed, language)
    ]
    assert apart == []


@pytest.mark.parametrize("language", OFFICIAL)
def test_a_word_that_looks_alike_finds_none_of_them(index: TantivyIndex, language: str) -> None:
    assert found(index, TABLE[language].unlike, language) == set()


@pytest.mark.parametrize("language", [language for language, row in TABLE.items() if row.missed])
def test_what_is_said_to_be_missed_is_missed(index: TantivyIndex, language: str) -> None:
    assert [one for one, other in pairs(TABLE[language].missed) if other in found(index, one, language)] == []


@pytest.mark.parametrize("language", OFFICIAL)
def test_quoted_and_excluded_words_mean_that_form_alone(index: TantivyIndex, language: str) -> None:
    one, other = pairs(TABLE[language].pairs)[0]
    assert found(index, f'"{one}"', language) == {one}
    assert other in found(index, f"{other} -{one}", language)
    assert one not in found(index, f"{other} -{one}", language)
