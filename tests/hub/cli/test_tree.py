"""What holds for every command: help with examples, the global options in both places, one line for a wrong option."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from folkmoot_hub.cli.root import folkmoot as root
from hub.cli.calling import Ended, folkmoot, one_line


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command with the words that lead to it."""
    for name, command in sorted(group.commands.items()):
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


TREE = dict(commands(root))
every = pytest.mark.parametrize("path", TREE, ids=" ".join)


def test_the_commands_of_the_design_are_there() -> None:
    expected = (
        "demo up serve harvest sources search show try record drift quarantine validate migrate reindex export backup"
        " restore erase connector doctor worker beat"
    )
    assert set(root.commands) == set(expected.split())
    assert ("connector", "new") in TREE


@every
def test_every_command_explains_itself_and_its_options(path: tuple[str, ...]) -> None:
    command = TREE[path]
    ended = folkmoot(*path, "--help")
    assert ended.code == 0
    assert command.help
    assert command.help.splitlines()[0].endswith((".", ":"))
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name
            assert parameter.opts[0] in ended.out


@every
def test_every_command_has_an_example_of_its_own_with_options_that_there_are(path: tuple[str, ...]) -> None:
    command = TREE[path]
    examples = getattr(command, "examples", ())
    assert examples
    assert "\nExamples:\n" in folkmoot(*path, "--help").out
    known = {opt for parameter in (*command.params, *root.params) for opt in parameter.opts}
    for subcommand in command.commands.values() if isinstance(command, click.Group) else ():
        known |= {opt for parameter in subcommand.params for opt in parameter.opts}
    for example in examples:
        mine = example.split("|")[0] if " ".join(path) in example.split("|")[0] else example.split("|")[1]
        words = shlex.split(mine.split(">")[0])
        assert words[0] == "folkmoot", example
        assert all(part in words for part in path), example
        assert {word for word in words if word.startswith("--")} <= known, example


@every
def test_the_global_options_are_taken_behind_every_command(path: tuple[str, ...], tmp_path: Path) -> None:
    missing = tmp_path / "none.toml"
    one_line(folkmoot(*path, "--config", missing), 2, "--config", "none.toml")
    one_line(folkmoot("--config", missing, *path), 2, "--config", "none.toml")


@every
def test_an_unknown_option_is_wrong_use(path: tuple[str, ...]) -> None:
    one_line(folkmoot(*path, "--colour-of-the-sky"), 2, "--colour-of-the-sky", f"(folkmoot {' '.join(path)} --help)")


def test_an_unknown_command_is_wrong_use() -> None:
    one_line(folkmoot("serach"), 2, "serach", "(folkmoot --help)")


def test_no_command_at_all_shows_the_help() -> None:
    ended = folkmoot()
    assert ended.code == 2
    assert "Commands:" in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("--data", "{demo}", "search", "bees", "--json"),
        ("search", "bees", "--json", "--data", "{demo}"),
        ("--data", "/nowhere", "search", "bees", "--json", "--data", "{demo}"),
    ],
)
def test_the_data_directory_is_taken_in_front_and_behind_where_the_latter_wins(
    demo: Path, arguments: tuple[str, ...]
) -> None:
    ended = folkmoot(*(argument.format(demo=demo) for argument in arguments))
    assert ended == _searched(demo)


def test_the_environment_names_data_directory_and_clock(demo: Path) -> None:
    assert folkmoot("search", "bees", "--json", FOLKMOOT_DATA=str(demo)) == _searched(demo)
    one_line(folkmoot("doctor", "--data", "x", FOLKMOOT_NOW="yesterday"), 2, "--now", "yesterday", "RFC 3339")


@pytest.mark.parametrize("now", ["yesterday", "2026", "2026-03", "2026-02-30", "2026-03-02T10:00"])
def test_a_clock_that_cannot_be_set_is_told_only_what_is_allowed(now: str, tmp_path: Path) -> None:
    allowed = "allowed: a day (YYYY-MM-DD) or a time (YYYY-MM-DDThh:mm:ssZ, RFC 3339)\n"
    ended = folkmoot("--data", tmp_path, "--now", now, "sources")
    assert (ended.code, ended.err) == (2, f"folkmoot: --now: {now!r} is neither a day nor a time; {allowed}")


def _searched(demo: Path) -> Ended:
    return folkmoot("--data", demo, "search", "bees", "--json")


@pytest.mark.parametrize("path", [("demo", "--once"), ("serve",), ("sources",), ("harvest", "eci")], ids=" ".join)
def test_a_configuration_that_is_wrong_is_one_line(path: tuple[str, ...], tmp_path: Path) -> None:
    config = tmp_path / "folkmoot.toml"
    config.write_text("titel = 'x'")
    one_line(folkmoot("--data", tmp_path / "data", "--config", config, *path), 2, "titel", "allowed: title")


def test_a_store_that_is_none_of_ours_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "folkmoot.db").write_text("something else " * 100)
    one_line(folkmoot("--data", tmp_path, "search"), 1, "folkmoot.db", "not a database")


@pytest.mark.parametrize(
    "path",
    [
        ("search",),
        ("export", "--format", "csv"),
        ("validate",),
        ("reindex",),
        ("drift",),
        ("backup", "{tmp_path}/backup.db"),
        ("migrate",),
    ],
    ids=lambda path: path[0],
)
def test_a_directory_without_a_hub_is_said_to_be_one_and_stays_as_it_was(path: tuple[str, ...], tmp_path: Path) -> None:
    words = [word.format(tmp_path=tmp_path) for word in path]
    one_line(folkmoot("--data", tmp_path / "typo", *words), 2, "typo", "no hub yet")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        (("harvest", "nowhere"), "'nowhere'"),
        (("harvest", "eci"), "contact"),
        (("harvest", "--all"), "contact"),
        (("up", "--port", "0"), "contact"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_command_that_cannot_begin_makes_no_hub(path: tuple[str, ...], wrong: str, tmp_path: Path) -> None:
    one_line(folkmoot("--data", tmp_path / "new", *path), 2, wrong)
    assert not (tmp_path / "new").exists()


def test_the_sources_are_listed_before_there_is_a_hub_and_none_is_made(tmp_path: Path) -> None:
    ended = folkmoot("--data", tmp_path / "new", "sources", "eci", "--json")
    assert (ended.code, [row["id"] for row in ended.json]) == (0, ["eci"])
    one_line(folkmoot("--data", tmp_path / "new", "sources", "nowhere"), 2, "'nowhere'")
    assert not (tmp_path / "new").exists()
