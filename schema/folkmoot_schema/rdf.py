"""Records as Turtle and N-Triples, through pyoxigraph.

There is one description of which triples a record is: the document of :mod:`folkmoot_schema.jsonld` and its context.
Here pyoxigraph reads that and writes the two other forms. The tests compare it with rdflib's reading of the same
document and with :mod:`folkmoot_schema.graph`, which is built from the record without either. The order of the output
is that of the record, so equal records give equal bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec
from pyoxigraph import NamedNode, RdfFormat, Triple, parse, serialize

from folkmoot_schema import jsonld
from folkmoot_schema.process import Record

_MANY: Final = 500


def turtle(records: Sequence[Record], hub: str) -> bytes:
    """``records`` as Turtle in UTF-8, what is said of one thing together, with the context's prefixes."""
    return _written(records, hub, RdfFormat.TURTLE, prefixes())


def ntriples(records: Sequence[Record], hub: str) -> bytes:
    """``records`` as N-Triples in UTF-8."""
    return _written(records, hub, RdfFormat.N_TRIPLES, None)


def triples(records: Sequence[Record], hub: str) -> Iterable[Triple]:
    """The triples of ``records``, in the order of the records; one that occurs twice comes twice."""
    context = jsonld.context()
    for start in range(0, len(records), _MANY):
        nodes = [jsonld.node(record, hub) for record in records[start : start + _MANY]]
        document = msgspec.json.encode({"@context": context, "@graph": nodes})
        for quad in parse(document, format=RdfFormat.JSON_LD):
            yield quad.triple


def prefixes() -> dict[str, str]:
    """The prefixes of the context."""
    return {name: value for name, value in jsonld.context().items() if _is_namespace(value)}


def _is_namespace(value: object) -> bool:
    return isinstance(value, str) and value.startswith("http") and value.endswith(("#", "/"))


def _written(records: Sequence[Record], hub: str, form: RdfFormat, names: dict[str, str] | None) -> bytes:
    data = serialize(_by_subject(records, hub), format=form, prefixes=names)
    assert data is not None  # it is bytes where no file is named
    return data


def _by_subject(records: Sequence[Record], hub: str) -> Iterable[Triple]:
    """Each triple once, those of one subject together."""
    grouped: dict[NamedNode, dict[Triple, None]] = {}
    for triple in triples(records, hub):
        assert isinstance(triple.subject, NamedNode)  # the documents have no blank nodes
        grouped.setdefault(triple.subject, {})[triple] = None
    for group in grouped.values():
        yield from group
