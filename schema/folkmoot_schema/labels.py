"""The words for the codes of the controlled lists, in the 24 official languages of the European Union.

They are the ``skos:prefLabel`` of the concepts in ``vocabulary/``. English is the reference; the others are ours too
and, as each scheme says, not yet reviewed by speakers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from folkmoot_schema import shipped

#: The languages that every code has a label in.
LANGUAGES: Final = (
    "bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr", "hu", "it", "lt", "lv", "mt", "nl", "pl",
    "pt", "ro", "sk", "sl", "sv",
)  # fmt: skip
#: The language of whoever reads none of them.
REFERENCE: Final = "en"

_LABEL: Final = NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel")


def label(name: str, code: str, language: str = REFERENCE) -> str:
    """The label of ``code`` in the list ``name`` (``kind``, ``status``, ``topic`` …) and a language of :func:`best`.

    ``KeyError`` names the list, code or language that there is none of.
    """
    labels = in_language(name, language)
    if code not in labels:
        raise KeyError(f"{code!r} is not in the list {name}: {', '.join(labels)}")
    return labels[code]


def in_language(name: str, language: str = REFERENCE) -> Mapping[str, str]:
    """All labels of the list ``name`` in one of :data:`LANGUAGES`, by code in the order of the list."""
    if language not in LANGUAGES:
        raise KeyError(f"there are no labels in {language!r}: {', '.join(LANGUAGES)}")
    return _read(name)[language]


def best(languages: Iterable[str]) -> str:
    """The first of ``languages`` (BCP 47 tags) that labels are in, whatever its region; else English."""
    bases = (tag.partition("-")[0].lower() for tag in languages)
    return next((base for base in bases if base in LANGUAGES), REFERENCE)


@cache
def _read(name: str) -> Mapping[str, Mapping[str, str]]:
    """Language → code → label, of one file of the vocabulary."""
    found: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
    for quad in parse(shipped.vocabulary(f"{name}.ttl"), format=RdfFormat.TURTLE):
        if quad.predicate == _LABEL and isinstance(quad.object, Literal) and isinstance(quad.subject, NamedNode):
            code = quad.subject.value.rpartition("/")[2]
            found[quad.object.language or REFERENCE][code] = quad.object.value
    return found
