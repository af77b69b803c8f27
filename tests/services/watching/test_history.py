"""The past is read again after a correction: how things stand, since when, and what of it is news."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from sqlalchemy import select

from charter.domain.alerts.alert_rules import HOLDS, Happening, Mark, Seen, Watch
from charter.domain.vocabulary.terms import PeriodKind
from charter.models.alerts import Alert
from charter.models.base import db
from charter.services.watching.history import difference, how_it_stands
from tests.services.alerts.test_alerts import BAD, GOOD, Installation, person
from tests.services.watching.test_readings import correct, said

MISSED, WORST = Seen(Mark.BAD, "missed"), Seen(Mark.BAD, "unacceptable", is_worst=True)


def test_what_was_worst_in_the_past_is_no_news_of_today() -> None:
    before = Watch(is_open=True, since="2026-07")
    for newest, expected in ((MISSED, None), (WORST, Happening.WORSENED)):
        after = how_it_stands(before, [("2026-07", WORST), ("2026-08", newest)], HOLDS[PeriodKind.MONTH])
        assert difference(before, after, newest) is expected


def test_since_when_follows_a_correction_and_a_return_after_one_is_thanked(empty: Flask, tmp_path: Path) -> None:
    small = Installation(tmp_path)
    person("Ana", "Service clients")
    for number, figures in ((7, GOOD), (8, BAD), (9, BAD)):
        small.give(number, figures)
    alert = db.session.execute(select(Alert)).scalar_one()
    assert alert.facts["since"] == "2026-08"
    correct(small, "2026-08", 20)
    (open_one,) = db.session.execute(select(Alert).where(Alert.state == "open")).scalars()
    assert open_one.facts["since"] == "2026-09"
    small.give(10, GOOD)
    assert said()[-1] == "“An answer in 5 days” is kept again, in October 2026. Thanks to all who made it so."
    closed = db.session.execute(select(Alert).where(Alert.closed_at.is_not(None)).order_by(Alert.id)).scalars().all()
    assert [one.facts["corrected"] for one in closed if one.id == open_one.id] == [False]
