"""The registry: what installed plugins bring, and that a broken one is shown and harms nothing."""

from __future__ import annotations

import signal
import sys
import textwrap
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, ClassVar

import pytest
from msgspec.structs import replace

from folkmoot_hub import hooks, plugin_rules
from folkmoot_hub.config import load_config
from folkmoot_hub.connector import Connector, Item, Request, Response, Run, Sample, Site, WholeItem
from folkmoot_hub.errors import ConfigError, PluginError
from folkmoot_hub.plugin_rules import check_connector, check_publisher, check_source_id, starts_with_host
from folkmoot_hub.publisher import Listing, Publisher
from folkmoot_hub.registry import Registry, load_plugins
from folkmoot_hub.sources import configured_sources
from folkmoot_schema.codes import Kind
from folkmoot_schema.process import Process

NOW = datetime(2026, 3, 2, tzinfo=UTC)


class Good(Connector):
    """A connector that keeps every rule."""

    id = "good"
    title = "Good"
    homepage = "https://example.org"
    version = "3"
    fields: ClassVar = {"list": frozenset({"title"})}
    settings = frozenset({"group"})

    def start(self, run: Run) -> Iterator[Request]:
        yield Request(run.site.url("/list.json"))

    def parse(self, response: Response) -> Iterable[Item]:
        return [Item(str(entry["id"]), entry) for entry in response.json()]

    def map(self, item: WholeItem, run: Run) -> Process:
        return Process(kind=Kind.PETITION, title=run.site.text(item["title"]))


class Strict(Good):
    """A connector that takes one value of its setting alone."""

    id = "strict"

    def start(self, run: Run) -> Iterator[Request]:
        if run.site.setting("group", "a") != "a":
            value = run.site.setting("group")
            raise ConfigError(f"{run.site.id}: setting group: {value!r} is wrong; allowed: 'a'")
        yield Request(run.site.url("/list.json"))


class Channel(Publisher):
    """A channel that keeps every rule."""

    id = "lines"
    title = "Lines"
    path = "/lines.txt"
    media_type = "text/plain"

    def publish(self, listing: Listing) -> bytes:
        return listing.title.encode()


def site(id: str = "consult.example.org", connector: str = "good", **more: Any) -> Site:
    return Site(id=id, connector=connector, title="A site", base="https://consult.example.org", **more)


def plugin(connectors: Any = (), sites: Any = (), publishers: Any = (), samples: Any = ()) -> object:
    """A plugin whose hooks give these; a function is called for what it gives."""

    def given(value: Any) -> Any:
        return value() if callable(value) else value

    @hooks.hookimpl
    def folkmoot_connectors() -> Any:
        return given(connectors)

    @hooks.hookimpl
    def folkmoot_sites() -> Any:
        return given(sites)

    @hooks.hookimpl
    def folkmoot_publishers() -> Any:
        return given(publishers)

    @hooks.hookimpl
    def folkmoot_samples() -> Any:
        return given(samples)

    return SimpleNamespace(
        folkmoot_connectors=folkmoot_connectors,
        folkmoot_sites=folkmoot_sites,
        folkmoot_samples=folkmoot_samples,
        folkmoot_publishers=folkmoot_publishers,
    )


GOOD = plugin([Good], [site()], [Channel()])


def load(**plugins: object) -> Registry:
    """The registry of these plugins alone."""
    return load_plugins(plugins, installed=())


def broken(registry: Registry) -> dict[str, str]:
    return {one.name: one.reason for one in registry.broken}


def test_a_good_plugin_brings_connectors_sites_and_channels() -> None:
    registry = load(good=GOOD)
    assert registry.broken == []
    assert registry.connectors == {"good": Good}
    assert list(registry.sites) == ["consult.example.org"]
    assert [channel.id for channel in registry.publishers] == ["lines"]


def test_versions_name_distribution_and_connector() -> None:
    assert load(good=GOOD).connector_version("good") == "0+3"


def test_package_files_are_those_of_the_connector_s_package() -> None:
    registry = load_plugins()
    for connector in registry.connectors:
        assert registry.package_of(connector) == "folkmoot_connectors"
    module = ModuleType("alone")
    lonely = type("Lonely", (Good,), {"id": "lonely", "__module__": "alone"})
    sys.modules["alone"] = module
    try:
        assert load(x=plugin([lonely])).package_of("lonely") == "alone"
    finally:
        del sys.modules["alone"]


