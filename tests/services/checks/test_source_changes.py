"""A changed past is noticed and told, never absorbed: done periods counted again as of then."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from charter.domain.figures.entries import Figure
from charter.domain.vocabulary.errors import Conflict, NotAllowed, NotFound
from charter.domain.vocabulary.permissions import COMMAND_LINE, Actor
from charter.domain.vocabulary.terms import Role
from charter.models.base import db
from charter.models.readings import ReadingRow
from charter.models.records import Measurement, Run
from charter.services.checks.changes_view import changed_past
from charter.services.checks.running import run_due
from charter.services.checks.source_changes import recheck
from charter.services.figures.write import correct_figure
from charter.services.records.access import Access
from charter.services.verification.verify import verify
from tests.services.databases import new_url, opened, template_of
from tests.services.kinds_world import HEAD, text, write
from tests.services.world import MONTHS, NOW, TEXT, apply, write_cases

LATER = datetime(2026, 11, 12, 9, tzinfo=UTC)


DECEMBER = datetime(2026, 12, 12, 9, tzinfo=UTC)


REWRITTEN = {**MONTHS, "2026-09": MONTHS["2026-09"] | {"nice": (20, 18, 11)}}


GROWN = {**MONTHS, "2026-11": {"vannes": (20, 19, 19)}}


@pytest.fixture
def own(engine: str, tmp_path: Path) -> Iterator[Flask]:
    """Four months measured from files of its own."""
    write_cases(tmp_path)
    with opened(new_url(engine, tmp_path, template_of(engine)), tmp_path) as app:
        apply(TEXT, tmp_path)
        run_due(COMMAND_LINE, NOW, Access())
        yield app


def written() -> tuple[int, ...]:
    return tuple(
        db.session.execute(select(func.count()).select_from(model)).scalar_one()
        for model in (Measurement, Run, ReadingRow)
    )


def test_a_changed_past_is_told_and_nothing_is_written(own: Flask, tmp_path: Path) -> None:
    before = written()
    write_cases(tmp_path, REWRITTEN)
    (found,) = recheck(COMMAND_LINE, LATER, Access())
    assert (found["indicator"], found["period"], found["changed"]) == ("billed", "2026-09", 1)
    assert found["before"] == {"value": 57 / 60, "cases": 60}
    assert found["after"] == {"value": 48 / 60, "cases": 60}
    (cell,) = found["cells"]
    assert (cell["cell"], cell["before"]["numerator"], cell["after"]["numerator"]) == ("nice", "20", "11")
    assert written() == before
    (shown,) = changed_past(COMMAND_LINE, LATER)
    assert (shown["indicator"], shown["period"], shown["noticed_at"]) == ("billed", "2026-09", LATER.isoformat())
    assert changed_past(Actor("Boris", Role.MANAGER, ("west",)), LATER) == []
    assert verify(COMMAND_LINE)["broken"] is None


def test_one_period_of_one_indicator_may_be_asked(own: Flask, tmp_path: Path) -> None:
    write_cases(tmp_path, {**MONTHS, "2026-07": {"vannes": (1, 1, 1)}})
    assert recheck(COMMAND_LINE, LATER, Access(), indicator="billed") == []
    (found,) = recheck(COMMAND_LINE, LATER, Access(), indicator="billed", period="2026-07")
    assert (found["before"]["cases"], found["after"]["cases"]) == (60, 1)


def test_a_person_s_correction_is_no_change_of_the_source(own: Flask) -> None:
    figure = Figure("billed", "2026-09", "nice", {"numerator": 11, "denominator": 20}, "Nine were wrong")
    correct_figure(COMMAND_LINE, LATER, figure)
    assert recheck(COMMAND_LINE, LATER, Access()) == []


def test_time_that_passes_is_no_change(own: Flask) -> None:
    assert recheck(COMMAND_LINE, DECEMBER, Access()) == []


def test_a_run_notices_that_a_source_was_rewritten(own: Flask, tmp_path: Path) -> None:
    before = written()[0]
    write_cases(tmp_path, GROWN | {"2026-09": REWRITTEN["2026-09"]})
    run_due(COMMAND_LINE, DECEMBER, Access())
    assert written()[0] > before
    (shown,) = changed_past(COMMAND_LINE, DECEMBER)
    assert (shown["indicator"], shown["period"], shown["after"]["value"]) == ("billed", "2026-09", 0.8)
    reading = select(ReadingRow.value).where(
        ReadingRow.indicator_key == "billed", ReadingRow.period_key == "2026-09", ReadingRow.unit_key == "company"
    )
    assert db.session.execute(reading).scalar_one() == 57 / 60


def test_a_source_that_cannot_be_read_says_so(own: Flask, tmp_path: Path) -> None:
    (tmp_path / "bills.csv").unlink()
    found = recheck(COMMAND_LINE, LATER, Access(), indicator="billed")
    assert [(one["period"], one["changed"]) for one in found] == [("2026-10", 0), ("2026-09", 0), ("2026-08", 0)]
    assert "there is no such file" in found[0]["error"]
    assert changed_past(COMMAND_LINE, LATER) == []


def test_another_definition_is_not_compared(own: Flask, tmp_path: Path) -> None:
    write_cases(tmp_path, REWRITTEN)
    apply(TEXT.replace("success: {right: 1}", "success: {right: [1, 2]}"), tmp_path)
    assert recheck(COMMAND_LINE, LATER, Access(), indicator="billed") == []


def test_who_may_and_what_there_is(own: Flask) -> None:
    with pytest.raises(NotAllowed):
        recheck(Actor("Ana", Role.DIRECTOR), LATER, Access())
    with pytest.raises(NotFound, match="no indicator gone"):
        recheck(COMMAND_LINE, LATER, Access(), indicator="gone")
    with pytest.raises(Conflict, match="no done period"):
        recheck(COMMAND_LINE, LATER, Access(), period="2026-01")


def make_table(path: Path, rows: list[tuple[str, int]]) -> None:
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as made, made:
        made.execute("CREATE TABLE cases (day TEXT, good INTEGER)")
        made.executemany("INSERT INTO cases VALUES (?, ?)", rows)


def test_every_kind_of_source_is_watched_however_long_ago(engine: str, tmp_path: Path) -> None:
    """A table of as many rows, a volume beside the cases, and a month before the last three."""
    months = [f"2026-{month:02}" for month in range(5, 11)]
    rows = [(f"{month}-10", int(at > 0)) for month in months for at in range(40)]
    make_table(tmp_path / "cases.db", rows)
    volume = [[f"{month}-10", 1000] for month in months]
    write(tmp_path, "volume.csv", "day n", volume)
    head = HEAD.replace("valid_from: 2026-10-01", "valid_from: 2026-05-01").partition("sources:")[0]
    head += (
        "sources:\n  table: {kind: database, url: 'env:CASES', table: cases}\n  volume: {kind: csv, path: volume.csv}\n"
    )
    head += HEAD[HEAD.index("commitments:") :]
    share = "kind: share, source: table, date: day, success: {good: 1}"
    rate = "kind: rate, source: table, date: day, volume: {source: volume, column: n}, per: 100, minimum: 1"
    access = Access(environment={"CASES": f"sqlite:///{tmp_path / 'cases.db'}"})
    with opened(new_url(engine, tmp_path, template_of(engine)), tmp_path):
        apply(text(keys=("good", "often"), head=head, good=share, often=rate), tmp_path)
        run_due(COMMAND_LINE, NOW, access)
        make_table(tmp_path / "cases.db", [(day, 1 if day == "2026-06-10" else good) for day, good in rows])
        write(tmp_path, "volume.csv", "day n", [[day, 2000 if "-05-" in day else n] for day, n in volume])
        run_due(COMMAND_LINE, DECEMBER, access)
        told = [(one["indicator"], one["period"]) for one in changed_past(COMMAND_LINE, DECEMBER)]
        assert told == [("good", "2026-06"), ("often", "2026-05")]
