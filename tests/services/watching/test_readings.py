"""Readings that change open, worsen and close alerts; corrections of the past are told once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from charter.domain.figures.entries import Figure
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.models.alerts import Alert, AlertEvent
from charter.models.base import db
from charter.services.figures.write import correct_figure
from charter.services.people import accounts, mail_hours
from charter.words.alerts.figures import alert_detail
from charter.words.alerts.sentences import alert_sentence
from tests.services.alerts.test_alerts import BAD, GOOD, Installation, mails, person, spaced, told


def said(language: str = "en") -> list[str]:
    """What happened so far, in words."""
    rows = db.session.execute(select(AlertEvent, Alert).join(Alert).order_by(AlertEvent.id)).all()
    return [
        alert_sentence({"kind": alert.kind, "what": event.what, "code": event.code, "commitment": alert.commitment_key,
                        "facts": event.facts}, language).replace("\u00a0", " ").replace("\u202f", " ")
        for event, alert in rows
    ]  # fmt: skip


@pytest.fixture
def small(empty: Flask, tmp_path: Path) -> Installation:
    return Installation(tmp_path)


def test_a_miss_of_the_floor_is_told_at_once_and_the_return_with_thanks(small: Installation) -> None:
    person("Ana", "Service clients")
    small.give(7, GOOD)
    assert (said(), mails()) == ([], [])
    small.give(8, BAD)
    assert said() == ["“An answer in 5 days” is missed in August 2026."]
    assert mails() == [("ana", "alerts", 1)]
    line = told("alerts")[0]["lines"][0]
    assert spaced(alert_detail(line, "en")) == (
        "Answers in 5 days: 60.0%, required at least 80%, of 40 cases, after 100.0% in July 2026. Lowest: Agence de "
        "Vannes (60.0%). Chance alone does not explain this miss."
    )
    assert alert_sentence(line, "fr") == (
        "L’engagement «\u202fUne réponse en 5 jours\u202f» n’est pas tenu en août\u00a02026."
    )
    # It is still so: nothing new to say.
    small.give(9, BAD)
    assert len(said()) == len(mails()) == 1
    small.give(10, GOOD)
    assert said()[1:] == ["“An answer in 5 days” is kept again, in October 2026. Thanks to all who made it so."]
    assert len(mails()) == 1, "good news waits for the digest"
    small.post(datetime(2026, 11, 11, 7, 30, tzinfo=UTC))
    assert mails()[1:] == [("ana", "digest", 1)]
    states = db.session.execute(select(Alert.state)).scalars().all()
    assert states == ["closed"]
    small.post(datetime(2026, 11, 30, 7, 30, tzinfo=UTC))
    assert len(mails()) == 2


def test_what_is_not_floor_waits_for_the_digest_and_unacceptable_is_told_as_worse(small: Installation) -> None:
    person("Bea", "Facturation")
    small.give(7, {"vannes": (40, 40, 40)})
    small.give(8, {"vannes": (40, 40, 32)})
    assert said() == ["“A right bill” is missed in August 2026."]
    assert mails() == []
    small.post(datetime(2026, 9, 11, 5, 59, tzinfo=UTC))
    assert mails() == []
    small.post(datetime(2026, 9, 11, 6, 0, tzinfo=UTC))
    assert mails() == [("bea", "digest", 1)]
    small.give(9, {"vannes": (40, 40, 10)})
    assert said()[1:] == ["“A right bill” has come to an unacceptable level in September 2026."]
    reach_of = {"at_once": "all", "digest": "weekly", "digest_day": "0", "digest_at": "08:00"}
    bea = accounts.person(1)
    assert bea is not None
    mail_hours.choose_mail_hours(bea, small.now, reach_of)
    small.give(10, {"vannes": (40, 40, 40)})
    # The tenth of November 2026 is a Tuesday: the digest of Monday the 16th holds both.
    small.post(datetime(2026, 11, 15, 23, tzinfo=UTC))
    # What worsened and was well again before it could be told is told as well again.
    assert [what for _, what, _ in mails()] == ["digest"]
    small.post(datetime(2026, 11, 16, 7, 0, tzinfo=UTC))
    assert mails()[1:] == [("bea", "digest", 1)]


def test_history_that_is_loaded_at_once_gives_one_digest_of_how_things_stand(small: Installation) -> None:
    person("Ana", "Service clients", "Facturation")
    for number, figures in ((7, BAD), (8, GOOD), (9, BAD), (10, BAD)):
        small.give(number, figures, tick=False)
    small.tick(datetime(2026, 11, 10, 9, tzinfo=UTC))
    assert said() == ["“An answer in 5 days” is missed in October 2026."]
    assert mails() == []
    small.post(datetime(2026, 11, 11, 7, 0, tzinfo=UTC))
    assert mails() == [("ana", "digest", 1)]
    assert told("digest")[0]["lines"][0]["facts"]["since"] == "2026-09"


def correct(small: Installation, period: str, numerator: int) -> None:
    """The letters of Vannes, twenty of its forty cases."""
    numbers = {"numerator": numerator, "denominator": 20}
    small.now += timedelta(hours=1)
    figure = Figure("answered", period, "vannes", numbers, f"Recount {numerator}", "letter", "")
    correct_figure(COMMAND_LINE, small.now, figure)
    small.post()


def test_a_correction_of_the_past_is_told_once(small: Installation) -> None:
    person("Ana", "Service clients")
    for number in (7, 8, 9):
        small.give(number, GOOD)
    correct(small, "2026-08", 4)
    told_once = "The figure of “An answer in 5 days” was corrected, in August 2026: kept → missed."
    assert said() == [told_once]
    assert mails() == [("ana", "alerts", 1)], "at once"
    correct(small, "2026-08", 5)
    assert said()[1:] == [
        "The figure of “An answer in 5 days” was corrected, in August 2026; its status stays: missed."
    ]
    assert db.session.execute(select(Alert.state)).scalars().all() == ["closed", "closed"]
    # The newest month: how things stand today has changed, and that is told as it always is.
    correct(small, "2026-09", 4)
    assert said()[2:] == [
        "The figure of “An answer in 5 days” was corrected, in September 2026: kept → missed.",
        "“An answer in 5 days” is missed in September 2026.",
    ]
    correct(small, "2026-09", 20)
    assert said()[4] == "The figure of “An answer in 5 days” was corrected, in September 2026: missed → kept."
    small.post(datetime(2026, 10, 11, 7, tzinfo=UTC))
    assert [what for _, what, _ in mails()] == ["alerts"] * 4
    lines = [spaced(alert_sentence(line, "en")) for one in told("alerts") for line in one["lines"]]
    assert not any("Thanks" in line for line in lines), "a correction is no news of the service"
    assert "Corrected by the command line: “Recount 20”" in spaced(alert_detail(told("alerts")[-1]["lines"][0], "en"))


def test_a_correction_of_the_past_may_end_what_is_open_today(small: Installation) -> None:
    person("Ana", "Service clients")
    for number, figures in ((7, GOOD), (8, BAD), (9, {"vannes": (40, 31, 40)})):
        small.give(number, figures)
    # September is near: it neither opens nor closes. Without the miss of August nothing is open.
    assert said() == ["“An answer in 5 days” is missed in August 2026."]
    correct(small, "2026-08", 20)
    assert said()[1:] == [
        "The figure of “An answer in 5 days” was corrected, in August 2026: missed → kept.",
        "“An answer in 5 days” is no longer missed, in September 2026: nearly kept.",
    ]