def test_a_generator_is_as_good_as_a_list() -> None:
    assert list(load(x=plugin(lambda: (one for one in [Good]))).connectors) == ["good"]


def test_a_site_may_belong_to_a_connector_of_a_later_plugin() -> None:
    registry = load(a=plugin(sites=[site()]), b=plugin([Good]))
    assert list(registry.sites) == ["consult.example.org"]


def test_a_hook_that_is_left_out_is_no_fault() -> None:
    @hooks.hookimpl
    def folkmoot_connectors() -> Any:
        return [Good]

    assert broken(load(x=SimpleNamespace(folkmoot_connectors=folkmoot_connectors))) == {}


class Raises:
    """What a hook may do wrong, each as a function that does it."""

    @staticmethod
    def error() -> Any:
        raise RuntimeError("two\nlines of   trouble")

    @staticmethod
    def exit() -> Any:
        raise SystemExit(3)

    @staticmethod
    def generator_exit() -> Any:
        raise GeneratorExit

    @staticmethod
    def misses_a_file() -> Any:
        raise FileNotFoundError(2, "No such file", "/srv/plugins/list.json")

    @staticmethod
    def misses_a_name() -> Any:
        raise ImportError("cannot import name 'a' from 'b' (/srv/plugins/b.py)", name="b", path="/srv/plugins/b.py")

    @staticmethod
    def unprintable() -> Any:
        class UnprintableError(Exception):
            def __str__(self) -> str:
                raise ValueError

        raise UnprintableError

    @staticmethod
    def late() -> Any:
        yield Good
        raise LookupError("late")

    @staticmethod
    def no_list() -> Any:
        return 5

    @staticmethod
    def text() -> Any:
        return "good"


@pytest.mark.parametrize(
    ("hook", "reason"),
    [
        (Raises.error, "RuntimeError: two lines of trouble"),
        (Raises.exit, "SystemExit: 3"),
        (Raises.generator_exit, "GeneratorExit"),
        (Raises.unprintable, "UnprintableError"),
        (Raises.misses_a_file, "FileNotFoundError: [Errno 2] No such file: 'list.json'"),
        (Raises.misses_a_name, "ImportError: cannot import name 'a' from 'b' (b.py)"),
        (Raises.late, "LookupError: late"),
        (Raises.no_list, "folkmoot_connectors gave what is no list but of type int; allowed: a list of connectors"),
        (Raises.text, "folkmoot_connectors gave what is no list but of type str; allowed: a list of connectors"),
    ],
)
def test_a_hook_that_fails_breaks_its_plugin_and_no_other(hook: Any, reason: str) -> None:
    registry = load(bad=plugin(hook), good=GOOD)
    assert broken(registry) == {"bad": reason}
    assert list(registry.connectors) == ["good"]


@pytest.mark.parametrize("answer", [lambda: None, lambda: 1 / 0], ids=["lets through", "hides"])
def test_an_interrupt_of_the_user_is_none_of_a_plugin_s_faults(answer: Any) -> None:
    def interrupted() -> Any:
        try:
            signal.raise_signal(signal.SIGINT)
        finally:
            answer()

    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        load(x=plugin(interrupted))
    assert signal.getsignal(signal.SIGINT) is before


def test_an_interrupt_that_nobody_asked_for_breaks_its_plugin_and_no_other() -> None:
    def pretends() -> Any:
        raise KeyboardInterrupt

    def pretends_late() -> Any:
        class Pretends(Good):
            def __init__(self) -> None:
                raise KeyboardInterrupt

        return [Pretends]

    registry = load(bad=plugin(pretends), late=plugin(pretends_late), good=GOOD)
    assert broken(registry) == {"bad": "KeyboardInterrupt", "late: connector good": "KeyboardInterrupt"}
    assert list(registry.connectors) == ["good"]


def test_plugins_are_loaded_in_any_thread() -> None:
    with ThreadPoolExecutor(1) as pool:
        assert list(pool.submit(load, good=GOOD).result().connectors) == ["good"]


def test_what_a_plugin_prints_while_it_is_loaded_is_no_output(capsys: pytest.CaptureFixture[str]) -> None:
    def talks() -> Any:
        sys.stdout.write("hello from a plugin\n")
        return [Good]

    assert list(load(x=plugin(talks)).connectors) == ["good"]
    assert capsys.readouterr() == ("", "hello from a plugin\n")


