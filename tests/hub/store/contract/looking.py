"""Looking at a store from outside, and breaking off what writes to it."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from folkmoot_hub.harvest.ledger import Transaction
from folkmoot_hub.store.protocol import Change
from hub.store.making import SOURCE, Store


def entries(store: Store) -> list[Change]:
    """The whole log."""
    return store.changes(0)


def kinds(found: list[Change]) -> list[tuple[str, str, str]]:
    """What each entry says it is."""
    return [(each.op, each.cause, each.weight) for each in found]


def everything(store: Store) -> object:
    """What can be read of a store from outside."""
    return (
        entries(store),
        list(store.all_records()),
        store.sources(),
        store.quarantined(),
        store.observations(SOURCE, "1"),
        store.unfinished(SOURCE),
        store.open_requests("run-1", 0, 100),
    )


def failing(store: Store, write: Callable[[Transaction], object]) -> None:
    """Write in a transaction that is broken off from outside before its end."""

    def broken_off() -> None:
        with store.transaction() as tx:
            write(tx)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken_off()


def within(seconds: float, work: Callable[[], object]) -> object:
    """What ``work`` gives in a thread of its own, which must not take longer."""
    found: list[object] = []
    thread = threading.Thread(target=lambda: found.append(work()), daemon=True)
    thread.start()
    thread.join(seconds)
    assert found, "it does not end, or failed"
    return found[0]
