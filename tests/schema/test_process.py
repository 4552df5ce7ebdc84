"""The structs: what each refuses, and that JSON gives back what it was given."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

from folkmoot_schema import process as schema
from folkmoot_schema.codes import Kind, LinkKind, OutcomeKind, Unit
from folkmoot_schema.process import (
    RESOURCE_TYPES,
    Document,
    Licence,
    Link,
    Organisation,
    Outcome,
    Phase,
    Place,
    Point,
    Process,
    Provenance,
    Record,
    Standing,
    Support,
    Threshold,
)
from folkmoot_schema.texts import Text
from schema.generating import processes, records

NOW = datetime(2026, 6, 1, tzinfo=UTC)
TITLE = Text({"en": "A sample"}, "en")
URL = "https://sample.example/1"


def a_process(**values: Any) -> Process:
    return Process(**{"kind": Kind.PETITION, "title": TITLE, "url": URL, **values})


def a_record(**values: Any) -> Record:
    provenance = Provenance(source="sample", fetched_at=NOW, digest="d", connector="sample", connector_version="1")
    ordinary = {
        "source": "sample", "local_id": "1", "process": a_process(), "standing": Standing(status="unknown"),
        "provenance": provenance, "first_seen": NOW, "updated": NOW, "seen_at": NOW,
    }  # fmt: skip
    return Record(**{**ordinary, **values})


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: a_process(url="sample.example"), "address of the process"),
        (lambda: a_process(url="javascript:alert(1)"), "address of the process"),
        (lambda: a_process(url="https://"), "address of the process"),
        (lambda: a_process(url="https://sample.example/a b"), "address of the process"),
        (lambda: a_process(url="https://sample.example/\n"), "address of the process"),
        (lambda: a_process(url="https://sample.example:port/"), "address of the process"),
        (lambda: a_process(url="http://[::g]/"), "address of the process"),
        (lambda: a_process(participate_url="/take-part"), "address for taking part"),
        (lambda: a_process(observed_at="last year"), "is not a date"),
        (lambda: a_process(published="May 2016"), "is not a date"),
        (lambda: a_process(eurovoc=("100141",)), "EuroVoc"),
        (lambda: a_process(act_types=("PROP_REG",)), "is not the IRI of a type of act"),
        (lambda: a_process(act_types=(RESOURCE_TYPES,)), "is not the IRI of a type of act"),
        (lambda: Organisation(name=TITLE, homepage="ftp://sample.example"), "homepage"),
        (lambda: Organisation(name=TITLE, iri="SANTE"), "IRI of the organisation"),
        (lambda: Organisation(name=TITLE, iri="geo:52.5,13.4"), "compact IRI; allowed: a scheme other than .*geo, "),
        (lambda: msgspec.structs.replace(a_record().provenance, url="org:x"), "'org:x' would be read as a compact IRI"),
        (lambda: Point(latitude=91, longitude=0), "is not a point"),
        (lambda: Point(latitude=float("nan"), longitude=0), "is not a point"),
        (lambda: Place(country="EL"), "is not a country"),
        (lambda: Place(country="UK"), "is not a country"),
        (lambda: Place(country="gr"), "is not a country"),
        (lambda: Place(country="ZZ"), "is not a country"),
        (lambda: Phase(opens="2026-02-30"), "is not a date of the calendar"),
        (lambda: Phase(zone="Brussels"), "is not a time zone"),
        (lambda: Phase(url="x"), "address of the phase"),
        (lambda: Threshold(count=0), "at least 1"),
        (lambda: Support(unit=Unit.VOTES, count=-1), "between 0 and"),
        (lambda: Support(unit=Unit.VOTES, count=2**53), "between 0 and"),
        (lambda: Support(unit=Unit.VOTES, place="EL"), "is not a country"),
        (lambda: Support(unit=Unit.VOTES, changed_at="1/2/2026"), "is not a date"),
        (lambda: Outcome(kind=OutcomeKind.REPLY, date="soon"), "is not a date"),
        (lambda: Outcome(kind=OutcomeKind.REPLY, url="x"), "address of the outcome"),
        (lambda: Document(url="x"), "address of the document"),
        (lambda: Document(url=URL, language="EN"), "is not a language tag"),
        (lambda: Document(url=URL, size=-1), "0 bytes or more"),
        (lambda: Link(kind=LinkKind.CELEX, value=""), "needs a value"),
        (lambda: Link(kind=LinkKind.CELEX, value="x", url="x"), "address of the link"),
        (lambda: Licence(url="CC BY"), "address of the licence"),
        (lambda: a_record(source="Sample"), "is not a source id"),
        (lambda: a_record(local_id=""), "a local id has"),
        (lambda: a_record(origin="other hub"), "address at the origin"),
        (lambda: msgspec.structs.replace(a_record().provenance, url="no scheme"), "address of the answer"),
    ],
)
def test_a_value_that_cannot_be_right_is_refused_by_name(make: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize("url", ["http://[2001:db8::1]:80/x", "HTTPS://sample.example", "https://a.example?q=[1]|2#3"])
def test_addresses_as_sources_give_them_are_taken(url: str) -> None:
    assert a_process(url=url).url == url


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"{}", "missing required field `kind`"),
        (
            b'{"kind":"riot","title":{"values":{"en":"x"},"original":"en"},"url":"https://a.example"}',
            "Invalid enum value",
        ),
        (
            b'{"kind":"petition","title":{"values":{},"original":"en"},"url":"https://a.example"}',
            "at least one language",
        ),
        (
            b'{"kind":"petition","title":{"values":{"en":1},"original":"en"},"url":"https://a.example"}',
            "Expected `str`",
        ),
    ],
)
def test_json_that_does_not_fit_is_refused_with_the_field(data: bytes, message: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=message):
        schema.process_from_json(data)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(records())
def test_a_record_reads_back_from_json_as_it_was(record: Record) -> None:
    assert schema.record_from_json(schema.to_json(record)) == record


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(processes())
def test_a_process_reads_back_from_json_as_it_was(process: Process) -> None:
    assert schema.process_from_json(schema.to_json(process)) == process


def test_equal_data_are_equal_bytes_whatever_the_order_of_their_keys() -> None:
    assert schema.canonical_json({"b": 1, "a": {"d": 2, "c": 3}}) == b'{"a":{"c":3,"d":2},"b":1}'
    one, other = Text({"en": "A", "fr": "B"}, "en"), Text({"fr": "B", "en": "A"}, "en")
    assert schema.to_json(one) == schema.to_json(other)


def test_unknown_is_not_zero_and_stays_out_of_json() -> None:
    assert schema.to_json(Support(unit=Unit.SIGNATURES)) == b'{"unit":"signatures"}'
    assert schema.to_json(Support(unit=Unit.SIGNATURES, count=0)) == b'{"unit":"signatures","count":0}'


def test_two_readings_are_of_one_series_if_unit_place_option_verified_and_part_agree() -> None:
    one = Support(unit=Unit.VOTES, count=1, place="GR", option=TITLE)
    assert one.series == msgspec.structs.replace(one, count=2, read_at=NOW).series
    for field, value in {
        "unit": Unit.COMMENTS,
        "place": "FR",
        "option": None,
        "verified": True,
        "part": "detail",
    }.items():
        assert one.series != msgspec.structs.replace(one, **{field: value}).series


def test_a_record_knows_its_key_its_path_and_when_it_last_changed() -> None:
    later = datetime(2026, 7, 1, tzinfo=UTC)
    record = a_record(local_id="0123/2020", counted_at=later)
    assert record.key == "urn:folkmoot:sample:0123%2F2020"
    assert record.path == "sample/0123%2F2020"
    assert record.modified == later
    assert a_record().modified == NOW
