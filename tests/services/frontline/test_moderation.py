"""Reading what staff sent: accepted, set aside, answered, erased, by those of the unit."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from charter.domain.vocabulary.errors import Conflict, Invalid, NotAllowed, NotFound
from charter.domain.vocabulary.permissions import VISITOR, Actor
from charter.domain.vocabulary.terms import Role
from charter.models.base import db
from charter.models.frontline import ErasableText, Moderation
from charter.services.frontline.moderation import accept, answer, erase, observations, set_aside, to_read
from tests.services.frontline.test_observations import CLARA, MIA, WORDS, count, entries, send
from tests.services.verification.test_verify import broken
from tests.services.world import NOW

CARL = Actor(name="Carl", role=Role.CONTRIBUTOR, units=("vannes",))


def test_a_reader_of_the_unit_accepts_and_answers(charted: Flask) -> None:
    number = send()
    accept(CARL, NOW, number, is_printed=True)
    answer(CARL, NOW, number, text="La borne est réparée depuis le 12.")
    answer(MIA, NOW, number, text="La borne est remplacée.")
    steps = list(db.session.execute(select(Moderation).order_by(Moderation.id)).scalars())
    assert [(one.step, one.by, one.is_printed) for one in steps] == [
        ("accept", "Carl", True),
        ("answer", "Carl", False),
        ("answer", "Mia", False),
    ]
    assert [entry.action for entry in entries("observation:%")][1:] == [
        "observation:accept",
        *["observation:answer"] * 2,
    ]
    assert "réparée" not in str([entry.after for entry in entries("observation:answer")])


def test_steps_that_make_no_sense_are_refused(charted: Flask) -> None:
    number = send()
    with pytest.raises(Conflict, match="Accept this observation first"):
        answer(MIA, NOW, number, text="Merci")
    with pytest.raises(Invalid, match="Choose why it is set aside"):
        set_aside(MIA, NOW, number, reason="because")
    set_aside(MIA, NOW, number, reason="person")
    with pytest.raises(Conflict, match="decided this already"):
        set_aside(MIA, NOW, number, reason="twice")
    accept(MIA, NOW, number)
    with pytest.raises(Invalid, match=r"has 1001 characters; write at most 1000\."):
        answer(MIA, NOW, number, text="x" * 1001)
    with pytest.raises(NotFound, match="There is no observation 99"):
        accept(MIA, NOW, 99)
    assert count(Moderation) == 2


@pytest.mark.parametrize(
    "actor",
    [
        VISITOR,
        CLARA,
        Actor("Dan", Role.AUDITOR),
        Actor("Ana", Role.DIRECTOR),
        Actor("Eve", Role.CONTRIBUTOR, ("nice",)),
    ],
)
def test_only_those_of_the_unit_decide(charted: Flask, actor: Actor) -> None:
    number = send()
    verbs = (
        lambda: accept(actor, NOW, number),
        lambda: set_aside(actor, NOW, number, reason="person"),
        lambda: answer(actor, NOW, number, text="x"),
        lambda: erase(actor, NOW, number, because="x"),
    )
    for verb in verbs:
        with pytest.raises(NotAllowed):
            verb()
    assert count(Moderation) == 0


def test_erased_words_are_gone_and_everything_is_still_whole(charted: Flask, engine: str, tmp_path: Path) -> None:
    first, second = send("f1"), send("f2", text="Une autre phrase.")
    accept(MIA, NOW, first)
    answer(MIA, NOW, first, text="Réponse à effacer aussi")
    with pytest.raises(NotAllowed):
        erase(CARL, NOW, first, because="demandé")
    with pytest.raises(Invalid):
        erase(MIA, NOW, first, because=" ")
    erase(MIA, NOW, first, because="Demandé par la personne concernée")
    assert db.session.execute(select(ErasableText.subject)).scalars().all() == [f"observation {second}"]
    assert broken() == ""
    (entry,) = entries("text:erase")
    assert entry.after == {"texts": ["answer 2", "observation 1"], "because": "Demandé par la personne concernée"}
    with pytest.raises(Conflict, match="erased already"):
        erase(MIA, NOW, first, because="encore")
    if engine == "sqlite":
        db.session.remove()
        kept = b"".join(path.read_bytes() for path in tmp_path.glob("*.sqlite3*"))
        assert b"Une autre phrase" in kept
        assert WORDS[:20].encode() not in kept
        assert b"effacer aussi" not in kept


def test_what_is_erased_before_it_was_read_cannot_be_shown(charted: Flask) -> None:
    number = send()
    erase(MIA, NOW, number, because="demandé")
    with pytest.raises(Conflict, match="The words of this observation are erased"):
        accept(MIA, NOW, number)


def test_readers_find_what_was_sent_and_read_it_whole(charted: Flask) -> None:
    numbers = [send(f"f{turn}", text=f"La borne {turn} est en panne.") for turn in range(3)]
    erase(MIA, NOW, numbers[1], because="asked for")
    found = observations(MIA)
    assert [row["number"] for row in found["index"]] == numbers[::-1]
    assert [bool(row["words"]) for row in found["index"]] == [True, False, True]
    assert found["waiting"] == 3
    assert [row["number"] for row in to_read(MIA, [numbers[2], numbers[0], 99])] == [numbers[2], numbers[0]]
    accept(MIA, NOW, numbers[0])
    assert [row["number"] for row in observations(MIA)["index"]] == [numbers[2], numbers[1]]
    assert len(observations(MIA, state="all")["index"]) == 3


def test_nobody_reads_what_was_sent_about_another_unit(charted: Flask) -> None:
    number = send()
    nice = Actor(name="Nils", role=Role.CONTRIBUTOR, units=("nice",))
    assert observations(nice)["index"] == []
    assert to_read(nice, [number]) == []
    with pytest.raises(NotAllowed):
        observations(VISITOR)
