"""The query: every parameter is checked by name, and one search has one canonical form."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qsl

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from folkmoot_hub.errors import QueryError
from folkmoot_hub.search.query import (
    MAX_LIMIT,
    MAX_PAGE,
    MAX_Q,
    MAX_VALUES,
    PARAMETERS,
    PRESENTATION,
    Query,
    Sort,
    parse,
)
from folkmoot_schema.codes import Kind
from hub.search import making
from hub.search.making import parsed, refused

_BAD = [
    ("q", "x" * (MAX_Q + 1), "501 characters", "at most 500"),
    ("q", "a\x00b", "control character", "without control characters"),
    ("q", "a\ud800b", "control character", "without control characters"),
    ("kind", "Petition", "'Petition' is not one of its values", "citizens-initiative"),
    ("status", "opened", "not one of its values", "under-review"),
    ("stage", "design", "not one of its values", "policy-design"),
    ("topic", "envi", "not one of its values", "ENVI"),
    ("level", "city", "not one of its values", "local"),
    ("availability", "dead", "not one of its values", "record-only"),
    ("country", "gr", "'gr' is not a country", "ISO 3166-1"),
    ("country", "EL", "'EL' is not a country", "GR not EL"),
    ("country", "UK", "'UK' is not a country", "GB not UK"),
    ("country", "ZZ", "'ZZ' is not a country", "EU or XK"),
    ("place", "x" * 201, "201 characters", "at most 200"),
    ("place", "a\nb", "control character", "without"),
    ("language", "english!", "'english!' is not a language", "BCP 47"),
    ("language", "en-", "'en-' is not a language", "BCP 47"),
    ("source", "No Such", "'No Such' is not a source", "/sources"),
    ("authority", "x" * 201, "201 characters", "at most 200"),
    ("opens_after", "soon", "'soon' is not a time", "YYYY-MM-DD"),
    ("opens_after", "2026", "'2026' is not a time", "YYYY-MM-DD"),
    ("closes_before", "2026-02-30", "'2026-02-30' is not a time", "RFC 3339"),
    ("closes_before", "tomorrow", "is not a time", "RFC 3339"),
    ("updated_after", "2026-03-01T12:00:00", "is not a time", "RFC 3339"),
    ("updated_after", "0001-01-01T00:00:00+14:00", "is not a time", "RFC 3339"),
    ("sort", "best", "'best' is not an order", "closing"),
    ("page", "0", "0 is out of range", f"1 to {MAX_PAGE}"),
    ("page", str(MAX_PAGE + 1), "out of range", f"1 to {MAX_PAGE}"),
    ("page", "-1", "'-1' is not a whole number", "whole number"),
    ("page", "²", "not a whole number", "whole number"),
    ("page", "9" * 5000, "not a whole number", "whole number"),
    ("limit", str(MAX_LIMIT + 1), "501 is out of range", f"0 to {MAX_LIMIT}"),
    ("limit", "many", "'many' is not a whole number", "whole number"),
    ("cursor", "x" * 2001, "2001 characters", "at most 2000"),
    ("facets", "yes", "'yes' is neither", "0 or 1"),
    ("hl", "en_GB", "'en_GB' is not a language", "BCP 47"),
]


@pytest.mark.parametrize(("name", "value", "problem", "allowed"), _BAD)
def test_a_bad_value_is_refused_by_name_with_what_is_allowed(name: str, value: str, problem: str, allowed: str) -> None:
    with pytest.raises(QueryError) as error:
        parse([("q", "animal") if name != "q" else ("kind", "petition"), (name, value)])
    assert error.value.parameter == name
    assert problem in error.value.problem
    assert allowed in error.value.allowed


def test_every_parameter_has_a_value_that_is_refused() -> None:
    assert {name for name, *_ in _BAD} == set(PARAMETERS)


_SINGLE = [
    ("q", "fur", "fur"),
    ("opens_after", "2026-03-01", datetime(2026, 3, 1, tzinfo=UTC)),
    ("closes_before", "2026-03-01T12:00:00+02:00", datetime(2026, 3, 1, 10, tzinfo=UTC)),
    ("updated_after", "2026-03-01T12:00:00.25Z", datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)),
    ("sort", "support", Sort.SUPPORT),
    ("page", "2", 2),
    ("limit", "0", 0),
    ("cursor", "abc", "abc"),
    ("facets", "1", True),
    ("hl", "pt-BR", "pt-BR"),
]
_REPEATED = [
    ("kind", ["petition", "ballot"], ("ballot", "petition")),
    ("status", ["open", "open"], ("open",)),
    ("stage", ["policy-design"], ("policy-design",)),
    ("topic", ["TRAN", "AGRI"], ("AGRI", "TRAN")),
    ("country", ["XK", "EU", "GR"], ("EU", "GR", "XK")),
    ("place", ["Łódź", "A town"], ("A town", "Łódź")),
    ("level", ["local"], ("local",)),
    ("language", ["pt-BR", "el"], ("el", "pt-BR")),
    ("source", ["eci", "citizen-space.uk-caa"], ("citizen-space.uk-caa", "eci")),
    ("authority", ["SANTE"], ("SANTE",)),
    ("availability", ["live", "archived"], ("archived", "live")),
]


@pytest.mark.parametrize(("name", "value", "read"), _SINGLE)
def test_what_is_asked_once_is_read(name: str, value: str, read: object) -> None:
    assert getattr(parse([(name, value)]), name) == read


@pytest.mark.parametrize(("name", "value", "_"), _SINGLE)
def test_what_is_asked_once_cannot_be_asked_twice(name: str, value: str, _: object) -> None:
    with pytest.raises(QueryError, match=f"^{name}: is given more than once"):
        parse([(name, value), (name, value)])


@pytest.mark.parametrize(("name", "values", "read"), _REPEATED)
def test_what_is_repeated_means_any_of_these(name: str, values: list[str], read: tuple[str, ...]) -> None:
    assert getattr(parse([(name, value) for value in values]), name) == read


@pytest.mark.parametrize("name", [name for name, *_ in _REPEATED])
def test_more_values_of_one_parameter_than_anyone_chooses_are_refused(name: str) -> None:
    values = {name: values for name, values, _ in _REPEATED}[name]
    most = (values * MAX_VALUES)[:MAX_VALUES]
    assert getattr(parse([(name, value) for value in [*most, ""]]), name)
    with pytest.raises(QueryError) as error:
        parse([(name, value) for value in [*most, values[0]]])
    assert (error.value.parameter, error.value.allowed) == (name, "at most 50 values")
    assert error.value.problem == "has 51 values"


@pytest.mark.parametrize(
    ("given", "tag"),
    [("FR", "fr"), ("De", "de"), ("PT-BR", "pt-BR"), ("pt-br", "pt-BR"), ("SR-latn-rs", "sr-Latn-RS"),
     ("zh-YUE-hant", "zh-yue-Hant"), ("de-DE-1996", "de-DE-1996"), ("SL-ROZAJ", "sl-rozaj"), ("es-419", "es-419")],
)  # fmt: skip
def test_a_language_is_taken_in_any_case_and_written_in_one(given: str, tag: str) -> None:
    query = parse([("language", given), ("language", tag), ("hl", given)])
    assert (query.language, query.hl) == ((tag,), tag)
    assert query.canonical() == f"language={tag}"


def test_every_parameter_is_read_by_one_of_these_tests() -> None:
    assert {name for name, *_ in (*_SINGLE, *_REPEATED)} == set(PARAMETERS)


@pytest.mark.parametrize("name", ["colour", "Q", "", "sort "])
def test_an_unknown_parameter_is_refused_and_all_that_are_known_are_named(name: str) -> None:
    with pytest.raises(QueryError) as error:
        parse([(name, "")])
    assert error.value.parameter == name
    assert error.value.allowed == ", ".join(PARAMETERS)


def test_a_parameter_that_this_address_does_not_take_is_refused() -> None:
    with pytest.raises(QueryError, match=r"^page: is not a parameter here; allowed: q, kind$"):
        parse([("page", "1")], allowed=["q", "kind"])


@pytest.mark.parametrize("name", PARAMETERS)
def test_an_empty_field_asks_for_nothing(name: str) -> None:
    assert parse([(name, ""), (name, "")]) == Query()


@pytest.mark.parametrize("q", ['""', "*", " * ", "“ ”", '"" *', "«»"])
def test_a_star_and_nothing_in_quotation_marks_ask_for_anything(q: str) -> None:
    assert parse([("q", q)]) == Query()


@pytest.mark.parametrize("q", ["?", "-", "**a", '"', '"*"'])
def test_other_signs_ask_for_what_they_are(q: str) -> None:
    assert parse([("q", q)]).q == q


def test_order_is_relevance_with_words_and_closing_without() -> None:
    assert Query().order is Sort.CLOSING
    assert Query(q="fur").order is Sort.RELEVANCE
    assert Query(q="fur", sort=Sort.NEWEST).order is Sort.NEWEST


def test_the_canonical_form_is_sorted_and_leaves_out_defaults_and_presentation() -> None:
    query = parsed(sort="closing", status=["open", "closed"], kind="petition", q=" a b ", page=2, limit=5, hl="fr")
    assert query.canonical() == "q=a+b&kind=petition&status=closed&status=open"
    assert query.canonical(presentation=True) == f"{query.canonical()}&sort=closing&page=2&limit=5&hl=fr"
    assert parsed(page=1, limit=20, facets=0).canonical(presentation=True) == ""


@given(making.queries(), st.randoms(use_true_random=False))
def test_the_canonical_form_is_stable_and_means_the_same_query(query: Query, random: object) -> None:
    pairs = query.pairs(presentation=True)
    shuffled = list(pairs)
    random.shuffle(shuffled)  # type: ignore[attr-defined] # hypothesis gives a random.Random
    again = parse(shuffled)
    assert again == msgspec.structs.replace(query, q=query.q.strip())
    assert again.canonical(presentation=True) == query.canonical(presentation=True)
    assert parse(parse_qsl(query.canonical(presentation=True))) == again


_ANY = st.tuples(
    st.sampled_from(PARAMETERS),
    st.one_of(
        st.text(max_size=8),
        st.sampled_from([value for name, value, *_ in _SINGLE] + ["petition", "open", "GR", "en", "eci"]),
        st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.isoformat()),
    ),
)


@given(st.lists(_ANY, max_size=4))
def test_anything_is_refused_by_name_or_has_a_canonical_form_that_means_it(pairs: list[tuple[str, str]]) -> None:
    if (name := refused(lambda: parse(pairs))) is not None:
        assert name in {given for given, _ in pairs}
        return
    query = parse(pairs)
    meant = msgspec.structs.replace(query, cursor=None, facets=False)
    assert parse(parse_qsl(query.canonical(presentation=True), keep_blank_values=True)) == meant


@pytest.mark.parametrize("name", sorted(set(PARAMETERS) - {"cursor", "facets"}))
def test_without_asks_nothing_of_one_parameter(name: str) -> None:
    given = {one: value for one, value, _ in _SINGLE} | {one: values for one, values, _ in _REPEATED}
    whole = parsed(**{one: value for one, value in given.items() if one not in {"cursor"}})
    left = {one for one, _ in whole.without(name).pairs(presentation=True)}
    assert left == {one for one, _ in whole.pairs(presentation=True)} - {name}


def test_the_limits_are_those_of_whoever_asks() -> None:
    assert parse([("limit", "3")], limits=(1, 3)).limit == 3
    for wrong in ("0", "4", "501", "many"):
        with pytest.raises(QueryError) as refused:
            parse([("limit", wrong)], limits=(1, 3))
        assert refused.value.allowed == "a whole number from 1 to 3"


def test_presentation_restricts_nothing() -> None:
    assert set(PARAMETERS) >= PRESENTATION
    assert Kind.PETITION in parsed(kind="petition", hl="fr").kind
    assert parsed(hl="fr", sort="newest", limit=3).canonical() == ""
