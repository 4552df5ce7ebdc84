"""A channel of the tests, as small as one can be: a line for each process and each tombstone."""

from __future__ import annotations

from folkmoot_hub.publisher import Listing, Publisher, Sort


class Lines(Publisher):
    """Every fact of a listing that a channel gets, one a line."""

    id = "lines"
    title = "Lines"
    path = "/lines.txt"
    media_type = "text/plain; charset=utf-8"
    word = "Follow by lines"

    def publish(self, listing: Listing) -> bytes:
        """The document."""
        lines = [
            f"title {listing.title}",
            f"self {listing.self_url}",
            f"page {listing.page_url}",
            f"updated {listing.updated.isoformat()}",
            *(f"process {record.local_id}" for record in listing.records),
            *(f"gone {tombstone.key} {tombstone.reason}" for tombstone in listing.tombstones),
            *(f"closed {tombstone.deadline} {tombstone.deadline_zone}" for tombstone in listing.tombstones),
        ]
        return "\n".join(lines).encode()


class Closing(Lines):
    """Deadlines, the nearest first: as a calendar wants its listing."""

    id = "closing"
    title = "Deadlines"
    path = "/closing.ics"
    media_type = "text/calendar"
    order = Sort.CLOSING
    dated = True
    most = 3
    word = "By deadline"


class Quiet(Lines):
    """A channel that no page offers to follow a search by."""

    id = "quiet"
    title = "Quiet"
    path = "/quiet.txt"
    word = ""


def read(document: str, word: str) -> list[str]:
    """What stands behind ``word`` in the lines of a document."""
    return [line.removeprefix(f"{word} ") for line in document.splitlines() if line.startswith(f"{word} ")]
