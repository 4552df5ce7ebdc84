"""The controlled lists of the code and the concept schemes of the vocabulary are the same; so are countries."""

from __future__ import annotations

import re
from enum import StrEnum
from importlib.resources import files

import msgspec
import pytest
from rdflib import OWL, RDF, RDFS, SKOS, Graph, Literal, URIRef

from folkmoot_schema import codes, countries, identifiers, jsonld, labels, shipped
from folkmoot_schema.texts import clean

LISTS = {
    re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower(): value
    for name, value in vars(codes).items()
    if isinstance(value, type) and issubclass(value, StrEnum) and value is not StrEnum
}
OURS = sorted(set(LISTS) - {"topic"})
THEMES = "http://publications.europa.eu/resource/authority/data-theme/"
FM = identifiers.NAMESPACE


def read(name: str) -> Graph:
    return Graph().parse(data=shipped.vocabulary(name), format="turtle")


def test_there_is_one_file_for_each_list_and_none_besides() -> None:
    assert set(shipped.names()) == {f"{name}.ttl" for name in LISTS} | {"folkmoot.ttl", "shapes.ttl"}


@pytest.mark.parametrize("name", OURS)
def test_a_list_of_the_code_is_its_concept_scheme_exactly(name: str) -> None:
    graph, scheme = read(f"{name}.ttl"), URIRef(f"{identifiers.CONCEPTS}{name}")
    expected = {URIRef(f"{scheme}/{member.value}") for member in LISTS[name]}
    assert set(graph.subjects(RDF.type, SKOS.ConceptScheme)) == {scheme}
    for found in (
        set(graph.subjects(RDF.type, SKOS.Concept)),
        set(graph.subjects(SKOS.inScheme, scheme)),
        set(graph.subjects(SKOS.topConceptOf, scheme)),
        set(graph.objects(scheme, SKOS.hasTopConcept)),
    ):
        assert found == expected


@pytest.mark.parametrize("name", OURS)
def test_every_concept_has_one_english_definition_and_its_code(name: str) -> None:
    graph = read(f"{name}.ttl")
    for concept in graph.subjects(RDF.type, SKOS.Concept):
        (definition,) = graph.objects(concept, SKOS.definition)
        assert isinstance(definition, Literal)
        assert definition.language == "en"
        assert len(definition) > len(labels.label(name, str(concept).rpartition("/")[2]))
        assert [str(code) for code in graph.objects(concept, SKOS.notation)] == [str(concept).rpartition("/")[2]]


@pytest.mark.parametrize("name", LISTS)
def test_every_concept_has_one_label_in_each_of_the_24_languages(name: str) -> None:
    graph = read(f"{name}.ttl")
    concepts = set(graph.subjects(SKOS.prefLabel))
    assert {str(concept).rpartition("/")[2] for concept in concepts} == {member.value for member in LISTS[name]}
    for concept in concepts:
        found = list(graph.objects(concept, SKOS.prefLabel))
        assert sorted(label.language for label in found if isinstance(label, Literal)) == list(labels.LANGUAGES)
        assert all(label and clean(label) == str(label) for label in map(str, found))


@pytest.mark.parametrize("name", LISTS)
def test_no_two_concepts_of_a_list_have_one_label_in_a_language(name: str) -> None:
    for language in labels.LANGUAGES:
        found = [label.casefold() for label in labels.in_language(name, language).values()]
        assert sorted(set(found)) == sorted(found)
        assert len(found) == len(LISTS[name])


@pytest.mark.parametrize("name", LISTS)
def test_a_list_says_that_no_speaker_has_reviewed_its_labels(name: str) -> None:
    (note,) = read(f"{name}.ttl").objects(URIRef(f"{identifiers.CONCEPTS}{name}"), SKOS.editorialNote)
    assert "not yet been reviewed by a speaker" in note


def test_topics_are_the_13_data_themes_of_the_eu() -> None:
    graph = read("topic.ttl")
    members = set(graph.objects(URIRef(f"{identifiers.CONCEPTS}topic"), SKOS.member))
    assert members == {URIRef(THEMES + topic) for topic in codes.Topic}
    assert len(members) == 13
    assert {subject for subject, _ in graph.subject_objects(SKOS.prefLabel)} == members


def test_the_context_uses_no_term_of_ours_that_the_ontology_does_not_define_and_the_ontology_no_other() -> None:
    ontology = read("folkmoot.ttl")
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
    defined = {str(subject) for kind in kinds for subject in ontology.subjects(RDF.type, kind)}
    terms = [value if isinstance(value, str) else value["@id"] for value in jsonld.context().values() if value != 1.1]
    used = {term.replace("fm:", FM) for term in terms if term.startswith("fm:")}
    assert used == defined
    for term in map(URIRef, defined):
        assert list(ontology.objects(term, RDFS.label))
        assert list(ontology.objects(term, RDFS.comment))


def test_no_code_is_a_term_of_the_context_which_would_give_it_another_meaning() -> None:
    terms = set(jsonld.context())
    values = {member.value for entries in LISTS.values() for member in entries} | set(countries.CODES.values())
    assert not values & terms


def test_the_context_file_holds_the_context_alone() -> None:
    assert list(msgspec.json.decode(shipped.context())) == ["@context"]


def test_an_unknown_vocabulary_is_refused_by_name() -> None:
    with pytest.raises(KeyError, match=r"other.ttl.*kind.ttl"):
        shipped.vocabulary("other.ttl")


def test_the_countries_are_those_of_iso_3166_with_the_union_and_kosovo() -> None:
    table = (files("tzdata") / "zoneinfo" / "iso3166.tab").read_text("utf-8")
    iso = {line[:2] for line in table.splitlines() if line and not line.startswith("#")}
    assert set(countries.CODES) == iso | {"EU", "XK"}


def test_countries_have_the_iris_of_the_authority_table() -> None:
    table = "http://publications.europa.eu/resource/authority/country/"
    named = {"GR": "GRC", "GB": "GBR", "EU": "EUR", "XK": "1A0", "DE": "DEU", "RO": "ROU", "CH": "CHE"}
    assert {code: countries.iri(code) for code in named} == {code: table + name for code, name in named.items()}
    assert len(set(countries.CODES.values())) == len(countries.CODES)
    assert all(re.fullmatch("[A-Z]{3}|1A0", name) for name in countries.CODES.values())
