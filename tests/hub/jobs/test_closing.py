"""Closing a hub while threads still work on its store, as happens to what was cancelled: they get an error each."""

from __future__ import annotations

from pathlib import Path

from hub.jobs.town import run_python


def test_threads_that_still_use_a_store_end_with_an_error_and_not_with_the_program(tmp_path: Path) -> None:
    # In a process of its own: taking away a connection from under SQLite is a segmentation fault.
    run_python(
        """
        import sys, threading, time
        from pathlib import Path
        from folkmoot_hub.errors import StoreError
        from folkmoot_hub.store.sqlite.store import SqliteStore

        ended = []
        def use(store):
            try:
                while True:
                    store.changes(0), store.sources(), store.set_cursor("reader", 1)
            except StoreError as error:
                ended.append(str(error))

        for number in range(40):
            store = SqliteStore(Path(sys.argv[1]) / str(number))
            threads = [threading.Thread(target=use, args=(store,)) for _ in range(4)]
            for thread in threads:
                thread.start()
            time.sleep(0.01)
            store.close()
            for thread in threads:
                thread.join(20)
        assert len(ended) == 160, len(ended)
        assert all(error.endswith("is closed") for error in ended), ended
        """,
        tmp_path,
    )
