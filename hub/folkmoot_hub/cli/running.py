"""What all commands share: the global options, the hub made from them, exit codes."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import click
import msgspec

from folkmoot_hub.clock import Clock, clock_from
from folkmoot_hub.config import Config, load_config
from folkmoot_hub.errors import UsageError
from folkmoot_hub.hub import Hub
from folkmoot_hub.jobs.owner import drain
from folkmoot_hub.jobs.samples import is_marked, refuse_samples, sample_hub
from folkmoot_hub.registry import Registry, load_plugins
from folkmoot_hub.store.sqlite.store import FILE

DONE: Final = 0
FAILED: Final = 1
WRONG_USE: Final = 2
PARTIAL: Final = 3

#: The hub's address where none is configured: that of ``folkmoot serve``.
DEFAULT_BASE: Final = "http://127.0.0.1:8000"
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


class _Ours(click.Command):
    """A command that takes the global options, too, and ends its help with ``examples``: command lines, in full."""

    def __init__(self, *args: Any, examples: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.examples = tuple(examples)
        self.params = [*self.params, *_global_options()]

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples."""
        if self.examples:
            with formatter.section("Examples"):
                for example in self.examples:
                    formatter.write(f"{'':{formatter.current_indent}}{example}\n")


class Command(_Ours):
    """One command."""


class Group(_Ours, click.Group):
    """A command that has commands of its own, among them that of all commands."""

    command_class = Command


def configuration() -> Config:
    """The configuration that the options of the running command name."""
    options = _options()
    return load_config(options.get("config"), os.environ, options.get("data"))


def clock() -> Clock:
    """The clock that the options of the running command name."""
    now = _options().get("now") or os.environ.get("FOLKMOOT_NOW")
    try:
        return clock_from(now)
    except ValueError as error:
        allowed = "a day (YYYY-MM-DD) or a time (YYYY-MM-DDThh:mm:ssZ, RFC 3339)"
        raise UsageError(f"--now: {now!r} is neither a day nor a time; allowed: {allowed}") from error


def now_given() -> bool:
    """Whether somebody said at which time the clock is to stand."""
    return bool(_options().get("now") or os.environ.get("FOLKMOOT_NOW"))


def _options() -> dict[str, Any]:
    found: dict[str, Any] = click.get_current_context().find_root().ensure_object(dict)
    return found


@contextmanager
def live_hub(check: Callable[[Hub], object] = lambda hub: None) -> Iterator[Hub]:
    """The hub of the configured data directory, which may not be one of samples; it is made if there is none.

    What ``check`` raises, of what plugins and configuration say, is raised before it is made.
    """
    config = configuration()
    refuse_samples(config.data)
    registry = load_plugins()
    if not is_hub(config):
        with passing_hub(config, registry) as hub:
            check(hub)
    with Hub(config, clock(), registry) as hub:
        check(hub)
        yield hub


@contextmanager
def passing_hub(config: Config, registry: Registry) -> Iterator[Hub]:
    """An empty hub in a folder that is gone afterwards."""
    with (
        tempfile.TemporaryDirectory(prefix="folkmoot-") as folder,
        Hub(msgspec.structs.replace(config, data=Path(folder)), clock(), registry) as hub,
    ):
        yield hub


def is_hub(config: Config) -> bool:
    """Whether the data directory holds a hub."""
    return (config.data / FILE).exists()


def must_be_hub() -> None:
    """``UsageError`` unless the configured data directory holds a hub."""
    config = configuration()
    if not is_hub(config):
        raise UsageError(f"{config.data} holds no hub yet; allowed: a directory (--data) that was harvested into")


@contextmanager
def any_hub() -> Iterator[Hub]:
    """The hub of the configured data directory, live or of samples; ``UsageError`` if there is none.

    The clock of one of samples stands where they are true, unless ``--now`` says otherwise.
    """
    must_be_hub()
    config = configuration()
    if not is_marked(config.data):
        with Hub(config, clock(), load_plugins()) as hub:
            yield hub
        return
    with sample_hub(config, load_plugins()) as hub:
        if now_given():
            hub.clock = clock()
        yield hub


@contextmanager
def searchable_hub() -> Iterator[Hub]:
    """As :func:`any_hub`, with an index that holds all that was written before."""
    with any_hub() as hub:
        drain(hub)
        yield hub


def base_url(hub: Hub) -> str:
    """The hub's address without a slash at its end."""
    return hub.config.base_url or DEFAULT_BASE


def log_to_standard_error(level: int = logging.INFO) -> None:
    """Let the program's log be seen."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
