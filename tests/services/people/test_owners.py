"""Owners as people: the nearest who answers, stand-ins where nobody does, and who may say so."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.domain.vocabulary.terms import Role
from charter.models.base import db
from charter.models.people import Person
from charter.models.records import AuditEntry
from charter.services.people.owners import next_of, people_of, units_in_charge, zone_of
from charter.services.people.reach import set_reach
from tests.services.people.test_accounts import open_account
from tests.services.world import NOW

SERVICE = "Service clients"


def reach(person: int, *owners: str, **given: object) -> None:
    set_reach(COMMAND_LINE, NOW, person, answers_for=owners, **given)  # type: ignore[arg-type]


def names(owner: str, unit: str | None = None) -> list[str]:
    return [person.name for person in people_of(owner, unit)]


def test_the_nearest_who_answers_is_written_to(charted: Flask) -> None:
    for name, units in (("Whole", ()), ("West", ("west",)), ("Vannes", ("vannes", "nice")), ("Other", ())):
        open_account(name, Role.CONTRIBUTOR, units)
    for number in (1, 2, 3):
        reach(number, SERVICE)
    reach(4, "Facturation")
    assert names(SERVICE) == names(SERVICE, "company") == names(SERVICE, "south") == ["Whole"]
    assert names(SERVICE, "west") == names(SERVICE, "brest") == ["West"]
    assert names(SERVICE, "vannes") == names(SERVICE, "nice") == ["Vannes"]
    assert names(SERVICE, "gone") == ["Whole"]
    assert units_in_charge() == {SERVICE: {"west", "vannes", "nice"}, "Facturation": set()}


def test_where_nobody_answers_managers_stand_in_then_directors(charted: Flask) -> None:
    assert names(SERVICE) == []
    open_account("Dora", Role.DIRECTOR)
    assert names(SERVICE) == ["Dora"]
    open_account("Max", Role.MANAGER, ("west",))
    open_account("Mia", Role.MANAGER)
    assert names(SERVICE) == names(SERVICE, "west") == ["Mia"]
    db.session.execute(select(Person).where(Person.name == "Mia")).scalar_one().is_active = False
    db.session.commit()
    assert names(SERVICE) == ["Dora"]


def test_who_comes_next(charted: Flask) -> None:
    first, second = open_account("Ana"), open_account("Bruno")
    reach(first, SERVICE, next_id=second, language="en")
    ana = db.session.get_one(Person, first)
    following = next_of(ana)
    assert following is not None
    assert (following.name, ana.language, zone_of(ana).key) == ("Bruno", "en", "Europe/Paris")
    assert next_of(following) is None
    set_reach(COMMAND_LINE, NOW, first, answers_for=None, is_next_given=False)
    assert next_of(ana) is following
    entry = db.session.execute(select(AuditEntry).where(AuditEntry.action == "account:reach")).scalar_one()
    assert entry.before == {"answers_for": [], "next": None, "language": None}
    assert entry.after == {"answers_for": [SERVICE], "next": "bruno@example.org", "language": "en"}
