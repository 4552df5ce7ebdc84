"""What the services of Policy Compass list, what of it is an item, and what is left at the door."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from folkmoot_connectors import _argument_graph as argument_graph
from folkmoot_connectors._private import TEXT, sieve
from folkmoot_connectors._values import local_id
from folkmoot_hub.connector import LIST, ParseError
from folkmoot_schema.codes import Kind, Topic

_API: Final = "api/v1"
#: Where a copy says how it numbers its policy domains.
DOMAINS_AT: Final = f"{_API}/references/policydomains"
#: Where a chapter of a story is, and the page of comments that a story has.
CHAPTER_AT: Final = f"{_API}/storymanager/chapters/"
DISCUSSION_AT: Final = "api/adhocracy/"
#: More chapters of one story are not asked for.
_MOST_CHAPTERS: Final = 40
# A seed of the platform brings events that say of themselves that they are none.
_TEST: Final = re.compile(r"\s*test[\s_-]*events?\b", re.IGNORECASE)


class Manager(msgspec.Struct, frozen=True):
    """One of the platform's services: what its things are called, its address, how its whole list is asked for.

    ``page`` is the step of the web application under which a thing has its page.
    """

    type: str
    kind: Kind
    path: str
    query: dict[str, str | int]
    page: str


#: Each has its own way to page: one can be told not to, one takes a size, one takes a number, one never pages.
MANAGERS: Final = {
    "ags": Manager("ag", Kind.MODEL, f"{_API}/agmanager/ags", {"paginate": "false"}, "ags"),
    "events": Manager("event", Kind.NEWS, f"{_API}/eventsmanager/events", {"page_size": 100}, "events"),
    "stories": Manager("story", Kind.DEBATE, f"{_API}/storymanager/stories", {"page": 1}, "stories"),
    "models": Manager("model", Kind.MODEL, f"{_API}/fcmmanager/models", {}, "models"),
}
OF_TYPE: Final = {manager.type: manager for manager in MANAGERS.values()}
#: A word that the name of each policy domain holds, in the order of their numbers, and the data theme that it is.
DOMAINS: Final = (
    ("agric", Topic.AGRI), ("educ", Topic.EDUC), ("envir", Topic.ENVI), ("energ", Topic.ENER), ("transp", Topic.TRAN),
    ("scien", Topic.TECH), ("econ", Topic.ECON), ("popul", Topic.SOCI), ("health", Topic.HEAL), ("gover", Topic.GOVE),
    ("region", Topic.REGI), ("just", Topic.JUST), ("intern", Topic.INTR),
)  # fmt: skip

_LISTED: Final = {
    "name": TEXT,
    "title": TEXT,
    "description": TEXT,
    "keywords": TEXT,
    "startEventDate": None,
    "endEventDate": None,
    "detailsURL": TEXT,
}
#: The parts that the chapters of a story are, in the order in which it names them.
CHAPTERS: Final = tuple(f"chapter{number}" for number in range(1, _MOST_CHAPTERS + 1))
CHAPTER: Final = {"id": None, "title": TEXT, "text": TEXT, "number": None}
FIELDS: Final[Mapping[str, frozenset[str]]] = {
    LIST: frozenset({*_LISTED, "graph", "domains", "chapters", "test"}),
    "comments": frozenset({"count"}),
    **{part: frozenset(CHAPTER) for part in CHAPTERS},
}


def identity(manager: Manager, entry: Any, url: str) -> str:
    """The id of a thing, which is also that of its discussion; ``ParseError`` if it has none."""
    number = entry.get("id") if isinstance(entry, Mapping) else None
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise ParseError(f"a thing of {url} has no 'id'")
    return local_id(f"{manager.type}_{number}", url)


def is_draft(entry: Mapping[str, Any]) -> bool:
    """Whether a thing is not to be published. The first version had no drafts; what is no clear no is one."""
    return entry.get("is_draft") not in (None, False)


def is_test(manager: Manager, entry: Mapping[str, Any]) -> bool:
    """Whether an event says of itself that it is a test."""
    title = entry.get("title")
    return manager.type == "event" and isinstance(title, str) and _TEST.match(title) is not None


def item(manager: Manager, entry: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of a thing; of a graph, its statements and arguments without what is said about it."""
    kept = sieve({name: value for name, value in entry.items() if value not in (None, "")}, _LISTED)
    if manager.type == "ag" and isinstance(entry.get("data"), str):
        kept["graph"] = argument_graph.read(entry["data"])
    if manager.type == "event" and isinstance(entry.get("policy_domains"), list):
        kept["domains"] = [each for each in entry["policy_domains"] if type(each) is int]
    if manager.type == "story":
        kept["chapters"] = list(chapters(entry).values())
    if is_test(manager, entry):
        kept["test"] = True
    return {name: value for name, value in kept.items() if value}


def chapters(entry: Mapping[str, Any]) -> dict[str, int]:
    """The numbers of a story's chapters, each with the part that it will be."""
    named = entry.get("chapters")
    numbers = [each for each in named if type(each) is int and each > 0] if isinstance(named, list) else []
    return dict(zip(CHAPTERS, dict.fromkeys(numbers), strict=False))
