"""The contract of a connector, as a class of tests: inherit it, name your connector and a recording, and run pytest.

::

    class TestExampleville(ConnectorContract):
        connector = Exampleville
        site = Site(id="consult.example.org", connector="exampleville", title="Exampleville", base="https://…")
        recording = Path(__file__).parent / "recording"
        now = datetime(2026, 3, 2, tzinfo=UTC)
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Final

import msgspec

from folkmoot_hub.clock import FixedClock
from folkmoot_hub.connector import Connector, Run, Site, WholeItem
from folkmoot_hub.fetch.package import PackageFetcher, WithPackages
from folkmoot_hub.fetch.protocol import Fetcher
from folkmoot_hub.fetch.replay import ReplayFetcher
from folkmoot_hub.harvest.ledger import Part
from folkmoot_hub.harvest.mapping import mapped
from folkmoot_hub.plugin_rules import check_connector, check_site
from folkmoot_hub.sites import overridden
from folkmoot_hub.testing.bench import Bench, bench
from folkmoot_hub.testing.fetchers import CutOff, CutOffAt, Guarded, HtmlEverywhere, SamePage
from folkmoot_schema.process import Process, to_json

#: What a docstring of a connector tells its users.
HEADINGS: Final = ("Platform", "Access", "Caveats", "Licence", "Personal data")
#: More requests than this for a recording is a connector that does not stop.
_MOST: Final = 2000
#: At so many points at most a run is cut off.
_CUTS: Final = 25
#: What stands in the fields of a damaged item.
_WRONG: Final[tuple[Any, ...]] = (None, "", 0, -1, 1.5, True, [], {}, [1], {"a": None}, "\ud83d", "<b>x</b>", "9" * 400)
_MAIL: Final = re.compile(rb"[\w.+-]+@[\w-]+\.[\w.-]+")


class ConnectorContract:
    """What any connector must do. ``recording`` is replayed under ``site`` with the clock at ``now``."""

    connector: ClassVar[type[Connector]]
    site: ClassVar[Site]
    recording: ClassVar[Path]
    now: ClassVar[datetime]

    # The parts of a test

    def fetcher(self) -> Fetcher:
        """The recording, asked only at hosts that are declared."""
        packages = PackageFetcher(lambda site: self.connector.__module__, FixedClock(self.now))
        replayed = ReplayFetcher(self.recording, clock=FixedClock(self.now))
        return Guarded(WithPackages(replayed, packages), self.connector.hosts)

    def settings(self) -> Site:
        """The site under the settings that the recording names."""
        block = ReplayFetcher(self.recording).site
        return overridden(self.site, block, self.connector.settings, str(self.recording))

    def _bench(self, folder: Path) -> AbstractContextManager[Bench]:
        return bench(folder, self.connector, self.settings(), self.now)

    def _harvested(self, found: Bench) -> Iterator[tuple[WholeItem, dict[str, Part]]]:
        """Every item of the store with its parts, by id."""
        for local_id in sorted(found.records()):
            with found.store.transaction() as tx:
                parts = tx.parts(found.site.id, local_id)
            yield WholeItem(local_id, {name: part.data for name, part in parts.items()}), parts

    # The contract

    def test_it_keeps_the_rules_of_plugins(self) -> None:
        """Names, methods, fields and settings are as the hub wants them."""
        check_connector(self.connector)
        check_site(self.settings(), {self.connector.id: self.connector})

    def test_its_docstring_tells_what_users_need(self) -> None:
        """Platform, access, caveats, licence and personal data each have a paragraph."""
        told = self.connector.__doc__ or ""
        missing = [heading for heading in HEADINGS if not re.search(rf"^\s*{heading}\s*$", told, re.MULTILINE)]
        assert not missing, f"the docstring of {self.connector.__name__} has no paragraph {', '.join(missing)}"

    def test_the_recording_is_harvested_completely(self, tmp_path: Path) -> None:
        """Every request has its answer, every item becomes a process."""
        with self._bench(tmp_path) as found:
            row = found.harvest(self.fetcher(), most_requests=_MOST)
            assert row.outcome == "complete", row.why or row.missing_parts
            assert row.quarantined == 0, [aside.error for aside in found.store.quarantined()]
            assert found.records(), "the recording gives no process at all"

    def test_ids_and_records_are_the_same_in_a_second_run(self, tmp_path: Path) -> None:
        """Nothing comes, goes or changes, and the log says nothing."""
        with self._bench(tmp_path) as found:
            found.harvest(self.fetcher(), most_requests=_MOST)
            before, head = found.comparable(), found.store.head()
            row = found.harvest(self.fetcher(), most_requests=_MOST)
            assert (row.created, row.changed, row.counted, row.gone) == (0, 0, 0, 0)
            assert found.store.head() == head
            assert found.comparable().keys() == before.keys()

    def test_a_run_cut_off_anywhere_goes_on_with_the_same_result(self, tmp_path: Path) -> None:
        """Killed at a request and started again, a run ends as if nothing had been."""
        with self._bench(tmp_path / "whole") as whole:
            requests = whole.harvest(self.fetcher(), most_requests=_MOST).requests
            expected = whole.comparable()
        for at in range(1, requests + 1, max(1, requests // _CUTS)):
            with self._bench(tmp_path / str(at)) as found:
                try:
                    found.harvest(CutOffAt(self.fetcher(), at), most_requests=_MOST)
                except CutOff:
                    found.harvest(self.fetcher(), most_requests=_MOST)
                else:
                    raise AssertionError(f"the run was not cut off at request {at} of {requests}")
                assert found.comparable() == expected, f"cut off at request {at} of {requests}"

    def test_only_fields_that_are_named_are_kept(self, tmp_path: Path) -> None:
        """No part holds a field that ``fields`` does not name, and no field is named in vain for every part."""
        with self._bench(tmp_path) as found:
            found.harvest(self.fetcher(), most_requests=_MOST)
            for item, _ in self._harvested(found):
                for name, data in item.parts.items():
                    assert set(data) <= self.connector.fields[name], f"{item.id}: {name}"

    def test_no_mail_address_is_kept(self, tmp_path: Path) -> None:
        """Neither parts nor processes hold one."""
        with self._bench(tmp_path) as found:
            found.harvest(self.fetcher(), most_requests=_MOST)
            for item, _ in self._harvested(found):
                held = _MAIL.search(msgspec.json.encode(item.parts))
                assert held is None, f"{item.id} keeps {held[0]!r}"
            for record in found.records().values():
                held = _MAIL.search(to_json(record.process))
                assert held is None, f"{record.local_id} tells {held[0]!r}"

    def test_html_in_place_of_an_answer_is_blocked_and_changes_nothing(self, tmp_path: Path) -> None:
        """HTML with status 200 never means that there is nothing; where HTML is expected, it is no item at least."""
        with self._bench(tmp_path) as found:
            found.harvest(self.fetcher(), most_requests=_MOST)
            before = found.comparable()
            row = found.harvest(HtmlEverywhere(self.fetcher()), most_requests=_MOST)
            assert row.outcome in {"partial", "failed", "suspicious"}, row.outcome
            assert (row.created, row.changed, row.gone) == (0, 0, 0)
            assert found.comparable() == before

    def test_a_source_that_repeats_itself_comes_to_an_end(self, tmp_path: Path) -> None:
        """A list that has a next page for ever is left after a few answers that bring nothing new."""
        with self._bench(tmp_path) as found:
            row = found.harvest(SamePage(self.fetcher()), most_requests=_MOST)
            assert row.asked < _MOST, "it goes on asking"

    def test_mapping_is_pure(self, tmp_path: Path) -> None:
        """The same item gives the same process, and stays as it was."""
        with self._bench(tmp_path) as found:
            found.harvest(self.fetcher(), most_requests=_MOST)
            run = Run(site=found.site, now=self.now)
            for item, parts in self._harvested(found):
                before = copy.deepcopy(item.parts)
                first = mapped(self.connector(), item, parts, run)
                second = mapped(self.connector(), item, parts, run)
                assert to_json(first) == to_json(second)
                assert item.parts == before, f"mapping changed {item.id}"

    def test_a_damaged_item_is_put_aside_and_harms_no_other(self, tmp_path: Path) -> None:
        """An item all of whose fields have another form becomes a process or goes to quarantine; the others stay."""
        with self._bench(tmp_path / "whole") as whole:
            whole.harvest(self.fetcher(), most_requests=_MOST)
            expected = whole.comparable()
        chosen = min(expected)
        for number, wrong in enumerate(_WRONG):
            damaging = _damaging(self.connector, chosen, wrong)
            with bench(tmp_path / str(number), damaging, self.settings(), self.now) as found:
                found.harvest(self.fetcher(), most_requests=_MOST)
                got, aside = found.comparable(), {row.local_id for row in found.store.quarantined()}
                assert (chosen in got) != (chosen in aside), f"with {wrong!r} everywhere, {chosen} is lost"
                assert {id: record for id, record in got.items() if id != chosen} == {
                    id: record for id, record in expected.items() if id != chosen
                }, f"with {wrong!r} everywhere in {chosen}, others are different"


def _damaging(connector: type[Connector], chosen: str, wrong: Any) -> type[Connector]:
    """The connector, but that one item has ``wrong`` in every field."""

    def map(self: Connector, item: WholeItem, run: Run) -> Process:
        if item.id == chosen:
            parts = {part: dict.fromkeys(data, wrong) for part, data in item.parts.items()}
            item = WholeItem(item.id, parts, item.missing, item.url)
        return connector.map(self, item, run)

    return type(connector.__name__, (connector,), {"map": map})
