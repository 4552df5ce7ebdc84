"""What Colibrí's API says of an initiative or a vote, in the shape that its code gives."""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

import msgspec

from folkmoot_connectors._deputies import without_deputies
from folkmoot_connectors._private import TEXT, sieve
from folkmoot_hub.connector import ParseError

#: The fields of an initiative as an item has them.
FIELDS: Final = (
    "record",
    "initiative_type",
    "title",
    "register_date",
    "calification_date",
    "url",
    "term",
    "groups",
    "votings",
)
#: Which fields of an initiative pass. "authors" are deputies with their addresses; "commissions" holds the groups once
#: more, by a mistake in the code.
INITIATIVE: Final[dict[str, Any]] = {
    "record": TEXT,
    "initiative_type": TEXT,
    "title": without_deputies,
    "register_date": TEXT,
    "calification_date": TEXT,
    "url": TEXT,
    "term": None,
    "authors_group": {"name": without_deputies},
}
_COUNTS: Final = ("attendee", "for_votes", "against_votes", "abstains")
#: Which fields of a vote pass.
VOTING: Final[dict[str, Any]] = {
    **dict.fromkeys(("number", "assent", *_COUNTS)),
    **dict.fromkeys(("title", "record_text", "subgroup_title", "subgroup_text"), without_deputies),
}
_VOTING: Final = re.compile(r"/voting(?:_full)?/(\d{1,18})/?$", re.ASCII)
_NUMBER: Final = re.compile(r"\d{3}/\d{6}(?:/\d{4})?", re.ASCII)


class Group(msgspec.Struct, frozen=True):
    """A parliamentary group that is an author."""

    name: str = ""


class Initiative(msgspec.Struct, frozen=True):
    """An initiative; ``votings`` are the ids of its votes."""

    title: str
    term: int
    initiative_type: str = ""
    register_date: str | None = None
    calification_date: str | None = None
    url: str = ""
    groups: tuple[Group, ...] = ()
    votings: tuple[str, ...] = ()


class Voting(msgspec.Struct, frozen=True):
    """A vote; counts are None where the API has null."""

    number: int
    title: str = ""
    record_text: str = ""
    subgroup_title: str = ""
    subgroup_text: str = ""
    assent: bool | None = None
    attendee: int | None = None
    for_votes: int | None = None
    against_votes: int | None = None
    abstains: int | None = None


class Session(msgspec.Struct, frozen=True):
    """The session that a vote was in."""

    session: int
    date: str | None = None


class Listing(NamedTuple):
    """A page of a list of the API: its objects, how many a page has at most, and how many there are in all."""

    objects: list[Any]
    limit: int
    total: int


def listing(answer: Any, url: str) -> Listing:
    """The page of a list (django-tastypie: ``meta`` and ``objects``); ``ParseError`` if it is none."""
    known = answer if isinstance(answer, dict) else {}
    meta, objects = known.get("meta"), known.get("objects")
    limit, total = (meta.get(name) if isinstance(meta, dict) else None for name in ("limit", "total_count"))
    if not isinstance(objects, list) or type(total) is not int or type(limit) is not int or total < 0 or limit < 1:
        raise ParseError(f"the list {url} has no 'objects' with a 'limit' and a 'total_count'")
    return Listing(objects, limit, total)


def initiative_id(entry: Any, url: str) -> str:
    """``<term>/<number>``, as the Congress's own data give it; ``ParseError`` if either is missing."""
    known = entry if isinstance(entry, dict) else {}
    term, number = known.get("term"), known.get("record")
    if type(term) is not int or not isinstance(number, str) or not _NUMBER.fullmatch(number.strip()):
        raise ParseError(f"an initiative of {url} has no 'term' or no 'record'")
    return f"{term}/{number.strip()}"


def initiative_item(entry: Any) -> dict[str, Any]:
    """The fields of an initiative that may be kept."""
    passed = sieve(entry, INITIATIVE)
    groups = passed.pop("authors_group", [])
    return {**passed, "groups": groups, "votings": [voting_id(each) for each in votings(entry)]}


def votings(entry: Any) -> list[int]:
    """The numbers of the votes that an initiative or a session names by their addresses."""
    told = entry.get("votings") if isinstance(entry, dict) else None
    found = (_VOTING.search(each) for each in told or () if isinstance(each, str)) if isinstance(told, list) else ()
    return list(dict.fromkeys(int(each[1]) for each in found if each))


def voting_id(number: int) -> str:
    """The id of a vote, which the API does not say the legislature of."""
    return f"votacion/{number}"
