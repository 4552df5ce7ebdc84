"""An answer that is the same as last time tells the same: it is not read again, and nothing of it is written anew.

Whether it is, the server says (304), or its bytes do. What it told is kept with it, the parts of items by their digests
alone: as long as the store has these parts, or this run has had others already, that is all of it. An answer of which
that is not true any more is asked for in full, and read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from folkmoot_hub.connector import Gone, Item, Request, Response, Scope, Seen, State, Total, Yielded
from folkmoot_hub.fetch.protocol import Validators
from folkmoot_hub.harvest.asking import problem_of
from folkmoot_hub.harvest.ledger import Answered, Ledger, digest_of
from folkmoot_schema.process import canonical_json


class Same(msgspec.Struct, frozen=True, tag=True):
    """An item's part whose data have this digest; the store has them."""

    id: str
    part: str
    digest: str


Told = Yielded | Same

_decoder = msgspec.json.Decoder(list[Request | Item | Same | Total | Scope | Seen | Gone | State])


class Kept(NamedTuple):
    """An answer as it was last had, and what it told."""

    answered: Answered
    told: list[Told]


def mark(response: Response) -> str:
    """The digest of all of an answer that may make a connector read it in one way or another.

    That is not what the clock says, nor a header that changes with every answer (decision 18).
    """
    seen = [response.url, response.status, response.headers.get("content-type", ""), response.run.state]
    return hashlib.sha256(canonical_json(seen) + response.body).hexdigest()


def last(ledger: Ledger, source: str, key: str, versions: str) -> Answered | None:
    """The last whole answer to this request, if it was read under these versions."""
    answered = ledger.answered(source, key)
    return answered if answered is not None and answered.version == versions else None


def kept(ledger: Ledger, source: str, answered: Answered | None, *, run: str) -> Kept | None:
    """What the last answer to a request told, None if that cannot be repeated."""
    if answered is None:
        return None
    told: list[Told] = _decoder.decode(answered.yields)
    same = [each for each in told if isinstance(each, Same)]
    held = ledger.held(source, [each.id for each in same])
    for each in same:
        part = held.get((each.id, each.part))
        if part is None or (part.digest != each.digest and part.run != run):
            return None
    return Kept(answered, told)


def validators(ledger: Ledger, source: str, key: str, *, run: str, versions: str) -> Validators | None:
    """What to ask with whether the answer is the same, None if that would be of no use."""
    answered = last(ledger, source, key, versions)
    if answered is None or not answered.validators:
        return None
    return answered.validators if kept(ledger, source, answered, run=run) else None


def yields(told: Sequence[Told]) -> bytes:
    """What an answer told, to be kept. An item without a usable id is in no part, and so is kept whole."""
    return canonical_json(
        [
            Same(each.id, each.part, digest_of(each.data))
            if isinstance(each, Item) and problem_of(each.id) is None
            else each
            for each in told
        ]
    )
