"""The middleware that turns everything that goes wrong into an answer: a page for browsers, a document for machines."""

from __future__ import annotations

import logging
import secrets
from urllib.parse import urlencode

from aiohttp import web

from folkmoot_hub.errors import IndexingError, QueryError, StoreError
from folkmoot_hub.web import as_json, asking, negotiation
from folkmoot_hub.web.problems import PROBLEM_JSON, Problem, bad_parameter
from folkmoot_hub.web.rendering import render
from folkmoot_hub.web.routing import Handler

log = logging.getLogger(__name__)

#: After so many seconds a client may ask again what the hub cannot read now.
_AGAIN = 10


@web.middleware
async def problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer with what ``handler`` gives, or with the problem that it ran into."""
    try:
        return await handler(request)
    except Problem as problem:
        return _answer(request, problem)
    except QueryError as error:
        return _answer(request, bad_parameter(error))
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return _answer(request, Problem(error.status, error.reason))
    except (StoreError, IndexingError):
        # The store is busy or the index is being built anew: both mend themselves, or the operator is told by the log.
        detail = "the hub cannot read what it holds just now; it goes on trying"
        headers = {"Retry-After": str(_AGAIN)}
        return _answer(request, Problem(503, detail, reference=_written_down(request), headers=headers))
    except Exception:
        detail = "something went wrong here; it is written down under this reference"
        return _answer(request, Problem(500, detail, reference=_written_down(request)))


def _written_down(request: web.Request) -> str:
    """The number under which the error that is being handled stands in the log."""
    reference = secrets.token_hex(4)
    log.exception("error %s at %s %s", reference, request.method, request.rel_url.raw_path)
    return reference


def _answer(request: web.Request, problem: Problem) -> web.Response:
    accept = request.headers.get("Accept")
    # A refused representation (406) is told to machines: the client has just said that it takes no page.
    if problem.status != 406 and not request.path.startswith("/api/") and negotiation.wants_html(accept):
        body, media_type = _page(request, problem), "text/html; charset=utf-8"
    else:
        body, media_type = as_json.encode(problem.document()), PROBLEM_JSON
    headers = {"Cache-Control": "no-store", "Vary": "Accept", **problem.headers}
    return web.Response(status=problem.status, body=body, headers={**headers, "Content-Type": media_type})


def _page(request: web.Request, problem: Problem) -> bytes:
    return render(
        "problem.html",
        face=asking.face(request),
        problem=problem.document(),
        without=_without(request, problem.parameter),
        hl=None,
    )


def _without(request: web.Request, parameter: str | None) -> str | None:
    """The address without the parameter at fault, if that is enough to make it a good one."""
    if parameter is None:
        return None
    try:
        left = [(name, value) for name, value in asking.pairs(request) if name != parameter]
    except QueryError:
        return None
    return request.rel_url.raw_path + (f"?{urlencode(left)}" if left else "")
