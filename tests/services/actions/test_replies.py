"""Replies under a miss: who is named is told once by mail, and only who may read the unit."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from charter.domain.vocabulary.errors import Invalid, NotAllowed
from charter.domain.vocabulary.permissions import COMMAND_LINE, SCHEDULER, Actor
from charter.domain.vocabulary.terms import Role
from charter.models.base import db
from charter.models.jobs import Post
from charter.models.people import Person
from charter.models.records import AuditEntry
from charter.services.actions.replies import named_in, people_near, replies_of, reply
from charter.services.alerts.worklist import What, worklist
from charter.services.post.sending import deliver
from charter.services.verification.verify import verify
from tests.post.servers import mail_server
from tests.services.alerts.test_worklist import somebody
from tests.services.post.test_outbox import office
from tests.services.world import NOW

PLACE = {"commitment": "answer", "period": "2026-10"}


def posts() -> list[str]:
    return list(db.session.execute(select(Post.recipient).where(Post.template == "reply").order_by(Post.id)).scalars())


def test_who_is_named_is_told_once_and_asked_until_they_answer(world: Flask) -> None:
    mia, olga = somebody("Mia", Role.MANAGER), somebody("Olga Petit", Role.CONTRIBUTOR)
    said = reply(mia, NOW, **PLACE, text="@olga petit, pourquoi ? Et encore @Olga Petit : depuis quand ?")
    assert (said.told, said.unknown) == (["Olga Petit"], [])
    assert posts() == ["olga@example.org"]
    (need,) = worklist(olga, NOW).needs
    assert (need.what, need.commitment, need.unit) == (What.ASKED, "answer", "company")
    assert worklist(olga, NOW).counts == {"desk": 1}
    reply(olga, NOW, **PLACE, text="Depuis mardi.")
    assert worklist(olga, NOW).needs == []
    lines = replies_of(mia, **PLACE, unit="company")
    assert [(one["by"], one["text"][:14]) for one in lines] == [
        ("Mia", "@olga petit, p"),
        ("Olga Petit", "Depuis mardi."),
    ]
    entries = db.session.execute(select(AuditEntry).where(AuditEntry.action == "reply:write")).scalars().all()
    assert [one.actor for one in entries] == ["Mia", "Olga Petit"]
    assert "pourquoi" not in str(entries[0].after)
    assert verify(COMMAND_LINE)["words"] == 2


def test_a_part_of_a_name_is_enough_where_one_person_bears_it(world: Flask) -> None:
    mia = somebody("Mia", Role.MANAGER)
    somebody("Rene Éluard", Role.CONTRIBUTOR)
    somebody("Lea Petit", Role.CONTRIBUTOR)
    somebody("Marc Vidal", Role.CONTRIBUTOR)
    somebody("Marco Petit", Role.CONTRIBUTOR)
    somebody("Anna Marc", Role.CONTRIBUTOR)
    said = reply(mia, NOW, **PLACE, text="@eluard et @VIDAL, pourquoi ? @marc, @petit et @nobody : depuis quand ?")
    assert sorted(said.told) == ["Marc Vidal", "Rene Éluard"]
    assert (said.several, said.unknown) == (["marc", "petit"], ["nobody"])
    assert [one.name for one in named_in("@Marco Petit ?", "company")[0]] == ["Marco Petit"]


def test_names_in_other_letters_are_told_apart(world: Flask) -> None:
    somebody("Nadia Иванова", Role.CONTRIBUTOR)
    assert [one.name for one in named_in("@иванова ?", "company").people] == ["Nadia Иванова"]
    assert named_in("@Петров ? Et @李 ?", "company").people == []


def test_nobody_is_told_of_a_unit_that_is_not_theirs(world: Flask) -> None:
    mia = somebody("Mia", Role.MANAGER)
    somebody("Nils", Role.CONTRIBUTOR, units=("nice",))
    said = reply(mia, NOW, **PLACE, unit="vannes", text="@Nils et @Personne : un avis ? ecrire@nils.example")
    assert (said.told, said.unknown) == ([], ["Nils", "Personne"])
    assert posts() == []
    assert [one.name for one in people_near("vannes")] == ["Mia"]
    assert [one.name for one in named_in("(@Nils)", "nice")[0]] == ["Nils"]
    with pytest.raises(NotAllowed):
        reply(Actor("Dan", Role.AUDITOR), NOW, **PLACE, text="Une question.")
    with pytest.raises(Invalid):
        reply(mia, NOW, **PLACE, text=" ")


def test_the_mail_is_dropped_where_the_reader_may_not_read_any_more(world: Flask) -> None:
    mia, olga = somebody("Mia", Role.MANAGER), somebody("Olga", Role.CONTRIBUTOR)
    reply(mia, NOW, **PLACE, text="@Olga ?")
    reply(mia, NOW, **PLACE, unit="vannes", text="Et à Vannes, @Olga ?")
    db.session.get_one(Person, olga.user_id).units = ["vannes"]
    db.session.commit()
    with mail_server() as (inbox, port):
        deliver(SCHEDULER, NOW, replace(office(port), secret="a secret"))
    bodies = [message.get_body(("plain",)).get_content() for _, message in inbox.messages]  # type: ignore[union-attr]
    assert len(bodies) == 1
    assert "Et à Vannes" in bodies[0]
    assert "/commitments/answer/replies?unit=vannes&period=2026-10" in bodies[0]
