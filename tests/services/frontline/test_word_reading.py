"""Free texts are read month by month: what rises is kept, a few texts masked, for a while; all is vouched for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from charter.domain.vocabulary.errors import Invalid, NotAllowed, NotFound
from charter.domain.vocabulary.permissions import COMMAND_LINE, SCHEDULER
from charter.models.base import db
from charter.models.frontline import ErasableText, WordReading
from charter.models.jobs import Job
from charter.models.records import AuditEntry
from charter.services.frontline.moderation import accept
from charter.services.frontline.word_reading import ask_due_words, erase_old_texts, read_words
from tests.services.frontline.test_observations import MIA, send
from tests.services.frontline.words_world import ANA, KEY, READING, with_letters
from tests.services.verification.test_verify import broken
from tests.services.world import NOW

OCTOBER = "2026-10"


def kept() -> list[str]:
    return list(db.session.execute(select(ErasableText.text).order_by(ErasableText.id)).scalars())


def reading() -> WordReading:
    return db.session.execute(select(WordReading).order_by(WordReading.id.desc()).limit(1)).scalar_one()


def test_what_rises_is_kept_with_a_few_masked_texts(empty: Flask, tmp_path: Path) -> None:
    with_letters(tmp_path)
    came = read_words(COMMAND_LINE, NOW, READING, key="letters", period=OCTOBER)
    document = reading().document
    (line,) = document["units"]["company"]["rising"]
    assert (line["key"], line["count"], line["earlier"], line["months"]) == (KEY, 15, 0, 2)
    assert came.rising == 1
    assert came.texts > came.kept == len(kept()) > 15
    whole = " ".join(kept())
    assert not any(said in whole for said in ("Kerbrat", "06 12", "Gertrude"))
    assert "[…]" in whole
    assert "prélèvement" not in str(document["texts"]), "of a text its hash, and no word"
    assert {place[0] for place in line["places"]} <= set(range(len(document["texts"])))
    entry = db.session.execute(select(AuditEntry).where(AuditEntry.action == "words:read")).scalar_one()
    assert (entry.subject, entry.after["rising"]) == ("words letters 2026-10", 1)


def test_a_unit_with_few_texts_shows_none(empty: Flask, tmp_path: Path) -> None:
    with_letters(tmp_path)
    read_words(COMMAND_LINE, NOW, READING, key="letters", period=OCTOBER)
    of_nice = reading().document["units"]["nice"]
    assert (of_nice["month"], of_nice["drawn"], of_nice["rising"]) == (15, [], [])
    assert len(reading().document["units"]["vannes"]["drawn"]) == 5


def test_read_again_the_texts_before_are_erased_and_all_is_vouched_for(empty: Flask, tmp_path: Path) -> None:
    with_letters(tmp_path)
    first = read_words(COMMAND_LINE, NOW, READING, key="letters", period=OCTOBER)
    before = set(kept())
    again = read_words(COMMAND_LINE, NOW, READING, key="letters", period=OCTOBER)
    assert (again, set(kept())) == (first, before), "the same draw"
    assert len(kept()) == first.kept
    assert broken() == ""
    newest = db.session.execute(select(ErasableText).order_by(ErasableText.id.desc()).limit(1)).scalar_one()
    newest.text = "Rien."
    db.session.commit()
    assert "are not what was written" in broken()
    db.session.execute(delete(ErasableText))
    db.session.commit()
    assert "nobody has erased them" in broken()


def test_after_six_months_the_texts_are_erased_and_the_counts_stay(empty: Flask, tmp_path: Path) -> None:
    with_letters(tmp_path)
    came = read_words(COMMAND_LINE, NOW, READING, key="letters", period=OCTOBER)
    assert erase_old_texts(SCHEDULER, datetime(2027, 4, 30, 9, tzinfo=UTC)) == 0
    assert erase_old_texts(SCHEDULER, datetime(2027, 5, 1, 9, tzinfo=UTC)) == came.kept
    assert kept() == []
    assert reading().document["units"]["company"]["rising"]
    assert broken() == ""


def test_what_staff_told_is_counted_where_it_is_accepted_and_not_copied(empty: Flask, tmp_path: Path) -> None:
    with_letters(tmp_path)
    for at in range(34):
        text = f"La borne numéro {'abcdefghijklmnopqrstuvwxyzéèàùïôëç'[at]} clignote"
        number = send(f"f{at}", text=text, sender=f"s{at}", now=NOW + timedelta(hours=at))
        if at:
            accept(MIA, NOW + timedelta(hours=at), number)
    came = read_words(COMMAND_LINE, NOW, READING, key="team", period="2026-11")
    assert (came.texts, came.kept) == (33, 0)
    assert reading().document["units"]["vannes"]["window"] == 33
    drawn = reading().document["texts"]
    assert len(drawn) == 5
    assert all(one["subject"].startswith("observation ") for one in drawn)


def test_an_ended_month_is_asked_for_once_and_again_a_day_after_it_failed(empty: Flask, tmp_path: Path) -> None:
    with_letters(tmp_path)
    assert ask_due_words(SCHEDULER, datetime(2026, 11, 1, 9, tzinfo=UTC)) == 0, "on the first day rows still come in"
    for _ in range(3):
        assert ask_due_words(SCHEDULER, datetime(2026, 11, 2, 9, tzinfo=UTC)) == 2
    jobs = select(func.count()).select_from(Job)
    assert db.session.execute(jobs).scalar_one() == 2
    for job in db.session.query(Job):
        job.state = "failed"
    db.session.commit()
    ask_due_words(SCHEDULER, datetime(2026, 11, 2, 20, tzinfo=UTC))
    assert db.session.execute(jobs).scalar_one() == 2
    read_words(COMMAND_LINE, NOW, READING, key="letters", period=OCTOBER)
    ask_due_words(SCHEDULER, datetime(2026, 11, 3, 10, tzinfo=UTC))
    assert db.session.execute(jobs).scalar_one() == 3


def test_without_free_texts_nothing_is_asked_for(charted: Flask) -> None:
    assert ask_due_words(SCHEDULER, NOW) == 0
    assert erase_old_texts(SCHEDULER, NOW) == 0


def test_only_those_who_run_checks_read_and_what_is_not_there_is_refused(empty: Flask, tmp_path: Path) -> None:
    with_letters(tmp_path)
    with pytest.raises(NotAllowed):
        read_words(ANA, NOW, READING, key="letters", period=OCTOBER)
    with pytest.raises(NotFound, match="names no free texts mails"):
        read_words(COMMAND_LINE, NOW, READING, key="mails", period=OCTOBER)
    with pytest.raises(Invalid, match="2026-Q3 is no month"):
        read_words(COMMAND_LINE, NOW, READING, key="letters", period="2026-Q3")
