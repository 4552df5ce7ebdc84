"""Starts the servers that some tests need, and ends those that it started: ``services.py start|stop``.

Each runs on a free port of 127.0.0.1 with its files in ``.services/<name>/`` beside this folder's parent, so that
neither the machine's own server nor another clone's is touched. ``.services/env`` tells tests the addresses. What is
not installed is installed by apt (Debian, as root), and so are the programs and the dictionaries that tests ask. To add
a server, add a :class:`Service` to ``SERVICES``; to add a program, name it in ``PROGRAMS``. A Python program whose pins
contradict ours has an :class:`Environment` of its own; tests start it themselves.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / ".services"
#: Seconds that a server may take until it answers, and until it ends when asked to.
START, STOP = 60.0, 15.0
#: Debian's own way to say that the installation of a package starts no server.
POLICY = Path("/usr/sbin/policy-rc.d")


class Failed(Exception):
    """Raised when a server or a program cannot be had; its text says why and what helps."""


@dataclass(frozen=True)
class Service:
    """One server: ``command`` runs ``program`` of Debian's ``package`` in the foreground, in a folder, at a port.

    ``variable`` is what tests are told its ``address`` by; ``answers`` says whether it is ready.
    """

    name: str
    package: str
    program: str
    variable: str
    address: str
    command: Callable[[str, Path, int], list[str]]
    answers: Callable[[int], bool]


@dataclass(frozen=True)
class Environment:
    """A virtual environment made from the lock file ``lock``; ``variable`` tells tests where its ``program`` is."""

    name: str
    lock: Path
    program: str
    variable: str


def _redis(program: str, folder: Path, port: int) -> list[str]:
    return [
        program,
        "--bind",
        "127.0.0.1",
        "--port",
        str(port),
        "--save",
        "",
        "--appendonly",
        "no",
        "--dir",
        str(folder),
    ]


def _pong(port: int) -> bool:
    with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
        connection.sendall(b"PING\r\n")
        return connection.recv(16).startswith(b"+PONG")


SERVICES = (
    Service("redis", "redis-server", "redis-server", "FOLKMOOT_TEST_REDIS", "redis://127.0.0.1:{port}", _redis, _pong),
)
ENVIRONMENTS = (Environment("pywb", FOLDER.parent / "requirements-pywb.lock", "wayback", "FOLKMOOT_TEST_PYWB"),)
#: Programs that tests only run, by the Debian package that brings each.
PROGRAMS = {
    "newsboat": "newsboat",
    "sfeed": "sfeed",
    "khal": "khal",
    "hunspell": "hunspell",
    "voikkospell": "libvoikko-dev",
}
#: The dictionaries that the forms of words are reviewed by, packages without a program.
DICTIONARIES = tuple(
    """
    hunspell-bg hunspell-cs hunspell-da hunspell-de-de hunspell-el hunspell-en-gb hunspell-es hunspell-fr-classical
    hunspell-hr hunspell-hu hunspell-it hunspell-lt hunspell-lv hunspell-nl hunspell-pl hunspell-pt-pt hunspell-ro
    hunspell-sk hunspell-sl hunspell-sv myspell-et myspell-ga voikko-fi
    """.split()
)


def install(programs: Mapping[str, str] = PROGRAMS) -> int:
    """Install the programs that are not there; 1 if one could not be had, which is told, else 0."""
    failed = 0
    for program, package in programs.items():
        try:
            _say(f"{program}: {shutil.which(program) or _installed(program, package)}")
        except Failed as error:
            failed = 1
            _say(f"{program}: {error}")
    return failed


def install_dictionaries(packages: Iterable[str] = DICTIONARIES) -> int:
    """Install the dictionaries that are not there, all at once; 1 if one could not be had, which is told, else 0."""
    missing = [package for package in packages if not _there(package)]
    try:
        if missing:
            _installing("dictionaries", *missing)
    except Failed as error:
        _say(f"dictionaries: {error}")
        return 1
    _say("dictionaries: all there")
    return 0


def start(services: Iterable[Service] = SERVICES, root: Path = FOLDER, environments: Iterable[Environment] = ()) -> int:
    """Start what does not run yet, make the environments, write where all is; 1 if one could not be had, else 0."""
    root.mkdir(exist_ok=True)
    lines, failed = [], 0
    for environment in environments:
        try:
            lines.append(f"{environment.variable}={_made(root / environment.name, environment)}")
            _say(lines[-1])
        except Failed as error:
            failed = 1
            _say(f"{environment.name}: {error}")
    for service in services:
        try:
            port = _running(root / service.name, service) or _started(root / service.name, service)
        except Failed as error:
            failed = 1
            _say(f"{service.name}: {error}")
            continue
        lines.append(f"{service.variable}={service.address.format(port=port)}")
        _say(lines[-1])
    _put(root / "env", "".join(f"{line}\n" for line in lines))
    return failed


def stop(root: Path = FOLDER) -> int:
    """End every server that was started from ``root``, and no other."""
    for note in sorted(root.glob("*/process")):
        pid, born, _ = note.read_text().split()
        if _born(int(pid)) == born:
            _end(int(pid), born)
            _say(f"{note.parent.name}: ended")
        note.unlink()
    (root / "env").unlink(missing_ok=True)
    return 0


def _made(folder: Path, environment: Environment) -> Path:
    """The program in its environment, which is made anew if its lock has changed."""
    program, stamp, lock = folder / "bin" / environment.program, folder / "lock", environment.lock.read_text()
    if program.exists() and stamp.is_file() and stamp.read_text() == lock:
        return program
    _say(f"{environment.name}: making its environment")
    shutil.rmtree(folder, ignore_errors=True)
    _run(sys.executable, "-m", "venv", str(folder))
    pip = (str(folder / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--no-input", "install")
    _run(*pip, "--quiet", "--require-hashes", "-r", str(environment.lock))
    if not program.exists():
        raise Failed(f"{environment.lock.name} brings no {environment.program}")
    _put(stamp, lock)
    return program


def _run(*command: str) -> None:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        raise Failed(f"{command[2]} failed: {' '.join((done.stderr or done.stdout).split())[-500:]}")


def _running(folder: Path, service: Service) -> int | None:
    """The port of the server started earlier, if it still runs and answers; one that does not answer is ended."""
    note = folder / "process"
    if not note.is_file():
        return None
    pid, born, port = note.read_text().split()
    if _born(int(pid)) == born:
        if _ready(service, int(port)):
            return int(port)
        _end(int(pid), born)
    note.unlink()
    return None


def _started(folder: Path, service: Service) -> int:
    """The port of a new server, which answers."""
    program = shutil.which(service.program) or _installed(service.program, service.package)
    folder.mkdir(exist_ok=True)
    port = _free_port()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            service.command(program, folder, port),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=folder,
            start_new_session=True,
        )
    _put(folder / "process", f"{process.pid} {_born(process.pid)} {port}\n")
    if problem := _waited(process, lambda: _ready(service, port)):
        process.kill()
        process.wait()
        (folder / "process").unlink()
        raise Failed(f"{problem}; see {folder / 'log'}")
    return port


def _waited(process: subprocess.Popen[bytes], ready: Callable[[], bool]) -> str:
    """What is wrong with the new process, an empty text as soon as it is ready."""
    until = time.monotonic() + START
    while not ready():
        if process.poll() is not None:
            return f"it ended with {process.returncode}"
        if time.monotonic() > until:
            return f"it does not answer after {START:g} s"
        time.sleep(0.05)
    return ""


def _ready(service: Service, port: int) -> bool:
    try:
        return service.answers(port)
    except OSError:
        return False


def _installed(program: str, package: str) -> str:
    """The program's path, after apt has installed its package."""
    _installing(program, package)
    found = shutil.which(program)
    if found is None:
        raise Failed(f"the package {package} brings no {program}")
    return found


