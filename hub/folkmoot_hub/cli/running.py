"""What all commands share: the global options, the hub made from them, exit codes, output for people and machines."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import click

from folkmoot_hub.clock import Clock, clock_from
from folkmoot_hub.config import Config, load_config
from folkmoot_hub.errors import UsageError
from folkmoot_hub.hub import Hub
from folkmoot_hub.jobs.samples import refuse_samples
from folkmoot_hub.registry import load_plugins
from folkmoot_hub.web import as_json

DONE: Final = 0
FAILED: Final = 1
WRONG_USE: Final = 2
PARTIAL: Final = 3

_FOLDER = click.Path(file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _global_options() -> list[click.Option]:
    """Options that every command takes, in whichever place."""
    return [
        click.Option(["--data"], type=_FOLDER, metavar="DIR", expose_value=False, callback=_remember,
                     help="The hub's directory.  [env: FOLKMOOT_DATA]"),
        click.Option(["--config"], type=_FILE, metavar="FILE", expose_value=False, callback=_remember,
                     help="The configuration.  [env: FOLKMOOT_CONFIG; default: folkmoot.toml in the hub's directory]"),
        click.Option(["--now"], metavar="TIME", expose_value=False, callback=_remember,
                     help="Let the clock stand at this time (RFC 3339, or a day).  [env: FOLKMOOT_NOW]"),
    ]  # fmt: skip


def _remember(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    options = context.ensure_object(dict)
    if value is not None:
        options[parameter.name] = value


class Command(click.Command):
    """A command that takes the global options, too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params = [*self.params, *_global_options()]


class Group(click.Group):
    """The group of all commands; it takes the global options in front of the command."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params = [*self.params, *_global_options()]


def configuration() -> Config:
    """The configuration that the options of the running command name."""
    options = _options()
    return load_config(options.get("config"), os.environ, options.get("data"))


def clock() -> Clock:
    """The clock that the options of the running command name."""
    value = _options().get("now") or os.environ.get("FOLKMOOT_NOW")
    try:
        return clock_from(value)
    except ValueError as error:
        raise UsageError(f"--now: {error}") from error


def _options() -> dict[str, Any]:
    found: dict[str, Any] = click.get_current_context().find_root().ensure_object(dict)
    return found


@contextmanager
def live_hub() -> Iterator[Hub]:
    """The hub of the configured data directory, which may not be one of samples."""
    config = configuration()
    refuse_samples(config.data)
    with Hub(config, clock(), load_plugins()) as hub:
        yield hub


@contextmanager
def any_hub() -> Iterator[Hub]:
    """The hub of the configured data directory, live or of samples, for commands that only read."""
    with Hub(configuration(), clock(), load_plugins()) as hub:
        yield hub


def print_json(value: Any) -> None:
    """``value`` as one line of JSON on standard output."""
    click.echo(as_json.encode(value))


def log_to_standard_error(level: int = logging.INFO) -> None:
    """Let the program's log be seen."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
