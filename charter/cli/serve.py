"""scheduler, serve: the alarm clock alone; pages and alarm clock together, stopped together."""

from __future__ import annotations

import contextvars
import ctypes
import logging
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess

import click
from flask import Flask, current_app

from charter.cli.log import set_up_logs
from charter.cli.shared import make_tables, refusing, say, settings
from charter.models.base import db
from charter.stopping import Stopping
from charter.watchdog import STUCK
from config import PROJECT, Settings

PATIENCE = 30
"""Seconds that a process is given to finish what it does before it is killed."""

PAGES, CLOCK = "pages", "alarm clock"
FORK = multiprocessing.get_context("fork")
ENDS = (signal.SIGTERM, signal.SIGINT)
ARENAS = -8
"""The number by which glibc's `mallopt` knows how many stores of memory the threads of a process may have."""


@click.command()
@refusing
def scheduler() -> None:
    """Run the alarm clock: due checks are run when they are due. Any number of these may run."""
    set_up_logs(settings())
    make_tables(thoroughly=True, tell=_tell)
    _be_lean()
    _clock(_app(), settings())


@click.command()
@click.option("--pages-only", is_flag=True, help="The pages alone; the alarm clock runs elsewhere (scheduler).")
@refusing
def serve(pages_only: bool) -> None:
    """Serve the pages and run the alarm clock; Ctrl-C or TERM stops both cleanly."""
    current = settings()
    set_up_logs(current)
    # First of all, so that no signal can leave a child behind.
    stopping = Stopping().listen()
    children: dict[str, ForkProcess] = {}
    try:
        _open(current, children, stopping)
        works = {} if pages_only else {CLOCK: _clock}
        children |= {name: _start(work, _app(), current) for name, work in works.items() if not stopping.is_set()}
        _tend(children, works, stopping)
    finally:
        _stop(children.values())
    _tell("Stopped.")


def _open(current: Settings, children: dict[str, ForkProcess], stopping: Stopping) -> None:
    """Begin the pages. They load what they need while the database is looked at, and open their door after that."""
    here, there = FORK.Pipe()
    children[PAGES] = _start(_pages, current, here, there)
    there.close()
    with here:
        make_tables(thoroughly=True, tell=_tell)
        with suppress(OSError):  # of pages that have ended: EOFError says so below
            here.send(True)
        while not stopping.is_set() and not here.poll(0.1):
            pass
        with suppress(EOFError, OSError):
            if here.poll() and here.recv():
                _tell(f"Serving on http://{current.host}:{current.port} (Ctrl-C stops)")
                _tell_first_address(current)


def _pages(current: Settings, theirs: Connection, word: Connection) -> None:
    from charter.cli.pages import Pages  # noqa: PLC0415 in the process that shows pages alone

    theirs.close()
    Pages(current, word).run()


def _clock(app: Flask, current: Settings) -> None:
    from charter.scheduler import start  # noqa: PLC0415 heavy

    start(app, current)


def _app() -> Flask:
    """The application itself: the threads of a clock have no request to find it by."""
    return current_app._get_current_object()  # type: ignore[attr-defined,no-any-return]


def _tend(
    children: dict[str, ForkProcess], works: Mapping[str, Callable[[Flask, Settings], None]], stopping: Stopping
) -> None:
    """Until the end is asked for: what was stuck is started again. Raises SystemExit when another ends by itself."""
    while not stopping.wait(0.5):
        for name, child in children.items():
            if child.exitcode == STUCK and name in works:
                _tell(f"The {name} was stuck and ended itself; it is started again.")
                children[name] = _start(works[name], _app(), settings())
            elif child.exitcode is not None:
                _tell(f"The {name} ended by itself (exit code {child.exitcode}); stopping everything.")
                raise SystemExit(1)


def _tell(text: str) -> None:
    """To the person at the terminal, or as a line of the log where programs read it."""
    if settings().log_format == "json":
        logging.getLogger(__name__).info(text)
    else:
        say(text)


def _tell_first_address(current: Settings) -> None:
    """Where nobody has an account yet: the one address at which the first is opened. It stands in no log."""
    from charter.services.people.first_account import first_code, has_accounts  # noqa: PLC0415 heavy

    if not has_accounts():
        code = first_code(current.secret_key, datetime.now(UTC))
        say("There is no account yet. Open the first one here, within two hours:")
        say(f"  {current.public_address}/welcome/{code}")


def _start(work: Callable[..., None], *given: object) -> ForkProcess:
    """A copy of this process that does this work, in a group of its own, so that Ctrl-C reaches it only through us."""
    db.session.remove()
    db.engine.dispose()  # no connection is copied
    child = FORK.Process(target=_begin, args=(work, *given))
    # A signal that comes now waits until the child no longer has our way to take it.
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDS)
    child.start()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDS)
    return child


def _begin(work: Callable[..., None], *given: object) -> None:
    for number in ENDS:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDS)
    os.setsid()
    os.chdir(PROJECT)
    _be_lean()
    contextvars.Context().run(work, *given)


def _be_lean() -> None:
    """Threads of this process share two stores of memory, which is ten megabytes less; other systems go without."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(ARENAS, 2)


def _stop(children: Iterable[ForkProcess]) -> None:
    found = [child for child in children if child.exitcode is None]
    for child in found:
        child.terminate()
    for child in found:
        child.join(PATIENCE)
        if child.exitcode is None and child.pid is not None:
            os.killpg(child.pid, signal.SIGKILL)
            child.join()


COMMANDS = (scheduler, serve)
