"""Rows that are only ever appended: neither the program nor the database changes or deletes one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from charter.domain.vocabulary.counts import Counts
from charter.domain.vocabulary.errors import Conflict
from charter.models.actions import Action, ActionStep, Comment, Rebase, Reply
from charter.models.base import AppendOnly, db
from charter.models.charters import CharterVersion
from charter.models.checks import Tick
from charter.models.classes import ClassChange, ClassDecision, ExpertOpinion, ExpertRound, ExpertSeat, SectorEntry
from charter.models.figures import ApiToken, Push
from charter.models.frontline import Estimate, Moderation, Observation, PosterFile, WordPin, WordReading
from charter.models.records import AuditEntry, Measurement, ReportFile, Run, SealedPart, Snapshot, counts_of
from charter.models.reports import Edition, EditionFile
from tests.models.survey_rows import SURVEY_ROWS

NOW = datetime(2026, 11, 10, 9, 0, 0, 123456, tzinfo=UTC)
HASH = "0" * 64


def make_version() -> CharterVersion:
    return CharterVersion(
        number=1,
        key="small",
        valid_from=date(2026, 7, 1),
        document="{}",
        content_hash=HASH,
        folder="/data",
        applied_at=NOW,
        applied_by="Mia",
    )


def make_run() -> Run:
    return Run(
        indicator_key="answered",
        period_key="2026-10",
        version_id=1,
        outcome="done",
        as_of=NOW,
        seconds=0.5,
        definition_hash=HASH,
        started_by="clock",
    )


def make_measurement(**given: Any) -> Measurement:
    whole: dict[str, Any] = dict.fromkeys(
        ("numerator", "denominator", "pending", "stopped", "total", "squares", "promoters", "detractors"), 0
    ) | dict.fromkeys(("channel", "segment"), "")
    whole |= {"run_id": 1, "indicator_key": "answered", "period_key": "2026-10", "unit_key": "nice", "excluded": {}}
    return Measurement(**(whole | {"recorded_at": NOW, "recorded_by": "clock"} | given))


def make_snapshot() -> Snapshot:
    return Snapshot(
        period_key="2026-10",
        version_id=1,
        document="{}",
        sha256=HASH,
        previous_sha256=HASH,
        frozen_at=NOW,
        frozen_by="Mia",
    )


def make_part() -> SealedPart:
    return SealedPart(sha256=HASH, content=b"packed")


def make_file() -> ReportFile:
    return ReportFile(
        snapshot_id=1,
        unit_key="company",
        language="fr",
        content=b"%PDF\x00",
        size=5,
        sha256=HASH,
        versions={"weasyprint": "1"},
        rendered_at=NOW,
    )


def make_entry() -> AuditEntry:
    return AuditEntry(
        at=NOW, actor="Mia", action="charter:apply", subject="small", after={"n": 1}, previous_hash=HASH, hash="1" * 64
    )


def make_push() -> Push:
    return Push(token_id=1, key="k1", body_sha256=HASH, answer={"taken": 1}, at=NOW)


def make_observation() -> Observation:
    return Observation(
        kind="obstacle",
        unit_key="nice",
        commitment_key="answer",
        language="fr",
        month="2026-11",
        sent_at=NOW,
        form_hash=HASH,
        text_sha256=HASH,
    )


def make_moderation() -> Moderation:
    return Moderation(observation_id=1, step="accept", at=NOW, by="Mia")


def make_estimate() -> Estimate:
    return Estimate(
        unit_key="nice",
        commitment_key="answer",
        month="2026-11",
        answer=80,
        browser_hash=HASH,
        given_on=date(2026, 11, 10),
    )


def make_comment() -> Comment:
    return Comment(
        commitment_key="answer",
        period_key="2026-10",
        unit_key="nice",
        text="Two desks were closed.",
        written_at=NOW,
        written_by="Carl",
    )


def make_reply() -> Reply:
    return Reply(
        commitment_key="answer",
        period_key="2026-10",
        unit_key="nice",
        text="@Ana, when?",
        named=" 1 ",
        written_at=NOW,
        written_by="Carl",
    )


def make_word_reading() -> WordReading:
    return WordReading(words_key="letters", period_key="2026-10", document={"texts": [], "units": {}}, at=NOW)


def make_word_pin() -> WordPin:
    return WordPin(
        words_key="letters",
        expression="fr prélèvement double",
        written="prélèvement en double",
        commitment_key="answer",
        unit_key="nice",
        is_lifted=False,
        at=NOW,
        by="Ana",
    )


def make_action() -> Action:
    return Action(
        commitment_key="answer",
        indicator_key="answered",
        period_key="2026-10",
        unit_key="nice",
        what="Open a desk",
        expected="90 % again",
        owner="Accueil",
        due_on=date(2026, 12, 1),
        planned_at=NOW,
        planned_by="Carl",
    )


def make_step() -> ActionStep:
    return ActionStep(action_id=1, kind="close", done_on=date(2026, 11, 9), at=NOW, by="Carl")


def make_rebase() -> Rebase:
    return Rebase(
        indicator_key="answered",
        unit_key="nice",
        period_key="2026-10",
        is_lifted=False,
        reason="A new desk",
        action_id=1,
        at=NOW,
        by="Mia",
    )


def make_decision() -> ClassDecision:
    facts = {"valid_from": date(2026, 11, 1), "decided_on": date(2026, 11, 10), "recorded_at": NOW}
    said = {"because": "Said so", "origin": "page", "disagreements": [], "decided_by": "Ana", "recorded_by": "Ana"}
    return ClassDecision(commitment_key="care", class_="trust", **facts, **said)


def make_class_change() -> ClassChange:
    floor = {"floor_before": 5, "floor_after": 6}
    return ClassChange(
        commitment_key="care", class_="trust", moved_on=date(2026, 11, 1), because=[], at=NOW, by="clock", **floor
    )


def make_sector_entry() -> SectorEntry:
    days = {"seen_on": date(2026, 11, 1), "known_on": date(2026, 11, 10), "recorded_at": NOW}
    return SectorEntry(commitment_key="care", company="Ada", promised=True, source="page 3", recorded_by="Ana", **days)


def make_round() -> ExpertRound:
    days = {"opened_on": date(2026, 11, 10), "closes_on": date(2026, 12, 1), "opened_at": NOW}
    return ExpertRound(commitment_key="care", opened_by="Ana", **days)


def make_seat() -> ExpertSeat:
    return ExpertSeat(round_id=1, name="Kim", sha256=HASH)


def make_opinion() -> ExpertOpinion:
    said = {"floor": "yes", "earns": "no", "because": "It is owed"}
    return ExpertOpinion(seat_id=1, answered_on=date(2026, 11, 11), answered_at=NOW, **said)


def make_poster_file() -> PosterFile:
    return PosterFile(
        snapshot_id=1,
        unit_key="nice",
        language="fr",
        paper="A4",
        content=b"%PDF",
        size=4,
        sha256=HASH,
        versions={},
        rendered_at=NOW,
    )


def make_edition() -> Edition:
    return Edition(
        period_key="2026-10",
        number=1,
        snapshot_id=1,
        document="{}",
        sha256=HASH,
        previous_sha256=HASH,
        approved_at=NOW,
        approved_by="Ana",
    )


def make_edition_file() -> EditionFile:
    return EditionFile(
        edition_id=1,
        unit_key="company",
        language="fr",
        content=b"%PDF\x00",
        size=5,
        sha256=HASH,
        versions={"weasyprint": "1"},
        rendered_at=NOW,
    )


ROWS = {
    "charter_versions": make_version,
    "runs": make_run,
    "measurements": make_measurement,
    "sealed_parts": make_part,
    "snapshots": make_snapshot,
    "report_files": make_file,
    "audit_entries": make_entry,
    "pushes": make_push,
    "observations": make_observation,
    "moderations": make_moderation,
    "estimates": make_estimate,
    "comments": make_comment,
    "replies": make_reply,
    "actions": make_action,
    "action_steps": make_step,
    "rebases": make_rebase,
    "editions": make_edition,
    "edition_files": make_edition_file,
    "class_decisions": make_decision,
    "class_changes": make_class_change,
    "sector_entries": make_sector_entry,
    "expert_rounds": make_round,
    "expert_seats": make_seat,
    "expert_opinions": make_opinion,
    "poster_files": make_poster_file,
    "word_readings": make_word_reading,
    "word_pins": make_word_pin,
} | SURVEY_ROWS


@pytest.fixture
def filled(empty: Flask) -> Flask:
    """One row in each table."""
    db.session.add(ApiToken(name="crm", sha256=HASH, units=[], created_at=NOW, created_by="Mia"))
    db.session.commit()
    for make in ROWS.values():
        db.session.add(make())
        db.session.commit()
    return empty


def test_there_is_a_row_here_for_every_guarded_table() -> None:
    assert {model.__tablename__ for model in AppendOnly.__subclasses__()} == set(ROWS)  # type: ignore[attr-defined]


@pytest.mark.parametrize("table", ROWS)
def test_the_program_refuses_to_change_or_delete(filled: Flask, table: str) -> None:
    model = type(ROWS[table]())
    row = db.session.execute(select(model)).scalar_one()
    name = next(column.name for column in model.__table__.columns if column.type.python_type is str)
    setattr(row, name, "changed")
    with pytest.raises(Conflict, match="only ever appended: write a correction instead"):
        db.session.commit()
    db.session.rollback()
    db.session.delete(db.session.execute(select(model)).scalar_one())
    with pytest.raises(Conflict, match="only ever appended"):
        db.session.commit()
    db.session.rollback()
    assert db.session.execute(select(model)).scalar_one() is not None


@pytest.mark.parametrize("table", ROWS)
def test_the_database_refuses_to_change_delete_or_replace(filled: Flask, engine: str, table: str) -> None:
    said = f"rows of {table} are only ever appended"
    statements = [f"UPDATE {table} SET id = 7", f"DELETE FROM {table}"]
    if engine == "postgres":
        statements += [f"TRUNCATE {table} CASCADE"]
    else:
        statements += [f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"]
    for statement in statements:
        with pytest.raises(DBAPIError, match=said):
            db.session.execute(text(statement))
        db.session.rollback()
    assert db.session.execute(text(f"SELECT id FROM {table}")).scalars().all() == [1]


def test_numbers_are_kept_exactly(filled: Flask) -> None:
    third = Decimal("0.1") + Decimal("0.2")
    row = make_measurement(numerator=10**25, denominator=third, total=Decimal("-4.50"), squares=Decimal("1E-7"))
    db.session.add(row)
    db.session.commit()
    db.session.expire_all()
    assert (row.numerator, row.denominator, row.total, row.squares) == (
        10**25,
        Decimal("0.3"),
        Decimal("-4.5"),
        Decimal("0.0000001"),
    )
    assert type(row.numerator) is int
    assert counts_of(row) == Counts(
        numerator=10**25, denominator=Decimal("0.3"), total=Decimal("-4.5"), squares=Decimal("1E-7")
    )


def test_instants_are_kept_in_utc_and_need_a_zone(empty: Flask) -> None:
    db.session.add(Tick(id=1, at=NOW.astimezone(timezone(timedelta(hours=5)))))
    db.session.commit()
    db.session.expire_all()
    found = db.session.execute(select(Tick.at)).scalar_one()
    assert (found, found.tzinfo) == (NOW, UTC)
    db.session.add(Tick(id=2, at=NOW.replace(tzinfo=None)))
    with pytest.raises(StatementError, match="an instant needs its zone"):
        db.session.commit()
    db.session.rollback()


@pytest.mark.parametrize(
    "make",
    [
        lambda: make_measurement(run_id=99),
        lambda: make_measurement(corrects_id=99),
        make_snapshot,
        make_file,
        make_entry,
        make_version,
    ],
)
def test_the_database_keeps_links_and_unique_keys(filled: Flask, make: Any) -> None:
    db.session.add(make())
    with pytest.raises(IntegrityError):
        db.session.commit()
    db.session.rollback()


def test_a_file_brings_its_bytes_only_when_asked(filled: Flask) -> None:
    db.session.expire_all()
    file = db.session.execute(select(ReportFile)).scalar_one()
    assert "content" not in file.__dict__
    assert file.content == b"%PDF\x00"
