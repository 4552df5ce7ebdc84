"""The command line: what starts it, before anything else is read."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Final, NoReturn

#: As a shell says of a program that SIGINT ended: 128 and the signal (POSIX, 2.8.2).
INTERRUPTED: Final = 130


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and end the program (:mod:`folkmoot_hub.cli.program`).

    The commands are read only now, since that takes a moment in which Ctrl+C may be pressed, too.
    """
    try:
        from folkmoot_hub.cli.program import run

        run(arguments)
    except KeyboardInterrupt:
        sys.stderr.write("\nfolkmoot: interrupted\n")
        sys.exit(INTERRUPTED)
