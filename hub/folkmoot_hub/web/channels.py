"""The channels: every publisher's document for every search, with validators."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
from aiohttp import web

from folkmoot_hub.publisher import Listing, Publisher, Tombstone
from folkmoot_hub.search.matching import matches
from folkmoot_hub.search.query import PARAMETERS, Query, Sort
from folkmoot_hub.web import asking
from folkmoot_hub.web.addresses import channel, search
from folkmoot_hub.web.api import OPEN
from folkmoot_hub.web.caching import Answer, answer
from folkmoot_hub.web.face import HubFace
from folkmoot_hub.web.finding import found
from folkmoot_hub.web.routing import Handler, Router
from folkmoot_schema.codes import Availability
from folkmoot_schema.process import Record

#: A channel takes what a search takes, except what makes no sense for one.
FEED_PARAMETERS = tuple(name for name in PARAMETERS if name not in {"sort", "page", "cursor", "facets"})
#: No channel carries more tombstones than this.
_TOMBSTONES = 100
#: No deadline lies behind it, so that asking for those before it asks for a deadline.
_EVER = datetime.max.replace(tzinfo=UTC)
#: What a channel of a hub that never held anything says it was updated at: no later time would stay the same.
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def add_routes(router: Router, face: HubFace) -> None:
    """Put every publisher's path into ``router``."""
    for publisher in face.publishers:
        router.add(publisher.path, _handler(publisher))


def _handler(publisher: Publisher) -> Handler:
    async def answered(request: web.Request) -> web.StreamResponse:
        query = _asked(request, publisher.most)
        face, base = asking.face(request), asking.base(request)

        def made() -> Answer:
            listing = listed(face, publisher, query, base)
            body = publisher.publish(listing)
            return Answer(body, publisher.media_type, modified=listing.updated, max_age=300, headers=OPEN)

        return await answer(request, made)

    return answered


def _asked(request: web.Request, most: int) -> Query:
    query = asking.asked(request, FEED_PARAMETERS, (1, most))
    if "limit" not in {name for name, value in asking.pairs(request) if value}:
        return msgspec.structs.replace(query, limit=most)
    return query


def listed(face: HubFace, publisher: Publisher, query: Query, base: str) -> Listing:
    """What ``publisher`` gets for ``query``: in its order, live processes unless ``availability`` is asked.

    Blocks; called in a thread. A process that was erased has no last version that a filter could read, so its
    tombstone stands in every channel.
    """
    searched = msgspec.structs.replace(
        query,
        sort=publisher.order,
        facets=False,
        availability=query.availability or (Availability.LIVE,),
        closes_before=query.closes_before or (_EVER if publisher.dated else None),
    )
    records = found(face, searched).records
    if publisher.order is Sort.UPDATED:  # the index knows whole seconds only
        records = sorted(records, key=lambda r: (r.updated, r.key), reverse=True)
    gone = _gone(face, searched)
    return Listing(
        title=_title(face, query),
        hub=base,
        self_url=base + channel(publisher, query),
        page_url=base + search(query.without("limit")),
        updated=max([*(r.updated for r in records), *(t.at for t in gone)], default=_begun(face)),
        records=tuple(records),
        tombstones=tuple(gone),
        sources=_titles(face, {record.source for record in records}),
        languages=tuple(filter(None, (query.hl, "en"))),
        sample=face.sample,
    )


def _begun(face: HubFace) -> datetime:
    """When the hub first took something in: so long an empty channel has been as it is, whatever changes elsewhere."""
    first = face.changes.changes(0, 1)
    return first[0].at if first else _NEVER


def _titles(face: HubFace, sources: set[str]) -> dict[str, str]:
    return {id: site.title for id, site in face.records.sites().items() if id in sources}


def _gone(face: HubFace, query: Query) -> list[Tombstone]:
    there = face.records.tombstones(None, _TOMBSTONES)
    gone = [_told(tombstone, last) for tombstone, last in there if last is None or matches(query, last)]
    return sorted(gone, key=lambda t: (t.at, t.key), reverse=True)


def _told(tombstone: Tombstone, last: Record | None) -> Tombstone:
    if last is None:
        return tombstone
    standing = last.standing
    return msgspec.structs.replace(tombstone, deadline=standing.deadline, deadline_zone=standing.deadline_zone)


def _title(face: HubFace, query: Query) -> str:
    restricted = ", ".join(f"{name} {value}" for name, value in query.pairs())
    return f"{face.title}: {restricted}" if restricted else face.title
