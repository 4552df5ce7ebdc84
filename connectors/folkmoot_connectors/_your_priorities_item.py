"""What of the answers of Your Priorities becomes an item.

The cut is made here, before anything is stored: an idea comes down to what is said and counted, never who said it, and
of its activities only the authority's own words are read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from folkmoot_connectors._private import TEXT, sieve
from folkmoot_connectors._traces import without_traces
from folkmoot_hub.connector import LIST

#: The lists that a group has, and the values of ``official_status`` that stand in each (scopes of the platform's own
#: model of posts; SOURCE.md). What is "compromised" (-991) is in none.
LISTS = {"open": (0,), "in_progress": (-1, 1), "successful": (2,), "failed": (-2,)}
#: Of ``content_type``: ideas, questions, surveys. Others are stories, news, blogs and persons.
IDEA, QUESTION, SURVEY = 0, 5, 6
#: Of ``access`` of groups and communities: open to all, and open to members of the community.
_PUBLIC = (0, 3)
_ACCESS = {"access": None, "Community": {"access": None}}
_POST = {
    "name": without_traces,
    "description": without_traces,
    "official_status": None,
    "content_type": None,
    "counter_endorsements_up": None,
    "counter_endorsements_down": None,
    "counter_points": None,
    "language": None,
    "created_at": None,
    "location": {"latitude": None, "longitude": None},
    "Category": {"name": TEXT},
    "Group": {
        "name": TEXT,
        "configuration": {
            "canVote": None,
            "hideVoteCount": None,
            "hideVoteCountUntilVoteCompleted": None,
            "hideDownVoteForPost": None,
        },
        "Community": {"name": TEXT},
    },
    "PostHeaderImages": {"formats": TEXT},
}
_CHANGE = {
    "id": None,
    "subject": without_traces,
    "content": without_traces,
    "status_changed_to": None,
    "published_at": None,
}
_CHANGED = "activity.post.status.change"
#: The parts that hold what the authority said, one for each page of activities that has any of it, newest first.
ANSWERS = ("activities", "activities-2", "activities-3", "activities-4", "activities-5")
#: The top-level fields of an item, per part; the engine drops every other.
FIELDS = {LIST: frozenset(_POST) | {"rated"}} | {name: frozenset({"changes"}) for name in ANSWERS}


def taken_down(post: Mapping[str, Any]) -> bool:
    """Whether the site says that the post was deleted, or blocked by its moderators."""
    return post.get("deleted") is True or post.get("status", "published") != "published"


def taken(post: Mapping[str, Any]) -> bool:
    """Whether this post is for everybody to read, and something to take part in."""
    group = sieve(post.get("Group"), _ACCESS)
    community = group.get("Community")
    stated = [each.get("access") for each in (group, community) if isinstance(each, Mapping)]
    public = all(access is None or access in _PUBLIC for access in stated)
    return public and post.get("content_type") in (None, IDEA, QUESTION, SURVEY)


def post_item(post: Mapping[str, Any]) -> dict[str, Any]:
    """The part ``list`` of a post: no author, no address, no browser, no answers to a group's own questions.

    ``rated`` says that its group asks for ratings in place of endorsements.
    """
    item = sieve(post, _POST)
    if not _on_the_map(item.get("location")):
        item.pop("location", None)
    group = post.get("Group")
    configuration = group.get("configuration") if isinstance(group, Mapping) else None
    if isinstance(configuration, Mapping) and configuration.get("customRatings"):
        item["rated"] = True
    return item


def _on_the_map(location: Any) -> bool:
    named = [location.get("latitude"), location.get("longitude")] if isinstance(location, Mapping) else [None]
    return all(isinstance(each, (int, float)) and not isinstance(each, bool) for each in named)


def changes(activities: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What the authority said and decided, newest first, each with the time ``at`` of its activity."""
    return [{**change, "at": at} for change, at in _changes(activities)]


def _changes(activities: list[Mapping[str, Any]]) -> Iterator[tuple[dict[str, Any], str | None]]:
    for activity in activities:
        change = activity.get("PostStatusChange")
        if activity.get("type") != _CHANGED or activity.get("deleted") is True or not isinstance(change, Mapping):
            continue
        at = activity.get("created_at")
        if change.get("deleted") is not True:
            yield sieve(change, _CHANGE), at if isinstance(at, str) else None


class Configuration(msgspec.Struct, frozen=True, rename="camel"):
    """What a group lets people do and see."""

    can_vote: bool | None = None
    hide_vote_count: bool | None = None
    hide_vote_count_until_vote_completed: bool | None = None
    hide_down_vote_for_post: bool | None = None


class Named(msgspec.Struct, frozen=True):
    """A category, or a community."""

    name: str | None = None


class Group(msgspec.Struct, frozen=True):
    """A group of ideas in a community."""

    name: str | None = None
    configuration: Configuration = Configuration()
    community: Named = msgspec.field(name="Community", default=Named())


class Location(msgspec.Struct, frozen=True):
    """A place on the map."""

    latitude: float | None = None
    longitude: float | None = None


class Image(msgspec.Struct, frozen=True):
    """A picture: ``formats`` is a JSON list of addresses, as text."""

    formats: str | None = None


class Post(msgspec.Struct, frozen=True):
    """An idea, as the item keeps it."""

    name: str = ""
    description: str | None = None
    official_status: int | None = None
    content_type: int | None = None
    counter_endorsements_up: int | None = None
    counter_endorsements_down: int | None = None
    counter_points: int | None = None
    language: str | None = None
    created_at: str | None = None
    location: Location = Location()
    category: Named = msgspec.field(name="Category", default=Named())
    group: Group = msgspec.field(name="Group", default=Group())
    images: tuple[Image, ...] = msgspec.field(name="PostHeaderImages", default=())
    rated: bool = False


class Change(msgspec.Struct, frozen=True):
    """A decision or a word of the authority; ``status_changed_to`` is the number of a status, as text, or None."""

    id: int | str | None = None
    subject: str | None = None
    content: str | None = None
    status_changed_to: str | int | None = None
    published_at: str | None = None
    at: str | None = None


class Answers(msgspec.Struct, frozen=True):
    """What the authority said on one page of activities."""

    changes: tuple[Change, ...] = ()
