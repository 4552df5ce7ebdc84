"""The operator's configuration: defaults, what wins over what, and one clear line for whatever is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from folkmoot_hub import config
from folkmoot_hub.config import Config, load_config
from folkmoot_hub.errors import ConfigError

SITE = """
[[site]]
id = "{id}"
connector = "feed"
title = "Consultations"
base = "https://consult.example.org"
"""


def write(folder: Path, text: str) -> Path:
    file = folder / "hub.toml"
    file.write_text(text, "utf-8")
    return file


def loaded(folder: Path, text: str, **env: str) -> Config:
    return load_config(write(folder, text), {"HOME": str(folder), **env})


def refused(folder: Path, text: str) -> str:
    """The one line with which ``text`` is refused, without the file's name, which it must begin with."""
    file = write(folder, text)
    with pytest.raises(ConfigError) as caught:
        load_config(file, {"HOME": str(folder)})
    line = str(caught.value)
    assert "\n" not in line
    assert line.startswith(f"{file}: ")
    return line.removeprefix(f"{file}: ")


def test_without_a_file_everything_has_a_default(tmp_path: Path) -> None:
    found = load_config(None, {"XDG_DATA_HOME": str(tmp_path)})
    assert found.data == tmp_path / "folkmoot"
    assert (found.title, found.base_url, found.broker, found.sites) == ("Folkmoot", None, None, ())


@pytest.mark.parametrize(
    ("platform", "env", "expected"),
    [
        ("linux", {"HOME": "/h"}, "/h/.local/share/folkmoot"),
        ("linux", {"HOME": "/h", "XDG_DATA_HOME": "/x"}, "/x/folkmoot"),
        ("linux", {"HOME": "/h", "XDG_DATA_HOME": "relative/is/to/be/ignored"}, "/h/.local/share/folkmoot"),
        ("darwin", {"HOME": "/h"}, "/h/Library/Application Support/folkmoot"),
        ("win32", {"HOME": "/h", "LOCALAPPDATA": "/l"}, "/l/folkmoot"),
    ],
)
def test_the_data_lie_where_the_platform_keeps_them(
    monkeypatch: pytest.MonkeyPatch, platform: str, env: dict[str, str], expected: str
) -> None:
    monkeypatch.setattr(config.sys, "platform", platform)
    assert config.default_data(env) == Path(expected)


def test_the_option_wins_over_the_variable_and_that_over_the_file(tmp_path: Path) -> None:
    file = write(tmp_path, "data = 'inside'")
    assert load_config(file, {}).data == tmp_path / "inside"
    assert load_config(file, {"FOLKMOOT_DATA": "/variable"}).data == Path("/variable")
    assert load_config(file, {"FOLKMOOT_DATA": "/variable"}, Path("/option")).data == Path("/option")


def test_a_home_directory_is_resolved(tmp_path: Path) -> None:
    assert loaded(tmp_path, "data = '~/moot'").data == tmp_path / "moot"


def test_the_file_is_found_by_variable_or_in_the_data_directory(tmp_path: Path) -> None:
    file = write(tmp_path, "title = 'By variable'")
    (tmp_path / config.FILE_NAME).write_text("title = 'In the data'")
    env = {"FOLKMOOT_DATA": str(tmp_path)}
    assert load_config(None, env).title == "In the data"
    assert load_config(None, {**env, "FOLKMOOT_CONFIG": str(file)}).title == "By variable"
    assert load_config(None, {}, tmp_path).title == "In the data"


def test_a_whole_configuration(tmp_path: Path) -> None:
    found = loaded(
        tmp_path,
        """
        title = "Our hub"
        base_url = "https://hub.example.org/"
        contact = "hub@example.org"
        broker = "redis://:hush@127.0.0.1:6379/0"
        [fetch]
        timeout = 60
        allow = ["127.0.0.0/8"]
        robots = false
        [harvest]
        only = ["eci"]
        disabled = ["consult.example.org"]
        """
        + SITE.format(id="consult.example.org"),
    )
    assert found.base_url == "https://hub.example.org"
    assert found.broker == "redis://:hush@127.0.0.1:6379/0"
    fetch = found.fetch_settings()
    assert (fetch.contact, fetch.timeout, fetch.allow, fetch.robots) == ("hub@example.org", 60, ("127.0.0.0/8",), False)
    assert (found.harvest.only, found.harvest.disabled) == (("eci",), ("consult.example.org",))
    assert [site.id for site in found.sites] == ["consult.example.org"]


