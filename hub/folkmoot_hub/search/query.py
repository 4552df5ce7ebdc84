"""The one query that pages, API and feeds share: its parameters, their checks, its canonical form.

Everything that lists takes the same parameters; a parameter that is repeated means "or", two different ones mean
"and". An unknown parameter or a bad value is a :class:`~folkmoot_hub.errors.QueryError` that names it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final
from urllib.parse import urlencode

import msgspec

from folkmoot_hub.errors import QueryError
from folkmoot_schema import countries, dates
from folkmoot_schema.codes import Availability, Kind, Level, Stage, Status, Topic
from folkmoot_schema.identifiers import check_source
from folkmoot_schema.texts import is_tag


class Sort(StrEnum):
    """The orders of a result."""

    RELEVANCE = "relevance"
    CLOSING = "closing"
    NEWEST = "newest"
    SUPPORT = "support"
    UPDATED = "updated"


#: The seven groups that are counted, in the order they are shown.
FACETS: Final = ("status", "kind", "country", "topic", "stage", "source", "language")
#: Every parameter, in canonical order.
PARAMETERS: Final = (
    "q", "kind", "status", "stage", "topic", "country", "place", "level", "language", "source", "authority",
    "availability", "opens_after", "closes_before", "updated_after", "sort", "page", "limit", "cursor", "facets", "hl",
)  # fmt: skip
#: Parameters that choose how a result is shown and not what is in it.
#: Words that ask for anything, as nothing does: a star, or nothing in quotation marks.
_ANYTHING: Final = re.compile(r'(?:[\s*]|["“”„‟«»]\s*["“”„‟«»])*')
PRESENTATION: Final = frozenset({"sort", "page", "limit", "cursor", "facets", "hl"})
MAX_LIMIT: Final = 500
MAX_PAGE: Final = 500
MAX_Q: Final = 500
#: So many values of one parameter at most: each is a link on the page that names all the others.
MAX_VALUES: Final = 50
_CODES: Final[Mapping[str, type[StrEnum]]] = {
    "kind": Kind, "status": Status, "stage": Stage, "topic": Topic, "level": Level, "availability": Availability,
}  # fmt: skip
_MULTIPLE: Final = frozenset({*_CODES, "country", "place", "language", "source", "authority"})


class Query(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A checked query. Tuples mean "any of these"; an empty one does not restrict.

    ``opens_after``, ``closes_before`` and ``updated_after`` are instants (UTC). ``page`` counts from 1; ``cursor`` is
    what an earlier answer gave as ``next``. ``hl`` is the language of the interface and restricts nothing.
    """

    q: str = ""
    kind: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    stage: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    place: tuple[str, ...] = ()
    level: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    authority: tuple[str, ...] = ()
    availability: tuple[str, ...] = ()
    opens_after: datetime | None = None
    closes_before: datetime | None = None
    updated_after: datetime | None = None
    sort: Sort | None = None
    page: int = 1
    limit: int = 20
    cursor: str | None = None
    facets: bool = False
    hl: str | None = None

    @property
    def order(self) -> Sort:
        """The sort that applies: as asked, else relevance with words and closing soon without."""
        return self.sort or (Sort.RELEVANCE if self.q else Sort.CLOSING)

    def pairs(self, presentation: bool = False) -> list[tuple[str, str]]:
        """The parameters in canonical order, values sorted, defaults left out."""
        found: list[tuple[str, str]] = []
        for name in PARAMETERS:
            if (name in PRESENTATION and not presentation) or name in {"cursor", "facets"}:
                continue
            value = getattr(self, name)
            if value == _DEFAULTS[name]:
                continue
            if isinstance(value, tuple):
                found.extend((name, item) for item in value)
            else:
                found.append((name, _written(value)))
        return found

    def canonical(self, presentation: bool = False) -> str:
        """The query string in canonical form: what the same search always looks like, without ``?``."""
        return urlencode(self.pairs(presentation))

    def without(self, name: str) -> Query:
        """The same query with nothing asked of ``name``."""
        return msgspec.structs.replace(self, **{name: _DEFAULTS[name]})


def _written(value: object) -> str:
    if isinstance(value, datetime):
        # Not dates.iso: a fraction of a second that was asked for stays asked for.
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return str(value)


_DEFAULTS: Final = {
    field.name: () if field.name in _MULTIPLE else getattr(Query(), field.name)
    for field in msgspec.structs.fields(Query)
}


