"""The description of the programming interface is valid, and every answer is what it says."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jsonschema
import msgspec
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from openapi_spec_validator import validate
from schemathesis import Case, GenerationMode

from folkmoot_hub.registry import Broken
from folkmoot_hub.search.query import PARAMETERS
from folkmoot_hub.web.app import create_app
from hub.web import examples
from hub.web.building import record
from hub.web.hubs import Hub
from hub.web.serving import served

JSON = ("application/json", "application/problem+json", "application/ld+json")

REQUESTS = [
    "/api/v1/processes",
    "/api/v1/processes?facets=1",
    "/api/v1/processes?facets=1&limit=0",
    "/api/v1/processes?q=square&country=ES&hl=de",
    "/api/v1/processes?limit=2",
    "/api/v1/processes?limit=2&page=2",
    "/api/v1/processes?q=unicorn",
    "/api/v1/processes?sort=upwards",
    "/api/v1/processes?q=%22",
    *(f"/api/v1/processes/{one.path}" for one in examples.ALL),
    f"/api/v1/processes/{examples.ANSWERED.path}/support",
    "/api/v1/processes/town.example.org/deleted/support",
    "/api/v1/processes/town.example.org/nowhere/support",
    "/api/v1/processes/town.example.org/deleted",
    "/api/v1/processes/town.example.org/nowhere",
    "/api/v1/changes",
    "/api/v1/changes?after=3&limit=2",
    "/api/v1/changes?after=99999",
    "/api/v1/changes?after=x",
    "/api/v1/sources",
    "/api/v1/sources/town.example.org",
    "/api/v1/sources/nowhere",
    f"/id/{examples.OPEN.path}",
    "/id/town.example.org/nowhere",
    "/lines.txt?limit=0",
    "/vocabulary/none.ttl",
    "/healthz",
    "/readyz",
    "/openapi.json",
    "/context.jsonld",
]


def fill(hub: Hub) -> None:
    """Put every example in, one that was deleted, and a broken plugin."""
    hub.put(*examples.ALL, record("deleted"))
    hub.remove("deleted", reason="gone")


async def described(hub: Hub) -> Any:
    """The document."""
    return msgspec.json.decode((await hub.ask("/openapi.json")).body)


def operation(document: Any, path: str) -> Any:
    """The operation that ``path`` is one of."""
    for template, item in document["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", re.escape(template).replace(r"\{", "{").replace(r"\}", "}")), path):
            return item["get"]
    raise AssertionError(f"{path} is not described")


def check(document: Any, path: str, status: int, content_type: str, body: bytes) -> None:
    """Fail unless the answer is one that ``document`` describes."""
    bare = content_type.partition(";")[0]
    response = operation(document, urlsplit(path).path)["responses"].get(str(status))
    assert response, f"{path}: {status} is not described"
    if not body:
        assert "content" not in response or status == 303
        return
    assert bare in response["content"], f"{path}: {bare} is not described"
    if bare in JSON:
        schema = {**response["content"][bare]["schema"], "components": document["components"]}
        jsonschema.Draft202012Validator(schema).validate(msgspec.json.decode(body))


async def test_the_document_is_a_valid_one(hub: Hub) -> None:
    document = await described(hub)
    validate(document)
    assert document["openapi"].startswith("3.1")
    [search] = [document["paths"]["/api/v1/processes"]["get"]]
    assert [one["name"] for one in search["parameters"]] == list(PARAMETERS)
    assert {one["schema"].get("maxItems") for one in search["parameters"] if one["schema"]["type"] == "array"} == {50}
    assert all(item["get"]["summary"] for item in document["paths"].values())


@pytest.mark.parametrize("path", REQUESTS)
async def test_every_answer_is_as_described(hub: Hub, path: str) -> None:
    fill(hub)
    await hub.start(broken=[Broken(name="moon", distribution="moon", version="1", reason="it is")])
    answer = await hub.ask(path)
    check(await described(hub), path, answer.status, answer.headers.get("Content-Type", ""), answer.body)


async def test_an_answer_of_another_shape_would_be_seen(hub: Hub) -> None:
    fill(hub)
    document = await described(hub)
    answer = await hub.ask("/api/v1/processes?limit=1")
    right = msgspec.json.decode(answer.body)
    for wrong in (
        {**right, "total": "14"},
        {**right, "items": None},
        {name: value for name, value in right.items() if name != "facets"},
        {**right, "items": [{**right["items"][0], "support": 0}]},
        {**right, "items": [{**right["items"][0], "deadline_at": 5}]},
    ):
        with pytest.raises(jsonschema.ValidationError):
            check(document, "/api/v1/processes", 200, "application/json", msgspec.json.encode(wrong))
    with pytest.raises(AssertionError, match="500 is not described"):
        check(document, "/api/v1/processes", 500, "application/problem+json", b"{}")


#: How many examples each operation gets, for good parameters and for bad ones: 2,000 in all where there is room.
EXAMPLES = {
    "GET /api/v1/processes": (500, 600),
    "GET /lines.txt": (150, 250),
    "GET /api/v1/changes": (100, 150),
    "GET /api/v1/processes/{source}/{id}": (100, 50),
    "GET /id/{source}/{id}": (100, 0),
    "GET /vocabulary/{name}": (30, 0),
}
SEED = 20260728
#: What no pattern can tell: a quotation mark without a partner, a cursor of another search.
UNTOLD = ("q", "cursor", "page", "after")


@pytest.mark.slow
def test_2000_generated_requests_find_no_answer_that_is_not_described(hub_for_threads: Hub) -> None:
    hub = hub_for_threads
    fill(hub)
    asked = {"all": 0, "refused": 0}
    with served(create_app(hub.face)) as address, requests.Session() as session:
        document = session.get(f"{address}/openapi.json", timeout=10).json()
        schema = schemathesis.openapi.from_dict(document)
        for result in schema.get_all_operations():
            one = result.ok()
            good, bad = EXAMPLES.get(one.label, (1, 0))
            for mode, examples_ in ((GenerationMode.POSITIVE, good), (GenerationMode.NEGATIVE, bad)):
                if examples_:
                    _ask_many(one.as_strategy(mode), examples_, mode, address, session, document, asked)
    assert asked["all"] >= 2000
    assert asked["refused"] >= 500


def _ask_many(
    cases: Any,
    most: int,
    mode: GenerationMode,
    address: str,
    session: requests.Session,
    document: Any,
    asked: dict[str, int],
) -> None:
    @seed(SEED)
    @settings(
        max_examples=most, deadline=None, database=None, derandomize=False, suppress_health_check=list(HealthCheck)
    )
    @given(case=cases)
    def ask(case: Case) -> None:
        response = case.call(base_url=address, session=session, timeout=10, allow_redirects=False)
        asked["all"] += 1
        _judge(mode, response, document, asked)

    ask()


def _judge(mode: GenerationMode, response: Any, document: Any, asked: dict[str, int]) -> None:
    target, content = urlsplit(response.request.url), response.content
    sent = parse_qsl(target.query, keep_blank_values=True, errors="replace")
    names = {name for name, _ in sent}
    assert response.status_code < 500, f"{target}: {content!r}"
    check(document, target.path, response.status_code, response.headers.get("content-type", [""])[0], content)
    if response.status_code == 400:
        asked["refused"] += 1
        named = msgspec.json.decode(content)["parameter"]
        assert named in names, f"{target}: {named}"
        assert mode is GenerationMode.NEGATIVE or named in UNTOLD, f"{target}: {named} is as described"
    elif response.status_code == 200:
        parameters = {one["name"]: one["schema"] for one in operation(document, target.path)["parameters"]}
        for name, value in sent:
            assert not value or _fits(value, parameters[name]), f"{target}: {name} was taken"


def _fits(value: str, schema: Any) -> bool:
    """Whether a value, as it stands on the wire, is one that the parameter's schema describes."""
    one = schema.get("items", schema)
    read = int(value) if one["type"] == "integer" and value.isascii() and value.isdigit() else value
    return bool(jsonschema.Draft202012Validator(one).is_valid(read))
