"""A search for one form of a word finds the others, in each official language, through the real index."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from folkmoot_hub.search.languages import DICTIONARIES, OFFICIAL
from folkmoot_hub.search.tantivy_index import TantivyIndex
from folkmoot_schema.texts import Text
from hub.search.dictionaries import DERIVED, PACKAGES, PROGRAMS, UNKNOWN, stems, verdict, version
from hub.search.inflections import TABLE, Pair, pairs
from hub.search.making import parsed, record

ROOT = Path(__file__).resolve().parents[3]

#: Every title of the index: its language and its one word, by the number of its process.
TITLES = dict(
    enumerate(
        (language, word)
        for language, row in TABLE.items()
        for pair in pairs(f"{row.pairs},{row.missed}")
        for word in (pair.one, pair.other)
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
        known = {(one, other) for one, other, said in pairs(row.pairs) if said != UNKNOWN}
        assert len(known) >= 5
        assert all(one != other for one, other in known)
        assert row.dictionary
        assert bool(row.missed) == bool(row.reason)


@pytest.mark.parametrize("language", OFFICIAL)
def test_each_form_finds_the_other(index: TantivyIndex, language: str) -> None:
    apart = [
        pair
        for pair in pairs(TABLE[language].pairs)
        for typed, written in ((pair.one, pair.other), (pair.other, pair.one))
        if written not in found(index, typed, language)
    ]
    assert apart == []


@pytest.mark.parametrize("language", OFFICIAL)
def test_a_word_that_looks_alike_finds_none_of_them(index: TantivyIndex, language: str) -> None:
    assert found(index, TABLE[language].unlike, language) == set()


@pytest.mark.parametrize("language", [language for language, row in TABLE.items() if row.missed])
def test_what_is_said_to_be_missed_is_missed(index: TantivyIndex, language: str) -> None:
    assert [one for one, other, _ in pairs(TABLE[language].missed) if other in found(index, one, language)] == []


@pytest.mark.parametrize("language", OFFICIAL)
def test_quoted_and_excluded_words_mean_that_form_alone(index: TantivyIndex, language: str) -> None:
    one, other, _ = pairs(TABLE[language].pairs)[0]
    assert found(index, f'"{one}"', language) == {one}
    assert other in found(index, f"{other} -{one}", language)
    assert one not in found(index, f"{other} -{one}", language)


@pytest.mark.parametrize("language", PACKAGES)
def test_the_dictionary_says_of_each_pair_what_the_table_has(language: str) -> None:
    row = TABLE[language]
    listed = [*pairs(row.pairs), *pairs(row.missed)]
    found = reviewed(language, [*words(listed), row.unlike])
    assert [Pair(one, other, verdict(found, one, other)) for one, other, _ in listed] == listed, (
        f"the table was reviewed with {row.dictionary}, {version(language)} is installed"
    )


@pytest.mark.parametrize("language", PACKAGES)
def test_the_dictionary_knows_the_word_that_looks_alike_as_another(language: str) -> None:
    row = TABLE[language]
    found = reviewed(language, [*words(pairs(row.pairs)), row.unlike])
    assert row.unlike in found
    assert [word for word in words(pairs(row.pairs)) if verdict(found, word, row.unlike) == DERIVED] == []


def test_no_dictionary_reviews_what_it_was_asked_for_itself() -> None:
    assert set(OFFICIAL) - set(PACKAGES) == {"mt"}
    assert "el" not in DICTIONARIES
    assert all(TABLE[language].dictionary.startswith(f"{package} ") for language, package in PACKAGES.items())


def test_the_dictionaries_are_among_what_is_installed_for_tests() -> None:
    source = (ROOT / "tools" / "services.py").read_text()
    assert set(PACKAGES.values()) <= set(re.findall(r"(?:hunspell|myspell|voikko)-[a-z-]+", source))


def words(listed: list[Pair]) -> list[str]:
    """The forms of ``listed``."""
    return [word for pair in listed for word in (pair.one, pair.other)]


def reviewed(language: str, asked: list[str]) -> dict[str, frozenset[str]]:
    """What the dictionary makes of ``asked``; the test is skipped where it is not installed."""
    if version(language) is None:
        package = PACKAGES[language]
        pytest.skip(f"no {package}, or no {PROGRAMS[package]} to read it (make services installs both)")
    return dict(stems(language, asked))
