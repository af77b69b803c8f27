"""The attacker, with the whole database and the pages, on both engines: nothing leads from an answer to its link."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from charter.domain.surveys.privacy import Kept
from charter.domain.vocabulary.errors import Conflict
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.models.base import db
from charter.services.records.sealing import use_secret
from charter.services.surveys import results_view
from charter.services.surveys.answers import hash_of
from charter.services.surveys.privacy import emptied, is_taken, people_in, put, turn_away
from charter.services.surveys.waves import close_due_waves, close_wave
from tests.services.surveys.test_waves import opened, send
from tests.services.world import NOW

PEOPLE = 20
BY_CHANCE = 7
"""Right pairs that guessing brings: one on average; seven of twenty once in twelve thousand times."""

ORDERS = {
    "sqlite": ("id", "rowid"),
    "postgres": ("id", "ctid", "xmin::text::bigint"),
}
"""By what an engine lets rows be put in order."""


def answered(tokens: Sequence[str]) -> dict[str, dict[str, list[int]]]:
    """What each of twenty people says, by the hash of their link: each something else."""
    said = {}
    for place, token in enumerate(tokens[:PEOPLE]):
        shuffled = place * 7 % PEOPLE
        pair = (1 + shuffled % 5, 1 + shuffled // 5)
        send(token, NOW + timedelta(minutes=place), {"care": pair})
        said[hash_of(token)] = {"care": list(pair)}
    return said


def rows(table: str, columns: str, order: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in db.session.execute(text(f"SELECT {columns} FROM {table} ORDER BY {order}"))]


def marks(engine: str, table: str) -> set[str]:
    """The transactions that wrote the rows of a table, as PostgreSQL keeps them."""
    return {str(row[0]) for row in rows(table, "xmin::text", "1")} if engine == "postgres" else set()


def test_no_order_and_no_transaction_joins_answers_with_links(charted: Flask, engine: str) -> None:
    number, tokens = opened()
    said = answered(tokens)
    if engine == "postgres":
        assert not marks(engine, "survey_boxes") & marks(engine, "survey_invitations")
    close_wave(COMMAND_LINE, NOW, number)
    assert len(marks(engine, "survey_responses")) <= 1, "one transaction for all"
    assert len(marks(engine, "survey_invitations")) <= 1, "of the links too: none tells when it was used"
    for by in ORDERS[engine]:
        answers = [row[0] for row in rows("survey_responses", "answers", by)]
        links = [str(row[0]) for row in rows("survey_invitations", "sha256", by) if row[0] in said]
        for guess in (links, links[::-1]):
            right = sum(
                str(said[link]) in str(answer).replace('"', "'") for link, answer in zip(guess, answers, strict=True)
            )
            assert right < BY_CHANCE, f"put in order by {by}, {right} of {PEOPLE} are found"
    used = {row[0] for row in rows("survey_invitations", "is_used", "1")}
    assert len(used) == 1, "which links were answered is forgotten"


def test_two_copies_of_the_database_do_not_show_the_answer_that_came_between(charted: Flask) -> None:
    _, tokens = opened()
    send(tokens[0])
    before = rows("survey_boxes", "id, content", "id")
    send(tokens[1], given={"care": (4, 1)})
    after = rows("survey_boxes", "id, content", "id")
    changed = [new for old, new in zip(before, after, strict=True) if old != new]
    (content,) = [bytes(row[1]) for row in changed]  # type: ignore[call-overload]
    assert b"care" not in content
    assert len(content) % 4096 == 64, "how long an answer is, the box does not tell"
    assert rows("survey_responses", "id", "id") == []


def test_pages_show_nothing_between_two_answers(charted: Flask) -> None:
    number, tokens = opened()
    looks = []
    for token in tokens[:8]:
        send(token)
        looks.append(results_view.wave(COMMAND_LINE, NOW, number)["pairs"])
    assert looks == [[{"commitment": key, "is_hidden": True} for key in ("care", "bill")]] * 8


def test_days_and_languages_of_few_people_are_not_stored(charted: Flask) -> None:
    number, tokens = opened(closes_on=NOW.date() + timedelta(days=20))
    for place, token in enumerate(tokens[:12]):
        send(token, NOW + timedelta(days=place), language="fr" if place < 2 else "en")
    close_wave(COMMAND_LINE, NOW, number)
    columns = "CAST(answered_on AS VARCHAR(10)), language, count(*)"
    found = rows("survey_responses GROUP BY 1, 2", columns, "1, 2")
    assert found == [("2026-11-14", "", 2), ("2026-11-14", "en", 3), ("2026-11-21", "en", 7)]


def test_another_key_closes_nothing_and_loses_nothing(charted: Flask) -> None:
    number, tokens = opened(closes_on=NOW.date())
    for token in tokens[:6]:
        send(token)
    use_secret("another key, by mistake, of thirty-two")
    try:
        with pytest.raises(Conflict, match="SECRET_KEY"):
            send(tokens[7])
        assert close_due_waves(COMMAND_LINE, NOW + timedelta(days=1)) == []
    finally:
        use_secret("k" * 32)
    assert close_due_waves(COMMAND_LINE, NOW + timedelta(days=1)) == ["Autumn"]
    assert results_view.wave(COMMAND_LINE, NOW, number)["answers"] == 6


def test_a_box_takes_a_form_once_and_none_that_was_turned_away(charted: Flask) -> None:
    number, _ = opened()
    given, first, second = Kept(NOW.date(), "fr", {"care": [1, 2]}), "a" * 64, "b" * 64
    put(number, given, first)
    put(number, given, first)
    assert (people_in(number), is_taken(number, first), turn_away(number, first)) == (1, True, False)
    assert turn_away(number, second) is True
    with pytest.raises(Conflict, match="one answer"):
        put(number, given, second)
    inside = emptied(number)
    assert (list(inside.answers), inside.taken) == ([given], {first})
    with pytest.raises(Conflict, match="closed"):
        put(number, given, "c" * 64)
