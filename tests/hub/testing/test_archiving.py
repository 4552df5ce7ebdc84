"""A WARC of a recording: what it is captured of, and when."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
import pytest

from folkmoot_hub.errors import UsageError
from folkmoot_hub.fetch.archive import warc
from folkmoot_hub.testing.archiving import write_warc
from folkmoot_schema import dates

URL = "http://forum.sample.example/topics"


def recording(folder: Path, **answer: Any) -> Path:
    (folder / "recording.json").write_bytes(msgspec.json.encode({"responses": [{"url": URL, **answer}]}))
    return folder


@pytest.mark.parametrize(
    ("answer", "why"),
    [({}, "does not say when it was taken"), ({"recorded": "2013", "method": "POST"}, "cannot be captured")],
)
def test_what_cannot_be_captured_is_told(answer: dict[str, Any], why: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=f"{URL}.*{why}"):
        write_warc(recording(tmp_path, **answer), BytesIO())


@pytest.mark.parametrize(
    ("answer", "taken"),
    [
        ({"recorded": "2013"}, "2013-12-31T23:59:59Z"),
        ({"recorded": "2013-05"}, "2013-05-31T23:59:59Z"),
        ({"recorded": "2013-05-01"}, "2013-05-01T00:00:00Z"),
        ({"recorded": "2013", "captured_at": "2012-03-01T10:00:00Z"}, "2012-03-01T10:00:00Z"),
    ],
)
def test_a_capture_is_of_when_its_answer_was_true(answer: dict[str, Any], taken: str, tmp_path: Path) -> None:
    made = BytesIO()
    assert write_warc(recording(tmp_path, **answer), made) == 1
    made.seek(0)
    assert [(each.url, dates.iso(each.at)) for each in warc.headings(made)] == [(URL, taken)]