def test_an_unknown_hook_and_a_wrong_signature_break_the_plugin() -> None:
    @hooks.hookimpl
    def folkmoot_conectors() -> Any:
        return []

    @hooks.hookimpl
    def folkmoot_sites(store: Any) -> Any:
        return []

    registry = load(
        misspelt=SimpleNamespace(folkmoot_conectors=folkmoot_conectors),
        greedy=SimpleNamespace(folkmoot_sites=folkmoot_sites),
        empty=SimpleNamespace(),
        good=GOOD,
    )
    reasons = broken(registry)
    assert "folkmoot_conectors" in reasons["misspelt"]
    assert "store" in reasons["greedy"]
    assert reasons["empty"].startswith("it implements no hook; allowed: ")
    assert set(reasons) == {"misspelt", "greedy", "empty"}
    assert list(registry.connectors) == ["good"]


async def _async(*_: Any) -> Any: ...


def variant(**attributes: Any) -> type[Connector]:
    """The good connector with some attributes otherwise."""
    return type("Variant", (Good,), attributes)


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (Good(), "an object of type Good is not a connector"),
        (object, "object is not a connector"),
        (Connector, "Connector is not a connector"),
        (variant(id="Not An Id"), "id: 'Not An Id' cannot be one"),
        (variant(id=5), "id is missing or not a text"),
        (variant(title=" "), "title is missing or not a text"),
        (variant(homepage="example.org"), "homepage 'example.org' is not an absolute http(s) address"),
        (variant(version=2), "version is missing or not a text"),
        (variant(start=Connector.start), "it does not say how to start: start(self, run) is missing"),
        (variant(parse=Connector.parse), "it does not say how to parse: parse(self, response) is missing"),
        (variant(map=Connector.map), "it does not say how to map: map(self, item, run) is missing"),
        (variant(map=5), "map is not a function"),
        (variant(parse=_async), "parse is async; allowed: parse(self, response) without async"),
        (variant(map=lambda self, item: None), "map cannot be called as map(self, item, run)"),
        (variant(fields=["title"]), "fields is not a mapping"),
        (variant(fields={"list": "title"}), "fields: what stands for 'list' is not a set"),
        (variant(hosts="example.org"), "hosts is not a set of texts"),
        (variant(settings={1}), "settings is not a set of texts"),
        (variant(secrets="token"), "secrets is not a set of texts"),
        (variant(__init__=lambda self, needed: None), "TypeError: "),
    ],
)
def test_a_connector_that_breaks_a_rule_is_left_out_by_itself(found: Any, reason: str) -> None:
    other = variant(id="other")
    registry = load(x=plugin([found, other]))
    (line,) = broken(registry).values()
    assert line.startswith(reason)
    assert registry.connectors == {"other": other}


@pytest.mark.parametrize("id", ["citizen_space", "citizen-space", "x", "v2.feed"])
def test_a_connector_may_be_called_as_its_module_is(id: str) -> None:
    check_connector(variant(id=id))


@pytest.mark.parametrize("id", ["_x", "x_", "X", "a b", "a/b", "ä", "x" * 101])
def test_what_no_connector_may_be_called(id: str) -> None:
    with pytest.raises(PluginError, match=r"^id: "):
        check_connector(variant(id=id))


def test_static_and_class_methods_are_functions_too() -> None:
    check_connector(variant(start=staticmethod(lambda run: []), parse=classmethod(lambda cls, response: [])))


def test_of_two_connectors_with_one_id_the_first_is_taken() -> None:
    registry = load(a=plugin([Good]), b=plugin([variant()]))
    assert registry.connectors == {"good": Good}
    assert broken(registry) == {"b: connector good": "id: 'good' is the id of another connector that is installed"}


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        ("consult.example.org", "an object of type str is not a site"),
        (site(connector="unknown"), "connector: 'unknown' is not known; allowed: good"),
        (site(id="eci"), "id: 'eci' does not start with a host name"),
        (site(id="citizen-space.uk-caa"), "id: 'citizen-space.uk-caa' does not start with a host name"),
        (site(settings={"gruop": 1}), "settings.gruop: good reads no such setting; allowed: group"),
    ],
)
def test_a_site_that_breaks_a_rule_is_left_out_by_itself(found: Any, reason: str) -> None:
    registry = load(x=plugin([Good], [found, site("example.org.budget", settings={"group": 1})]))
    (line,) = broken(registry).values()
    assert line.startswith(reason)
    assert list(registry.sites) == ["example.org.budget"]


