"""The context as a table of terms, and what in a context is refused."""

from __future__ import annotations

from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from folkmoot_schema import jsonld, terms
from folkmoot_schema.terms import Reading, Term
from schema.test_jsonld import offline


@pytest.mark.parametrize(
    "definition",
    [
        "@graph",
        None,
        7,
        {},
        {"@type": "@id"},
        {"@id": "dcterms:title", "@container": "@list"},
        {"@id": "dcterms:title", "@container": "@index"},
        {"@id": "dcterms:title", "@container": "@language", "@type": "@id"},
        {"@id": "dcterms:title", "@type": "@vocab"},
        {"@id": "dcterms:title", "@type": "@json"},
        {"@id": "dcterms:title", "@type": "@id", "@context": {}},
        {"@id": "dcterms:title", "@type": "@vocab", "@context": {"@vocab": "urn:x:", "@base": "urn:y:"}},
        {"@id": "dcterms:title", "@language": "en"},
        {"@reverse": "dcterms:title"},
        {"@id": "dcterms:title", "@nest": "@nest"},
    ],
)
def test_what_a_context_says_beyond_the_table_is_refused_by_name(definition: Any) -> None:
    with pytest.raises(ValueError, match="the context's 'word' is not understood"):
        terms.read({"id": "@id", "word": definition})


@pytest.mark.parametrize("keyword", [
    {"id": "@type"}, {"@version": 1.0}, {"@vocab": "https://sample.example/"}, {"@base": None}, {"@language": "en"},
])  # fmt: skip
def test_a_keyword_is_what_it_is_in_our_context_or_refused(keyword: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="is not understood"):
        terms.read(keyword)


def test_every_word_of_the_context_is_a_term_a_prefix_or_a_keyword() -> None:
    known = {*terms.terms(), *terms.prefixes(), "id", "type", "@version"}
    assert known == set(jsonld.context())
    assert terms.terms()["key"] == Term("dcterms:identifier", Reading.VALUE)
    assert terms.terms()["kind"] == Term("eli-dl:process_type", Reading.CODE, "https://w3id.org/folkmoot/kind/")
    assert {term.reading for term in terms.terms().values()} == set(Reading)


@pytest.mark.parametrize("name", ["dcterms:title", "fm://x", "urn:x:y", "https://sample.example/a:b", "geo:1,2"])
def test_a_name_stands_for_the_iri_that_json_ld_takes_it_for(name: str) -> None:
    [quad] = parse(offline({"id": "urn:x:1", "homepage": name}), format=RdfFormat.JSON_LD)
    assert quad.object == NamedNode(terms.expand(name))


@pytest.mark.parametrize("word", sorted(terms.terms()))
def test_each_term_is_what_another_reader_makes_of_it(word: str) -> None:
    """One value for each reading; the type of what comes out tells which it was."""
    term = terms.terms()[word]
    value = {Reading.TEXTS: {"fr": "x"}, Reading.IRI: "urn:x:y"}.get(term.reading, "x-1")
    [quad] = parse(offline({"id": "urn:x:1", word: value}), format=RdfFormat.JSON_LD)
    assert quad.predicate == NamedNode(terms.expand(term.property))
    assert (
        quad.object
        == {
            Reading.VALUE: Literal("x-1"),
            Reading.TYPED: Literal("x-1", datatype=NamedNode(terms.expand(term.of or "urn:none"))),
            Reading.TEXTS: Literal("x", language="fr"),
            Reading.CODE: NamedNode(f"{term.of or 'urn:none'}x-1"),
            Reading.IRI: NamedNode("urn:x:y"),
        }[term.reading]
    )
