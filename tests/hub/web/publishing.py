"""A channel of the tests, as small as one can be: a line for each process and each tombstone."""

from __future__ import annotations

from folkmoot_hub.publisher import Listing, Publisher


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
        ]
        return "\n".join(lines).encode()


def read(document: str, word: str) -> list[str]:
    """What stands behind ``word`` in the lines of a document."""
    return [line.removeprefix(f"{word} ") for line in document.splitlines() if line.startswith(f"{word} ")]
