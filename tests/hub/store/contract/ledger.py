"""What the harvest engine asks of a store."""

from __future__ import annotations

import msgspec
import pytest

from folkmoot_hub.connector import Request
from folkmoot_hub.errors import LeaseHeld
from folkmoot_hub.fetch.protocol import Validators
from folkmoot_hub.harvest.ledger import Answered, Asked, Begun, Gathered, ScopeSeen
from folkmoot_hub.store.protocol import RunRow
from hub.store.making import DAY, NOW, SOURCE, Store, aside, begin, end, part, site


class LedgerContract:
    """What the engine asks of a store."""

    def test_a_source_is_leased_once(self, store: Store) -> None:
        with store.lease(SOURCE):
            with pytest.raises(LeaseHeld, match=SOURCE), store.lease(SOURCE):
                pytest.fail("leased twice")
            with store.lease("other.example"):
                pass
        with store.lease(SOURCE):
            pass

    def test_a_lease_ends_with_an_error_inside(self, store: Store) -> None:
        with pytest.raises(ZeroDivisionError), store.lease(SOURCE):
            raise ZeroDivisionError
        with store.lease(SOURCE):
            pass

    def test_a_run_is_unfinished_until_it_has_an_outcome(self, store: Store) -> None:
        assert store.unfinished(SOURCE) is None
        row = begin(store)
        begin(store, "run-2", source="other.example")
        assert store.unfinished(SOURCE) == Begun(row=row, versions="1")
        row = msgspec.structs.replace(row, requests=3, why="slow", missing_parts=("1: detail",))
        with store.transaction() as tx:
            tx.put_run(row)
        assert store.unfinished(SOURCE) == Begun(row=row, versions="1")
        ended = end(store, row)
        assert store.unfinished(SOURCE) is None
        assert store.runs(SOURCE) == [ended]

    def test_a_runs_row_comes_back_whole(self, store: Store) -> None:
        begin(store)
        row = RunRow(run="run-1", source=SOURCE, started=NOW, ended=NOW + DAY, outcome="partial", seconds=1.5, why="ü")
        counters = [field.name for field in msgspec.structs.fields(RunRow) if field.type is int]
        assert counters
        row = msgspec.structs.replace(
            row, missing_parts=("1: detail",), **{name: n for n, name in enumerate(counters, 1)}
        )
        with store.transaction() as tx:
            tx.put_run(row)
        assert store.runs(SOURCE) == [row]

    def test_state_holds_once_it_is_put(self, store: Store) -> None:
        begin(store)
        with store.transaction() as tx:
            assert tx.state(SOURCE) == tx.state("unheard.example") == {}
            assert tx.pending_state("run-1") is None
            tx.put_pending_state("run-1", {"page": 3})
            assert tx.pending_state("run-1") == {"page": 3}
            assert tx.state(SOURCE) == {}
            tx.put_state(SOURCE, {"page": 3, "nested": {"a": [1, None]}})
        store.register(site(title="Another"))
        with store.transaction() as tx:
            assert tx.state(SOURCE) == {"page": 3, "nested": {"a": [1, None]}}

    def test_what_is_not_said_of_a_source_stays(self, store: Store) -> None:
        store.register(site())
        with store.transaction() as tx:
            tx.note_source(SOURCE, last_complete=NOW, last_total=7)
            tx.note_source(SOURCE)
        row = store.source(SOURCE)
        assert row is not None
        assert (row.last_complete, row.last_total) == (NOW, 7)

    # The frontier

    def test_requests_are_open_until_they_are_closed(self, store: Store) -> None:
        begin(store)
        first = Request(f"https://{SOURCE}/", headers={"accept": "a"}, body="b", method="POST", accept=(200, 404))
        detail = Request(f"https://{SOURCE}/1", item="1", part="detail", unless_same="x", max_age=60)
        with store.transaction() as tx:
            assert tx.ask("run-1", first, "key-a", None, 0)
            assert tx.ask("run-1", detail, "key-b", 1, 2)
            assert not tx.ask("run-1", first, "key-a", 2, 0)
            assert tx.waiting("run-1", "1")
            assert not tx.waiting("run-1", "2")
        assert store.open_requests("run-1", 0, 10) == [
            Asked(id=1, request=first, key="key-a"),
            Asked(id=2, request=detail, key="key-b", parent=1, barren=2),
        ]
        assert [each.id for each in store.open_requests("run-1", 1, 10)] == [2]
        assert [each.id for each in store.open_requests("run-1", 0, 1)] == [1]
        with store.transaction() as tx:
            tx.close_request("run-1", 2)
            assert not tx.waiting("run-1", "1")
            assert not tx.ask("run-1", detail, "key-b", 1, 0)
        assert [each.id for each in store.open_requests("run-1", 0, 10)] == [1]

    def test_runs_do_not_share_requests_items_and_scopes(self, store: Store) -> None:
        begin(store)
        begin(store, "run-2", source="other.example")
        with store.transaction() as tx:
            assert tx.ask("run-1", Request(f"https://{SOURCE}/"), "key", None, 0)
            assert tx.ask("run-2", Request(f"https://{SOURCE}/"), "key", None, 0)
            assert tx.gather("run-1", "1", "")
            assert tx.gather("run-2", "1", "")
            tx.state_scope("run-1", ScopeSeen(name="all"))
            assert tx.scopes("run-2") == []
            tx.close_request("run-1", 1)
        assert [each.id for each in store.open_requests("run-2", 0, 10)] == [1]

    def test_what_led_to_a_request_is_known(self, store: Store) -> None:
        begin(store)
        with store.transaction() as tx:
            for n, parent in enumerate((None, 1, 2, 1), 1):
                tx.ask("run-1", Request(f"https://{SOURCE}/{n}"), f"key-{n}", parent, 0)
            assert [tx.leads_to("run-1", 3, f"key-{n}") for n in range(1, 6)] == [True, True, True, False, False]
            assert [tx.stems_from("run-1", 2, f"key-{n}") for n in range(1, 6)] == [False, True, True, True, False]
            assert [tx.stems_from("run-1", 1, f"key-{n}") for n in range(1, 6)] == [False, True, False, True, False]
            assert not tx.stems_from("run-2", 1, "key-2")

    def test_the_frontier_of_a_run_that_ended_is_forgotten(self, store: Store) -> None:
        row = begin(store)
        with store.transaction() as tx:
            tx.ask("run-1", Request(f"https://{SOURCE}/1", item="1"), "key", None, 0)
            tx.gather("run-1", "1", "")
            tx.state_scope("run-1", ScopeSeen(name="all", exhaustive=True))
            tx.see("run-1", 1, ["all"], ["1"])
        end(store, row)
        assert store.open_requests("run-1", 0, 10) == []
        with store.transaction() as tx:
            assert tx.gathered("run-1", "1") is None
            assert tx.scopes("run-1") == []

    def test_an_answer_is_remembered_until_the_next(self, store: Store) -> None:
        store.register(site())
        old = Answered(validators=Validators(etag='"a"'), yields=b'["old"]', version="1")
        new = Answered(
            validators=Validators(last_modified="Sun, 01 Mar 2026 12:00:00 GMT"), yields=b"\xc3", version="2"
        )
        with store.transaction() as tx:
            tx.remember(SOURCE, "key", old)
        assert store.answered(SOURCE, "key") == old
        with store.transaction() as tx:
            tx.remember(SOURCE, "key", new)
        assert store.answered(SOURCE, "key") == new
        assert store.answered("other.example", "key") is store.answered(SOURCE, "other") is None

    # Items and their parts

    def test_an_item_is_gathered_and_settled_once_a_run(self, store: Store) -> None:
        begin(store)
        with store.transaction() as tx:
            assert tx.gathered("run-1", "1") is None
            assert tx.gather("run-1", "1", f"https://{SOURCE}/list")
            assert not tx.gather("run-1", "1", f"https://{SOURCE}/page-2")
            assert tx.gathered("run-1", "1") == Gathered(local_id="1", url=f"https://{SOURCE}/list")
            assert tx.settle("run-1", "1")
            assert not tx.settle("run-1", "1")
            assert not tx.settle("run-1", "never seen")

    def test_parts_that_could_not_be_had_are_named_once(self, store: Store) -> None:
        begin(store)
        with store.transaction() as tx:
            tx.lacks("run-1", "unknown", "detail", skip=True)
            tx.gather("run-1", "1", "")
            tx.lacks("run-1", "1", "detail", skip=True)
            tx.lacks("run-1", "1", "feedback", skip=False)
            tx.lacks("run-1", "1", "detail", skip=False)
            assert tx.gathered("run-1", "1") == Gathered(local_id="1", missing=("detail", "feedback"), skip=True)
            assert tx.gathered("run-1", "unknown") is None

    def test_parts_are_kept_one_a_name_until_they_are_forgotten(self, store: Store) -> None:
        begin(store)
        detail = part({"a": [1, {"b": None}], "ü": "🌳"}, url=f"https://{SOURCE}", same="x", version="2")
        with store.transaction() as tx:
            tx.put_part(SOURCE, "1", "list", part({"old": True}))
            tx.put_part(SOURCE, "1", "list", part({"new": True}, run="run-2"))
            tx.put_part(SOURCE, "1", "detail", detail)
            tx.put_part(SOURCE, "2", "list", part({"other": True}))
            assert tx.part(SOURCE, "1", "detail") == detail
            assert tx.part(SOURCE, "1", "feedback") is None
            assert tx.parts(SOURCE, "1") == {"detail": detail, "list": part({"new": True}, run="run-2")}
            tx.forget_parts(SOURCE, "1")
            assert tx.parts(SOURCE, "1") == {}
            assert list(tx.parts(SOURCE, "2")) == ["list"]

    # Scopes

    def test_what_an_archive_took_was_read_when_it_was_taken(self, store: Store) -> None:
        old, new = NOW - 900 * DAY, NOW - 400 * DAY
        with store.transaction() as tx:
            tx.put_part(SOURCE, "1", "list", part({"title": "One"}, captured_at=old))
            tx.put_part(SOURCE, "1", "detail", part({"text": "x"}))
            assert tx.parts(SOURCE, "1")["list"].captured_at == old
            assert {name: held.read_at for (_, name), held in tx.held(SOURCE, ["1"]).items()} == {
                "list": old,
                "detail": NOW,
            }
            tx.renew_parts(SOURCE, [("1", "list")], part({}, captured_at=new))
            assert tx.held(SOURCE, ["1"])["1", "list"].read_at == new
            assert tx.parts(SOURCE, "1")["list"] == part({"title": "One"}, captured_at=new)

    def test_a_scope_counts_what_was_seen_of_it(self, store: Store) -> None:
        begin(store)
        with store.transaction() as tx:
            tx.state_scope("run-1", ScopeSeen(name="open", exhaustive=True, total=3))
            tx.state_scope("run-1", ScopeSeen(name="open", total=4))
            tx.state_scope("run-1", ScopeSeen(name="open"))
            tx.state_scope("run-1", ScopeSeen(name="all"))
            tx.see("run-1", 1, ["open", "all"], ["1", "2"])
            tx.see("run-1", 2, ["open"], ["2", "3"])
            assert tx.scopes("run-1") == [
                ScopeSeen(name="all", seen=2),
                ScopeSeen(name="open", exhaustive=True, total=4, seen=3),
            ]

    def test_an_item_of_two_scopes_that_state_a_total_is_counted_once(self, store: Store) -> None:
        begin(store)
        begin(store, "run-2")
        with store.transaction() as tx:
            tx.state_scope("run-1", ScopeSeen(name="open", total=2))
            tx.state_scope("run-1", ScopeSeen(name="all", total=9))
            tx.state_scope("run-1", ScopeSeen(name="new"))
            tx.see("run-1", 1, ["open", "all"], ["1", "2"])
            tx.see("run-1", 2, ["all"], ["2", "3"])
            tx.see("run-1", 3, ["new"], ["4"])
            assert tx.seen_of_stated("run-1") == 3
            assert tx.seen_of_stated("run-2") == 0

    def test_a_failed_request_breaks_the_scopes_that_led_to_it_only(self, store: Store) -> None:
        begin(store)
        with store.transaction() as tx:
            for n, parent in enumerate((None, 1, None), 1):
                tx.ask("run-1", Request(f"https://{SOURCE}/{n}"), f"key-{n}", parent, 0)
            for request, name in ((1, "open"), (3, "closed")):
                tx.state_scope("run-1", ScopeSeen(name=name, exhaustive=True))
                tx.see("run-1", request, [name], [])
            tx.break_scopes("run-1", 2)
            assert {each.name: each.broken for each in tx.scopes("run-1")} == {"open": True, "closed": False}

    def test_a_failed_request_of_no_scope_breaks_all_also_those_to_come(self, store: Store) -> None:
        begin(store)
        begin(store, "run-2", source="other.example")
        with store.transaction() as tx:
            tx.ask("run-1", Request(f"https://{SOURCE}/"), "key", None, 0)
            tx.state_scope("run-1", ScopeSeen(name="open", exhaustive=True))
            tx.break_scopes("run-1", 1)
            tx.state_scope("run-1", ScopeSeen(name="closed", exhaustive=True))
            tx.state_scope("run-2", ScopeSeen(name="open", exhaustive=True))
            assert [each.broken for each in tx.scopes("run-1")] == [True, True]
            assert [each.broken for each in tx.scopes("run-2")] == [False]

    def test_a_scope_without_a_name_is_one_like_others(self, store: Store) -> None:
        begin(store)
        with store.transaction() as tx:
            tx.state_scope("run-1", ScopeSeen(name="", exhaustive=True))
            tx.state_scope("run-1", ScopeSeen(name="open", exhaustive=True))
            assert [(each.name, each.broken) for each in tx.scopes("run-1")] == [("", False), ("open", False)]

    def test_absent_is_what_a_scope_had_and_no_answer_of_the_run_holds(self, store: Store) -> None:
        row = begin(store)
        with store.transaction() as tx:
            tx.state_scope("run-1", ScopeSeen(name="open", exhaustive=True))
            tx.see("run-1", 1, ["open"], ["1", "2", "3"])
            assert tx.absent("run-1", SOURCE, "open") == []
            tx.put_members("run-1", SOURCE, "open")
        end(store, row)
        begin(store, "run-2", started=NOW + DAY)
        with store.transaction() as tx:
            assert tx.members(SOURCE, "open") == 3
            tx.gather("run-2", "1", "")
            tx.gather("run-2", "3", "seen in another scope")
            tx.see("run-2", 1, ["open"], ["1"])
            assert tx.absent("run-2", SOURCE, "open") == ["2"]
            tx.put_members("run-2", SOURCE, "open")
            tx.add_members(SOURCE, "open", ["2", "1"])
            assert tx.members(SOURCE, "open") == 2
            assert tx.members(SOURCE, "closed") == tx.members("other.example", "open") == 0

    # Quarantine and drift

    def test_an_item_in_quarantine_has_one_row(self, store: Store) -> None:
        store.register(site())
        with store.transaction() as tx:
            tx.quarantine(aside("2"))
            tx.quarantine(aside("1", error="old"))
            tx.quarantine(aside("1", {"title": ["x"]}, error="new", stage="validate", at=NOW + DAY))
            tx.quarantine(aside("0", source="other.example"))
        found = store.quarantined()
        assert [(row.source, row.local_id) for row in found] == [
            ("other.example", "0"), (SOURCE, "1"), (SOURCE, "2"),
        ]  # fmt: skip
        wanted = aside("1", {"title": ["x"]}, error="new", stage="validate", at=NOW + DAY)
        assert msgspec.structs.replace(found[1], id=0) == wanted
        assert len({row.id for row in found}) == 3
        assert [row.local_id for row in store.quarantined("other.example")] == ["0"]
        with store.transaction() as tx:
            assert tx.release(SOURCE, "1")
            assert not tx.release(SOURCE, "1")
        assert [row.local_id for row in store.quarantined(SOURCE)] == ["2"]

    def test_what_a_run_has_put_aside_is_counted(self, store: Store) -> None:
        store.register(site())
        with store.transaction() as tx:
            for local_id, run in (("1", "run-1"), ("2", "run-1"), ("2", "run-2"), ("3", "run-2"), ("4", "run-2")):
                tx.quarantine(aside(local_id, run=run))
            tx.quarantine(aside("5", run="run-2", source="other.example"))
            tx.release(SOURCE, "4")
            assert [tx.aside(SOURCE, run) for run in ("run-1", "run-2", "run-3")] == [1, 2, 0]

    def test_an_item_without_an_id_leaves_quarantine_when_a_run_has_not_met_it(self, store: Store) -> None:
        store.register(site())
        with store.transaction() as tx:
            tx.quarantine(aside("met", stage="identify", run="run-2"))
            tx.quarantine(aside("unmet", stage="identify", run="run-1"))
            tx.quarantine(aside("unmapped", run="run-1"))
            tx.quarantine(aside("others", stage="identify", run="run-1", source="other.example"))
            tx.release_nameless(SOURCE, "run-2")
        assert [row.local_id for row in store.quarantined()] == ["others", "met", "unmapped"]

    def test_the_shape_of_the_last_good_run_is_kept_by_name(self, store: Store) -> None:
        store.register(site())
        with store.transaction() as tx:
            assert tx.shape(SOURCE, "parse") is None
            tx.put_shape(SOURCE, "parse", {"title": 1.0, "closes": 0.5})
            tx.put_shape(SOURCE, "parse", {"title": 0.25})
            tx.put_shape(SOURCE, "detail", {})
            assert tx.shape(SOURCE, "parse") == {"title": 0.25}
            assert tx.shape(SOURCE, "detail") == {}
