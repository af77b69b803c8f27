"""Much work: how a process gets through it, and how it is shared among copies of a command's own process, each with a
connection of its own to the database."""

from __future__ import annotations

import gc
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from charter.models.base import db

One = TypeVar("One")
Part = TypeVar("Part")


PAGES_KEPT, PAGES_USUAL = 32_000, 2_000
"""Kibibytes of a database that SQLite keeps in memory: of much that is read, a page holds the rows of many units."""


@contextmanager
def reading_much() -> Iterator[None]:
    """Around work that reads a million rows: they make no circles, so garbage is looked for a hundred times less often,
    and a page of the database that was read is kept for the next unit.

    Looking for garbage was a third of a month's work in an organisation of 471 units, reading pages again a fifth.
    """
    before = gc.get_threshold()
    gc.set_threshold(100_000, 20, 50)
    _keep_pages(PAGES_KEPT)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        _keep_pages(PAGES_USUAL)


def _keep_pages(kibibytes: int) -> None:
    if db.engine.dialect.name == "sqlite":
        with suppress(SQLAlchemyError):  # a database that does not answer is told by the work itself
            db.session.execute(text(f"PRAGMA cache_size = -{kibibytes:d}"))


def shared(all_of_it: Sequence[One], workers: int) -> list[Sequence[One]]:
    """The work in so many shares, as even as they come."""
    count = max(1, workers if "fork" in multiprocessing.get_all_start_methods() else 1)
    return [all_of_it[at::count] for at in range(count)]


def each_share(shares: Sequence[Sequence[One]], work: Callable[[Sequence[One]], Part]) -> Iterator[Part]:
    """What each share comes to: the first is worked on here, every other in a copy of this process.

    No connection is copied: all are given up before, and each process opens its own. Raises what a share raises.
    """
    first, *others = shares
    if not others:
        yield work(first)
        return
    db.session.remove()
    db.engine.dispose()
    context = multiprocessing.get_context("fork")
    begun = []
    for share in others:
        here, there = context.Pipe(duplex=False)
        process = context.Process(target=_work, args=(work, share, there), daemon=True)
        process.start()
        there.close()
        begun.append((process, here))
    _keep_pages(PAGES_KEPT)
    yield work(first)
    for process, here in begun:
        answer = here.recv()
        process.join()
        if isinstance(answer, BaseException):
            raise answer
        yield answer


def _work(work: Callable[[Sequence[Any]], Any], share: Sequence[Any], answer: Any) -> None:
    try:
        _keep_pages(PAGES_KEPT)
        answer.send(work(share))
    except Exception as error:
        answer.send(error)
    finally:
        db.session.remove()
        db.engine.dispose()
        answer.close()
