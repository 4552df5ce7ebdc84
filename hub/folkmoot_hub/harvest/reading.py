"""What an answer yields, checked, and stripped of every field that the connector does not name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from folkmoot_hub.connector import Connector, Gone, Item, Request, Response, Run, Scope, Seen, State, Total, Yielded
from folkmoot_hub.errors import ParseError, UsageError
from folkmoot_schema.process import canonical_json

_SURROGATE = re.compile("[\ud800-\udfff]")
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


def _read(connector: Connector, method: str, work: Callable[[], Iterable[Any] | None]) -> list[Yielded]:
    try:
        return _plain(connector, method, [_checked(connector, method, each) for each in work() or ()])
    except (ParseError, UsageError):
        raise
    except Exception as error:
        # Whatever goes wrong in a connector is that connector's affair alone. Without the error's own text, which
        # may quote any part of the answer, also what may not be written down.
        raise ParseError(f"{connector.id}.{method} failed: {type(error).__name__} at {_place(error)}") from error


def _place(error: BaseException) -> str:
    """Where the error was raised: module and line."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "?" if trace is None else f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}"


def _checked(connector: Connector, method: str, value: object) -> Yielded:
    if not isinstance(value, _KINDS):
        allowed = ", ".join(kind.__name__ for kind in _KINDS)
        raise ParseError(f"{connector.id}.{method} yields {type(value).__name__}; allowed: {allowed}")
    if isinstance(value, Request) and not callable(getattr(connector, value.then, None)):
        raise ParseError(
            f"{connector.id}.{method} asks for {value.url} with then={value.then!r}, which it does not have"
        )
    if isinstance(value, Item):
        value = _stripped(connector, value)
    if isinstance(value, Item | Seen | Gone):
        return msgspec.structs.replace(value, id=_id(value.id))
    return value


def _stripped(connector: Connector, item: Item) -> Item:
    """The item with the fields that the connector names for this part."""
    names = connector.fields.get(item.part)
    if names is None:
        known = ", ".join(connector.fields) or "none"
        raise ParseError(f"{connector.id}.fields names no part {item.part!r}; allowed: {known}")
    return msgspec.structs.replace(item, data={name: value for name, value in item.data.items() if name in names})


def _id(value: Any) -> str:
    """An id as text; what can be none is empty, so that this one item goes into quarantine and not the whole answer."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) and not _SURROGATE.search(value) else ""


def _plain(connector: Connector, method: str, yields: list[Yielded]) -> list[Yielded]:
    """The same as the plain data that JSON has, every field of the type that it must be."""
    try:
        return decode(encode(yields))
    except (TypeError, ValueError) as error:  # msgspec's errors are of these, and name types and fields only
        raise ParseError(f"{connector.id}.{method} yields what is no plain data: {error}") from error


def encode(yields: list[Yielded]) -> bytes:
    """What an answer yielded, as JSON."""
    return canonical_json(yields)


def decode(data: bytes) -> list[Yielded]:
    """What :func:`encode` wrote."""
    return list(_decoder.decode(data))
