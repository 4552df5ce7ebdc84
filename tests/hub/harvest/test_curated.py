"""Records that ship with a connector: they are marked, and open only while their platform is live."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from folkmoot_hub.connector import Connector, Site
from folkmoot_hub.harvest import copies, mapping
from folkmoot_hub.harvest.ledger import Part
from folkmoot_schema.codes import Availability, Flag, Kind, Status
from folkmoot_schema.process import Process
from folkmoot_schema.status import assess_process
from folkmoot_schema.texts import Text

NOW = datetime(2026, 3, 2, tzinfo=UTC)
SITE = Site(id="centres.example.org", connector="centres", title="Centres", base="https://centres.example.org")
OPEN = Process(
    kind=Kind.STANDING_FORM, title=Text({"en": "A centre"}, "en"), url="https://centres.example.org", flag=Status.OPEN
)
OURS, THEIRS = "package:data/centres.json", "https://centres.example.org/list"


def marked(*urls: str, **site: Any) -> Process:
    parts = {
        name: Part(data={}, fetched_at=NOW, url=url, version="1", run="run")
        for name, url in zip(("list", "detail"), urls, strict=False)
    }
    return copies.marked(OPEN, msgspec.structs.replace(SITE, **site), parts)


def status(process: Process) -> Status:
    return assess_process(process, seen_at=NOW, now=NOW, interval=SITE.trust).status


@pytest.mark.parametrize("reach", ["record-only", "unreachable", "archived"])
def test_a_record_of_a_platform_that_is_gone_is_all_there_is_and_ended(reach: str) -> None:
    process = marked(OURS, reach=reach)
    assert (process.flags, process.availability) == ((Flag.CURATED,), Availability.RECORD_ONLY)
    assert status(process) is Status.ENDED


def test_a_record_of_a_platform_that_is_live_tells_of_something_open() -> None:
    process = marked(OURS, reach="live")
    assert (process.flags, process.availability) == ((Flag.CURATED,), Availability.LIVE)
    assert status(process) is Status.OPEN


def test_a_record_with_a_part_of_the_platform_s_own_is_not_all_there_is() -> None:
    process = marked(OURS, THEIRS, reach="record-only")
    assert (process.flags, process.availability) == ((Flag.CURATED,), Availability.LIVE)


def test_what_the_platform_told_is_no_record_of_ours() -> None:
    assert marked(THEIRS, reach="record-only") == OPEN


@pytest.mark.parametrize("reach", ["archived", "unreachable"])
def test_a_copy_that_is_read_on_the_web_is_archived(reach: str) -> None:
    process = marked(THEIRS, reach=reach)
    assert process.availability is Availability.ARCHIVED
    assert status(process) is Status.ENDED


def test_another_reach_has_every_item_mapped_anew() -> None:
    gone = msgspec.structs.replace(SITE, reach="unreachable")
    assert mapping.versions(_Centres(), SITE) != mapping.versions(_Centres(), gone)


class _Centres(Connector):
    id = "centres"
