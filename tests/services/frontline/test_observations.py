"""What staff send without an account, what becomes of it, and what stays when its words are erased; on both engines."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from charter.domain.frontline.observations import ObservationKind
from charter.domain.vocabulary.errors import Invalid, NotAllowed, NotFound
from charter.domain.vocabulary.permissions import ANONYMOUS, VISITOR, Actor
from charter.domain.vocabulary.terms import Role
from charter.models.base import db
from charter.models.frontline import ErasableText, Observation, RecentSender
from charter.models.records import AuditEntry
from charter.services.frontline.moderation import accept
from charter.services.frontline.observations import Told, send_observation
from charter.services.verification.verify import verify
from tests.services.verification.test_verify import broken, rewrite
from tests.services.world import NOW, TEXT, apply

MIA = Actor(name="Mia", role=Role.MANAGER)


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
        ({"actor": ANONYMOUS}, NotAllowed, "may not report what happened"),
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
