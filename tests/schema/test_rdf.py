"""Turtle, N-Triples and N-Quads say what the graph says, and equal records give equal bytes."""

from __future__ import annotations

import subprocess
import sys

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse
from rdflib import Graph

from folkmoot_schema import jsonld, rdf
from folkmoot_schema import process as schema
from folkmoot_schema.codes import Unit
from folkmoot_schema.graph import graph
from folkmoot_schema.process import Document, Organisation, Phase, Place, Point, Record, Support
from folkmoot_schema.texts import Text
from schema.generating import HUB, records
from schema.test_process import a_process, a_record

quickly = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read(data: bytes, form: RdfFormat) -> set[Triple]:
    return {quad.triple for quad in parse(data, format=form)}


def read_as_jsonld(some: list[Record]) -> set[Triple]:
    """What pyoxigraph, which knows all of JSON-LD, takes from the documents and the context."""
    nodes = [jsonld.node(record, HUB) for record in some]
    return read(msgspec.json.encode({"@context": jsonld.context(), "@graph": nodes}), RdfFormat.JSON_LD)


@settings(quickly, max_examples=100)
@given(st.lists(records(), max_size=2))
def test_both_forms_hold_the_triples_of_the_graph_and_no_other(some: list[Record]) -> None:
    """As rdflib reads them, and as pyoxigraph does, which finds the same in the JSON-LD."""
    expected, again = {triple for record in some for triple in graph(record, HUB)}, read_as_jsonld(some)
    for data, form, name in (
        (rdf.turtle(some, HUB), RdfFormat.TURTLE, "turtle"),
        (rdf.ntriples(some, HUB), RdfFormat.N_TRIPLES, "nt"),
    ):
        assert set(Graph().parse(data=data, format=name)) == expected
        assert read(data, form) == again


@quickly
@given(st.lists(records(), max_size=3))
def test_quads_are_the_triples_in_a_graph_for_each_source(some: list[Record]) -> None:
    quads = list(parse(rdf.nquads([*some, *some], HUB), format=RdfFormat.N_QUADS))
    assert len(quads) == len(set(quads))
    of_source = {source: [each for each in some if each.source == source] for source in {each.source for each in some}}
    assert {quad.graph_name for quad in quads} == {NamedNode(f"{HUB}/sources/{source}") for source in of_source}
    for source, theirs in of_source.items():
        found = {quad.triple for quad in quads if quad.graph_name == NamedNode(f"{HUB}/sources/{source}")}
        assert found == read_as_jsonld(theirs)


@pytest.mark.parametrize(
    "value",
    [
        'a "quoted" word', '"', "\\", "C:\\new\\u0041", "a\nb\r\nc\td", "\x00\x08\x0b\x0c\x1f\x7f\x85",
        "\u2028\ufeff\ufffe", '"""', "'''", 'x"@en .\n<urn:a> <urn:b> <urn:c> .', "公園 🌳", "حديقة \u202e", "", " ",
        "<p>&amp;</p>", "@prefix a: <b> .",
    ],
)  # fmt: skip
def test_any_string_comes_back_as_it_was(value: str) -> None:
    body = Text({"en": value, "fr": value}, "en", machine=("fr",))
    record = a_record(process=a_process(body=body, source_status=value, keywords=(value,)))
    for write, form in ((rdf.turtle, RdfFormat.TURTLE), (rdf.ntriples, RdfFormat.N_TRIPLES)):
        found = read(write([record], HUB), form)
        assert found == read_as_jsonld([record])
        said = [triple.object for triple in found if isinstance(triple.object, Literal)]
        languages = [literal.language for literal in said if literal.value == value]
        assert sorted(map(str, languages)) == ["None", "None", "en", "fr-t-en-t0-und"]


def test_a_text_in_indonesian_is_not_taken_for_a_node() -> None:
    record = a_record(process=a_process(title=Text({"id": "Taman baru", "en": "A new park"}, "id")))
    assert 'dcterms:title "Taman baru"@id,\n        "A new park"@en ;\n' in rdf.turtle([record], HUB).decode()


