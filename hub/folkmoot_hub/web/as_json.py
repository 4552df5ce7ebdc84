"""JSON as every answer writes it: UTF-8, keys in a fixed order, so that equal data give equal bytes and tags."""

from __future__ import annotations

from typing import Any

from folkmoot_schema.process import canonical_json

JSON = "application/json"


def encode(value: Any) -> bytes:
    """``value`` as JSON."""
    return canonical_json(value)
