"""The command line as a program: how what happens in a command ends it.

Exit codes: 0 done, 1 failed, 2 wrong use, 3 done but partial; 130 ended by Ctrl+C, 141 nobody read on.
Commands that serve until they are told to stop are done with Ctrl+C.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from typing import Final, NoReturn

import click

from folkmoot_hub.cli import INTERRUPTED
from folkmoot_hub.cli.output import say
from folkmoot_hub.cli.root import NobodyReads, folkmoot
from folkmoot_hub.cli.running import DONE, FAILED, WRONG_USE
from folkmoot_hub.errors import FolkmootError, UsageError

#: As a shell says of a program that SIGPIPE ended: 128 and the signal (POSIX, 2.8.2).
_NO_READER: Final = 141


def run(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and end the program; what goes wrong is one line on standard error."""
    try:
        sys.exit(_run(arguments))
    except UsageError as error:
        _end(str(error), WRONG_USE)
    except FolkmootError as error:
        _end(str(error), FAILED)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(WRONG_USE)
    except click.UsageError as error:
        where = error.ctx.command_path if error.ctx else "folkmoot"
        _end(f"{error.format_message().rstrip('.')} ({where} --help)", WRONG_USE)
    except click.ClickException as error:
        _end(error.format_message(), FAILED)
    except click.Abort as error:
        asked_to = isinstance(error.__cause__ or error.__context__, KeyboardInterrupt)
        _end("interrupted" if asked_to else "aborted: there was no answer", INTERRUPTED if asked_to else FAILED)
    except (BrokenPipeError, NobodyReads):
        _leave_quietly()
    except OSError as error:
        _end(f"{error.filename or 'the system'}: {error.strerror or error}", FAILED)


def _run(arguments: Sequence[str] | None) -> int:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that cannot show a letter gets its number
    code = folkmoot.main(
        args=list(arguments) if arguments is not None else None, prog_name="folkmoot", standalone_mode=False
    )
    sys.stdout.flush()  # now, while a reader that went away can still be told from a failure
    return code if isinstance(code, int) else DONE


def _leave_quietly() -> NoReturn:
    # What is still buffered would be written, in vain, when the interpreter ends.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(_NO_READER)


def _end(problem: str, code: int) -> NoReturn:
    say(f"folkmoot: {problem}", err=True)
    sys.exit(code)
