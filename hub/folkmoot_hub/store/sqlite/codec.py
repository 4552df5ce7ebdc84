"""Values as columns hold them: instants as microseconds since 1970 (UTC), structures as JSON."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, TypeVar

import msgspec

from folkmoot_hub.errors import StoreError
from folkmoot_schema.process import canonical_json

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

T = TypeVar("T")


def from_instant(moment: datetime) -> int:
    """An instant as a column holds it."""
    return (moment - _EPOCH) // _MICROSECOND


def from_maybe(moment: datetime | None) -> int | None:
    """An instant or None as a column holds it."""
    return None if moment is None else from_instant(moment)


def to_instant(value: int) -> datetime:
    """The instant that a column holds."""
    return _EPOCH + value * _MICROSECOND


def to_maybe(value: int | None) -> datetime | None:
    """The instant that a column holds, or None."""
    return None if value is None else to_instant(value)


def to_json(value: Any) -> bytes:
    """A structure as a column holds it: equal ones are equal bytes."""
    return canonical_json(value)


@cache
def _decoder(type: Any) -> Any:
    return msgspec.json.Decoder(type)


def from_json(data: bytes | str, type: type[T]) -> T:
    """The structure of that type in a column; ``StoreError`` if it holds another one."""
    decoder: Any = _decoder(type)  # type: ignore[arg-type] # a class is hashable, whatever T stands for
    try:
        decoded: T = decoder.decode(data)
    except msgspec.MsgspecError as error:
        raise StoreError(f"a row does not hold what it should ({type}): {error}") from error
    return decoded
