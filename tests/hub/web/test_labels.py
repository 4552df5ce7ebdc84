"""Every code has words: no page shows a code where people have a name."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pytest

from folkmoot_hub.search.query import FACETS, PARAMETERS, PRESENTATION, Sort
from folkmoot_hub.web import health, labels
from folkmoot_hub.web.countries import country, language
from folkmoot_schema import codes, countries
from folkmoot_schema.labels import LANGUAGES


@pytest.mark.parametrize(
    ("words", "listed"),
    [
        (labels.KINDS, codes.Kind),
        (labels.STATUSES, codes.Status),
        (labels.STAGES, codes.Stage),
        (labels.TOPICS, codes.Topic),
        (labels.LEVELS, codes.Level),
        (labels.AVAILABILITIES, codes.Availability),
        (labels.UNITS, codes.Unit),
        (labels.OUTCOMES, codes.OutcomeKind),
        (labels.PHASES, codes.PhaseKind),
        (labels.HEALTH, health.ORDER),
        (labels.GROUPS, FACETS),
        (labels.PARAMETERS, set(PARAMETERS) - PRESENTATION - {"q"}),
        (labels.SORTS, Sort),
        (labels.DOCUMENTS, codes.DocumentKind),
        (labels.LINKS, codes.LinkKind),
    ],
)
def test_every_code_has_words_and_nothing_else_has(words: Mapping[str, object], listed: Collection[str]) -> None:
    assert set(words) == {str(code) for code in listed}


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_every_country_has_a_name_of_its_own_in_every_language(spoken: str) -> None:
    names = {code: country(code, spoken) for code in countries.CODES}
    assert all(name and name != code for code, name in names.items())
    assert len(set(names.values())) == len(names)


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_every_official_language_has_a_name_of_its_own_in_every_language(spoken: str) -> None:
    names = {tag: language(tag, spoken) for tag in (*LANGUAGES, "und", "mul")}
    assert all(name != tag and not name[0].islower() for tag, name in names.items())
    assert len(set(names.values())) == len(names)


def test_a_country_or_language_without_a_name_keeps_its_code() -> None:
    assert country("QQ") == "QQ"
    assert language("qqq") == "qqq"
    assert labels.label("source", "a.example", "de") == "a.example"


@pytest.mark.parametrize(
    ("tag", "spoken", "name"),
    [
        ("pt-BR", "en", "Brazilian Portuguese"),
        ("pt-XX", "en", "Portuguese"),
        ("el", "de", "Griechisch"),
        ("fi", "fi", "Suomi"),
        ("und", "en", "Language not stated"),
    ],
)
def test_languages_are_named_as_they_begin_an_entry(tag: str, spoken: str, name: str) -> None:
    assert language(tag, spoken) == name


@pytest.mark.parametrize(
    ("parameter", "value", "spoken", "words"),
    [
        ("kind", "co-drafting", "en", "Drafting together"),  # the interface's own words
        ("kind", "co-drafting", "de", "Gemeinsames Verfassen"),  # the vocabulary's
        ("country", "GR", "el", "Ελλάδα"),
        ("language", "el", "fr", "Grec"),
        ("availability", "archived", "sv", "Arkiverat"),
    ],
)
def test_a_value_has_words_in_the_readers_language(parameter: str, value: str, spoken: str, words: str) -> None:
    assert labels.label(parameter, value, spoken) == words
