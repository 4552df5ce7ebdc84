"""The command line.

Exit codes: 0 done, 1 failed, 2 wrong use, 3 done but partial.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from folkmoot_hub.cli import harvesting, serving
from folkmoot_hub.cli.running import FAILED, WRONG_USE, Group
from folkmoot_hub.errors import FolkmootError, UsageError

__all__ = ["folkmoot", "main"]


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="folkmoot", prog_name="folkmoot")
def folkmoot() -> None:
    """A federation hub for e-participation: one search and one feed of consultations, petitions and initiatives."""


for module in (serving, harvesting):
    for command in module.COMMANDS:
        folkmoot.add_command(command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and end the program; an error of ours is one line on standard error."""
    try:
        folkmoot.main(args=list(arguments) if arguments is not None else None, prog_name="folkmoot")
    except UsageError as error:
        _end(error, WRONG_USE)
    except FolkmootError as error:
        _end(error, FAILED)


def _end(error: FolkmootError, code: int) -> None:
    click.echo(f"folkmoot: {error}", err=True)
    sys.exit(code)
