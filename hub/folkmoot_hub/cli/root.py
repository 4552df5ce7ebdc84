"""The tree of commands, which the documentation is made from, too."""

from __future__ import annotations

from typing import Any, Final

import click

from folkmoot_hub.cli import (
    authoring,
    doctor,
    exporting,
    harvesting,
    keeping,
    quarantine,
    searching,
    serving,
    showing,
    sources,
    validating,
    working,
)
from folkmoot_hub.cli.running import Group

_MODULES: Final = (
    serving, harvesting, sources, searching, showing, exporting, quarantine, validating, keeping, doctor, authoring,
    working,
)  # fmt: skip


class NobodyReads(Exception):
    """Raised when whoever read our output has gone."""


class _Root(Group):
    """The group of all commands."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; click would end the program by itself, as a failure, when nobody reads on."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise NobodyReads from error


@click.group(
    cls=_Root,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    examples=["folkmoot demo", "folkmoot harvest eci", "folkmoot search water --country BE"],
)
@click.version_option(package_name="folkmoot", prog_name="folkmoot")
def folkmoot() -> None:
    """A federation hub for e-participation: one search and one feed of consultations, petitions and initiatives."""


for module in _MODULES:
    for command in module.COMMANDS:
        folkmoot.add_command(command)
