"""JSON-LD built by hand is the graph that rdflib builds from the same record."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import DCTERMS, Graph, Literal, URIRef
from rdflib.compare import isomorphic

from folkmoot_schema import codes, jsonld, rdf
from folkmoot_schema.graph import ADMS, FM, SCHEMA, graph
from folkmoot_schema.process import Licence, Organisation, Phase, Place, Point, Record, Support
from folkmoot_schema.texts import Text
from schema.generating import HUB, records
from schema.test_process import a_process, a_record

# rdflib's own JSON-LD reader still makes a graph of the kind that it has declared deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")


def offline(document: dict[str, Any]) -> str:
    """The document as JSON with the shipped context in it, since nothing is fetched here."""
    return json.dumps({**document, "@context": jsonld.context()})


def parsed(record: Record) -> Graph:
    return Graph().parse(data=offline(jsonld.to_jsonld(record, HUB)), format="json-ld")


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(records())
def test_the_document_is_isomorphic_to_the_graph_built_by_rdflib(record: Record) -> None:
    ours, theirs = parsed(record), graph(record, HUB)
    assert isomorphic(ours, theirs), set(ours) ^ set(theirs)
    assert len(ours) > 20


#: Every word of the context is a scheme, too, some of them registered ones (``geo:``, RFC 5870).
_SCHEMES = st.sampled_from(sorted(word for word in jsonld.context() if not word.startswith("@"))) | st.sampled_from(
    ["urn", "GEO", "package", "doi", "tag"]
)
_TAILS = st.sampled_from(["52.5,13.4", "x", "//sample.example/x", "a:b", "#x", "/../y?z"]) | st.text(min_size=1)


@settings(max_examples=150, deadline=None)
@given(st.builds("{}:{}".format, _SCHEMES, _TAILS))
def test_an_iri_of_any_scheme_that_is_taken_comes_back_as_it_was(iri: str) -> None:
    licence = Licence(id=iri)
    try:
        body = Organisation(name=Text({"en": "A body"}, "en"), iri=iri)
    except ValueError:
        record = a_record(licence=licence)
    else:
        provenance = msgspec.structs.replace(a_record().provenance, url=iri)
        record = a_record(process=a_process(authority=body), licence=licence, provenance=provenance)
    expected = graph(record, HUB)
    assert isomorphic(parsed(record), expected)
    assert isomorphic(Graph().parse(data=rdf.turtle([record], HUB), format="turtle"), expected)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(records())
def test_every_word_of_a_document_is_in_the_context_and_every_node_has_an_address(record: Record) -> None:
    terms = set(jsonld.context()) | {"@context", "@value", "@type"}

    def walk(node: Any, inside: str) -> None:
        if isinstance(node, (list, tuple)):
            for each in node:
                walk(each, inside)
        elif isinstance(node, dict) and "@language" not in str(jsonld.context().get(inside)):
            assert set(node) <= terms
            assert "id" in node or "@value" in node
            for name, value in node.items():
                walk(value, name)

    walk(jsonld.to_jsonld(record, HUB), "")


@pytest.mark.parametrize(
    ("term", "list_"),
    [
        ("kind", codes.Kind), ("flags", codes.Flag), ("status", codes.Status), ("sourceFlag", codes.Status),
        ("level", codes.Level), ("policyStage", codes.Stage), ("phaseKind", codes.PhaseKind), ("unit", codes.Unit),
        ("outcomeKind", codes.OutcomeKind), ("linkKind", codes.LinkKind), ("documentKind", codes.DocumentKind),
        ("availability", codes.Availability), ("topics", codes.Topic),
    ],
)  # fmt: skip
def test_every_code_stands_for_its_concept(term: str, list_: type[codes.StrEnum]) -> None:
    document = {"id": "https://sample.example/1", term: [member.value for member in list_]}
    concepts = {str(value) for _, _, value in Graph().parse(data=offline(document), format="json-ld")}
    base = jsonld.context()[term]["@context"]["@vocab"]
    assert concepts == {base + member.value for member in list_}


def test_the_document_names_the_public_context_and_the_things_address() -> None:
    document = jsonld.to_jsonld(a_record(local_id="a/b"), HUB + "/")
    assert document["@context"] == "https://w3id.org/folkmoot/context.jsonld"
    assert document["id"] == f"{HUB}/id/sample/a%2Fb"
    assert document["key"] == "urn:folkmoot:sample:a%2Fb"
    assert json.loads(msgspec.json.encode(document))["kind"] == "petition"


def test_a_document_has_no_word_for_what_there_is_none_of() -> None:
    document = jsonld.to_jsonld(a_record(), HUB)
    assert [word for word, value in document.items() if value in (None, (), [], {})] == []
    assert not {"keywords", "topics", "phases", "acts", "html", "audiences", "deadline"} & set(document)


def test_dates_keep_their_precision_and_zone() -> None:
    phase = Phase(opens="2026", closes="2026-10-25T02:30", zone="Europe/Brussels")
    (found,) = jsonld.to_jsonld(a_record(process=a_process(phases=(phase,))), HUB)["phases"]
    assert found["period"]["opens"] == {"@type": "xsd:gYear", "@value": "2026"}
    assert found["period"]["closes"] == {"@type": "xsd:dateTime", "@value": "2026-10-25T02:30:00+01:00"}
    assert found["period"]["zone"] == "Europe/Brussels"


def test_a_machine_translation_is_found_under_its_language_and_known_as_one() -> None:
    title = Text({"el": "Πάρκο", "en": "Park"}, "el", machine=("en",))
    me, found = URIRef(f"{HUB}/id/sample/1"), parsed(a_record(process=a_process(title=title)))
    assert set(found.objects(me, DCTERMS.title)) == {
        Literal("Πάρκο", lang="el"),
        Literal("Park", lang="en-t-el-t0-und"),
    }
    query = 'SELECT ?t {?s <http://purl.org/dc/terms/title> ?t FILTER langMatches(lang(?t), "en")}'
    assert [str(row[0]) for row in found.query(query)] == ["Park"]


def test_an_unknown_count_is_no_count() -> None:
    supports = tuple(Support(unit=codes.Unit.SIGNATURES, count=count) for count in (None, 0))
    found = parsed(a_record(process=a_process(support=supports)))
    assert list(found.subject_objects(SCHEMA.userInteractionCount)) == [
        (URIRef(f"{HUB}/id/sample/1#support-2"), Literal(0))
    ]


def test_organisations_go_by_their_iri_where_they_have_one() -> None:
    iri = "http://publications.europa.eu/resource/authority/corporate-body/SANTE"
    name = Text({"en": "A body"}, "en")
    process = a_process(organiser=Organisation(name=name), authority=Organisation(name=name, iri=iri))
    document = jsonld.to_jsonld(a_record(process=process), HUB)
    assert (document["organiser"]["id"], document["authority"]["id"]) == (f"{HUB}/id/sample/1#organiser", iri)


def test_a_place_is_its_country_and_where_it_is_known_finer_a_location() -> None:
    place = Place(country="GR", municipality="Sample", point=Point(latitude=38.5, longitude=23.25))
    document = jsonld.to_jsonld(a_record(process=a_process(place=place)), HUB)
    assert document["country"] == "GRC"
    assert document["place"]["point"] == "POINT(23.25 38.5)"
    assert "place" not in jsonld.to_jsonld(a_record(process=a_process(place=Place(country="GR"))), HUB)


def test_html_is_said_to_be_html() -> None:
    body = Text({"en": "<p>x</p>"}, "en", html=True)
    found = parsed(a_record(process=a_process(body=body, summary=Text({"en": "x"}, "en"))))
    assert list(found.objects(None, FM.htmlIn)) == [DCTERMS.description]


def test_the_status_is_the_standings_and_the_sources_own_is_beside_it() -> None:
    found = parsed(a_record(process=a_process(flag=codes.Status.OPEN, source_status="ONGOING")))
    assert [str(value).rpartition("/")[2] for value in found.objects(None, ADMS.status)] == ["unknown"]
    assert [str(value).rpartition("/")[2] for value in found.objects(None, FM.sourceFlag)] == ["open"]
    assert list(found.objects(None, FM.sourceStatus)) == [Literal("ONGOING")]
