"""Matching without an index: the oracle of every index, so it is told here by hand what matches."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings

from folkmoot_hub.errors import QueryError
from folkmoot_hub.search.documents import document
from folkmoot_hub.search.matching import matches, matches_document
from folkmoot_hub.search.query import Query
from folkmoot_schema.codes import Kind, Status, Topic
from folkmoot_schema.process import Place, Record
from folkmoot_schema.texts import Text
from hub.search import making
from hub.search.making import START, parsed, record

ONE = record(
    "Animal welfare in Łódź",
    kind=Kind.PETITION,
    status=Status.OPEN,
    topics=(Topic.AGRI, Topic.ENVI),
    place=Place(country="PL", municipality="Łódź"),
    summary=Text({"en": "No fur. Farms close"}, "en"),
    local_id="0123/2024",
    opens_at=START,
    deadline_at=datetime(2026, 8, 1, tzinfo=UTC),
)


def test_words_that_cannot_be_understood_are_refused() -> None:
    with pytest.raises(QueryError, match=r"^q: "):
        matches(Query(q='"'), ONE)


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("", True),
        ("ANIMAL lodz", True),
        ("animal fur", True),
        ("anima", False),
        ("animals farm", True),  # other forms, in the language of the text
        ('"animals"', False),
        ('"animals welfare"', False),
        ("fur -farm", True),
        ("animale", False),  # a form of it in Italian alone
        ('"animal welfare"', True),
        ('"welfare animal"', False),
        ('"lodz no"', False),  # a phrase does not reach from one text into the next
        ('"fur farms"', True),
        ("0123/2024", True),
        ("2024/0123", False),
        ("animal -fur", False),
        ("animal -cat", True),
        ("-cat", True),
        ("-animal", False),
        ('-"fur no"', True),
        ("!?", False),
        ("animal !?", True),
        ("fur -fur", False),
    ],
)
def test_words(q: str, found: bool) -> None:
    assert matches(Query(q=q), ONE) is found


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"kind": ["petition", "ballot"]}, True),
        ({"kind": "ballot"}, False),
        ({"kind": "petition", "status": "closed"}, False),
        ({"topic": "ENVI"}, True),
        ({"topic": ["TRAN", "AGRI"]}, True),
        ({"country": "PL"}, True),
        ({"country": "GR"}, False),
        ({"place": "lodz"}, True),
        ({"place": "PL"}, True),
        ({"place": "lod"}, False),
        ({"place": "!"}, False),
        ({"stage": "policy-design"}, False),
        ({"authority": "anybody"}, False),
        ({"language": "en", "source": "a.example", "availability": "live"}, True),
    ],
)
def test_values(given: dict[str, object], found: bool) -> None:
    assert matches(parsed(**given), ONE) is found


@pytest.mark.parametrize(
    ("name", "bound"),
    [("opens_after", START), ("closes_before", datetime(2026, 8, 1, tzinfo=UTC)), ("updated_after", START)],
)
def test_bounds_are_inclusive_to_the_microsecond(name: str, bound: datetime) -> None:
    step = timedelta(microseconds=1)
    outside = bound + (step if name.endswith("after") else -step)
    assert matches(Query(**{name: bound}), ONE)  # type: ignore[arg-type] # a moment under each of the names
    assert not matches(Query(**{name: outside}), ONE)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["opens_after", "closes_before"])
def test_what_has_no_date_is_not_found_by_one(name: str) -> None:
    assert not matches(Query(**{name: START}), record())  # type: ignore[arg-type]


@given(making.records(), making.queries())
@settings(deadline=None)  # the first text of a language loads its dictionary
def test_reading_the_texts_only_where_they_decide_changes_nothing(one: Record, query: Query) -> None:
    assert matches(query, one) == matches_document(query, document(one))


@given(making.records(), making.queries())
@settings(deadline=None)  # the first text of a language loads its dictionary
def test_asking_for_less_never_finds_less(one: Record, query: Query) -> None:
    if matches(query, one):
        assert all(matches(query.without(name), one) for name, _ in query.pairs())


def test_a_count_that_moved_is_found_by_updated_after_though_it_is_no_news() -> None:
    """``updated`` orders feeds and stays; ``modified`` is what a reader that follows everything asks for."""
    counted = record(updated=START, counted_at=START + timedelta(days=2))
    query = Query(updated_after=START + timedelta(days=1))
    assert matches(query, counted)
    assert not matches(query, record(updated=START))
    assert document(counted).updated == document(record(updated=START)).updated


@pytest.mark.parametrize(
    ("tag", "found"), [("de", True), ("de-AT", True), ("en", False), ("nb", False), ("mul", False), ("und", True)]
)
def test_forms_are_those_of_the_language_that_a_text_is_in(tag: str, found: bool) -> None:
    """Where nobody states it, of the one that it shows to be in."""
    title = Text({tag: "Neue Häuser und ein Park in der Altstadt"}, tag)
    assert matches(Query(q="Haus"), record(title)) is found
    assert matches(Query(q="häuser"), record(title))


def test_every_language_of_a_title_is_searched_in_its_own_forms() -> None:
    one = record(Text({"de": "Häuser", "fr": "Maisons", "hu": "Házak"}, "de", machine=("hu",)))
    assert all(matches(Query(q=q), one) for q in ("Haus", "maison", "ház"))
    assert not matches(Query(q="house"), one)


def test_a_text_of_unknown_language_that_is_too_short_to_tell_has_no_forms() -> None:
    assert not matches(Query(q="park"), record(Text({"und": "Parks"}, "und")))
