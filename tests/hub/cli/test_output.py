"""What a terminal would obey is never printed, also where the store holds it: an older hub may have kept it."""

from __future__ import annotations

import json

import pytest

from folkmoot_hub.cli import output

OBEYED = "a\x1b[31m\x85b\x9b1mc\x7fd\u202ee"


def test_a_line_for_people_shows_everything_and_obeys_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    output.say(OBEYED)
    output.table(["Title"], [[OBEYED]])
    assert capsys.readouterr().out == "a [31m b 1mc d e\nTitle\na [31m b 1mc d e\n"


def test_json_holds_what_was_there_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_json({"title": OBEYED})
    out = capsys.readouterr().out
    assert not set(out.rstrip("\n")) & {chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))}
    assert json.loads(out) == {"title": OBEYED}
