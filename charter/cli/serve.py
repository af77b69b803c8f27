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

from charter.cli.shared import is_read_by_programs, make_tables, refusing, say, settings
from charter.log import set_up_logs
from charter.models.base import db
from charter.stopping import ALWAYS, UNLESS_IGNORED, Stopping
from charter.watchdog import STUCK
from config import PROJECT, Settings

PATIENCE = 30
"""Seconds that a process is given to finish what it does before it is killed."""

PAGES, CLOCK = "pages", "alarm clock"
FORK = multiprocessing.get_context("fork")
ENDS = (*ALWAYS, *UNLESS_IGNORED)
ARENAS = -8
"""The number by which glibc's `mallopt` knows how many stores of memory the threads of a process may have."""
HAS_SAID = 78
"""The exit code of a process that has told in one sentence why it cannot begin (EX_CONFIG)."""
PARENT_DEATH = 1
"""The number by which Linux' `prctl` knows the signal that a process gets when the one that began it ends."""


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
        is_open = _open(current, children, stopping)
        works = {CLOCK: _clock} if is_open and not pages_only else {}
        children |= {name: _start(work, _app(), current) for name, work in works.items() if not stopping.is_set()}
        _tend(children, works, stopping)
    finally:
        _stop(children.values())
    _tell("Stopped.")


def _open(current: Settings, children: dict[str, ForkProcess], stopping: Stopping) -> bool:
    """Begin the pages. They load what they need while the database is looked at, and open their door after that.
    Returns whether it is open."""
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
            if here.poll() and (doors := here.recv()):
                _tell(f"Serving on {', '.join(doors)} (Ctrl-C stops)")
                _tell_first_address(current)
                return True
    return False


def _pages(current: Settings, theirs: Connection, word: Connection) -> None:
    from charter.pages import Pages  # noqa: PLC0415 in the process that shows pages alone

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
            elif child.exitcode == HAS_SAID:
                raise SystemExit(1)
            elif child.exitcode is not None:
                _tell(f"The process of the {name} ended ({_how(child.exitcode)}); stopping everything.")
                raise SystemExit(1)


def _how(code: int) -> str:
    """How a process ended: by a code of its own, or by a signal of another (KILL: a person, or want of memory)."""
    return f"exit code {code}" if code >= 0 else f"killed by {signal.Signals(-code).name}"


def _tell(text: str) -> None:
    """To the person at the terminal, or as a line of the log where programs read it."""
    if is_read_by_programs():
        logging.getLogger(__name__).info(text)
    else:
        say(text)


def _tell_first_address(current: Settings) -> None:
    """Where nobody has an account yet: the one address at which the first is opened. It is said once, and kept nowhere
    but where standard error is."""
    from charter.services.people.first_account import first_code, has_accounts  # noqa: PLC0415 heavy

    if not has_accounts():
        code = first_code(current.secret_key, datetime.now(UTC))
        address = f"{current.public_address}/welcome/{code}"
        _tell(f"There is no account yet. Open the first one here, within two hours:\n  {address}")


def _start(work: Callable[..., None], *given: object) -> ForkProcess:
    """A copy of this process that does this work, in a group of its own, so that Ctrl-C reaches it only through us."""
    db.session.remove()
    db.engine.dispose()  # no connection is copied
    child = FORK.Process(target=_begin, args=(os.getpid(), work, *given))
    # A signal that comes now waits until the child no longer has our way to take it.
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDS)
    child.start()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDS)
    return child


def _begin(parent: int, work: Callable[..., None], *given: object) -> None:
    for number in ENDS:
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDS)
    os.setsid()
    os.chdir(PROJECT)
    _be_lean()
    _end_with(parent)
    try:
        contextvars.Context().run(work, *given)
    except SystemExit as end:
        if not isinstance(end.code, str):
            raise
        _tell(end.code)
        raise SystemExit(HAS_SAID) from None
    except Exception:
        logging.getLogger(__name__).exception("a fault of our own ends this process")
        raise SystemExit(1) from None


def _end_with(parent: int) -> None:
    """Whatever ends the process that began this one asks this one to end, so that nobody is left who holds the port;
    other systems than Linux go without."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PARENT_DEATH, signal.SIGTERM)
    if os.getppid() != parent:  # it ended before we had asked
        raise SystemExit(1)


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
