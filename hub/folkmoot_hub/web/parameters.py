"""The parameters of a search as OpenAPI describes them: one table, in the order of :mod:`folkmoot_hub.search.query`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Final

from folkmoot_hub.search import query
from folkmoot_hub.search.query import Query, Sort
from folkmoot_schema import countries
from folkmoot_schema.codes import Availability, Kind, Level, Stage, Status, Topic

#: As :func:`folkmoot_schema.texts.is_tag` has it (RFC 5646, without extensions and private use), in any case.
_TAG = {
    "type": "string",
    "pattern": "^[A-Za-z]{2,3}(-[A-Za-z]{3}){0,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?"
    "(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*$",
}
_PRINTED = "^[^\\u0000-\\u001f]*$"
_WORDS = {"type": "string", "maxLength": 200, "pattern": _PRINTED}
_TIME = {"type": "string", "anyOf": [{"format": "date"}, {"format": "date-time"}]}


def _codes(codes: type[StrEnum]) -> dict[str, Any]:
    return {"type": "string", "enum": [str(code) for code in codes]}


def _whole(least: int, most: int) -> dict[str, Any]:
    return {"type": "integer", "minimum": least, "maximum": most}


_TABLE: Final[Mapping[str, tuple[dict[str, Any], str]]] = {
    "q": (
        {"type": "string", "maxLength": query.MAX_Q, "pattern": _PRINTED},
        'Words to look for, in any of their forms and across languages; "exactly so"; -without.',
    ),
    "kind": (_codes(Kind), "What sort of process it is."),
    "status": (_codes(Status), "Where it stands."),
    "stage": (_codes(Stage), "The step of the policy cycle."),
    "topic": (_codes(Topic), "A data theme of the EU."),
    "country": ({"type": "string", "enum": sorted(countries.CODES)}, "ISO 3166-1 alpha-2, EU or XK."),
    "place": (_WORDS, "A region or municipality."),
    "level": (_codes(Level), "The level of government that decides."),
    "language": (_TAG, "The language of the original (BCP 47)."),
    "source": ({"type": "string", "pattern": "^[a-z0-9]([a-z0-9.-]{0,98}[a-z0-9])?$"}, "A source id as on /sources."),
    "authority": (_WORDS, "The authority that decides, by its name."),
    "availability": (_codes(Availability), "Where one can still look at it. Feeds carry live ones unless asked."),
    "opens_after": (_TIME, "Opens at this time or later. A day begins at 00:00 UTC."),
    "closes_before": (_TIME, "Closes before this time."),
    "updated_after": (_TIME, "Changed after this time, counts included."),
    "sort": (_codes(Sort), "The order: relevance with words, closing without, unless asked."),
    "page": (_whole(1, query.MAX_PAGE), "The page, for people; programs follow next."),
    "limit": (_whole(0, query.MAX_LIMIT), "How many; 0 for counts alone."),
    "cursor": (
        {"type": "string", "maxLength": 2000, "pattern": "^[A-Za-z0-9_-]*$"},
        "What an earlier answer gave as next.",
    ),
    "facets": ({"type": "string", "enum": ["0", "1"]}, "1 counts the values of the seven groups, too."),
    "hl": (_TAG, "The language for titles and words; restricts nothing."),
}


def described(names: Iterable[str] = query.PARAMETERS) -> list[dict[str, Any]]:
    """The parameters called ``names`` as OpenAPI parameter objects; a repeatable one is an array (repeat for "or")."""
    return [_described(name) for name in names]


def _described(name: str) -> dict[str, Any]:
    schema, description = _TABLE[name]
    if isinstance(getattr(Query(), name), tuple):
        schema = {"type": "array", "items": schema, "maxItems": query.MAX_VALUES}
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": description,
        "schema": schema,
        "style": "form",
        "explode": True,
    }
