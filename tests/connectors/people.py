"""A scanner for what should be nowhere: mail addresses and telephone numbers, by other rules than the strainer's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

_MAIL = re.compile(
    r"[\w.+-]+\s?(?:@|\(at\)|\[at\]|%40|&#64;)\s?[\w-]+(?:\.[\w-]+)+|mailto:|href=\W*tel:", re.IGNORECASE
)
# Nine digits or more in groups after a plus sign or a leading nought.
_PHONE = re.compile(r"(?<![\w./=,:-])(?:\+|00?)[1-9](?:[ ().-]{0,2}\d){7,13}(?![\w/])")
_LABEL = re.compile(r"\b(?:tel|telephone|phone|fax)\b\W{0,3}\+?\d[\d ()-]{6,}", re.IGNORECASE)


def contacts_in(text: str) -> list[str]:
    """Every mail address and telephone number in ``text``."""
    return [found[0] for rule in (_MAIL, _PHONE, _LABEL) for found in rule.finditer(text)]


def texts(value: Any) -> Iterator[str]:
    """Every string inside plain data."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts(inner)