def test_of_two_sites_with_one_id_the_first_is_taken() -> None:
    registry = load(a=GOOD, b=plugin(sites=[site()]))
    assert broken(registry) == {
        "b: site consult.example.org": "id: 'consult.example.org' is the id of another source that is installed"
    }


def test_the_id_of_a_bundled_source_is_reserved() -> None:
    with pytest.raises(PluginError, match=r"'moot\.example' is the id of a bundled source; allowed: a host name of"):
        check_source_id("moot.example", {"moot.example"})


SAMPLES_AT = datetime(2026, 3, 2, 10, tzinfo=UTC)


def sample(folder: Path, **more: Any) -> Sample:
    """A sample whose recording is in ``folder``."""
    (folder / "recording.json").write_text('{"responses": []}')
    return Sample(site=site(sample=True, **more), folder=folder, at=SAMPLES_AT)


def test_a_sample_is_no_source_of_a_live_hub(tmp_path: Path) -> None:
    registry = load(x=plugin([Good], samples=[sample(tmp_path)]))
    assert registry.broken == []
    assert registry.sites == {}
    assert registry.samples["consult.example.org"].folder == tmp_path


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (lambda good: good.site, "an object of type Site is not a sample"),
        (lambda good: replace(good, site=site()), "site.sample: it is false; allowed: true"),
        (lambda good: replace(good, site=site(sample=True, connector="x")), "connector: 'x' is not known"),
        (
            lambda good: replace(good, site=site("samples", sample=True)),
            "id: 'samples' does not start with a host name",
        ),
        (lambda good: replace(good, folder=good.folder / "none"), "folder: 'none' holds no recording"),
        (lambda good: replace(good, at=SAMPLES_AT.replace(tzinfo=None)), "at: 2026-03-02T10:00:00 has no offset"),
    ],
)
def test_a_sample_that_breaks_a_rule_is_left_out_by_itself(found: Any, reason: str, tmp_path: Path) -> None:
    good = sample(tmp_path, id="good.example.org")
    registry = load(x=plugin([Good], samples=[found(good), good]))
    (line,) = broken(registry).values()
    assert line.startswith(reason)
    assert list(registry.samples) == ["good.example.org"]


def test_a_sample_takes_no_id_of_another_source(tmp_path: Path) -> None:
    registry = load(x=plugin([Good], [site()], samples=[sample(tmp_path)]))
    assert broken(registry) == {
        "x: sample consult.example.org": "id: 'consult.example.org' is the id of another source that is installed"
    }


@pytest.mark.parametrize("id", ["consult.example.org", "example.org.budget", "a.de", "xn--bcher-kva.example.x.1"])
def test_ids_that_start_with_a_host_name(id: str) -> None:
    assert starts_with_host(id)


@pytest.mark.parametrize("id", ["eci", "citizen-space.uk-caa", "example", "127.0.0.1", "example.1", "-a.org", "a..org"])
def test_ids_that_do_not(id: str) -> None:
    assert not starts_with_host(id)


def channel(**attributes: Any) -> Publisher:
    made = type("Variant", (Channel,), attributes)()
    assert isinstance(made, Publisher)
    return made


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (Channel, "Channel is not a channel"),
        (channel(id=None), "id is missing or not a text"),
        (channel(id="a b"), "id: 'a b' cannot be one"),
        (channel(path="lines.txt"), "path: 'lines.txt' is not one"),
        (channel(path="/lines?x"), "path: '/lines?x' is not one"),
        (channel(path="/a/../b c"), "path: '/a/../b c' is not one"),
        (channel(path="/"), "path: '/' is not one"),
        (channel(path="/api/v1/lines"), "path: '/api/v1/lines' is an address of the hub"),
        (channel(path="/metrics"), "path: '/metrics' is an address of the hub"),
        (channel(media_type="text"), "media_type: 'text' is not one"),
        (channel(order="upwards"), "order: 'upwards' is none; allowed: relevance, closing,"),
        (channel(dated="yes"), "dated: 'yes' is neither; allowed: True or False"),
        (channel(most=0), "most: 0 is no such number; allowed: 1 to 500"),
        (channel(most=501), "most: 501 is no such number; allowed: 1 to 500"),
        (channel(word=None), "word is not a text"),
        (channel(publish=Publisher.publish), "it does not say how to publish"),
        (channel(publish=_async), "publish is async"),
        (channel(publish=lambda self: b""), "publish cannot be called as publish(self, listing)"),
    ],
)
def test_a_channel_that_breaks_a_rule_is_left_out_by_itself(found: Any, reason: str) -> None:
    good = channel(id="other", path="/other.txt")
    registry = load(x=plugin(publishers=[found, good]))
    (line,) = broken(registry).values()
    assert line.startswith(reason)
    assert registry.publishers == [good]


