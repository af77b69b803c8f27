"""Special causes of charts: told once, never beside a miss that is held back, and their end by no mail."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from charter.domain.figures.entries import Figure
from charter.domain.vocabulary.permissions import COMMAND_LINE, SCHEDULER
from charter.models.alerts import AlertEvent
from charter.models.base import db
from charter.services.alerts.telling import notify_people
from charter.services.alerts.time_watch import detect_changes
from charter.services.figures.write import enter_figure
from charter.services.post.sending import deliver
from tests.services.alerts.test_alerts import (
    DAYS,
    mail_port,
    mails,
    person,
    put_in_words,
)
from tests.services.post.test_outbox import office
from tests.services.watching.test_readings import said
from tests.services.world import apply

FIRST = date(2026, 3, 2)


DAILY = f"""
charter: {{key: daily, organisation: Daily, title: {{en: Daily}}, timezone: Europe/Paris, calendar: FR,
          valid_from: {FIRST}}}
units: [{{key: all, name: All, kind: company}}]
sources: {{hand: {{kind: manual}}}}
commitments:
  - key: answered
    title: {{en: An answer, fr: Une réponse}}
    promise: {{en: We answer each day., fr: Nous répondons chaque jour.}}
    owner: Service clients
    class: {{decided: confidence, by: A, because: B, date: 2026-01-01}}
    indicators:
      - {{key: answers, title: {{en: Answers, fr: Réponses}}, kind: share, source: hand, period: day, minimum: 30,
         targets: [{{from: 2026-01-01, target: 0.9, tolerance: 0.02, unacceptable: 0.5}}],
         check: {{due: 0 days, at: "06:00", late_after: 1 day, lapses_after: 30 days}}}}
"""


def live(met: list[int]) -> None:
    """Of 200 cases so many each day; the clock ticks on the morning after, and when digests leave."""
    for number, kept in enumerate(met):
        day = FIRST + timedelta(days=number)
        now = datetime.combine(day + timedelta(days=1), time(6, 5), UTC)
        enter_figure(
            COMMAND_LINE,
            now,
            Figure("answers", str(day), None, {"numerator": kept, "denominator": 200}),
        )
        for later in (timedelta(), timedelta(hours=3)):
            detect_changes(SCHEDULER, now + later)
            notify_people(SCHEDULER, now + later, escalate_after=DAYS * 1000)
            put_in_words(now + later)
            deliver(SCHEDULER, now + later, office(mail_port()))


STEADY = [194, 195, 193, 194, 196, 193, 195, 194, 193, 195, 194, 196, 194, 193, 195, 194, 195, 193]


def test_a_special_cause_of_a_kept_promise_is_told_once_and_its_end_by_no_mail(empty: Flask, tmp_path: Path) -> None:
    apply(DAILY, tmp_path, datetime.combine(FIRST, time(5), UTC))
    person("Ana", "Service clients")
    live([*STEADY, 184, *STEADY[:4]])
    assert len(said()) == 2
    assert said()[0].startswith("“Answers”: unusual value on 20 March 2026")
    assert mails() == [("ana", "alerts", 1)]


def test_a_chart_does_not_tell_what_a_held_back_miss_does_not_and_good_news_once(empty: Flask, tmp_path: Path) -> None:
    apply(DAILY, tmp_path, datetime.combine(FIRST, time(5), UTC))
    person("Ana", "Service clients")
    live([160, *STEADY, 160, *STEADY[:6], *[199] * 3, 190, *[199] * 3])
    happened = db.session.execute(select(AlertEvent.what, AlertEvent.code).order_by(AlertEvent.id)).all()
    found = [(row.what, row.code.partition("-")[0]) for row in happened]
    # The first miss and its end; the second, alone among kept days, opens nothing, nor does the chart; good news once.
    assert sorted(found) == [("again", "missed"), ("closed", "kept"), ("noted", "improvement"), ("opened", "missed")]
    assert mails() == [("ana", "digest", 1), ("ana", "digest", 1)], "good news goes along with others"
