"""Documents: what of a record a search sees."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from folkmoot_hub.search.documents import FILTERS, asked, document
from folkmoot_hub.search.query import FACETS, Query
from folkmoot_schema.codes import Kind, Level, LinkKind, Stage, Topic, Unit
from folkmoot_schema.headline import headline
from folkmoot_schema.process import (
    Link,
    Organisation,
    Place,
    Record,
    Support,
    process_from_json,
    record_from_json,
    to_json,
)
from folkmoot_schema.texts import Text
from hub.search.making import START, parsed, record
from schema import generating


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(generating.records())
def test_any_record_has_a_document_and_equal_ones_have_equal_ones(one: Record) -> None:
    found = document(one)
    assert document(record_from_json(to_json(one))) == found
    assert tuple(found.values) == FILTERS
    assert all(len(set(values)) == len(values) and all(values) for values in found.values.values())
    assert all(text and all(text) for text in (*found.title, *found.text))


def test_every_facet_is_a_filter_and_every_filter_a_parameter() -> None:
    assert set(FACETS) <= set(FILTERS) <= set(Query.__struct_fields__)


def test_words_come_from_title_texts_names_keywords_and_numbers() -> None:
    found = document(
        record(
            Text({"en": "Fur", "de": "Pelz"}, "en"),
            local_id="0123/2024",
            summary=Text({"en": "<p>One</p><p>two &amp; 3</p>"}, "en", html=True),
            body=Text({"fr": "Deux <b>"}, "fr"),
            keywords=("Animal welfare",),
            organiser=Organisation(name=Text({"en": "A group"}, "en")),
            authority=Organisation(name=Text({"en": "A ministry"}, "en")),
            links=(Link(kind=LinkKind.COM, value="COM(2024) 12"),),
        )
    )
    assert found.title == (("pelz",), ("fur",))
    assert found.text == (
        *(("one", "two", "3"), ("deux", "b"), ("animal", "welfare"), ("a", "group"), ("a", "ministry")),
        *(("0123", "2024"), ("com", "2024", "12")),
    )


def test_stems_are_in_the_language_of_each_text_and_as_many_as_its_words() -> None:
    found = document(
        record(
            Text({"de": "Parks, Park", "pt-BR": "2 leis"}, "de"),
            local_id="parks",
            summary=Text({"nb": "parkene"}, "nb"),
            body=Text({"en": "<p>Two &amp; <b>parks</b></p>"}, "en", html=True),
            keywords=("Häuser",),
            authority=Organisation(name=Text({"fr": "Les projets"}, "fr")),
            links=(Link(kind=LinkKind.WEBSITE, value="parks"),),
        )
    )
    assert found.title_stems == ("de:park", "de:park", "pt:lei")
    assert found.text_stems == ("en:two", "en:park", "de:haus", "fr:le", "fr:projet")


def test_what_bears_no_language_is_read_in_the_one_that_all_of_it_shows() -> None:
    """A title alone can be too short to tell; what bears a tag has no part in it."""
    summary = Text({"und": "Neue Häuser in der Altstadt", "en": "and a long text in English that is not asked"}, "und")
    found = document(record(Text({"und": "Parks"}, "und"), summary=summary))
    assert found.title_stems == ("de:park",)
    assert {"de:haus", "en:text"} <= set(found.text_stems)
    assert document(record(Text({"und": "Parks"}, "und"))).title_stems == ()


def test_values_are_those_of_the_record() -> None:
    body = "http://publications.europa.eu/resource/authority/corporate-body/SANTE"
    found = document(
        record(
            Text({"el": "Γούνα", "en": "Fur"}, "el", machine=("en",)),
            kind=Kind.PETITION,
            stage=Stage.POLICY_DESIGN,
            level=Level.LOCAL,
            topics=(Topic.ENVI, Topic.AGRI, Topic.ENVI),
            place=Place(country="PL", region="Łódzkie", municipality="Łódź"),
            authority=Organisation(name=Text({"en": "The Board", "pl": "Zarząd"}, "en"), iri=body),
        )
    )
    assert found.values == {
        "kind": ("petition",),
        "status": ("open",),
        "stage": ("policy-design",),
        "topic": ("ENVI", "AGRI"),
        "country": ("PL",),
        "place": ("pl", "lodzkie", "lodz"),
        "level": ("local",),
        "language": ("el",),
        "source": ("a.example",),
        "authority": (body, "the board", "zarzad"),
        "availability": ("live",),
    }


def test_what_is_not_known_has_no_value() -> None:
    found = document(record())
    assert {name for name in FILTERS if not found.values[name]} == {
        *("stage", "topic", "country", "place", "level", "authority")
    }
    assert (found.opens, found.closes, found.support) == (None, None, None)


def test_instants_are_in_microseconds() -> None:
    found = document(record(deadline_at=START + timedelta(microseconds=1), opens_at=START))
    assert found.closes == found.updated + 1
    assert found.opens == int(START.timestamp()) * 1_000_000


@pytest.mark.parametrize(
    ("name", "given", "compared"),
    [
        ("place", "Bad  ŁÓDŹ", ("bad lodz",)),
        ("authority", "The Board", ("The Board", "the board")),
        ("authority", "board", ("board",)),
        ("kind", "petition", ("petition",)),
        ("language", "pt-BR", ("pt-BR",)),
    ],
)
def test_what_is_asked_is_compared_in_the_same_form(name: str, given: str, compared: tuple[str, ...]) -> None:
    assert asked(parsed(**{name: given}), name) == compared
    assert asked(Query(), name) == ()


def _reading(count: int | None, unit: Unit = Unit.SIGNATURES, **more: object) -> Support:
    return Support(unit=unit, count=count, **more)  # type: ignore[arg-type] # given by name in the table below


@pytest.mark.parametrize(
    ("readings", "chosen"),
    [
        ([], None),
        ([_reading(None)], None),
        ([_reading(0)], 0),
        ([_reading(9, place="GR")], None),
        ([_reading(9, Unit.VOTES, option=Text({"en": "Yes"}, "en"))], None),
        ([_reading(9, Unit.ENDORSEMENTS_AGAINST)], None),
        ([_reading(9, Unit.COMMENTS), _reading(1)], 1),
        ([_reading(9, Unit.COMMENTS), _reading(None)], 9),
        ([_reading(9, read_at=START), _reading(1, verified=True)], 1),
        ([_reading(9), _reading(1, read_at=START)], 1),
        ([_reading(9, read_at=START - timedelta(days=1)), _reading(1, read_at=START)], 1),
        ([_reading(1), _reading(9)], 9),
    ],
)
def test_one_count_stands_for_a_process(readings: list[Support], chosen: int | None) -> None:
    process = record(support=tuple(readings)).process
    found = headline(process)
    assert (found.count if found else None) == chosen
    assert headline(process_from_json(to_json(process))) == found
    assert document(record(support=tuple(readings))).support == chosen
