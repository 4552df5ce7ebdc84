"""Items that are not as they were: with another thing in every field, or without one of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from folkmoot_hub.connector import Connector, Run, WholeItem
from folkmoot_schema.process import Process

#: What stands in the fields of a damaged item.
WRONG: Final[tuple[Any, ...]] = (None, "", 0, -1, 1.5, True, [], {}, [1], {"a": None}, "\ud83d", "<b>x</b>", "9" * 400)


def without_one(item: WholeItem) -> Iterator[tuple[str, WholeItem]]:
    """The item without one field, and with one that is null, for each of its fields; and which."""
    for part, data in item.parts.items():
        for field in data:
            for changed in ({name: data[name] for name in data if name != field}, {**data, field: None}):
                parts = {**item.parts, part: changed}
                yield f"{part}.{field}", WholeItem(item.id, parts, item.missing, item.url)


def damaging(connector: type[Connector], chosen: str, wrong: Any) -> type[Connector]:
    """The connector, but that one item has ``wrong`` in every field."""

    def map(self: Connector, item: WholeItem, run: Run) -> Process:
        if item.id == chosen:
            parts = {part: dict.fromkeys(data, wrong) for part, data in item.parts.items()}
            item = WholeItem(item.id, parts, item.missing, item.url)
        return connector.map(self, item, run)

    return type(connector.__name__, (connector,), {"map": map})