def test_of_two_channels_at_one_address_the_first_is_taken() -> None:
    registry = load(a=GOOD, b=plugin(publishers=[channel(id="other")]), c=plugin(publishers=[channel(path="/x")]))
    assert set(broken(registry)) == {"b: channel other", "c: channel lines"}
    check_publisher(channel(id="third", path="/third"))


def test_dots_cannot_lead_a_channel_out_of_its_address() -> None:
    with pytest.raises(PluginError, match="path"):
        check_publisher(channel(path="/lines/../api"))


def test_every_rule_of_the_engine_s_three_functions_is_checked() -> None:
    assert set(plugin_rules._METHODS) == {"start", "parse", "map"}


def test_an_object_that_fails_when_looked_at_is_left_out() -> None:
    class Nasty:
        @property
        def id(self) -> str:
            raise RuntimeError

    assert broken(load(x=plugin([Nasty()], [Nasty()], [Nasty()]), good=GOOD)).keys() == {
        "x: connector of type Nasty",
        "x: site of type Nasty",
        "x: channel of type Nasty",
    }


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("import missing_module_of_a_plugin", "ModuleNotFoundError: No module named 'missing_module_of_a_plugin'"),
        ("def (:", "SyntaxError: "),
        ("raise SystemExit('bye')", "SystemExit: bye"),
        ("1 / 0", "ZeroDivisionError: "),
        ("", "AttributeError: "),
    ],
)
def test_a_module_that_cannot_be_loaded_breaks_its_plugin_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, reason: str
) -> None:
    (tmp_path / "bad_plugin.py").write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "bad_plugin", raising=False)
    registry = load_plugins({"good": GOOD}, [EntryPoint("bad", "bad_plugin:thing", hooks.PROJECT)])
    (one,) = registry.broken
    assert one.name == "bad"
    assert one.reason.startswith(reason)
    assert list(registry.connectors) == ["good"]


def own(id: str = "own.example.org", connector: str = "good", more: str = "") -> str:
    return f'[[site]]\nid = "{id}"\nconnector = "{connector}"\ntitle = "Own"\nbase = "https://own.example"\n{more}\n'