def test_what_two_records_say_of_one_thing_stands_in_one_place() -> None:
    body = Organisation(name=Text({"en": "A body"}, "en"), iri="https://body.example/1")
    some = [a_record(local_id=n, process=a_process(authority=body)) for n in ("1", "2")]
    text = rdf.turtle(some, HUB).decode()
    assert text.count("<https://body.example/1> a org:Organization ;") == 1
    assert text.count('"A body"@en') == 1


@quickly
@given(records())
def test_ntriples_say_nothing_twice_and_keep_one_subject_together(record: Record) -> None:
    lines = rdf.ntriples([record, record], HUB).splitlines()
    assert len(lines) == len(set(lines)) == len(graph(record, HUB))
    subjects = [line.split(b" ")[0] for line in lines]
    runs = [subject for n, subject in enumerate(subjects) if n == 0 or subjects[n - 1] != subject]
    assert len(runs) == len(set(runs))


def test_no_records_are_no_triples() -> None:
    assert rdf.ntriples([], HUB) == b""
    assert len(Graph().parse(data=rdf.turtle([], HUB), format="turtle")) == 0


def test_turtle_shortens_names_by_the_contexts_prefixes() -> None:
    text = rdf.turtle([a_record()], HUB).decode()
    assert "@prefix fm: <https://w3id.org/folkmoot#> .\n" in text
    assert f"\n\n<{HUB}/id/sample/1> a fm:ParticipationProcess, eli-dl:Process, prov:Entity ;\n    " in text


def test_turtle_is_a_paragraph_for_each_thing_and_a_line_for_each_property() -> None:
    process = a_process(
        phases=(Phase(opens="2026", closes="2026-10-25T02:30", zone="Europe/Brussels"),),
        support=(Support(unit=Unit.SIGNATURES, count=7, verified=True),),
        documents=(Document(url="https://sample.example/a|b", size=12),),
        place=Place(country="GR", point=Point(latitude=38.5, longitude=23.25)),
        summary=Text({"en": "<p>x</p>"}, "en", html=True),
        keywords=("b", "a"),
    )
    text, me = rdf.turtle([a_record(process=process)], HUB).decode(), f"{HUB}/id/sample/1"
    parts = {part.split(" ")[0].strip(">").partition("#")[2]: part for part in text.split("\n\n")[1:]}
    lines = parts[""].split(" ;\n    ")
    assert 'dcat:keyword "b",\n        "a"' in lines
    assert "fm:htmlIn dcterms:abstract" in lines
    country = "<http://publications.europa.eu/resource/authority/country/GRC>"
    assert f"dcterms:spatial {country},\n        <{me}#place>" in lines
    assert parts["period-1"] == (
        f"<{me}#period-1> a dcterms:PeriodOfTime ;\n"
        '    dcat:startDate "2026"^^xsd:gYear ;\n'
        '    dcat:endDate "2026-10-25T02:30:00+01:00"^^xsd:dateTime ;\n'
        '    fm:timeZone "Europe/Brussels" .'
    )
    assert "schema:userInteractionCount 7 ;\n    fm:verified true ;" in parts["support-1"]
    assert 'dcat:byteSize "12"^^xsd:nonNegativeInteger' in parts["document-1"]
    assert "schema:url <https://sample.example/a%7Cb> ;" in parts["document-1"]
    assert 'dcat:centroid "POINT(23.25 38.5)"^^geo:wktLiteral' in parts["place"]


@pytest.mark.parametrize("form", ["turtle", "ntriples", "nquads"])
def test_another_process_writes_the_same_bytes(form: str) -> None:
    record = a_record(process=a_process(keywords=("b", "a", "c")))
    code = (
        "import sys; from folkmoot_schema import process, rdf; "
        f"sys.stdout.buffer.write(rdf.{form}([process.record_from_json(sys.stdin.buffer.read())], {HUB!r}))"
    )
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", code], input=schema.to_json(record), capture_output=True, check=True
        )
        assert done.stdout == getattr(rdf, form)([record], HUB)
