"""A virtual environment of its own for what a test installs; it sees whatever the environment of the tests has."""

from __future__ import annotations

import os
import signal
import subprocess
import sysconfig
import venv
from pathlib import Path

#: Whatever is installed comes from the folders that are named, is built with what is here, and asks nobody.
_OFFLINE = {
    "PIP_NO_INDEX": "1",
    "PIP_NO_DEPS": "1",
    "PIP_NO_BUILD_ISOLATION": "0",  # pip's way of saying yes
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_QUIET": "1",
}
#: What the tester's own surroundings must not decide.
_OURS = ("FOLKMOOT_DATA", "FOLKMOOT_CONFIG", "FOLKMOOT_NOW", "PYTEST_ADDOPTS", "XDG_DATA_HOME")
#: A command that takes longer, in seconds, waits for something that does not come.
_PATIENCE = 120.0
_COMMANDS = {
    "folkmoot": "from folkmoot_hub.cli import main; main()",
    "pip": "from pip._internal.cli.main import main; raise SystemExit(main())",
    "pytest": "from pytest import console_main; raise SystemExit(console_main())",
}


class Environment:
    """A virtual environment in ``folder``, with the commands folkmoot, pip and pytest."""

    patience = _PATIENCE

    def __init__(self, folder: Path) -> None:
        venv.create(folder, symlinks=True, with_pip=False)
        self.python = folder / "bin" / "python"
        packages = Path(sysconfig.get_path("purelib", "venv", {"base": str(folder)}))
        # Not as a path alone: what the tests' environment has installed for editing is named by such files, too.
        ours = sysconfig.get_path("purelib")
        (packages / "tests.pth").write_text(f"import site; site.addsitedir({ours!r})\n")
        for name, code in _COMMANDS.items():
            command = folder / "bin" / name
            command.write_text(f"#!{self.python}\n{code}\n")
            command.chmod(0o755)
        kept = {name: value for name, value in os.environ.items() if name not in _OURS}
        path = os.pathsep.join([str(folder / "bin"), kept.get("PATH", os.defpath)])
        # A home of its own: where no directory is named, the hub's is there.
        own = {"PATH": path, "VIRTUAL_ENV": str(folder), "HOME": str(folder / "home"), "COLUMNS": "100"}
        self.variables = {**kept, **_OFFLINE, **own}

    def run(self, *command: str | Path, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the environment, whatever its exit code."""
        first, *rest = command
        return subprocess.run(
            [self.python.parent / first, *rest],
            cwd=cwd,
            env={**self.variables, **variables},
            capture_output=True,
            text=True,
        )

    def shell(self, command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        """Run a command line; standard error is part of the output. ``TimeoutExpired`` if it does not end."""
        with subprocess.Popen(
            ["/bin/sh", "-c", command],
            cwd=cwd,
            env=self.variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        ) as running:
            try:
                told, _ = running.communicate(timeout=self.patience)
            except subprocess.TimeoutExpired:
                os.killpg(running.pid, signal.SIGKILL)  # the shell, and whatever it started
                raise
            return subprocess.CompletedProcess(command, running.returncode, told)

    def install(self, *sources: Path) -> None:
        """Build these packages and install them, with nobody asked."""
        done = self.run("pip", "install", *sources, cwd=sources[0])
        assert done.returncode == 0, done.stdout + done.stderr