def test_nobody_is_asked_without_a_contact(tmp_path: Path) -> None:
    found = loaded(tmp_path, "title = 'Our hub'")
    with pytest.raises(ConfigError, match=r"hub\.toml: contact: it is missing; allowed: a mail or web address"):
        found.fetch_settings()


@pytest.mark.parametrize(
    ("more", "reach"),
    [
        ("", "live"),
        ("via = 'archive'", "archived"),
        ("via = 'archive'\nreach = 'unreachable'", "unreachable"),
        ("via = 'archive'\nreach = 'live'", "live"),
    ],
)
def test_of_a_platform_that_is_read_in_an_archive_there_are_copies_unless_somebody_says_otherwise(
    tmp_path: Path, more: str, reach: str
) -> None:
    [site] = loaded(tmp_path, SITE.format(id="a.example") + more).sites
    assert site.reach == reach


@pytest.mark.parametrize(
    ("text", "start", "allowed"),
    [
        ("titel = 'x'", "titel: unknown key", "title, data, base_url"),
        ("title = 1", "title: 1 is not a text", "a text in quotes"),
        ("title = ''", "title: '' is empty", "a text in quotes"),
        ('title = "a\\nb"', "title: 'a\\nb' is empty or has more than one line", "a text in quotes"),
        ("data = 5", "data: 5 is not a text", "a folder"),
        ("base_url = 'hub.example.org'", "base_url: base_url 'hub.example.org' is not an absolute http(s)", "https://"),
        ("base_url = 'https://h.example/?x=1'", "base_url: 'https://h.example/?x=1' has a query", "https://"),
        ("base_url = 'http://[::1'", "base_url: ", "https://"),
        ("contact = 'one (two)'", "contact: 'one (two)' is wrong", "a mail or web address"),
        ("contact = 'x'", "contact: 'x' is wrong", "a mail or web address"),
        ("contact = 'mailto:'", "contact: 'mailto:' is wrong", "mailto:hub@example.org"),
        ("contact = 'a b@example.org'", "contact: 'a b@example.org' is wrong", "a mail or web address"),
        ("contact = 'ftp://example.org'", "contact: 'ftp://example.org' is wrong", "a mail or web address"),
        ("base_url = 'https://h.example/sub'", "base_url: 'https://h.example/sub' has a path", "http(s) and a host"),
        ("broker = 'kafka://x'", "broker: this is no address of a broker", "redis://"),
        ("broker = 'redis:6379'", "broker: this is no address of a broker", "redis://"),
        ("fetch = 1", "fetch: it is not a table", "[fetch]"),
        ("[fetch]\ntimeuot = 1", "fetch.timeuot: unknown key", "connect_timeout"),
        ("[fetch]\ncontact = 'x'", "fetch.contact: unknown key", "connect_timeout"),
        ("[fetch]\ntimeout = 'long'", "fetch.timeout: 'long' is wrong", "a number of seconds"),
        ("[fetch]\ntimeout = 0", "fetch: timeout: 0.0 is wrong", "more than 0"),
        ("[fetch]\nmax_bytes = 1.5", "fetch.max_bytes: 1.5 is wrong", "a whole number"),
        ("[fetch]\nrobots = 'no'", "fetch.robots: 'no' is wrong", "true or false"),
        ("[fetch]\nallow = ['everything']", "fetch: allow: 'everything' is no network", "127.0.0.0/8"),
        ("[harvest]\nsources = []", "harvest.sources: unknown key", "only, enabled, disabled"),
        ("[harvest]\nonly = 'eci'", "harvest.only: 'eci' is wrong", "a list of texts"),
        ("[harvest]\nonly = ['ECI']", "harvest.only: 'ECI' is wrong", "source ids"),
        ("site = 'x'", "site: it is not a list of tables", "[[site]]"),
        ("[site]\nid = 'x'", "site: it is not a list of tables", "[[site]]"),
        ("[[site]]\nid = 'consult.example.org'", "[[site]] consult.example.org: connector: it is missing", "feed"),
        (
            SITE.format(id="a.example") + "\nended = 'long ago'",
            "[[site]] a.example: ended: 'long ago' is wrong",
            "such as '2013'",
        ),
        (
            SITE.format(id="a.example") + "\narchive = { profile = 'wayback' }",
            "[[site]] a.example: archive: it is read with via = 'archive' only",
            "",
        ),
        (
            SITE.format(id="a.example") + "\nvia = 'archive'\narchive = { profile = 'pywb', collection = 'x' }",
            "[[site]] a.example: archive: {'profile': 'pywb', 'collection': 'x'} is wrong",
            "profile = 'wayback'",
        ),
        (
            SITE.format(id="a.example") + "\nvia = 'archive'\narchive = { since = '2015', until = '2012' }",
            "[[site]] a.example: archive: {'since': '2015', 'until': '2012'} is wrong (since 2015 is after until 2012",
            "profile = 'wayback'",
        ),
        (
            SITE.format(id="a.example")
            + "\nvia = 'archive'\narchive = { profile = 'archive-it', collection = '../x' }",
            "[[site]] a.example: archive: {'profile': 'archive-it', 'collection': '../x'} is wrong (the collection is",
            "profile = 'wayback'",
        ),
        (
            SITE.format(id="a.example") + "\nvia = 'archive'\narchive = { profle = 'wayback' }",
            "[[site]] a.example: archive.profle: unknown key",
            "profile = 'wayback'",
        ),
        (SITE.format(id="a.example") + "\nreach = 'dead'", "[[site]] a.example: reach: 'dead' is wrong", "record-only"),
        (
            SITE.format(id="a.example") + "\nevidence = 'sure'",
            "[[site]] a.example: evidence: 'sure' is wrong",
            "vendor-example",
        ),
        ("[[site]]\ntitle = 'x'", "[[site]] number 1: id: it is missing", "consult.example.org"),
        (SITE.format(id="a.example") * 2, "[[site]] a.example: id: it is given twice", "one table for each id"),
    ],
)
def test_what_is_wrong_is_told_with_key_and_what_is_allowed(
    tmp_path: Path, text: str, start: str, allowed: str
) -> None:
    line = refused(tmp_path, text)
    assert line.startswith(start)
    assert allowed in line.partition("; allowed: ")[2]


