"""Incivility that staff write down: kept without person and hour, followed up, counted without small counts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from charter.domain.vocabulary.errors import Conflict, Invalid, NotAllowed, NotFound
from charter.domain.vocabulary.permissions import COMMAND_LINE, Actor
from charter.domain.vocabulary.terms import Role
from charter.models.base import db
from charter.models.frontline import ErasableText, Moderation, Observation
from charter.models.jobs import Post
from charter.models.readings import ReadingRow
from charter.models.records import Run
from charter.services.alerts.worklist import worklist
from charter.services.checks.running import Tally, run_due
from charter.services.desk.desk import desk
from charter.services.frontline.incidents import Support, incident_form, support
from charter.services.frontline.intranet import intranet
from charter.services.frontline.moderation import accept, answer, erase, observations, to_read
from charter.services.people.rate_limit import TooMany
from charter.services.records.access import Access
from tests.services.frontline.incident_world import LOGGED, MIA, month_of_incidents, note, stood_by
from tests.services.frontline.test_observations import CLARA, count, entries
from tests.services.verification.test_verify import broken, rewrite
from tests.services.world import NOW, apply

ANA = Actor("Ana", Role.DIRECTOR)


@pytest.fixture
def log(empty: Flask) -> Flask:
    apply(LOGGED)
    return empty


def test_an_incident_is_kept_without_person_and_hour(log: Flask) -> None:
    number = note("f1", date(2026, 10, 31), actor=CLARA, text="On m’a crié dessus.")
    row = db.session.get(Observation, number)
    assert row is not None
    assert (row.kind, row.unit_key, row.month, row.happened_on) == ("incident", "vannes", "2026-10", date(2026, 10, 31))
    assert (row.incident, row.touchpoint, row.commitment_key) == ("insult", "phone", None)
    # Midnight in Paris: the day of writing alone.
    assert row.sent_at == datetime(2026, 11, 9, 23, tzinfo=UTC)
    (entry,) = entries("observation:send")
    assert (entry.actor, entry.at) == ("staff, no name asked", row.sent_at)
    # Who reads the log learns neither place nor day nor kind, and cannot count those of a site.
    assert entry.after == {"sha256": row.text_sha256}
    assert count(Post) == 0
    assert broken() == ""


def test_the_same_form_counts_once_and_no_words_are_needed(log: Flask) -> None:
    assert note("f1") == note("f1")
    assert note("f2") != note("f1")
    assert (count(Observation), count(ErasableText)) == (2, 2)


@pytest.mark.parametrize(
    ("given", "refusal", "said"),
    [
        ({"unit": "nowhere"}, NotFound, "The charter has no unit nowhere."),
        ({"kind": "gossip"}, Invalid, "Choose what happened from the list."),
        ({"touchpoint": "moon"}, Invalid, "Choose a touchpoint from the list, or none."),
        ({"day": date(2026, 11, 11)}, Invalid, "This day is still to come"),
        ({"day": date(2026, 8, 9)}, Invalid, "More than 92 days ago"),
        ({"text": "x" * 501}, Invalid, r"has 501 characters; write at most 500\."),
    ],
)
def test_what_cannot_be_is_refused(log: Flask, given: dict[str, object], refusal: type[Exception], said: str) -> None:
    with pytest.raises(refusal, match=said):
        note("f1", **given)
    assert count(Observation) == 0


def test_a_charter_without_a_log_takes_none(charted: Flask) -> None:
    with pytest.raises(NotFound, match="keeps no log of incidents"):
        note("f1")
    with pytest.raises(NotFound):
        incident_form(CLARA, NOW)
    assert intranet(COMMAND_LINE, NOW)["has_incidents"] is False


def test_one_site_cannot_be_flooded_in_a_day(log: Flask) -> None:
    for turn in range(30):
        note(f"f{turn}")
    with pytest.raises(TooMany):
        note("more")
    note("elsewhere", unit="nice")
    note("tomorrow", now=NOW + timedelta(days=1))


def test_the_form_offers_what_the_charter_says(log: Flask) -> None:
    offered = incident_form(CLARA, NOW)
    assert [one["key"] for one in offered["kinds"]] == ["insult", "threat"]
    assert (offered["touchpoints"], offered["today"], offered["hidden_below"]) == (
        ["phone", "counter"],
        "2026-11-10",
        5,
    )
    assert intranet(COMMAND_LINE, NOW)["has_incidents"] is True


def test_it_waits_for_support_and_is_shown_to_nobody_else(log: Flask) -> None:
    number = note("f1", text="Menacé au téléphone.")
    (row,) = to_read(MIA, [number])
    assert row["happened"] is not None
    assert (row["state"], row["happened"]["due"], row["happened"]["kind"]) == (
        "waiting", "2026-10-08", {"fr": "Insultes", "en": "Insults"},
    )  # fmt: skip
    for verb in (lambda: accept(MIA, NOW, number), lambda: answer(MIA, NOW, number, text="x")):
        with pytest.raises(Conflict, match="shown on no page"):
            verb()
    for actor in (CLARA, ANA, Actor("Eve", Role.CONTRIBUTOR, ("nice",))):
        with pytest.raises(NotAllowed):
            support(actor, NOW, number, Support(date(2026, 10, 6), "talk"))
    support(MIA, NOW, number, Support(date(2026, 10, 6), "talk", "Pris un café ensemble."))
    support(MIA, NOW, number, Support(date(2026, 10, 7), "relief"))
    (row,) = to_read(MIA, [number])
    assert row["happened"] is not None
    assert (row["state"], row["text"], row["happened"]["supported_on"]) == ("accepted", None, "2026-10-07")
    assert row["happened"]["support"] == {"fr": "Une relève", "en": "Relief"}
    assert observations(MIA)["waiting"] == 0
    assert "café" not in str([entry.after for entry in entries("observation:support")])
    shown = intranet(COMMAND_LINE, NOW, unit="vannes")
    assert "Menacé" not in str((shown["told"], shown["thanks"]))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (Support(date(2026, 10, 4), "talk"), "from the day of the incident to today"),
        (Support(date(2026, 11, 11), "talk"), "from the day of the incident to today"),
        (Support(date(2026, 10, 6), "flowers"), "Choose what was done"),
    ],
)
def test_support_is_of_the_list_and_of_a_day_that_has_come(log: Flask, given: Support, said: str) -> None:
    number = note("f1")
    with pytest.raises(Invalid, match=said):
        support(MIA, NOW, number, given)
    assert count(Moderation) == 0


def test_words_of_both_sides_are_erased_on_request(log: Flask) -> None:
    number = note("f1", text="Menacé au téléphone.")
    support(MIA, NOW, number, Support(date(2026, 10, 6), "talk", "Avec son équipe."))
    erase(MIA, NOW, number, because="demandé")
    assert count(ErasableText) == 0
    (row,) = to_read(MIA, [number])
    assert (row["words"], row["is_erased"]) == (None, True)
    assert broken() == ""


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE observations SET happened_on = '2026-10-06'",
        "UPDATE observations SET touchpoint = 'counter'",
        "UPDATE observations SET incident = 'threat'",
        "UPDATE moderations SET supported_on = '2026-10-05'",
        "UPDATE moderations SET support = 'relief'",
    ],
)
def test_a_rewritten_incident_shows(log: Flask, engine: str, statement: str) -> None:
    stood_by([note("f1")], date(2026, 10, 6))
    assert broken() == ""
    rewrite(engine, statement.split()[1], statement)
    assert "is not what was written" in broken(), "the digest of the row, which the log keeps"


def reading(unit: str) -> ReadingRow | None:
    query = select(ReadingRow).where(
        ReadingRow.indicator_key == "supported", ReadingRow.period_key == "2026-10", ReadingRow.unit_key == unit
    )
    return db.session.execute(query).scalar_one_or_none()


def test_support_in_time_is_measured_like_any_promise(log: Flask) -> None:
    """Three of Brest would show as the whole less Vannes: the whole tells them with those of Vannes."""
    found = month_of_incidents()
    stood_by(found["vannes"][:6], date(2026, 10, 9))
    stood_by(found["nice"][:5], date(2026, 10, 24))
    tally = run_due(COMMAND_LINE, NOW, Access())
    assert isinstance(tally, Tally)
    assert tally.failed == 0
    whole = reading("company")
    assert whole is not None
    # 16 that count: of Vannes those of 6 October and before are late; Nice on the third day is in time.
    assert (whole.denominator, whole.pending) == (16, 0)
    assert whole.numerator == 0 + sum(9 - day <= 3 for day in range(1, 7)) + 5
    nice = reading("nice")
    assert nice is not None
    assert (nice.numerator, nice.denominator) == (5, 6)
    for hidden in (reading("vannes"), reading("brest"), reading("west")):
        assert hidden is None or hidden.denominator == 0
    run = db.session.query(Run).filter_by(indicator_key="supported", period_key="2026-10").one()
    assert (run.seen, run.rows_read) == (None, 16)
    view = next(one for one in desk(ANA, NOW, unit="west")["overview"]["commitments"] if one["key"] == "stand-by")
    assert (view["status"], view["reason"]) == ("no-data", "few-written")
    assert view["indicators"][0]["denominator"] is None, "0 would say that there are none"
    assert broken() == ""


def test_late_and_still_open_is_missed(log: Flask) -> None:
    numbers = [note(f"f{at}", date(2026, 11, 6)) for at in range(5)]
    stood_by(numbers[:2], date(2026, 11, 7))
    run_due(COMMAND_LINE, datetime(2026, 12, 9, 9, tzinfo=UTC), Access())
    query = select(ReadingRow).where(ReadingRow.indicator_key == "supported", ReadingRow.unit_key == "vannes")
    row = db.session.execute(query.where(ReadingRow.period_key == "2026-11")).scalar_one()
    assert (row.numerator, row.denominator, row.pending) == (2, 5, 0)


def test_who_follows_up_is_asked_for_support(log: Flask) -> None:
    mia = Actor("Mia", Role.MANAGER, user_id=1)
    month_of_incidents()
    needs = {need.what.value: need.count for need in worklist(mia, NOW).needs}
    assert needs["support"] == 16
    assert "read" not in needs
