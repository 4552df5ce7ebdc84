"""Writes ``reference/cli.md`` from the tree of commands: ``python docs/cli_reference.py``. A test holds it to that."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

import click

from folkmoot_hub.cli.root import folkmoot

PAGE = Path(__file__).parent / "reference" / "cli.md"
_HEAD = """# Command line

<!-- Written by docs/cli_reference.py from the commands themselves. -->

`folkmoot COMMAND` is the hub's command line; `folkmoot COMMAND --help` shows what stands here. Data go to standard
output, everything else to standard error, and what goes wrong is one line there.

| exit code | meaning |
|---|---|
| 0 | done |
| 1 | failed |
| 2 | wrong use: an option, an argument or the configuration; the line says what is allowed |
| 3 | done, but partial |
| 130 | ended by Ctrl+C |
| 141 | whoever read the output has gone, as `head` does |

Commands that serve until they are told to stop (`demo`, `up`, `serve`, `worker`, `beat`) are done with Ctrl+C: 0.

## Options of every command

They are taken in front of and behind the command; what stands behind wins.

"""


def page() -> str:
    """The page as it has to be."""
    shared = {name for parameter in folkmoot.params for name in parameter.opts}
    own = [parameter for parameter in folkmoot.params if isinstance(parameter, click.Option)]
    return _HEAD + "".join([*_options(own), *_commands(folkmoot, ("folkmoot",), shared - {"--version"})])


def _commands(group: click.Group, path: tuple[str, ...], shared: set[str]) -> Iterator[str]:
    for name, command in sorted(group.commands.items()):
        yield from _command(command, (*path, name), shared)
        if isinstance(command, click.Group):
            yield from _commands(command, (*path, name), shared)


def _command(command: click.Command, path: tuple[str, ...], shared: set[str]) -> Iterator[str]:
    own = [one for one in command.params if not shared & set(one.opts)]
    arguments = " ".join(one.make_metavar(click.Context(command)) for one in own if isinstance(one, click.Argument))
    more = " COMMAND" if isinstance(command, click.Group) else ""
    yield f"## {' '.join(path)}\n\n"
    yield f"```text\n{' '.join(path)} [OPTIONS]{more}{f' {arguments}' if arguments else ''}\n```\n\n"
    yield f"{inspect.cleandoc(command.help or '')}\n\n"
    yield from _options([one for one in own if isinstance(one, click.Option)])
    examples = "\n".join(f"$ {example}" for example in getattr(command, "examples", ()))
    if examples:
        yield f"```console\n{examples}\n```\n\n"


def _options(options: list[click.Option]) -> Iterator[str]:
    for option in options:
        names, text = option.get_help_record(click.Context(folkmoot)) or ("", "")
        yield f"`{names}`\n: {' '.join(text.split())}\n\n"


if __name__ == "__main__":
    PAGE.write_text(page().rstrip() + "\n", "utf-8")
