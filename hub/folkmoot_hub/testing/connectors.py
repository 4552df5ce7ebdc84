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
import html
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, Final
from urllib.parse import unquote

import msgspec
import pytest

from folkmoot_hub.clock import FixedClock
from folkmoot_hub.connector import LIST, Connector, MappingError, Run, Site, WholeItem
from folkmoot_hub.errors import NotAllowed
from folkmoot_hub.fetch.guard import check_url
from folkmoot_hub.fetch.hops import first_hop
from folkmoot_hub.fetch.package import SCHEME, PackageFetcher, WithPackages
from folkmoot_hub.fetch.protocol import Fetcher
from folkmoot_hub.fetch.replaying import replaying
from folkmoot_hub.harvest.ledger import Part
from folkmoot_hub.harvest.mapping import mapped
from folkmoot_hub.plugin_rules import check_connector, check_site
from folkmoot_hub.sites import overridden
from folkmoot_hub.store.protocol import RunRow
from folkmoot_hub.testing.bench import Bench, bench
from folkmoot_hub.testing.damage import WRONG, damaging, without_one
from folkmoot_hub.testing.fetchers import (
    CutOff,
    CutOffAt,
    Guarded,
    HtmlEverywhere,
    Retold,
    SamePage,
    WithoutParts,
    Wrapped,
)
from folkmoot_hub.testing.watching import WatchedItem, watched_site
from folkmoot_schema.process import to_json

#: What a docstring of a connector tells its users.
HEADINGS: Final = ("Platform", "Access", "Caveats", "Licence", "Personal data")
#: More requests than this for a recording is a connector that does not stop.
_MOST: Final = 2000
#: At so many points at most a run is cut off.
_CUTS: Final = 25
#: So long after the run an item is mapped once more.
_LATER: Final = timedelta(days=400)
_MAIL: Final = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
#: How Python writes what is missing.
_NOTHING: Final = re.compile(r"\b(None|nan|NaN)\b")


