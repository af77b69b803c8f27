"""The figures of a month are read in the same few statements, however many commitments there are."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from charter.domain.vocabulary.permissions import COMMAND_LINE, VISITOR
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.services.charters.versions import history
from charter.services.checks.calendar import calendar
from charter.services.desk.desk import desk
from charter.services.frontline.intranet import intranet
from charter.services.month.overview import overview
from charter.services.records.transactions import transaction
from charter.services.schedule.due import make_due
from tests.services.databases import statements
from tests.services.world import NOW, apply, data, many


@pytest.fixture(params=[1, 60])
def sized(request: pytest.FixtureRequest, empty: Flask, data_folder: Path) -> int:
    """A charter of one or of sixty commitments, its checks due."""
    apply(many(request.param), data())
    make_due(history(), NOW)
    with transaction():
        db.session.execute(update(DueCheck).values(state="done", done_at=NOW))
    overview(COMMAND_LINE, NOW)  # the charter's document is parsed once in a process
    db.session.remove()
    return int(request.param)


def test_pages_ask_the_database_as_often_for_one_commitment_as_for_sixty(sized: int) -> None:
    with statements() as sent:
        found = desk(COMMAND_LINE, NOW)
    assert len(found["overview"]["commitments"]) == sized + 1
    # The newest of the records, the month's checks, checks, readings, what staff observed and estimated.
    assert len(sent) == 5
    db.session.remove()
    with statements() as sent:
        intranet(VISITOR, NOW, unit="nice")
    assert len(sent) <= 12
    db.session.remove()
    with statements() as sent:
        calendar(COMMAND_LINE, NOW)
    assert len(sent) == 3