class TestConfiguredSources:
    """The operator's sites beside those of plugins."""

    def config(self, folder: Path, text: str) -> Any:
        file = folder / "hub.toml"
        file.write_text(textwrap.dedent(text))
        return load_config(file, {"HOME": str(folder)})

    def test_an_operator_s_site_stands_beside_those_of_plugins(self, tmp_path: Path) -> None:
        found = configured_sources(load(good=GOOD), self.config(tmp_path, own()), NOW)
        assert list(found) == ["consult.example.org", "own.example.org"]

    @pytest.mark.parametrize(
        ("harvest", "enabled"),
        [
            ("", {"consult.example.org", "own.example.org"}),
            ("disabled = ['own.example.org']", {"consult.example.org"}),
            ("only = ['own.example.org']", {"own.example.org"}),
            ("only = ['waiting.example.org']", {"waiting.example.org"}),
            ("enabled = ['waiting.example.org']", {"consult.example.org", "own.example.org", "waiting.example.org"}),
            ("only = ['own.example.org']\ndisabled = ['own.example.org']", set()),
        ],
    )
    def test_the_operator_says_which_are_harvested(self, tmp_path: Path, harvest: str, enabled: set[str]) -> None:
        registry = load(x=plugin([Good], [site(), site("waiting.example.org", enabled=False)]))
        found = configured_sources(registry, self.config(tmp_path, f"[harvest]\n{harvest}\n" + own()), NOW)
        assert {one.id for one in found.values() if one.enabled} == enabled

    @pytest.mark.parametrize(
        ("text", "line"),
        [
            ("[harvest]\nonly = ['eci']", "harvest.only: 'eci' is no source; allowed: consult.example.org"),
            (own(connector="x"), "[[site]] own.example.org: connector: 'x' is not known; allowed: good"),
            (own(id="consult.example.org"), "[[site]] consult.example.org: id: a plugin brings a source"),
            (own(id="town"), "[[site]] town: id: 'town' does not start with a host name; allowed: a host name of"),
            (own(more="settings = { a = 1 }"), "[[site]] own.example.org: settings.a: good reads no such"),
        ],
    )
    def test_what_is_wrong_is_told_in_one_line(self, tmp_path: Path, text: str, line: str) -> None:
        config = self.config(tmp_path, text)
        with pytest.raises(ConfigError) as caught:
            configured_sources(load(good=GOOD), config, NOW)
        assert str(caught.value).startswith(f"{config.file}: {line}")

    def test_a_site_with_the_id_of_a_bundled_one_is_told_how_to_have_that_one_and_how_another(
        self, tmp_path: Path
    ) -> None:
        config, registry = self.config(tmp_path, own(id="town")), load(good=GOOD)
        registry.reserved = frozenset({"town"})
        with pytest.raises(ConfigError) as caught:
            configured_sources(registry, config, NOW)
        said, _, allowed = str(caught.value).partition("; allowed: ")
        assert said.startswith(f"{config.file}: [[site]] town: id: a source with it comes with Folkmoot")
        assert allowed.startswith('[harvest] enabled = ["town"]')
        assert "for other settings an id of your own: a host name of yours" in allowed

    def test_a_broken_plugin_stops_no_hub_that_is_configured_for_it(self, tmp_path: Path) -> None:
        registry = load(bad=plugin(Raises.error), good=GOOD)
        text = "[harvest]\ndisabled = ['theirs']\n" + own(connector="theirs")
        config = self.config(tmp_path, text)
        for _ in range(2):
            assert list(configured_sources(registry, config, NOW)) == ["consult.example.org"]
        assert list(broken(registry)) == ["bad", "configuration: site own.example.org"]

    def test_settings_that_the_connector_refuses_are_told_with_file_site_and_setting(self, tmp_path: Path) -> None:
        config = self.config(tmp_path, own(connector="strict", more="settings = { group = 1 }"))
        with pytest.raises(ConfigError) as caught:
            configured_sources(load(x=plugin([Strict])), config, NOW)
        assert str(caught.value) == f"{config.file}: [[site]] own.example.org: setting group: 1 is wrong; allowed: 'a'"

    def test_a_site_that_is_not_harvested_is_asked_nothing(self, tmp_path: Path) -> None:
        config = self.config(tmp_path, own(connector="strict", more="enabled = false\nsettings = { group = 1 }"))
        assert list(configured_sources(load(x=plugin([Strict])), config, NOW)) == ["own.example.org"]

    def test_a_plugin_s_own_site_with_wrong_settings_is_broken_and_stops_no_other(self, tmp_path: Path) -> None:
        wrong = site("theirs.example.org", connector="strict", settings={"group": 1})
        registry = load(good=GOOD, x=plugin([Strict], [wrong]))
        for _ in range(2):
            found = configured_sources(registry, self.config(tmp_path, ""), NOW)
            assert list(found) == ["consult.example.org"]
        assert broken(registry) == {"site theirs.example.org": "setting group: 1 is wrong; allowed: 'a'"}
        assert len(registry.broken) == 1

    @pytest.mark.parametrize("error", [ZeroDivisionError("hush"), SystemExit(3)])
    def test_a_connector_that_fails_at_the_start_is_named_and_its_source_stays(
        self, tmp_path: Path, error: BaseException
    ) -> None:
        class Fails(Good):
            def start(self, run: Run) -> Iterator[Request]:
                raise error

        registry = load(x=plugin([Fails]))
        assert list(configured_sources(registry, self.config(tmp_path, own()), NOW)) == ["own.example.org"]
        [(name, reason)] = broken(registry).items()
        assert name == "connector good: site own.example.org"
        assert type(error).__name__ in reason
        assert "hush" not in reason
