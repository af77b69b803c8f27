"""Figures sent by several at the same moment: one is written, the others see it; guards of what was pushed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from charter.domain.vocabulary.errors import CharterError, Conflict, Invalid
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.models.base import db
from charter.models.figures import Push
from charter.models.records import Measurement
from charter.services.figures.pushes import Sending, push_figures
from charter.services.figures.write import enter_figures
from charter.services.people.tokens import create_token
from charter.services.verification.verify import verify
from tests.services.by_hand import MIA, by_hand, share
from tests.services.databases import new_url, opened, template_of
from tests.services.world import NOW, START

AT_ONCE = 6


def with_token() -> None:
    by_hand()
    create_token(COMMAND_LINE, START, name="crm")


@pytest.fixture
def hand(engine: str, tmp_path: Path) -> Iterator[Flask]:
    with opened(new_url(engine, tmp_path, template_of(engine, with_token)), tmp_path) as app:
        yield app


def at_once(app: Flask, do: Callable[[int], Any]) -> list[Any]:
    """What each of several threads got, or was refused, when all began together."""
    start, found = threading.Barrier(AT_ONCE), list[Any]()

    def run(turn: int) -> None:
        with app.app_context():
            start.wait()
            try:
                found.append(do(turn))
            except CharterError as error:
                found.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(turn,)) for turn in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_one_body_sent_by_many_at_once_counts_once(hand: Flask) -> None:
    sending = Sending(1, "october", "a" * 64)
    answers = at_once(hand, lambda turn: push_figures(MIA, NOW, sending, [share("vannes", 45, 50)]))
    assert sorted(is_replayed for _, is_replayed in answers) == [False] + [True] * (AT_ONCE - 1)
    assert all(answer == answers[0][0] for answer, _ in answers)
    assert db.session.execute(select(func.count(Measurement.id))).scalar_one() == 1
    assert verify(COMMAND_LINE)["broken"] is None


def test_of_many_figures_for_one_cell_one_is_first_and_the_others_must_say_why(hand: Flask) -> None:
    answers = at_once(hand, lambda turn: enter_figures(MIA, NOW, [share("vannes", 40 + turn, 50)]))
    refused = [one for one in answers if isinstance(one, Invalid)]
    assert len(refused) == AT_ONCE - 1
    assert all("say why it is corrected" in str(one) for one in refused)
    assert db.session.execute(select(func.count(Measurement.id))).scalar_one() == 1
    assert verify(COMMAND_LINE)["broken"] is None


def test_a_whole_and_its_part_at_once_never_both(hand: Flask) -> None:
    units = ("west", "vannes") * AT_ONCE
    answers = at_once(hand, lambda turn: enter_figures(MIA, NOW, [share(units[turn], 1, 2)]))
    assert sum(isinstance(one, Conflict) for one in answers) == AT_ONCE // 2
    assert db.session.execute(select(func.count(Measurement.id))).scalar_one() == 1


def test_what_was_pushed_is_guarded(hand: Flask) -> None:
    push_figures(MIA, NOW, Sending(1, "october", "a" * 64), [share("vannes", 45, 50)])
    push = db.session.execute(select(Push)).scalar_one()
    push.body_sha256 = "b" * 64
    with pytest.raises(Conflict, match="only ever appended"):
        db.session.commit()
    db.session.rollback()
    for statement in ("UPDATE pushes SET key = 'x'", "DELETE FROM pushes"):
        with pytest.raises(DBAPIError, match="only ever appended"):
            db.session.execute(text(statement))
        db.session.rollback()


@pytest.mark.parametrize("key", ["", "é", "x" * 256, "a\nb"])
def test_a_key_that_is_none_is_refused(hand: Flask, key: str) -> None:
    with pytest.raises(Invalid, match="Idempotency-Key"):
        push_figures(MIA, NOW, Sending(1, key, "a" * 64), [share("vannes", 45, 50)])
