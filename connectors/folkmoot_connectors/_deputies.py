"""Keeps the members of a Spanish parliament out of its texts: who is named with a title, and authors who are people."""

from __future__ import annotations

import re
from typing import Final

from folkmoot_connectors._private import OMITTED, without_contacts

# A name, or the first letter of one.
_WORD: Final = r"[A-ZÁÉÍÓÚÜÑÇÀÈÌÒÙ](?:\.|[\w'’·-]{0,40})"
_AND: Final = r"(?:(?:de|del|la|las|los|i|y|e|da|dos)\s{1,3}){0,3}"
_TITLE: Final = r"(?:Sr(?:a|es|as|ta)?\.|D\.ª?|D\.?ª|Dña\.|don\b|doña\b)"
# The texts are wrapped, so that white space is any. What is bracketed says who spoke for a group, and goes whole.
_BRACKETED: Final = re.compile(rf"\s{{0,3}}\([^()]{{0,300}}?{_TITLE}[^()]{{0,300}}\)")
_TITLED: Final = re.compile(rf"(?<!\w)(?:{_TITLE}\s{{1,3}}){{1,3}}{_AND}{_WORD}(?:\s{{1,3}}{_AND}{_WORD}){{0,6}}")
# How the bodies begin that may bring an initiative in (Constitution of Spain, 87); all others are people.
_BODIES: Final = (
    "Gobierno", "Grupo Parlamentario", "Congreso", "Senado", "Comunidad", "Comunitat", "Parlamento", "Parlament",
    "Asamblea", "Cortes", "Corts", "Junta", "Comisión", "Mesa", "Ayuntamiento", "Iniciativa Legislativa Popular",
)  # fmt: skip


def without_deputies(value: str) -> str:
    """``value`` without contacts, and without whoever is named in it with a title, such as "Sra." or "don"."""
    value = _BRACKETED.sub("", without_contacts(value))
    return _TITLED.sub(OMITTED, value)


def bodies(value: str) -> str:
    """Of authors, one a line, those that are bodies, one a line; nothing if all are people."""
    lines = (" ".join(without_deputies(line).split()) for line in value.splitlines())
    return "\n".join(line for line in lines if line.startswith(_BODIES))
