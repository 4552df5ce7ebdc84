"""JSON as every answer writes it: UTF-8, keys in a fixed order, so that equal data give equal bytes and tags."""

from __future__ import annotations

from typing import Any

import msgspec

_encoder = msgspec.json.Encoder(order="deterministic", decimal_format="number")

JSON = "application/json"


def encode(value: Any) -> bytes:
    """``value`` as JSON."""
    return _encoder.encode(value)
