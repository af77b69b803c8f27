"""Everything an installation holds, as files that any engine can be filled from: backup, restore, move.

A backup is a folder: `tables/NAME.jsonl.gz` (a line for the columns, then one for each row, in the order of its key),
`files/` (what stands in VAR_FOLDER), and `manifest.json`, written last, with the hash of each file and the head of the
audit log. Values are those that the database keeps, none is read anew: what hashes vouch for stays what it was.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, make_url

from charter.domain.vocabulary.errors import Conflict
from charter.models.base import db
from charter.services.records.copying import (
    damaged_backup,
    every_table,
    fill,
    frozen,
    hash_of,
    head_of,
    open_private,
    read,
    read_lines,
    refuse_filled,
    set_sequences,
    write_lines,
)
from charter.services.records.installation import installation, known_schema

FORMAT = 1
MANIFEST = "manifest.json"
LEFT_OUT = ("uv",)
"""Folders of VAR_FOLDER that hold nothing of an installation."""
KEY, DATABASE = "secret_key", "promesse.sqlite3"
"""What the settings call them in VAR_FOLDER where they say nothing else."""
Progress = Callable[[str], object]


@dataclass(frozen=True)
class Copied:
    """How much was copied, and the head of the audit log that it ends with."""

    tables: int
    rows: int
    files: int
    head: str


def back_up(folder: Path, home: Path, now: datetime, tell: Progress) -> Copied:
    """Write everything into a new folder, as of one instant, while pages and checks go on; where that fails, nothing of
    it is left.

    Raises Conflict where the folder holds something already.
    """
    is_there = folder.exists()
    if is_there and any(folder.iterdir()):
        raise Conflict("%(folder)s is not empty: give a folder that a backup may fill alone.", folder=str(folder))
    try:
        return _written(folder, home, now, tell)
    except BaseException:
        for one in (folder / "tables", folder / "files"):
            shutil.rmtree(one, ignore_errors=True)
        (folder / MANIFEST).unlink(missing_ok=True)
        if not is_there:
            with suppress(OSError):
                folder.rmdir()
        raise


def _written(folder: Path, home: Path, now: datetime, tell: Progress) -> Copied:
    _private(folder / "tables")
    # Files first: a head that they keep must stand in the log that is copied after them.
    files = {name: _kept(path, folder / "files" / name) for name, path in _files_of(home, db.engine)}
    tables: dict[str, dict[str, Any]] = {}
    with frozen(db.engine) as connection:
        found = installation()
        head, entries = head_of(connection)
        for table in every_table():
            tell(table.name)
            tables[table.name] = write_lines(
                folder / "tables" / f"{table.name}.jsonl.gz", table, read(connection, table)
            )
    manifest = {"format": FORMAT, **found, "made_at": now.isoformat(), "head": head, "entries": entries}
    open_private(folder / MANIFEST).write_text(
        json.dumps(manifest | {"tables": tables, "files": files}, indent=1), encoding="utf-8"
    )
    return Copied(len(tables), sum(one["rows"] for one in tables.values()), len(files), head)


def restore(folder: Path, home: Path, tell: Progress) -> Copied:
    """Fill an installation that is empty: tables are made, and nothing is in them. All of it or nothing.

    Raises Conflict for a folder that is no backup, is damaged, is of another schema, or would overwrite something.
    """
    manifest = _manifest(folder)
    _refuse_overwriting(manifest, folder, home)
    with db.engine.begin() as connection:
        refuse_filled(connection)
        for table in every_table():
            tell(table.name)
            path = folder / "tables" / f"{table.name}.jsonl.gz"
            count = fill(connection, table, read_lines(path, table))
            if count != manifest["tables"][table.name]["rows"]:
                raise damaged_backup(path.name)
        set_sequences(connection)
        for name in manifest["files"]:
            _kept(folder / "files" / name, home / name)
    rows = sum(one["rows"] for one in manifest["tables"].values())
    return Copied(len(manifest["tables"]), rows, len(manifest["files"]), manifest["head"])


def move(address: str, tell: Progress) -> Copied:
    """Copy every row into an empty database of another engine; the one that is left stays as it is.

    Raises Conflict where the other is not empty, or something was written here meanwhile: then nothing is there.
    """
    engine, rows = create_engine(make_url(address), hide_parameters=True), 0
    try:
        with frozen(db.engine) as here, engine.begin() as there:
            refuse_filled(there)
            head, _ = head_of(here)
            for table in every_table():
                tell(table.name)
                rows += fill(there, table, read(here, table))
            set_sequences(there)
            with db.engine.connect() as later:
                if head_of(later)[0] != head:
                    raise Conflict(
                        "Something was written while the database was copied: stop serve and scheduler, then say it "
                        "again. Nothing was moved."
                    )
    finally:
        engine.dispose()
    return Copied(len(every_table()), rows, 0, head)


def _manifest(folder: Path) -> Mapping[str, Any]:
    """What the backup says of itself, after each of its files was found to be what it was."""
    try:
        found: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Conflict(
            "%(folder)s is no backup, or one that was not finished: it has no manifest.json.", folder=str(folder)
        ) from error
    if found["schema"] != known_schema():
        raise Conflict(
            "This backup was made by release %(release)s with schema %(schema)s; this release works on %(known)s. "
            "Restore it with that release, then upgrade.",
            release=found["release"],
            schema=found["schema"],
            known=known_schema(),
        )
    told = {f"tables/{name}.jsonl.gz": one["sha256"] for name, one in found["tables"].items()}
    for name, digest in (told | {f"files/{name}": one for name, one in found["files"].items()}).items():
        path = folder / name
        if ".." in Path(name).parts or not path.is_file() or hash_of(path) != digest:
            raise damaged_backup(name)
    if set(found["tables"]) != {one.name for one in every_table()}:
        raise damaged_backup(MANIFEST)
    return found


def _refuse_overwriting(manifest: Mapping[str, Any], folder: Path, home: Path) -> None:
    """A file that is there and another is never lost; the key that a new installation made for itself is put aside."""
    for name, digest in manifest["files"].items():
        there = home / name
        if not there.exists() or hash_of(there) == digest:
            continue
        if name != KEY:
            raise Conflict(
                "%(file)s is there already and is not that of the backup: move it away, then restore again.",
                file=str(there),
            )
        there.rename(there.with_name(f"{KEY}.before-restore"))


def _files_of(home: Path, engine: Engine) -> Sequence[tuple[str, Path]]:
    """What stands in VAR_FOLDER, but the database itself, one that a move has left there, and other installations (they
    have a key of their own)."""
    own = [f"{home.resolve() / DATABASE}"]
    if engine.dialect.name == "sqlite":
        own.append(f"{Path(engine.url.database or '').resolve()}")
    found: list[tuple[str, Path]] = []
    for here, folders, names in os.walk(home):
        at = Path(here)
        folders[:] = [one for one in sorted(folders) if one not in LEFT_OUT and not (at / one / KEY).exists()]
        paths = [at / name for name in sorted(names)]
        found += [
            (path.relative_to(home).as_posix(), path)
            for path in paths
            if path.is_file() and not path.is_symlink() and not str(path.resolve()).startswith(tuple(own))
        ]
    return found


def _kept(path: Path, there: Path) -> str:
    """Copy a file, for its owner alone; its hash."""
    _private(there.parent)
    shutil.copyfile(path, open_private(there))
    return hash_of(there)


def _private(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