@pytest.mark.parametrize(
    ("archive", "why"),
    [
        ("since = '2015', until = '2014'", "since 2015 is after until 2014"),
        ("profile = 'files', files = []", "profile = 'files' needs files"),
        ("files = ['a.warc']", "files are given with profile = 'files' only"),
        ("profile = 'archive-it', collection = 'abc'", "is a number, or 'all', not 'abc'"),
    ],
)
def test_what_is_wrong_with_an_archive_is_told(tmp_path: Path, archive: str, why: str) -> None:
    line = refused(tmp_path, SITE.format(id="a.example") + f"\nvia = 'archive'\narchive = {{ {archive} }}")
    assert line.startswith("[[site]] a.example: archive: {")
    assert why in line.partition("; allowed: ")[0]


def test_a_span_of_one_day_is_one(tmp_path: Path) -> None:
    text = SITE.format(id="a.example") + "\nvia = 'archive'\narchive = { since = '2014', until = '2014-01-01' }"
    [site] = loaded(tmp_path, text).sites
    assert site.archive is not None


def test_a_file_that_is_not_toml_or_not_there_is_named(tmp_path: Path) -> None:
    assert refused(tmp_path, "title = ").startswith("this is not TOML")
    with pytest.raises(ConfigError, match=r"missing\.toml: it cannot be read: No such file or directory; allowed"):
        load_config(tmp_path / "missing.toml", {})
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match=r"binary\.toml: this is not TOML"):
        load_config(tmp_path / "binary.toml", {})


