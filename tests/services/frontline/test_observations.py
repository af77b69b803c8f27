"""What staff send without an account, what becomes of it, and what stays when its words are erased; on both engines."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from charter.domain.frontline.observations import ObservationKind
from charter.domain.vocabulary.errors import Conflict, Invalid, NotAllowed, NotFound
from charter.domain.vocabulary.permissions import ANONYMOUS, VISITOR, Actor
from charter.domain.vocabulary.terms import Role
from charter.models.base import db
from charter.models.frontline import ErasableText, Moderation, Observation, RecentSender
from charter.models.records import AuditEntry
from charter.services.frontline.moderation import accept, answer, erase, set_aside
from charter.services.frontline.observations import Told, send_observation
from charter.services.people.rate_limit import FOR_ONE_UNIT, FROM_ONE_ADDRESS, TooMany, forget_senders
from charter.services.verification.verify import verify
from tests.services.verification.test_verify import broken, rewrite
from tests.services.world import NOW, TEXT, apply

MIA = Actor(name="Mia", role=Role.MANAGER)
CARL = Actor(name="Carl", role=Role.CONTRIBUTOR, units=("vannes",))
CLARA = Actor(name="Clara", role=Role.FRONTLINE, units=("vannes",))
WORDS = "La borne d’accueil est en panne, personne ne sait où attendre."


def send(form: str = "f1", *, actor: Actor = VISITOR, now: datetime = NOW, sender: str = "s1", **given: object) -> int:
    told = {"kind": ObservationKind.OBSTACLE, "unit": "vannes", "commitment": "answer", "text": WORDS, "language": "fr"}
    return send_observation(actor, now, Told(**(told | given)), sender=sender, form=form)  # type: ignore[arg-type]


def entries(action: str) -> list[AuditEntry]:
    query = select(AuditEntry).where(AuditEntry.action.like(action)).order_by(AuditEntry.id)
    return list(db.session.execute(query).scalars())


def count(model: type) -> int:
    return int(db.session.execute(select(func.count()).select_from(model)).scalar_one())


def test_an_observation_is_kept_without_a_name(charted: Flask) -> None:
    number = send(actor=CLARA)
    row = db.session.get(Observation, number)
    assert row is not None
    assert (row.kind, row.unit_key, row.commitment_key, row.month) == ("obstacle", "vannes", "answer", "2026-11")
    (entry,) = entries("observation:send")
    assert entry.actor == "staff, no name asked"
    assert entry.after == {
        "kind": "obstacle", "unit": "vannes", "commitment": "answer", "month": "2026-11", "sha256": row.text_sha256,
    }  # fmt: skip
    assert "Clara" not in str(entry.after)
    assert WORDS not in str(entry.after)


def test_the_same_form_sent_twice_counts_once(charted: Flask) -> None:
    assert send("f1") == send("f1", text="Encore")
    assert send("f2") != send("f1")
    assert (count(Observation), len(entries("observation:send"))) == (2, 2)


@pytest.mark.parametrize(
    ("given", "refusal", "said"),
    [
        ({"unit": "nowhere"}, NotFound, "The charter has no unit nowhere."),
        ({"commitment": "gone"}, Invalid, "This promise is not in the charter in force"),
        ({"commitment": None}, Invalid, "This promise is not in the charter in force"),
        ({"text": " \x00 "}, Invalid, "this text is empty"),
        ({"text": "x" * 20_000}, Invalid, r"has 20000 characters; write at most 2000\."),
        ({"text": "x" * 501, "kind": ObservationKind.THANKS}, Invalid, r"has 501 characters; write at most 500\."),
        ({"actor": ANONYMOUS}, NotAllowed, "may not send observation"),
    ],
)
def test_what_cannot_be_taken_changes_nothing(
    charted: Flask, given: dict[str, object], refusal: type[Exception], said: str
) -> None:
    with pytest.raises(refusal, match=said):
        send(**given)  # type: ignore[arg-type]
    assert [count(model) for model in (Observation, ErasableText, RecentSender)] == [0, 0, 0]
    assert entries("observation:%") == []


def test_a_promise_that_has_left_the_charter_and_a_closed_site_take_nothing(charted: Flask) -> None:
    changed = TEXT.replace("valid_from: 2026-07-01", "valid_from: 2026-11-01")
    changed = changed.replace("- key: care", "- key: attention").replace(
        "{key: brest, name: Agence de Brest, parent: west, kind: agency}",
        "{key: brest, name: Agence de Brest, parent: west, kind: agency, valid_until: 2026-10-31}",
    )
    apply(changed, now=NOW)
    with pytest.raises(Invalid, match="This promise is not in the charter in force: choose one of the list"):
        send(commitment="care")
    with pytest.raises(Invalid, match="Agence de Brest is not open today: choose another site"):
        send(unit="brest")
    assert count(Observation) == 0


def test_thanks_go_to_a_team_with_or_without_a_promise(charted: Flask) -> None:
    send("f1", kind=ObservationKind.THANKS, commitment=None, unit="nice", text="Merci pour l’accueil.")
    send("f2", kind=ObservationKind.THANKS, unit="nice", text="Merci.")
    assert count(Observation) == 2


def test_an_address_and_a_unit_have_their_fill_within_an_hour(charted: Flask) -> None:
    units = ("vannes", "brest", "nice")
    for n in range(FROM_ONE_ADDRESS["words"]):
        send(f"a{n}", unit=units[n % 3])
    with pytest.raises(TooMany, match="This address has sent 20 within an hour"):
        send("a-more")
    for n in range(FOR_ONE_UNIT - 7):
        send(f"b{n}", sender=f"other {n}")
    with pytest.raises(TooMany, match="This site has been sent 30 texts within an hour"):
        send("b-more", sender="another")
    assert count(Observation) == FROM_ONE_ADDRESS["words"] + FOR_ONE_UNIT - 7
    send("later", now=NOW + timedelta(hours=1, seconds=1))


def test_an_address_is_forgotten_after_an_hour(charted: Flask) -> None:
    send()
    forget_senders(NOW + timedelta(minutes=59))
    assert count(RecentSender) == 1
    forget_senders(NOW + timedelta(hours=1))
    assert count(RecentSender) == 0


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


@pytest.mark.parametrize(
    ("table", "statement", "sentence"),
    [
        ("observations", "UPDATE observations SET unit_key = 'nice'", "The observation 1 is not what was recorded."),
        ("moderations", "UPDATE moderations SET is_printed = NOT is_printed", "The step 1 is not what was recorded."),
        ("moderations", "DELETE FROM moderations", "The step 1 is not there any more."),
        (
            "erasable_texts",
            "UPDATE erasable_texts SET text = 'rien'",
            "The words of observation 1 are not what was written.",
        ),
        (
            "erasable_texts",
            "DELETE FROM erasable_texts",
            "The words of observation 1 are not there any more, and nobody has erased them.",
        ),
    ],
)
def test_every_rewriting_of_what_staff_sent_is_named(
    charted: Flask, engine: str, table: str, statement: str, sentence: str
) -> None:
    accept(MIA, NOW, send())
    assert broken() == ""
    rewrite(engine, table, statement)
    assert broken() == sentence


def test_verify_counts_what_it_looked_at(charted: Flask) -> None:
    send()
    found = verify(MIA)
    assert (found["ok"], found["observations"], found["estimates"]) == (True, 1, 0)


def test_a_lost_observation_is_missed(charted: Flask, engine: str) -> None:
    send()
    db.session.execute(text("DELETE FROM erasable_texts"))
    db.session.commit()
    rewrite(engine, "observations", "DELETE FROM observations")
    assert broken() == "The observation 1 is not there any more."
