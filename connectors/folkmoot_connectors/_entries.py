"""Entries of feeds: what each is known by."""

from __future__ import annotations

import hashlib

from folkmoot_connectors._private import without_contacts
from folkmoot_hub.connector import FeedEntry
from folkmoot_schema.identifiers import check_local_id


def entry_id(entry: FeedEntry) -> str:
    """The entry's id, its link if it has none, else a digest of title and date.

    A digest stands also for an id that cannot be one here, or that holds somebody's address (RFC 4151 builds tags from
    mailboxes).
    """
    id = entry["id"].strip()
    if id and without_contacts(id) == id:
        try:
            return check_local_id(id)
        except ValueError:
            pass
    known_by = id or "\n".join((entry.get("title", ""), entry.get("published") or entry.get("updated", "")))
    return hashlib.sha256(known_by.encode(errors="replace")).hexdigest()
