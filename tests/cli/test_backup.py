"""The drill: everything out of one engine and into the other, moved back, and proven each time."""

from __future__ import annotations

import gzip
import json
import stat
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from charter.domain.vocabulary.errors import Conflict
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.models.base import db
from charter.services.records.backup import back_up, restore
from charter.services.records.copying import every_table, read
from charter.services.reports.snapshots import freeze_month
from tests.cli.conftest import Installation
from tests.services.databases import new_url, opened, template_of
from tests.services.world import NOW, measured

OTHER = {"sqlite": "postgres", "postgres": "sqlite"}
ENGINES = [pytest.param(each, marks=pytest.mark.postgres if each == "postgres" else ()) for each in OTHER]


def sealed() -> None:
    """What the small charter measured, with September sealed and an odd note in French."""
    measured()
    freeze_month(COMMAND_LINE, NOW, period="2026-09")


def contents(where: Installation) -> dict[str, list[Any]]:
    """All rows of all tables, as they are kept."""
    with opened(where.url, where.folder), db.engine.connect() as connection:
        return {table.name: list(read(connection, table)) for table in every_table()}


def guarded(where: Installation) -> bool:
    """Whether the database still refuses to rewrite what was measured."""
    with opened(where.url, where.folder), db.engine.connect() as connection:
        try:
            connection.execute(text("UPDATE measurements SET run_id = run_id"))
        except DBAPIError as error:
            return "only ever appended" in str(error)
    return False


@pytest.mark.parametrize("engine", ENGINES)
def test_everything_goes_out_comes_back_and_moves(engine: str, tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("first", "second")]
    for folder in folders:
        folder.mkdir()
    first = Installation(new_url(engine, tmp_path, template_of(engine, sealed)), folders[0])
    (folders[0] / "uploads").mkdir()
    (folders[0] / "uploads" / "été.csv").write_bytes(b"a;b\n\x00\xff")
    assert first.run("verify").returncode == 0  # a head is kept outside the database
    before = contents(first)
    assert len(before["measurements"]) > 20

    done = first.run("backup", str(tmp_path / "kept"), "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["verified"]
    assert told["rows"] == sum(map(len, before.values()))
    assert told["files"] == 2
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "kept").rglob("*") if path.is_file()}
    assert modes == {0o600}

    second = Installation(new_url(OTHER[engine], tmp_path), folders[1])
    done = second.run("restore", str(tmp_path / "kept"))
    assert done.returncode == 0, done.stderr
    assert "verify finds nothing rewritten" in done.stderr
    assert contents(second) == before
    assert guarded(second)
    assert (folders[1] / "uploads" / "été.csv").read_bytes() == b"a;b\n\x00\xff"
    assert (folders[1] / "audit-heads").read_text() == (folders[0] / "audit-heads").read_text()
    # Life goes on: new rows have numbers of their own, and the log its next entry.
    assert second.run("token", "crm").returncode == 0
    assert second.run("verify").returncode == 0
    again = second.run("restore", str(tmp_path / "kept"))
    assert again.returncode == 1
    assert again.stderr.count("\n") == 1

    third = Installation(new_url(engine, tmp_path), folders[1])
    address = third.url.replace("postgresql+psycopg", "postgresql")
    done = second.run("move", "--to", address)
    assert done.returncode == 0, done.stderr
    assert contents(third) == contents(second)
    assert guarded(third)
    assert third.run("token", "erp").returncode == 0
    assert third.run("verify").returncode == 0
    refused = second.run("move", "--to", address)
    assert refused.returncode == 1
    assert "holds rows already" in refused.stderr


@pytest.mark.parametrize("is_there", [True, False])
def test_a_backup_that_fails_leaves_nothing(tmp_path: Path, is_there: bool) -> None:
    home, kept = tmp_path / "home", tmp_path / "deep" / "kept"
    home.mkdir()
    if is_there:
        kept.mkdir(parents=True)

    def full(table: str) -> None:
        if table == "runs":
            raise OSError(28, "No space left on device")

    with opened(new_url("sqlite", tmp_path, template_of("sqlite", sealed)), home):
        with pytest.raises(OSError, match="No space left"):
            back_up(kept, home, NOW, full)
        assert kept.exists() == is_there
        assert back_up(kept, home, NOW, lambda _: None).tables > 20, "the next one finds room"


def test_a_damaged_or_foreign_backup_fills_nothing(tmp_path: Path) -> None:
    home, kept = tmp_path / "home", tmp_path / "kept"
    home.mkdir()
    with opened(new_url("sqlite", tmp_path, template_of("sqlite", sealed)), home):
        back_up(kept, home, NOW, lambda _: None)
        with pytest.raises(Conflict, match="is not empty"):
            back_up(kept, home, NOW, lambda _: None)
    manifest = json.loads((kept / "manifest.json").read_text())
    runs = kept / "tables" / "runs.jsonl.gz"
    whole = runs.read_bytes()
    empty = new_url("sqlite", tmp_path, template_of("sqlite"))
    with opened(empty, home):
        runs.write_bytes(gzip.compress(gzip.decompress(whole).replace(b"done", b"gone")))
        with pytest.raises(Conflict, match=r"runs\.jsonl\.gz is not what was written"):
            restore(kept, home, lambda _: None)
        runs.write_bytes(whole)
        (kept / "manifest.json").write_text(json.dumps(manifest | {"schema": "0001"}))
        with pytest.raises(Conflict, match="with schema 0001"):
            restore(kept, home, lambda _: None)
        (kept / "manifest.json").unlink()
        with pytest.raises(Conflict, match="is no backup"):
            restore(kept, home, lambda _: None)
        with db.engine.connect() as connection:
            assert all(not list(read(connection, table)) for table in every_table())


def test_a_file_that_is_there_is_never_lost(tmp_path: Path) -> None:
    home, kept, new = tmp_path / "home", tmp_path / "kept", tmp_path / "new"
    for folder in (home, new):
        folder.mkdir()
        (folder / "secret_key").write_text(folder.name)
    (home / "audit-heads").write_text("")
    (home / "promesse.sqlite3-wal").write_bytes(b"of the database that a move to PostgreSQL has left")
    (home / "demo").mkdir()
    (home / "demo" / "secret_key").write_text("another installation")
    with opened(new_url("sqlite", tmp_path, template_of("sqlite", sealed)), home):
        assert back_up(kept, home, NOW, lambda _: None).files == 2
    with opened(new_url("sqlite", tmp_path, template_of("sqlite")), new):
        (new / "audit-heads").write_text("of before")
        with pytest.raises(Conflict, match="is there already"):
            restore(kept, new, lambda _: None)
        (new / "audit-heads").unlink()
        restore(kept, new, lambda _: None)
    assert (new / "secret_key").read_text() == "home"
    assert (new / "secret_key.before-restore").read_text() == "new"