def parse(
    pairs: Iterable[tuple[str, str]],
    allowed: Iterable[str] = PARAMETERS,
    limits: tuple[int, int] = (0, MAX_LIMIT),
) -> Query:
    """Check the parameters of an address; ``QueryError`` names the first that is unknown or bad.

    ``allowed`` lists the parameters that this address takes, ``limits`` are the least and the greatest ``limit``.
    """
    permitted = tuple(allowed)
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        if name not in permitted:
            raise QueryError(name, "is not a parameter here", ", ".join(permitted))
        values.setdefault(name, []).append(value)
    checked: dict[str, object] = {}
    for name, given in values.items():
        given = [value for value in given if value != ""]  # an empty field of a form asks for nothing
        if not given:
            continue
        if name in _MULTIPLE:
            if len(given) > MAX_VALUES:
                raise QueryError(name, f"has {len(given)} values", f"at most {MAX_VALUES} values")
            checked[name] = tuple(sorted({_one(name, value) for value in given}))
        elif len(given) > 1:
            raise QueryError(name, "is given more than once", "one value")
        else:
            checked[name] = _number(name, given[0], *limits) if name == "limit" else _single(name, given[0])
    return Query(**checked)  # type: ignore[arg-type] # every value was checked by name above


def _one(name: str, value: str) -> str:
    if codes := _CODES.get(name):
        if value not in set(codes):
            raise QueryError(name, f"{value!r} is not one of its values", ", ".join(codes))
        return value
    if name == "country":
        try:
            return countries.check(value)
        except ValueError as error:
            allowed = "ISO 3166-1 alpha-2 in capitals (GR not EL, GB not UK), EU or XK"
            raise QueryError(name, f"{value!r} is not a country", allowed) from error
    if name == "language":
        return _tag(name, value)
    if name == "source":
        try:
            return check_source(value)
        except ValueError as error:
            raise QueryError(name, f"{value!r} is not a source", "a source id as on /sources") from error
    return _text(name, value, 200)


def _single(name: str, value: str) -> object:
    if name == "q":
        words = _text(name, value, MAX_Q).strip()
        return "" if _ANYTHING.fullmatch(words) else words
    if name in {"opens_after", "closes_before", "updated_after"}:
        return _time(name, value)
    if name == "sort":
        if value not in set(Sort):
            raise QueryError(name, f"{value!r} is not an order", ", ".join(Sort))
        return Sort(value)
    if name == "page":
        return _number(name, value, 1, MAX_PAGE)
    if name == "facets":
        if value not in {"0", "1"}:
            raise QueryError(name, f"{value!r} is neither", "0 or 1")
        return value == "1"
    if name == "hl":
        return _tag(name, value)
    return _text(name, value, 2000)


def cased(tag: str) -> str:
    """``tag`` in the case that BCP 47 recommends and the schema has (RFC 5646, 2.1.1): ``pt-BR``, ``zh-Hant``."""
    language, *rest = tag.lower().split("-")
    parts = [part.upper() if len(part) == 2 else part.title() if _is_script(part) else part for part in rest]
    return "-".join([language, *parts])


def _is_script(part: str) -> bool:
    return len(part) == 4 and part.isalpha()


def _tag(name: str, value: str) -> str:
    if not is_tag(tag := cased(value)):
        raise QueryError(name, f"{value!r} is not a language", "a BCP 47 tag such as en, el or pt-BR")
    return tag


def _text(name: str, value: str, longest: int) -> str:
    if len(value) > longest:
        raise QueryError(name, f"has {len(value)} characters", f"at most {longest} characters")
    if any(ord(c) < 32 or 0xD800 <= ord(c) < 0xE000 for c in value):
        raise QueryError(name, "holds a control character", "text without control characters")
    return value


def _number(name: str, value: str, least: int, most: int) -> int:
    allowed = f"a whole number from {least} to {most}"
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise QueryError(name, f"{value!r} is not a whole number", allowed)
    if not least <= int(value) <= most:
        raise QueryError(name, f"{value} is out of range", allowed)
    return int(value)


def _time(name: str, value: str) -> datetime:
    allowed = "YYYY-MM-DD (begin of that day, UTC) or YYYY-MM-DDThh:mm:ssZ (RFC 3339)"
    try:
        exact = dates.precision(value)
        if exact is dates.Precision.DAY:
            return dates.begins(value, "UTC")
        if exact is dates.Precision.MINUTE:
            return dates.parse_instant(value)
    except (ValueError, OverflowError) as error:
        raise QueryError(name, f"{value!r} is not a time", allowed) from error
    raise QueryError(name, f"{value!r} is not a time", allowed)
