"""./deploy/test: everything the tests need, then pytest. With --chaos, the long form of tests/chaos; with
--tamper, what is done to a log on three nodes, as a table."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from . import bootstrap, debian
from .place import PYTHONPATH, ROOT
from .say import Trouble, line, step, trouble

#: Each worker has a database of its own, and takes half a gigabyte of memory.
MOST_AT_ONCE = 6
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SETTINGS = {
    "SECRET_KEY": "for-tests-only-" + "0123456789" * 5,
    "KEY_ENCRYPTION_KEY": "Zm9yLXRlc3RzLW9ubHktZm9yLXRlc3RzLW9ubHktLi4=",
    "STATICFILES_BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",
    # Playwright's synchronous interface runs an event loop, which Django would take for its own.
    "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
}
NO_BROWSER = """
  ************************************************************************************
  * THE BROWSER TESTS {verb}: there is no Chromium and it cannot be installed. *
  * On Debian, as root: apt-get install chromium fonts-liberation. Or set CHROMIUM.  *
  ************************************************************************************
"""


def main(arguments: list[str]) -> int:
    try:
        bootstrap.prepare("dev")
        arguments = _tamper(_chaos(arguments))
        from cordillera.embedded import ServiceError

        try:
            return _run(arguments)
        except ServiceError as error:
            return trouble(error)
    except Trouble as error:
        return trouble(error)
    except KeyboardInterrupt:
        return 130


def _chaos(arguments: list[str]) -> list[str]:
    """Without `--chaos` the arguments as they are; with it, those that run every scene of chaos."""
    if "--chaos" not in arguments:
        return arguments
    os.environ["CHAOS"] = "long"
    return ["tests/chaos", "-n", "0", *(one for one in arguments if one != "--chaos")]


def _tamper(arguments: list[str]) -> list[str]:
    """The same with `--tamper`: the scenes of tests/tamper, and the table of who noticed them."""
    if "--tamper" not in arguments:
        return arguments
    os.environ["TAMPER"] = "table"
    return ["tests/tamper", "-n", "0", *(one for one in arguments if one != "--tamper")]


def _run(arguments: list[str]) -> int:
    browser = _browser()
    if not browser:
        print(NO_BROWSER.format(verb="WILL NOT RUN"), file=sys.stderr, flush=True)
        arguments = _without_browser(arguments)
    with _folder() as data, _services(data) as urls:
        environment = _environment(data, {**urls, "CHROMIUM": browser})
        code = _pytest([*_parallel(arguments), *arguments], environment)
    if not browser:
        print(NO_BROWSER.format(verb="DID NOT RUN "), file=sys.stderr, flush=True)
    return code


def _environment(data: Path, found: dict[str, str]) -> dict[str, str]:
    """The settings, the caller's own before them, and before these what was found or started."""
    environment = {**SETTINGS, "DATA_DIR": str(data), **os.environ, **found}
    # Or every worker, and each of the hundred processes that tests start, compiles the sources anew.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment


def _browser() -> str:
    """The path of a Chromium, installed if need be and possible; empty if there is none."""
    given = os.environ.get("CHROMIUM", "")
    found = given or next(filter(None, map(shutil.which, BROWSERS)), "")
    if not found and debian.install("chromium", "fonts-liberation"):
        found = next(filter(None, map(shutil.which, BROWSERS)), "")
    return found


def _without_browser(arguments: list[str]) -> list[str]:
    """The arguments with a `-m` that also leaves the browser tests out."""
    for index, argument in enumerate(arguments[:-1]):
        if argument == "-m":
            both = f"({arguments[index + 1]}) and not browser"
            return [*arguments[: index + 1], both, *arguments[index + 2 :]]
    return [*arguments, "-m", "not browser"]


def _parallel(arguments: list[str]) -> list[str]:
    """As many at a time as there are processors and one more, since some wait for a browser or for a
    node that was killed; unless the caller says otherwise or wants to debug."""
    for argument in arguments:
        if argument.startswith(("-n", "--numprocesses", "--pdb", "--trace", "-pno:xdist")):
            return []
    return ["-n", str(min(os.cpu_count() or 1, MOST_AT_ONCE) + 1), "--dist", "worksteal"]


@contextmanager
def _folder() -> Iterator[Path]:
    """A throw-away data folder, with the folder of static files that WhiteNoise looks for."""
    folder = Path(tempfile.mkdtemp(prefix="cordillera-test-"))
    (folder / "static").mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _services(folder: Path) -> Iterator[dict[str, str]]:
    """The servers that DATABASE_URL and REDIS_URL name, or embedded ones in the folder."""
    given = {name for name in ("DATABASE_URL", "REDIS_URL") if os.environ.get(name)}
    if len(given) == 2:
        line("Testing with the given DATABASE_URL and REDIS_URL")
        yield {}
        return
    if given:
        raise Trouble(f"Only {given.pop()} is set: set both DATABASE_URL and REDIS_URL, or none.")
    from cordillera import embedded

    try:
        with step("Starting PostgreSQL and Valkey"):
            owner = embedded.start_postgres(folder / "postgres", durable=False)
            redis = embedded.start_valkey(folder / "valkey", durable=False)
        yield {"DATABASE_URL": owner.replace("/postgres?", "/cordillera?"), "REDIS_URL": redis}
    finally:
        embedded.stop_all()


def _pytest(arguments: list[str], environment: dict[str, str]) -> int:
    from cordillera.embedded import leashed

    command = [sys.executable, "-m", "pytest", *arguments]
    environment["PYTHONPATH"] = PYTHONPATH
    # Ctrl-C reaches pytest by itself; the launcher waits for its report, then stops the services.
    signal.signal(signal.SIGINT, lambda number, frame: None)
    process = subprocess.Popen(leashed(command), cwd=ROOT, env=environment)

    def end(number: int, frame: FrameType | None) -> None:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGINT)

    signal.signal(signal.SIGTERM, end)
    return process.wait()