@pytest.mark.parametrize("contact", ["hub@example.org", "mailto:hub@example.org", "https://hub.example.org/about"])
def test_a_contact_is_a_mail_or_web_address(tmp_path: Path, contact: str) -> None:
    assert loaded(tmp_path, f"contact = '{contact}'").contact == contact


class TestSecrets:
    def test_they_come_from_variables_and_files(self, tmp_path: Path) -> None:
        (tmp_path / "key").write_text("from the file\n")
        text = "[secrets]\na = { env = 'A' }\n'b.c' = { file = 'key' }"
        secrets = loaded(tmp_path, text, A="from the environment").secrets
        assert secrets("a") == "from the environment"
        assert secrets("b.c") == "from the file"

    def test_they_are_not_shown(self, tmp_path: Path) -> None:
        found = loaded(tmp_path, "[secrets]\na = { env = 'A' }", A="hush")
        assert "hush" not in repr(found)
        assert "Secrets(a)" in repr(found)

    @pytest.mark.parametrize(
        ("name", "message"),
        [
            ("other", "secrets.other: it is missing; allowed: a, b, c"),
            ("a", "secrets.a: the environment variable A is empty; allowed"),
            ("b", "No such file or directory; allowed: a text file"),
            ("c", "not text; allowed: a text file"),
        ],
    )
    def test_one_that_cannot_be_had_is_named(self, tmp_path: Path, name: str, message: str) -> None:
        (tmp_path / "binary").write_bytes(b"\xff")
        text = "[secrets]\na = { env = 'A' }\nb = { file = 'missing' }\nc = { file = 'binary' }"
        with pytest.raises(ConfigError) as caught:
            loaded(tmp_path, text).secrets(name)
        assert message in str(caught.value)
        assert "hub.toml: secrets." in str(caught.value)

    def test_those_that_cannot_be_had_are_told_together(self, tmp_path: Path) -> None:
        text = "[secrets]\na = { env = 'A' }\nb = { file = 'missing' }\nc = { env = 'C' }"
        first, second = loaded(tmp_path, text, C="hush").secrets.problems()
        assert "secrets.a: the environment variable A is empty" in first
        assert "secrets.b: " in second

    @pytest.mark.parametrize(
        "entry",
        ["a = 'hush'", "a = { value = 'hush' }", "a = { env = 'hush', file = 'hush' }", "a = { env = 1 }", "'a b' = 1"],
    )
    def test_one_written_into_the_file_is_refused_and_not_repeated(self, tmp_path: Path, entry: str) -> None:
        line = refused(tmp_path, f"[secrets]\n{entry}")
        assert line.startswith("secrets.a")
        assert "hush" not in line
        assert "; allowed: " in line

    def test_the_broker_s_password_is_not_repeated(self, tmp_path: Path) -> None:
        assert "hush" not in refused(tmp_path, "broker = 'kafka://:hush@host'")


@given(
    key=st.sampled_from(["title", "data", "base_url", "contact", "broker", "fetch", "harvest", "secrets", "site", "x"]),
    value=st.sampled_from(
        [
            "''",
            "'x'",
            "1",
            "-1",
            "1.5",
            "true",
            "[]",
            "['x']",
            "{}",
            "{ only = 1 }",
            "[{}]",
            "[[1]]",
            "1979-05-27",
            "nan",
        ]
    ),
)
def test_anything_is_taken_or_refused_in_one_line(
    tmp_path_factory: pytest.TempPathFactory, key: str, value: str
) -> None:
    file = write(tmp_path_factory.mktemp("config"), f"{key} = {value}")
    line = ""
    try:
        load_config(file, {})
    except ConfigError as error:
        line = str(error)
    assert line == "" or line.startswith(f"{file}: ")
    assert "\n" not in line
