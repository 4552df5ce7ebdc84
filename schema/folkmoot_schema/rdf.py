"""Records as Turtle, N-Triples and N-Quads, written from their JSON-LD documents.

There is one description of which triples a record is: the document of :mod:`folkmoot_schema.jsonld` and its context,
read as :mod:`folkmoot_schema.terms` reads it. The tests compare what is written here with pyoxigraph's reading of the
same document and with :mod:`folkmoot_schema.graph`, which is built from the record without either. The order of the
output is that of the records, so equal records give equal bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Final

from folkmoot_schema import jsonld, spelling, terms
from folkmoot_schema.process import Record
from folkmoot_schema.spelling import Form, quoted

_SEVERAL: Final = (list, tuple)
_NEXT: Final = " ;\n    "
_FURTHER: Final = ",\n        "

#: Property → values, each as it is written; a dict is a set that keeps its order.
About = dict[str, dict[str, None]]
#: Subject → what is said about it.
Said = dict[str, About]


def turtle(records: Sequence[Record], hub: str) -> bytes:
    """``records`` as Turtle in UTF-8, with the context's prefixes, in a paragraph for each subject."""
    paragraphs = (_paragraph(subject, about) for subject, about in _said(records, hub, spelling.turtle()).items())
    return "\n".join((_heading(), *paragraphs)).encode()


def ntriples(records: Sequence[Record], hub: str) -> bytes:
    """``records`` as N-Triples in UTF-8, each triple once and those of one subject together."""
    return "".join(_lines(_said(records, hub, spelling.ntriples()), ".")).encode()


def nquads(records: Iterable[Record], hub: str) -> bytes:
    """``records`` as N-Quads in UTF-8, in a graph for each source that has its address, each quad once."""
    form = spelling.ntriples()
    graphs: dict[str, list[Record]] = {}
    for record in records:
        graphs.setdefault(form.name(jsonld.source(record, hub)), []).append(record)
    return "".join(
        line for graph, some in graphs.items() for line in _lines(_said(some, hub, form), f"{graph} .")
    ).encode()


def _said(records: Iterable[Record], hub: str, form: Form) -> Said:
    said: Said = {}
    for record in records:
        _tell(jsonld.node(record, hub), form, said)
    return said


def _tell(node: jsonld.Node, form: Form, said: Said) -> str:
    """Put what ``node`` and the nodes in it say into ``said``; the node's name."""
    name = form.name(node["id"])
    about = said.setdefault(name, {})
    for word, value in node.items():
        if word == "id":
            continue
        property, spell = form.words[word]
        values = about.setdefault(property, {})
        if spell is None:  # before a look at the keys: among them may be "id", which is Indonesian
            values.update((f"{quoted(text)}@{tag}", None) for tag, text in value.items())
            continue
        for each in value if isinstance(value, _SEVERAL) else (value,):
            values[_tell(each, form, said) if isinstance(each, dict) and "id" in each else spell(each)] = None
    return name


@cache
def _heading() -> str:
    return "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in terms.prefixes().items())


def _paragraph(subject: str, about: About) -> str:
    """A line for the thing and its classes, one for each property, and one for each further value of it."""
    lines = [f"{word} {(', ' if word == 'a' else _FURTHER).join(values)}" for word, values in about.items()]
    return f"{subject} {_NEXT.join(lines)} .\n"


def _lines(said: Said, end: str) -> Iterator[str]:
    for subject, about in said.items():
        for property, values in about.items():
            for value in values:
                yield f"{subject} {property} {value} {end}\n"