def _installing(what: str, *packages: str) -> None:
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise Failed(f"{what} is not installed; allowed: install it, or run this as root on Debian")
    _say(f"{what}: installing {' '.join(packages)}")
    with _no_start():
        _apt("update")
        _apt("install", "--yes", "--no-install-recommends", *packages)


def _there(package: str) -> bool:
    """Whether Debian's package is installed; never, where Debian's own tool is not."""
    command = ["dpkg-query", "--show", "--showformat=${db:Status-Status}", package]
    return (
        shutil.which(command[0]) is not None
        and subprocess.run(command, capture_output=True, text=True).stdout == "installed"
    )


def _apt(*arguments: str) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "--quiet=2", "-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=3", *arguments]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment)
    if done.returncode:
        raise Failed(f"apt-get {arguments[0]} failed: {' '.join((done.stderr or done.stdout).split())[-500:]}")


@contextmanager
def _no_start() -> Iterator[None]:
    """While this lasts, apt does not start the machine-wide server of a package that it installs."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink(missing_ok=True)


def _born(pid: int) -> str | None:
    """When the process began, as the kernel counts: with the id it names one process only. None if there is none."""
    try:
        # The name, in parentheses, may hold anything; the state is the first field after it, the start the twentieth.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] == "Z" else fields[19]


def _end(pid: int, born: str) -> None:
    """Ask the process to end; kill it if it does not."""
    os.kill(pid, signal.SIGTERM)
    until = time.monotonic() + STOP
    while _born(pid) == born and time.monotonic() < until:
        time.sleep(0.05)
    if _born(pid) == born:
        os.kill(pid, signal.SIGKILL)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _put(path: Path, text: str) -> None:
    draft = path.with_name(f"{path.name}.draft")
    draft.write_text(text)
    draft.replace(path)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    if sys.argv[1:] not in (["start"], ["stop"]):
        sys.stderr.write("services.py: one word is wanted; allowed: start, stop\n")
        sys.exit(2)
    if sys.argv[1] == "stop":
        sys.exit(stop())
    # All, whatever becomes of the first.
    sys.exit(max(install(), install_dictionaries(), start(environments=ENVIRONMENTS)))
