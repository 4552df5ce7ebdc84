"""The OpenAPI 3.1 document, generated from the table of parameters and the typed answers."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import msgspec

from folkmoot_hub.publisher import Publisher
from folkmoot_hub.web.answers import Changes, Processes, Sources, WholeSource
from folkmoot_hub.web.channels import FEED_PARAMETERS
from folkmoot_hub.web.items import WholeItem
from folkmoot_hub.web.parameters import described
from folkmoot_hub.web.problems import PROBLEM_JSON, ProblemDocument
from folkmoot_hub.web.readings import Readings

_SOURCE = {"name": "source", "in": "path", "required": True, "schema": {"type": "string"}}
_ID = {
    "name": "id",
    "in": "path",
    "required": True,
    "description": "The source's own id, percent-encoded as one segment.",
    "schema": {"type": "string"},
}
_TEXT = {"type": "string"}
_NAME = {"name": "name", "in": "path", "required": True, "description": "Such as kind.ttl.", "schema": _TEXT}


def document(title: str, base: str, publishers: Sequence[Publisher]) -> dict[str, Any]:
    """The description of the programming interface, of the things and of the channels of a hub at ``base``."""
    answers = (Processes, WholeItem, Readings, Changes, Sources, WholeSource, ProblemDocument)
    schemas, components = msgspec.json.schema_components(answers, ref_template="#/components/schemas/{name}")
    refs = dict(zip(answers, schemas, strict=True))
    problem = refs[ProblemDocument]
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{title}: programming interface",
            "version": version("folkmoot"),
            "summary": "Search and read participation processes of many platforms.",
            "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        },
        "servers": [{"url": base}],
        "paths": {
            **_api(refs, problem),
            **_things(problem),
            **{one.path: _channel(one, problem) for one in publishers},
            **_machines(problem),
        },
        "components": {"schemas": components},
    }


def _api(refs: dict[Any, Any], problem: Any) -> dict[str, Any]:
    hl = described(("hl",))
    after = {"name": "after", "in": "query", "schema": {"type": "integer", "minimum": 0, "maximum": 2**53}}
    limit = {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 1000}}
    return {
        "/api/v1/processes": _get("Search", described(), _json(refs[Processes]), problem),
        "/api/v1/processes/{source}/{id}": _get(
            "One process, whole", [_SOURCE, _ID, *hl], _json(refs[WholeItem]), problem, (404, 410)
        ),
        "/api/v1/processes/{source}/{id}/support": _get(
            "Its support over time", [_SOURCE, _ID], _json(refs[Readings]), problem, (404, 410)
        ),
        "/api/v1/changes": _get("The change log", [after, limit], _json(refs[Changes]), problem),
        "/api/v1/sources": _get("The sources and their health", [], _json(refs[Sources]), problem),
        "/api/v1/sources/{source}": _get(
            "One source, its runs and what went wrong", [_SOURCE], _json(refs[WholeSource]), problem, (404,)
        ),
    }


def _things(problem: Any) -> dict[str, Any]:
    operation = _get("A process as a thing", [_SOURCE, _ID], {}, problem, (404, 406, 410))
    see = {
        "description": "See the page, JSON-LD, Turtle or N-Triples, by Accept.",
        "headers": {"Location": _location()},
    }
    operation["get"]["responses"]["303"] = see
    operation["get"]["responses"]["200"] = _success(
        {
            "application/ld+json": {"schema": {}},
            "text/turtle": {"schema": _TEXT},
            "application/n-triples": {"schema": _TEXT},
        },
        "The process as data, where .jsonld, .ttl or .nt stands behind the id.",
    )
    return {"/id/{source}/{id}": operation}


def _location() -> dict[str, Any]:
    return {"schema": {"type": "string", "format": "uri"}}


def _channel(publisher: Publisher, problem: Any) -> dict[str, Any]:
    most = {"schema": {"type": "integer", "minimum": 1, "maximum": publisher.most}}
    parameters = [{**one, **most} if one["name"] == "limit" else one for one in described(FEED_PARAMETERS)]
    media = publisher.media_type.split(";")[0]
    return _get(publisher.title, parameters, {media: {"schema": _TEXT}}, problem)


def _machines(problem: Any) -> dict[str, Any]:
    anything = {"application/json": {"schema": {"type": "object"}}}
    ready = _get("Whether the hub can answer", [], anything)
    ready["get"]["responses"]["503"] = {"description": "Not yet.", "content": anything}
    return {
        "/healthz": _get("Whether the program runs", [], anything),
        "/readyz": ready,
        "/robots.txt": _get("For crawlers", [], {"text/plain": {"schema": _TEXT}}),
        "/openapi.json": _get("This document", [], anything),
        "/context.jsonld": _get("The JSON-LD context", [], {"application/ld+json": {"schema": {"type": "object"}}}),
        "/vocabulary/{name}": _get(
            "Terms, controlled lists and shapes", [_NAME], {"text/turtle": {"schema": _TEXT}}, problem, (404,)
        ),
    }


def _json(schema: Any) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _success(content: dict[str, Any], description: str = "The answer.") -> dict[str, Any]:
    return {"description": description, "content": content}


def _get(
    summary: str, parameters: list[Any], content: dict[str, Any], problem: Any = None, also: tuple[int, ...] = ()
) -> dict[str, Any]:
    responses: dict[str, Any] = {"200": _success(content)}
    if problem is not None:
        told = {"description": "A problem (RFC 9457).", "content": {PROBLEM_JSON: {"schema": problem}}}
        responses.update({str(status): told for status in (400, *also, 503)})
        responses["304"] = {"description": "The client's copy is the present one."}
    return {"get": {"summary": summary, "parameters": parameters, "responses": responses}}
