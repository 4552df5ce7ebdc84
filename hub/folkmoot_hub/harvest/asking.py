"""Which requests are one and the same within a run, and which ids can be asked for."""

from __future__ import annotations

import hashlib

from folkmoot_hub.connector import Request
from folkmoot_hub.fetch.recording import request_key
from folkmoot_schema.identifiers import check_local_id
from folkmoot_schema.process import canonical_json


def key_of(request: Request) -> str:
    """What two requests have in common if they are the same.

    Method, address in normal form with its query sorted, body, headers, the method that reads the answer, and the
    item and part that it is for: one answer may tell of two items in different ways.
    """
    method, url, body = request_key(request.method, request.url, request.body)
    headers = {name.lower(): value for name, value in request.headers.items()}
    part = request.part if request.item is not None else ""
    whole = [method, url, body, headers, request.then, request.item, part]
    return hashlib.sha256(canonical_json(whole)).hexdigest()


def problem_of(local_id: str) -> str | None:
    """Why ``local_id`` cannot be the id of an item, None if it can."""
    try:
        check_local_id(local_id)
    except ValueError as error:
        return str(error)
    return None
