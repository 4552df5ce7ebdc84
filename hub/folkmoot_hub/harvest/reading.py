"""What an answer yields, checked, and stripped of every field that the connector does not name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from folkmoot_hub.connector import Connector, Gone, Item, Request, Response, Run, Scope, Seen, State, Total, Yielded
from folkmoot_hub.errors import ParseError, UsageError
from folkmoot_schema.process import canonical_json

_KINDS = (Request, Item, Total, Scope, Seen, Gone, State)
_decoder = msgspec.json.Decoder(list[Request | Item | Total | Scope | Seen | Gone | State])


def starting(connector: Connector, run: Run) -> list[Yielded]:
    """What the connector asks first. Wrong settings come out as a ``UsageError``, anything else as ``ParseError``."""
    return _read(connector, "start", lambda: connector.start(run))


def parsed(connector: Connector, response: Response) -> list[Yielded]:
    """Everything that the connector's method reads out of ``response``; ``ParseError`` if it has another shape.

    All of it or nothing: what a method yields before it fails does not count.
    """
    name = response.request.then
    method = getattr(connector, name, None)
    if not callable(method):
        raise ParseError(f"the connector {connector.id} has no method {name!r} to read {response.url}")
    return _read(connector, name, lambda: method(response))


def _read(connector: Connector, method: str, work: Any) -> list[Yielded]:
    try:
        yielded: Iterable[Any] = work() or ()
        return [_checked(connector, method, each) for each in yielded]
    except (ParseError, UsageError):
        raise
    except Exception as error:
        # Whatever goes wrong in a connector is that connector's affair alone.
        raise ParseError(f"{connector.id}.{method} failed: {type(error).__name__}: {error}") from error


def _checked(connector: Connector, method: str, value: Any) -> Yielded:
    if not isinstance(value, _KINDS):
        allowed = ", ".join(kind.__name__ for kind in _KINDS)
        raise ParseError(f"{connector.id}.{method} yields {type(value).__name__}; allowed: {allowed}")
    if isinstance(value, Item):
        return _stripped(connector, value)
    if isinstance(value, Request) and not callable(getattr(connector, value.then, None)):
        raise ParseError(
            f"{connector.id}.{method} asks for {value.url} with then={value.then!r}, which it does not have"
        )
    return value


def _stripped(connector: Connector, item: Item) -> Item:
    """The item with the fields that the connector names for this part, as the plain data that JSON has."""
    names = connector.fields.get(item.part)
    if names is None:
        known = ", ".join(connector.fields) or "none"
        raise ParseError(f"{connector.id}.fields names no part {item.part!r}; allowed: {known}")
    kept = {name: value for name, value in item.data.items() if name in names}
    try:
        return Item(str(item.id), msgspec.json.decode(canonical_json(kept)), item.part)
    except (TypeError, ValueError) as error:
        raise ParseError(f"item {item.id!r} holds what is no plain data: {error}") from error


def encode(yields: list[Yielded]) -> bytes:
    """What an answer yielded, to be kept."""
    return canonical_json(yields)


def decode(data: bytes) -> list[Yielded]:
    """What :func:`encode` kept."""
    return list(_decoder.decode(data))
