"""The context as a table: which property a word of a document stands for, and how its values are to be read.

This is JSON-LD 1.1 as far as ``context.jsonld`` uses it, and no further: what else a context says is refused by name,
so that nothing in it can be passed over in silence.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Any, Final, NamedTuple

from folkmoot_schema import jsonld
from folkmoot_schema.identifiers import is_prefix


class Reading(StrEnum):
    """What the values of a property are."""

    VALUE = "value"
    """Strings, whole numbers and truth values as they are, dates with their type, or nodes."""
    TYPED = "typed"
    """Literals of the datatype that the term names."""
    TEXTS = "texts"
    """Texts by language tag."""
    CODE = "code"
    """Entries of a controlled list, by the last segment of their IRI."""
    IRI = "iri"
    """IRIs, in full or compact."""


class Term(NamedTuple):
    """A word: its property, the reading of its values, and the datatype or the base of the codes, where it has one."""

    property: str
    reading: Reading
    of: str = ""


#: Words of JSON-LD itself that the context gives other names, or that are about the context.
_KEYWORDS: Final = {"@version": 1.1, "id": "@id", "type": "@type"}


@cache
def prefixes() -> Mapping[str, str]:
    """Prefix → namespace, of the shipped context."""
    return {word: value for word, value in jsonld.context().items() if is_prefix(word, value)}


@cache
def terms() -> Mapping[str, Term]:
    """Word → term, of the shipped context."""
    return read(jsonld.context())


def expand(name: str) -> str:
    """The IRI that ``name``, itself an IRI or compact (``dcterms:title``), stands for (JSON-LD 1.1 API, 5.2)."""
    prefix, _, rest = name.partition(":")
    return name if prefix not in prefixes() or rest.startswith("//") else prefixes()[prefix] + rest


def read(context: Mapping[str, Any]) -> Mapping[str, Term]:
    """The terms of ``context``; ``ValueError`` for what is not understood here."""
    return {
        word: _term(word, definition)
        for word, definition in context.items()
        if not is_prefix(word, definition) and (word, definition) not in _KEYWORDS.items()
    }


def _term(word: str, definition: object) -> Term:
    match definition:
        case _ if word.startswith("@"):
            pass
        case str() if not definition.startswith("@"):
            return Term(definition, Reading.VALUE)
        case {"@id": str(name), "@container": "@language", **rest} if not rest:
            return Term(name, Reading.TEXTS)
        case {"@id": str(name), "@type": "@vocab", "@context": {"@vocab": str(base), **more}, **rest} if not more:
            if _is_set(rest):
                return Term(name, Reading.CODE, base)
        case {"@id": str(name), "@type": "@id", **rest} if _is_set(rest):
            return Term(name, Reading.IRI)
        case {"@id": str(name), "@type": str(datatype), **rest} if _is_set(rest) and not datatype.startswith("@"):
            return Term(name, Reading.TYPED, datatype)
        case {"@id": str(name), **rest} if _is_set(rest):
            return Term(name, Reading.VALUE)
    raise ValueError(f"the context's {word!r} is not understood: {definition!r}")


def _is_set(rest: Mapping[object, object]) -> bool:
    return not rest or rest == {"@container": "@set"}