class ConnectorContract:
    """What any connector must do. ``recording`` is replayed under ``site`` with the clock at ``now``."""

    connector: ClassVar[type[Connector]]
    site: ClassVar[Site]
    recording: ClassVar[Path]
    now: ClassVar[datetime]

    # The parts of a test

    def fetcher(self) -> Fetcher:
        """The recording, asked only at hosts that are declared."""
        return Guarded(self._replayed(), self.connector.hosts)

    def settings(self) -> Site:
        """The site under the settings that the recording names."""
        block = replaying(self.recording, self.site, FixedClock(self.now)).site
        return overridden(self.site, block, self.connector.settings, str(self.recording))

    def _replayed(self) -> Fetcher:
        packages = PackageFetcher(lambda site: self.connector.__module__, FixedClock(self.now))
        return WithPackages(replaying(self.recording, self.site, FixedClock(self.now)), packages)

    def _bench(self, folder: Path) -> AbstractContextManager[Bench]:
        return bench(folder, self.connector, self.settings(), self.now)

    def _harvest(self, found: Bench, fetcher: Fetcher | None = None) -> RunRow:
        """A run that must bring something, since everything can be said of nothing."""
        row = found.harvest(fetcher or self.fetcher(), most_requests=_MOST)
        assert found.records(), f"the recording gives no process at all: {row.why or row.outcome}"
        return row

    def _items(self, found: Bench) -> Iterator[tuple[WholeItem, dict[str, Part]]]:
        """Every item of the store with its parts, by id."""
        for local_id in sorted(found.records()):
            with found.store.transaction() as tx:
                parts = tx.parts(found.site.id, local_id)
            yield WholeItem(local_id, {name: part.data for name, part in parts.items()}), parts

    # What the hub is told of it

    def test_it_keeps_the_rules_of_plugins(self) -> None:
        """Names, methods, fields and settings are as the hub wants them."""
        check_connector(self.connector)
        check_site(self.settings(), {self.connector.id: self.connector})

    def test_its_docstring_tells_what_users_need(self) -> None:
        """Platform, access, caveats, licence and personal data each have a paragraph."""
        told = self.connector.__doc__ or ""
        missing = [each for each in HEADINGS if not re.search(rf"^( *){each} *\n\1 +\S", told, re.MULTILINE)]
        assert not missing, f"the docstring of {self.connector.__name__} has no paragraph {', '.join(missing)}"

    # Harvesting

    def test_the_recording_is_harvested_completely(self, tmp_path: Path) -> None:
        """Every request has its answer, every item becomes a process."""
        with self._bench(tmp_path) as found:
            row = self._harvest(found)
            source = found.store.source(found.site.id)
            drifted = source.drifted if source else ""
            assert row.outcome == "complete", "; ".join([row.why, *row.missing_parts[:5], drifted])
            assert row.quarantined == 0, [aside.error for aside in found.store.quarantined()]

    def test_ids_and_records_are_the_same_in_a_second_run(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Nothing comes, goes or changes, and the log says nothing."""
        with self._bench(tmp_path) as found:
            first = self._harvest(found)
            before, head = found.comparable(), found.store.head()
            # As in another process, where Python gives other hashes: an id may not be made of one.
            monkeypatch.setitem(_globals(self.connector), "hash", lambda value: hash(value) ^ 0x5BD1E995)
            row = self._harvest(found, Retold(self.fetcher()))
            assert found.comparable().keys() == before.keys(), "the ids of the second run are others"
            assert (row.created, row.changed, row.counted, row.gone) == (0, 0, 0, 0), "records changed"
            assert found.store.head() == head, "the change log has grown"
            with found.store.transaction() as tx:
                goes_on = bool(tx.state(found.site.id))
            if not goes_on:  # a connector that asks for news alone sees less the second time
                assert (row.outcome, row.items) == (first.outcome, first.items), row.why or "it sees others"

    def test_a_run_cut_off_anywhere_goes_on_with_the_same_result(self, tmp_path: Path) -> None:
        """Killed at a request and started again, a run ends as if nothing had been."""
        with self._bench(tmp_path / "whole") as whole:
            requests = self._harvest(whole).requests
            expected = whole.comparable()
        for at in range(1, requests + 1, max(1, requests // _CUTS)):
            with self._bench(tmp_path / str(at)) as found:
                try:
                    found.harvest(CutOffAt(self.fetcher(), at), most_requests=_MOST)
                except CutOff:
                    found.harvest(self.fetcher(), most_requests=_MOST)
                else:
                    raise AssertionError(f"the run was not cut off at request {at} of {requests}")
                assert found.comparable() == expected, f"cut off at request {at} of {requests}, it is different"

    def test_a_source_that_repeats_itself_comes_to_an_end(self, tmp_path: Path) -> None:
        """A source that ignores parameters has a next page for ever: it is left when nothing new comes."""
        with self._bench(tmp_path) as found:
            row = found.harvest(SamePage(self.fetcher()), most_requests=_MOST)
            assert row.asked < _MOST, f"it goes on asking: {row.asked} requests for {row.items} items"

    def test_html_in_place_of_an_answer_is_blocked_and_changes_nothing(self, tmp_path: Path) -> None:
        """HTML with status 200 never means that there is nothing; where HTML is expected, it is no item at least."""
        with self._bench(tmp_path) as found:
            self._harvest(found)
            before = found.comparable()
            row = found.harvest(HtmlEverywhere(self.fetcher()), most_requests=_MOST)
            assert row.outcome != "complete", "a page of HTML that says nothing is taken for an answer"
            assert (row.created, row.changed, row.gone) == (0, 0, 0), "a page of HTML changed what is known"
            assert found.comparable() == before

    def test_a_part_that_cannot_be_had_costs_nothing_that_is_known(self, tmp_path: Path) -> None:
        """Without its details an item is mapped from what there is; what earlier runs brought stays."""
        with self._bench(tmp_path / "without") as bare:
            row = bare.harvest(WithoutParts(self.fetcher()), most_requests=_MOST)
            aside = [f"{each.local_id}: {each.error}" for each in bare.store.quarantined()]
            assert row.quarantined == 0, f"without its details an item cannot be mapped: {aside[:3]}"
        with self._bench(tmp_path / "whole") as found:
            self._harvest(found)
            run = Run(site=found.site, now=self.now)
            for item, parts in self._items(found):
                whole = mapped(self.connector(), item, parts, run)
                for part in sorted({*parts} - {LIST}):
                    # As after a run that did not get the part: it stands there as an earlier one brought it.
                    later = mapped(self.connector(), WholeItem(item.id, item.parts, {part}, item.url), parts, run)
                    assert later == whole, f"{item.id}: what {part} told in an earlier run is lost"

    # What it asks, reads and keeps

    def test_only_hosts_that_are_declared_are_asked(self, tmp_path: Path) -> None:
        """Requests, and what they are redirected to, stay with the site's hosts and those of ``hosts``."""
        asking = Wrapped(self._replayed())
        with self._bench(tmp_path) as found:
            self._harvest(found, asking)
        for url in asking.urls:
            if not url.startswith(SCHEME):
                try:
                    check_url(url, found.site, self.connector.hosts)
                except NotAllowed as error:
                    raise AssertionError(str(error)) from None

    def test_only_secrets_that_are_named_are_asked_for(self, tmp_path: Path) -> None:
        """No request asks for a secret that ``secrets`` does not name: it would never be sent."""
        asking = Wrapped(self._replayed())
        with self._bench(tmp_path) as found:
            self._harvest(found, asking)
        for request in asking.asked:
            unnamed = sorted(first_hop(request, None).secrets() - self.connector.secrets)
            assert not unnamed, f"{self.connector.__name__}.secrets does not name {', '.join(unnamed)}"

    def test_only_settings_that_are_named_are_read(self, tmp_path: Path) -> None:
        """No setting is read that ``settings`` does not name: no operator could set it."""
        site, asked = watched_site(self.settings())
        with bench(tmp_path, self.connector, site, self.now) as found:
            self._harvest(found)
        unnamed = sorted(asked.asked - self.connector.settings)
        assert not unnamed, f"{self.connector.__name__}.settings does not name {', '.join(unnamed)}"

    def test_only_fields_that_are_named_are_kept_and_read(self, tmp_path: Path) -> None:
        """Parts hold named fields only, and mapping looks for no other: it would never find one."""
        fields = {name: set(named) for name, named in self.connector.fields.items()}
        with self._bench(tmp_path) as found:
            self._harvest(found)
            run = Run(site=found.site, now=self.now)
            for item, parts in self._items(found):
                watched = WatchedItem(item)
                mapped(self.connector(), watched, parts, run)
                unnamed = sorted(watched.named.asked - fields.keys() - {LIST})
                assert not unnamed, f"fields names no part {', '.join(unnamed)}, which mapping {item.id} looks for"
                for name, data in watched.watched.items():
                    assert set(data) <= fields[name], f"{item.id}: {name} holds {sorted(set(data) - fields[name])}"
                    others = sorted(data.asked - fields[name])
                    assert not others, f"fields[{name!r}] does not name {', '.join(others)}, which mapping looks for"

    def test_no_mail_address_is_kept(self, tmp_path: Path) -> None:
        """Neither parts nor processes hold one, however it is written."""
        with self._bench(tmp_path) as found:
            self._harvest(found)
            for item, _ in self._items(found):
                held = _mail(msgspec.json.encode(dict(item.parts)))
                assert held is None, f"{item.id} keeps {held!r}"
            for record in found.records().values():
                held = _mail(to_json(record.process))
                assert held is None, f"{record.local_id} tells {held!r}"

    # Mapping

    def test_mapping_is_pure(self, tmp_path: Path) -> None:
        """The same item gives the same process, at any time, and stays as it was."""
        with self._bench(tmp_path) as found:
            self._harvest(found)
            run, later = (Run(site=found.site, now=now) for now in (self.now, self.now + _LATER))
            for item, parts in self._items(found):
                before = copy.deepcopy(item.parts)
                first = mapped(self.connector(), item, parts, run)
                assert item.parts == before, f"mapping changed {item.id}"
                assert to_json(first) == to_json(mapped(self.connector(), item, parts, run)), f"{item.id}: not twice"
                # An item that is the same is not mapped again, so that what the clock told would never change.
                assert to_json(first) == to_json(mapped(self.connector(), item, parts, later)), f"{item.id}: not later"

    def test_a_damaged_item_is_put_aside_and_harms_no_other(self, tmp_path: Path) -> None:
        """An item all of whose fields have another form becomes a process or goes to quarantine; the others stay."""
        with self._bench(tmp_path / "whole") as whole:
            self._harvest(whole)
            expected = whole.comparable()
        chosen = min(expected)
        for number, wrong in enumerate(WRONG):
            damaged = damaging(self.connector, chosen, wrong)
            with bench(tmp_path / str(number), damaged, self.settings(), self.now) as found:
                found.harvest(self.fetcher(), most_requests=_MOST)
                got, aside = found.comparable(), {row.local_id for row in found.store.quarantined()}
                assert (chosen in got) != (chosen in aside), f"with {wrong!r} everywhere, {chosen} is lost"
                assert {id: record for id, record in got.items() if id != chosen} == {
                    id: record for id, record in expected.items() if id != chosen
                }, f"with {wrong!r} everywhere in {chosen}, others are different"

    def test_what_is_missing_is_not_told_in_words(self, tmp_path: Path) -> None:
        """Without one of its fields, an item is put aside or says less; never does it say "None"."""
        with self._bench(tmp_path) as found:
            self._harvest(found)
            run = Run(site=found.site, now=self.now)
            for item, parts in self._items(found):
                told = len(_NOTHING.findall(to_json(mapped(self.connector(), item, parts, run)).decode()))
                for field, less in without_one(item):
                    try:
                        process = mapped(self.connector(), less, parts, run)
                    except MappingError:
                        continue
                    found_now = _NOTHING.findall(to_json(process).decode())
                    assert len(found_now) <= told, f"without {field}, {item.id} says {found_now[-1]!r}"


def _globals(connector: type[Connector]) -> dict[str, Any]:
    """The names of the module in which the connector reads its answers."""
    parse = connector.parse
    names: dict[str, Any] = getattr(parse, "__func__", parse).__globals__
    return names


def _mail(data: bytes) -> str | None:
    """The first mail address in ``data``, also one that is escaped for HTML or an address."""
    text = data.decode()
    held = _MAIL.search(text) or _MAIL.search(html.unescape(unquote(text)))
    return held[0] if held else None
