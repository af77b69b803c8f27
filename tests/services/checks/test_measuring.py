"""Measuring a source: one that fails or hangs fails its own checks and no other."""

from __future__ import annotations

import shutil
import socket
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.models.base import db
from charter.models.readings import ReadingRow
from charter.services.checks.measuring import Measuring
from charter.services.checks.running import Tally, run_due
from charter.services.records.access import Access
from tests.services.checks.test_running import check_of, runs
from tests.services.world import NOW, TEXT, apply, data


def reading(indicator: str, period: str, unit: str = "company") -> ReadingRow:
    query = select(ReadingRow).where(
        ReadingRow.indicator_key == indicator, ReadingRow.period_key == period, ReadingRow.unit_key == unit
    )
    return db.session.execute(query).scalar_one()


def test_a_source_that_hangs_fails_its_own_checks_and_no_other(empty: Flask) -> None:
    """A server that takes the connection and never says a word, asked for half the time that a claim is held."""
    hung = TEXT.replace("bills: {kind: csv, path: bills.csv}", 'bills: {kind: database, url: "env:B", table: bills}')
    apply(hung)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        place = f"postgresql://u:hush@127.0.0.1:{silent.getsockname()[1]}/x"
        tally = run_due(COMMAND_LINE, NOW, Access(environment={"B": place}, lease=timedelta(seconds=12)))
    assert (tally.done, tally.failed) == (4, 4)
    said = str(runs("billed")[-1].error)
    assert said.startswith("The source “bills” gave no answer within 6 seconds, and the run was ended")
    assert "hush" not in said


def test_in_one_source_a_failing_indicator_does_not_stop_the_others(empty: Flask) -> None:
    twin = TEXT.replace("source: bills", "source: cases").replace("success: {right: 1}", "success: {gone: 1}")
    apply(twin)
    assert run_due(COMMAND_LINE, NOW, Access()) == Tally(due=8, done=4, failed=4, late=4)
    assert reading("answered", "2026-10").denominator == 62
    note = check_of("billed", "2026-10").note
    assert note is not None
    assert "gone" in note


@pytest.mark.parametrize("found", [b"\x00\xff\x00\xfe garbage", b"", b'id,opened,agency,right\n1,"2026-10-01,x,1\n'])
def test_a_file_that_is_no_table_fails_its_own_indicator_only(empty: Flask, tmp_path: Path, found: bytes) -> None:
    shutil.copytree(data(), tmp_path / "own")
    (tmp_path / "own/bills.csv").write_bytes(found)
    apply(folder=tmp_path / "own")
    tally = run_due(COMMAND_LINE, NOW, Access())
    assert tally.due == 8
    assert tally.done >= 4
    assert check_of("answered", "2026-10").state == "done"
    assert check_of("billed", "2026-10").state != "running"


def test_a_fault_nobody_foresaw_fails_the_run_and_the_others_go_on(
    charted: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    opened = Measuring.opened

    def crash(self: Measuring, version: object, source: str) -> object:
        if source == "bills":
            raise RuntimeError("the disk sings")
        return opened(self, version, source)  # type: ignore[arg-type]

    monkeypatch.setattr(Measuring, "opened", crash)
    assert run_due(COMMAND_LINE, NOW, Access()) == Tally(due=8, done=4, failed=4, late=4)
    note = check_of("billed", "2026-10").note
    assert note is not None
    assert note.startswith("billed could not be measured (RuntimeError: the disk sings).")
    assert "billed could not be measured" in caplog.text
