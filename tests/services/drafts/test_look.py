"""A file, or a source of the charter in force, is looked at before anything is promised on it."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from flask import Flask

from charter.domain.vocabulary.errors import NotAllowed, NotFound, SourceError
from charter.domain.vocabulary.permissions import COMMAND_LINE, Actor
from charter.domain.vocabulary.terms import Role
from charter.services.drafts.look import look_at
from charter.services.records.access import Access
from tests.services.databases import new_url, opened, template_of
from tests.services.drafts.test_start import NOW
from tests.services.world import ANSWER, HEAD, apply


def test_a_source_of_the_charter_in_force_is_looked_at(charted: Flask) -> None:
    found = look_at(COMMAND_LINE, NOW, "cases", Access())
    assert (found.plain["rows"], found.plain["kind"]) == (252, "csv")
    assert found.plain["guesses"] == {
        "case": "id", "start": "opened", "stop": "closed", "unit": "agency", "channel": "channel",
    }  # fmt: skip
    assert found.plain["undated"] == 1
    assert list(found.plain["months"]) == ["2026-07", "2026-08", "2026-09", "2026-10", "2026-11"]


def test_what_is_neither_file_nor_source_is_refused(charted: Flask, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no file nothing, and the charter in force has no source"):
        look_at(COMMAND_LINE, NOW, "nothing", Access())
    with pytest.raises(SourceError):
        look_at(COMMAND_LINE, NOW, str(_broken(tmp_path)), Access())
    with pytest.raises(NotAllowed):
        look_at(Actor("clara", Role.FRONTLINE), NOW, "cases", Access())


def _broken(folder: Path) -> Path:
    (folder / "a.csv").write_bytes(b"")
    return folder / "a.csv"


@pytest.mark.postgres
def test_a_table_of_postgres_is_looked_at_where_it_is(tmp_path: Path) -> None:
    """In seconds: merged steps of a question took its server half a minute and five gigabytes to plan."""
    url = new_url("postgres", tmp_path).replace("postgresql+psycopg://", "postgresql://", 1)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE cases (id int, opened date, closed timestamp, site text, amount numeric(8, 2))"
        )
        connection.execute(
            "INSERT INTO cases SELECT n, DATE '2026-10-01' + n % 20, CASE WHEN n % 4 > 0 THEN "
            "TIMESTAMP '2026-11-05 10:00' END, (ARRAY['Lille', 'Metz', 'NA'])[n % 3 + 1], n * 1.5 "
            "FROM generate_series(1, 120) n"
        )
        connection.execute(f"ALTER DATABASE {connection.info.dbname} SET statement_timeout = '10s'")
    source = "{kind: database, url: env:CASES, table: cases}"
    with opened(new_url("sqlite", tmp_path, template_of("sqlite")), tmp_path):
        apply(HEAD.replace("{kind: csv, path: cases.csv}", source) + ANSWER, tmp_path)
        found = look_at(COMMAND_LINE, NOW, "cases", Access(environment={"CASES": url}))
    assert [(one.name, one.kind.value, one.missing, one.distinct) for one in found.profile.columns] == [
        ("id", "number", 0, 120),
        ("opened", "date", 0, 20),
        ("closed", "instant", 30, 1),
        ("site", "text", 0, 3),
        ("amount", "number", 0, 120),
    ]
    assert found.plain["guesses"] == {
        "case": "id", "start": "opened", "stop": "closed", "unit": "site", "channel": None,
    }  # fmt: skip
    assert (found.plain["months"], found.profile.orders["opened", "closed"].before) == ({"2026-10": 120}, 90)
    assert found.profile.units == ("Lille", "Metz", "NA")
