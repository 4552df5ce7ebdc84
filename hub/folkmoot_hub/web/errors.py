"""The middleware that turns everything that goes wrong into an answer: a page for browsers, a document for machines."""

from __future__ import annotations

import logging
import secrets
from urllib.parse import urlencode

from aiohttp import web

from folkmoot_hub.errors import QueryError
from folkmoot_hub.web import as_json, asking, negotiation
from folkmoot_hub.web.problems import PROBLEM_JSON, Problem, bad_parameter
from folkmoot_hub.web.rendering import render
from folkmoot_hub.web.routing import Handler

log = logging.getLogger(__name__)


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
    except Exception:
        reference = secrets.token_hex(4)
        log.exception("error %s at %s %s", reference, request.method, request.rel_url.raw_path)
        detail = "something went wrong here; it is written down under this reference"
        return _answer(request, Problem(500, detail, reference=reference))


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
