"""Linked data as the hub writes it, against rdflib; the graphs are compared first."""

from __future__ import annotations

import rdflib
from rdflib.compare import isomorphic

from benchmarks import town
from benchmarks.measuring import Goal, compare
from folkmoot_hub.web import as_json
from folkmoot_schema import graph, jsonld, rdf

RECORDS = 200
_TIMES = 20
_HUB = "https://hub.example"


def write() -> bool:
    """Each record as a document of its own, as the hub answers it; rdflib builds its graph and serialises that."""
    records = [town.record(number) for number in range(RECORDS)]
    _check_isomorphic()
    rdf.turtle(records[:1], _HUB)  # reads the context, once for all
    context = jsonld.context()
    first = compare(
        "rdf: JSON-LD to rdflib",
        lambda: [as_json.encode(jsonld.to_jsonld(record, _HUB)) for _ in range(_TIMES) for record in records],
        lambda: [graph.graph(record, _HUB).serialize(format="json-ld", context=context) for record in records],
        Goal(at_least=50),
        f"{RECORDS} records, a document each",
        rounds=3,
        times=_TIMES,
    )
    second = compare(
        "rdf: Turtle to rdflib",
        lambda: [rdf.turtle(records, _HUB) for _ in range(_TIMES)],
        lambda: [graph.graph(record, _HUB).serialize(format="turtle") for record in records],
        Goal(at_least=20),
        f"{RECORDS} records, ours in one document",
        rounds=3,
        times=_TIMES,
    )
    return first and second


def _check_isomorphic() -> None:
    for number in range(20):
        record = town.record(number)
        ours = rdflib.Graph().parse(data=rdf.ntriples([record], _HUB), format="nt")
        if not isomorphic(ours, graph.graph(record, _HUB)):
            raise AssertionError(f"the graphs of {record.key} differ")
