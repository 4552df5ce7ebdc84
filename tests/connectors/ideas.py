"""Answers of Your Priorities, made up, as a group of ideas would give them."""

from __future__ import annotations

from typing import Any

NUMBERS = {"open": 0, "in_progress": 1, "successful": 2, "failed": -2}
CREATED = "2026-01-15T23:30:00.000Z"


def post(id: int = 5, status: str = "open", **fields: Any) -> dict[str, Any]:
    """A post of the group 3 as it stands in the list of ``status``."""
    return {
        "id": id,
        "name": f"Bench {id}",
        "description": "A bench.\n\nIn the shade.",
        "public_data": {"structuredAnswersJson": [{"value": "Nobodyson lives here"}]},
        "status": "published",
        "content_type": 0,
        "official_status": NUMBERS[status],
        "counter_endorsements_up": 7,
        "counter_endorsements_down": 2,
        "group_id": 3,
        "language": None,
        "counter_points": 4,
        "location": None,
        "created_at": CREATED,
        "category_id": None,
        "Category": None,
        "User": {"id": 9, "name": "Nobodyson", "ip_address": "203.0.113.9", "user_agent": "Browser/1.0"},
        "Group": group(),
        "PostHeaderImages": [],
        "ip_address": "203.0.113.9",
        "user_agent": "Browser/1.0",
        **fields,
    }


def group(name: str = "Our quarter", *, access: int = 0, community: int = 0, **switches: Any) -> dict[str, Any]:
    """The group that a post is in; ``switches`` are of its configuration."""
    configuration = {"canVote": True, "hideVoteCount": False, "customRatings": None, **switches}
    return {
        "id": 3,
        "name": name,
        "access": access,
        "configuration": configuration,
        "Community": {"id": 2, "name": "Better Exampleville", "access": community},
    }


def page(*posts: Any, total: int | None = None) -> dict[str, Any]:
    """A page of a list."""
    return {"posts": list(posts), "totalPostsCount": len(posts) if total is None else total}


def said(
    id: int, content: str | None, to: str | None = None, *, of: int = 5, at: str = CREATED, **change: Any
) -> dict[str, Any]:
    """An activity in which the authority says something, and may decide."""
    stated = {"id": id, "subject": None, "content": content, "status_changed_to": to, "deleted": False, **change}
    return {**activity(100 + id, "activity.post.status.change", of=of, at=at), "PostStatusChange": stated}


def activity(id: int, type: str = "activity.point.new", *, of: int = 5, at: str = CREATED) -> dict[str, Any]:
    """Something that was done with the post ``of``."""
    user = {"id": 9, "name": "Nobodyson"}
    return {"id": id, "type": type, "post_id": of, "created_at": at, "deleted": False, "User": user}


def activities(*done: dict[str, Any], oldest: str | None = None) -> dict[str, Any]:
    """A page of activities, newest first."""
    last = done[-1]["created_at"] if done else None
    return {"activities": list(done), "oldestProcessedActivityAt": oldest or last}
