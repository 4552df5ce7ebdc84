"""What every store promises: classes that the tests of an implementation inherit.

They need a fixture ``store``, an empty store with all faces. What only one database can do wrong stands with it.
"""

from __future__ import annotations

from hub.store.contract.change_log import ChangeLogContract
from hub.store.contract.erasure import ErasureContract
from hub.store.contract.ledger import LedgerContract
from hub.store.contract.records import ObservationsContract, RecordsContract
from hub.store.contract.transactions import TransactionContract


class StoreContract(
    RecordsContract, ObservationsContract, ChangeLogContract, ErasureContract, TransactionContract, LedgerContract
):
    """All of it."""
