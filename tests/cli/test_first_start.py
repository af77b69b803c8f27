"""What a command finds at its start: an empty database gets its tables; one that is damaged, emptied, older or newer is
told in one sentence, and left to its owner."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Installation
from tests.services.databases import ENGINES, new_url, template_of
from tests.services.world import applied, data


@pytest.mark.parametrize(
    "engine", [pytest.param(each, marks=pytest.mark.postgres if each == "postgres" else ()) for each in ENGINES]
)
def test_an_empty_database_gets_its_tables_with_the_first_command(engine: str, tmp_path: Path) -> None:
    here = Installation(new_url(engine, tmp_path), tmp_path)
    applied = here.run("apply", str(data() / "charter.yaml"))
    assert (applied.returncode, applied.stderr) == (0, "The database was empty: its tables are made.\n")
    assert "+ commitment answer" in applied.stdout
    again = here.run("apply", str(data() / "charter.yaml"))
    assert (again.returncode, again.stderr) == (0, "Nothing changed.\n")


OLDER = (
    "The database is older than this version of Promesse. Keep a copy first: `flask charter backup` of the release "
    "that wrote it, `pg_dump`, or `.backup` of sqlite3. Then say: flask db upgrade\n"
)


def test_an_older_database_is_left_to_its_owner(tmp_path: Path) -> None:
    file = tmp_path / "older.sqlite3"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
    connection.close()
    refused = Installation(f"sqlite:///{file}", tmp_path).run("verify")
    assert (refused.returncode, refused.stdout, refused.stderr) == (1, "", OLDER)


DAMAGED = r"The database is damaged \(.+\): stop Promesse, keep the file as it is, and restore a backup\.\n"


def garbage(file: Path) -> None:
    file.write_bytes(b"this was a database once" * 1000)


def cut(file: Path) -> None:
    """A copy that broke off half way."""
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])


def emptied(file: Path) -> None:
    file.write_bytes(b"")
    file.with_name("audit-heads").write_text(f"2026-11-01T06:00:00+00:00 9 {'a' * 64}\n")


def schema(number: str) -> Callable[[Path], None]:
    def change(file: Path) -> None:
        with closing(sqlite3.connect(file)) as connection, connection:
            connection.execute("UPDATE alembic_version SET version_num = ?", (number,))

    return change


FAULTS = [
    (garbage, DAMAGED),
    (cut, DAMAGED),
    (emptied, "The database is empty, but .+ keeps heads of an audit log that was in it: it was emptied, or "),
    (schema("0012"), re.escape(OLDER)),
    (schema("0999"), "The database was written by a newer Promesse: its schema is 0999, and release "),
]


@pytest.mark.parametrize(
    "command", [["serve"], ["scheduler"], ["status", "--json"], ["run-due", "--json"], ["backup", "copy"]], ids=" ".join
)
@pytest.mark.parametrize(("break_it", "said"), FAULTS, ids=["garbage", "cut", "emptied", "older", "newer"])
def test_a_database_that_does_not_fit_is_told_in_one_sentence(
    break_it: Callable[[Path], None], said: str, command: list[str], tmp_path: Path
) -> None:
    file = tmp_path / "promesse.sqlite3"
    shutil.copyfile(template_of("sqlite", applied), file)
    break_it(file)
    left = file.read_bytes()
    refused = Installation(f"sqlite:///{file}", tmp_path).run(*command)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert re.match(said, refused.stderr), refused.stderr
    assert refused.stderr.count("\n") == 1
    assert break_it not in (garbage, cut) or file.read_bytes() == left
