"""The format of a recording."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from folkmoot_hub.errors import ConfigError
from folkmoot_hub.fetch.recording import NAME, Recorded, Recording, convert, dump, load, read_body, request_key

URL = "https://example.org/list"


def write(folder: Path, *responses: dict[str, Any], **rest: Any) -> Path:
    (folder / NAME).write_text(json.dumps({"responses": list(responses), **rest}))
    return folder


# What is wrong is named


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "this is not JSON"),
        (b"{", "this is not JSON"),
        (b"\xff\xfe{}", "this is not JSON"),
        (b"[]", "responses: it is missing or no list; allowed: a list of answers"),
        (b"{}", "responses: it is missing"),
        (b'{"responses": {}}', "responses: it is missing or no list"),
        (b'{"responses": [], "site": 3}', r"Expected `object \| null`, got `int`"),
        (b'{"responses": [3]}', r"responses\[0\]: Expected object, got int; fields: method, url"),
    ],
)
def test_a_file_that_is_no_recording_is_named(tmp_path: Path, content: bytes, problem: str) -> None:
    (tmp_path / NAME).write_bytes(content)
    with pytest.raises(ConfigError, match=rf"recording\.json: {problem}"):
        load(tmp_path)


@pytest.mark.parametrize("name", ["nothing", "nothing/recording.json"])
def test_a_recording_that_is_not_there_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match=rf"{name}.*no recording can be read.*allowed: a folder with recording\.json"):
        load(tmp_path / name)


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ({}, r"responses\[1\]: Object missing required field url"),
        ({"url": 3}, r"responses\[1\]: Expected str, got int"),
        ({"url": URL, "status": "200"}, rf"responses\[1\]: {URL}: Expected int, got str"),
        ({"url": URL, "stauts": 200}, rf"{URL}: Object contains unknown field stauts; fields: method, url, status"),
        ({"url": URL, "method": "PUT"}, f"{URL}: method 'PUT' is neither GET nor HEAD nor POST"),
        ({"url": URL, "status": 99}, f"{URL}: status 99 is not from 100 to 599"),
        ({"url": URL, "status": 600}, "status 600"),
        ({"url": URL, "recorded": "yesterday"}, f"{URL}: .*yesterday"),
        ({"url": URL, "recorded": "2026-02-30"}, f"{URL}: .*2026-02-30"),
        ({"url": URL, "captured_at": "2026"}, f"{URL}: .*2026"),
        (
            {"url": URL, "file": "/etc/passwd"},
            "file '/etc/passwd' does not lie in the recording; allowed: a path below",
        ),
        ({"url": URL, "file": "../x"}, "does not lie in the recording"),
        ({"url": URL, "file": "a/../../x"}, "does not lie in the recording"),
        ({"url": URL, "file": "a\\x"}, "does not lie in the recording"),
        ({"url": URL, "file": ""}, "does not lie in the recording"),
    ],
)
def test_a_wrong_entry_is_named_with_its_number_address_and_field(entry: dict[str, Any], problem: str) -> None:
    with pytest.raises(ConfigError, match=f"^somewhere: .*{problem}"):
        convert({"responses": [{"url": URL}, entry]}, "somewhere")


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("gone.json", None, "No such file"),
        ("not.gz", b"plain", "Not a gzipped file"),
        ("short.gz", gzip.compress(b"whole")[:-4], "ended before"),
        ("wrong.gz", gzip.compress(b"a" * 100)[:-8] + b"\0" * 8, "CRC check failed"),
        ("folder", None, "directory"),
    ],
)
def test_a_body_that_cannot_be_read_is_named(tmp_path: Path, name: str, content: bytes | None, problem: str) -> None:
    (tmp_path / "folder").mkdir()
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ConfigError, match=rf"recording\.json: {URL}: file '{name}' cannot be read: .*{problem}"):
        read_body(tmp_path, Recorded(url=URL, file=name))


def test_a_link_that_leads_out_of_the_recording_is_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "recording"
    folder.mkdir()
    (tmp_path / "outside").write_bytes(b"private")
    (folder / "inside").symlink_to(tmp_path / "outside")
    with pytest.raises(ConfigError, match="'inside' leads out of the recording"):
        read_body(folder, Recorded(url=URL, file="inside"))


def test_a_recording_in_memory_has_no_files() -> None:
    with pytest.raises(ConfigError, match=r"has no file a\.json; allowed: content"):
        read_body(None, Recorded(url=URL, file="a.json"))


# What is right


def test_a_folder_and_its_file_are_the_same_recording(tmp_path: Path) -> None:
    write(tmp_path, {"url": URL}, platform="sample", site={"base": "https://example.org"}, unknown="for people")
    assert load(tmp_path) == load(tmp_path / NAME)
    recording, folder = load(tmp_path)
    assert (recording.platform, recording.site, folder) == ("sample", {"base": "https://example.org"}, tmp_path)
    assert recording.responses == [Recorded(url=URL)]


@pytest.mark.parametrize("name", ["a.json", "deep/er/a.json"])
def test_a_body_is_a_file_below_the_folder_or_unpacked_from_it(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_bytes(b"{}")
    (tmp_path / f"{name}.gz").write_bytes(gzip.compress(b"[1]") + gzip.compress(b" "))
    assert read_body(tmp_path, Recorded(url=URL, file=name)) == b"{}"
    assert read_body(tmp_path, Recorded(url=URL, file=f"{name}.gz")) == b"[1] "
    assert read_body(tmp_path, Recorded(url=URL)) == b""


@pytest.mark.parametrize(
    ("content", "body"), [("a", b"a"), (b"\0", b"\0"), ({"a": [1]}, b'{"a":[1]}'), ([], b"[]"), ("", b"")]
)
def test_a_body_in_memory_is_text_bytes_or_json(content: Any, body: bytes) -> None:
    assert read_body(None, Recorded(url=URL, content=content)) == body


# Which requests are the same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/a?b=1&a=2", "https://example.org/a?a=2&b=1"),
        ("https://EXAMPLE.org:443", "https://example.org/"),
        ("http://example.org:80/a", "http://example.org/a"),
        ("https://example.org/a#part", "https://example.org/a"),
        ("https://example.org/?q=a+b", "https://example.org/?q=a%20b"),
        ("https://example.org/?q=ü", "https://example.org/?q=%C3%BC"),
        ("https://example.org/%7Ea/b%20c", "https://example.org/~a/b c"),
        ("https://münchen.example/", "https://xn--mnchen-3ya.example/"),
        ("https://example.org/?a", "https://example.org/?a="),
        ("https://example.org/?k={secret:key}", "https://example.org/?k=%7Bsecret:key%7D"),
    ],
)
def test_two_spellings_of_one_address_are_the_same(one: str, other: str) -> None:
    assert request_key("GET", one, None) == request_key("get", other, "")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/a", "https://example.org/a/"),
        ("https://example.org/a", "http://example.org/a"),
        ("https://example.org/a", "https://example.org:444/a"),
        ("https://example.org/a%2Fb", "https://example.org/a/b"),
        ("https://example.org/?a=1", "https://example.org/?a=1&a=1"),
        ("https://example.org/?q=a%2Bb", "https://example.org/?q=a+b"),
        ("https://example.org/?q=a%26b=1", "https://example.org/?q=a&b=1"),
        ("https://example.org/?q=%E9", "https://example.org/?q=%E8"),  # Latin-1, as old platforms escape
        ("https://example.org/?Q=a", "https://example.org/?q=a"),
        ("package:a.json", "package:b.json"),
    ],
)
def test_two_addresses_are_told_apart(one: str, other: str) -> None:
    assert request_key("GET", one, None) != request_key("GET", other, None)


def test_method_and_body_tell_requests_apart() -> None:
    keys = {request_key(method, URL, body) for method in ("GET", "POST") for body in (None, "a", "a ")}
    assert len(keys) == 6


@given(st.permutations([("a", "1"), ("a", "2"), ("b", ""), ("ü", "x y"), ("c", "&=")]))
def test_the_order_of_the_query_does_not_matter(pairs: list[tuple[str, str]]) -> None:
    def keyed(pairs: list[tuple[str, str]]) -> object:
        query = "&".join(f"{name}={value.replace('&', '%26').replace('=', '%3D')}" for name, value in pairs)
        return request_key("GET", f"{URL}?{query}", None)

    assert keyed(pairs) == keyed(sorted(pairs))


# Writing

texts = st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=20)
recorded = st.builds(
    Recorded,
    method=st.sampled_from(["GET", "POST"]),
    url=texts.map(lambda path: f"https://example.org/{path}"),
    status=st.integers(100, 599),
    recorded=st.none() | st.sampled_from(["2026", "2026-03", "2026-03-01", "2026-03-01T12:00:00Z"]),
    captured_at=st.none() | st.just("2026-03-01T12:00:00Z"),
    headers=st.dictionaries(texts, texts, max_size=3),
    body=st.none() | texts,
    file=st.none() | st.just("bodies/a.json"),
    variant=st.none() | texts,
    request_headers=st.dictionaries(texts, texts, max_size=2),
    body_unknown=st.booleans(),
    note=st.none() | texts,
)


@given(st.lists(recorded, max_size=4), st.none() | st.dictionaries(texts, texts, max_size=2), texts)
def test_what_is_written_is_read_back(responses: list[Recorded], site: dict[str, str] | None, note: str) -> None:
    recording = Recording(platform="sample", note=note, site=site, responses=responses)
    assert convert(json.loads(dump(recording)), "it") == recording


def test_what_is_written_names_the_main_fields_even_where_nothing_is_in_them() -> None:
    (entry,) = json.loads(dump(Recording(responses=[Recorded(url=URL)])))["responses"]
    assert list(entry) == ["method", "url", "status", "recorded", "headers", "body", "file"]


# The real ones


@pytest.mark.recordings
def test_every_real_recording_can_be_read_whole(recordings: Path) -> None:
    read = 0
    for file in sorted(recordings.glob(f"*/{NAME}")):
        recording, folder = load(file)
        for entry in recording.responses:
            body = read_body(folder, entry)
            assert body or entry.file is None, f"{file.parent.name}: {entry.url}"
            read += 1
    assert read > 300
