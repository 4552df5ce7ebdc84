"""How Turtle and N-Triples spell names and values, for each word of the documents (RDF 1.1 Turtle; N-Triples)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final, NamedTuple

from folkmoot_schema import terms
from folkmoot_schema.terms import Reading, Term

_TYPE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
# A compact name that Turtle takes without an escape: less than it allows, and all that the vocabularies use.
_COMPACT: Final = re.compile(r"([a-z-]+):[A-Za-z][A-Za-z0-9_]*")

#: A string in quotes. JSON's escapes are among those of Turtle and N-Triples (RDF 1.1 Turtle, 6.4: ECHAR and UCHAR).
quoted: Final = json.JSONEncoder(ensure_ascii=False).encode

Spell = Callable[[Any], str]


class Form(NamedTuple):
    """A form of RDF: how it spells an IRI, and for each word its property and values (None: they are texts)."""

    name: Callable[[str], str]
    words: Mapping[str, tuple[str, Spell | None]]


@cache
def turtle() -> Form:
    """Names as compact as the document has them, numbers and truth values without their types."""
    return _form(_short, "a", _bare)


@cache
def ntriples() -> Form:
    """Everything in full."""
    return _form(_full, _full(_TYPE), _full_number)


def _full(name: str) -> str:
    return f"<{terms.expand(name)}>"


def _short(name: str) -> str:
    compact = _COMPACT.fullmatch(name)
    return name if compact is not None and compact[1] in terms.prefixes() else _full(name)


def _bare(value: int) -> str:
    return str(value).lower()


def _full_number(value: int) -> str:
    return f'"{_bare(value)}"^^{_full("xsd:boolean" if isinstance(value, bool) else "xsd:integer")}'


def _form(name: Callable[[str], str], type_: str, number: Callable[[int], str]) -> Form:
    value = _value(cache(name), number)
    words = {word: (name(term.property), _values(term, name, value)) for word, term in terms.terms().items()}
    classes = {word: property for word, (property, _) in words.items()}
    return Form(name, {**words, "type": (type_, cache(lambda word: classes.get(word) or name(word)))})


def _values(term: Term, name: Callable[[str], str], value: Spell) -> Spell | None:
    match term.reading:
        case Reading.TEXTS:
            return None
        case Reading.IRI:
            return name
        case Reading.CODE:
            return cache(lambda code: name(term.of + code))
        case Reading.TYPED:
            datatype = name(term.of)
            return lambda value: f"{quoted(str(value))}^^{datatype}"
        case Reading.VALUE:
            return value


def _value(name: Callable[[str], str], number: Callable[[int], str]) -> Spell:
    """How a value is spelt that no term gives a type."""

    def spell(value: Any) -> str:
        if isinstance(value, str):
            return quoted(value)
        if isinstance(value, dict):
            return f"{quoted(value['@value'])}^^{name(value['@type'])}"
        return number(value)

    return spell
