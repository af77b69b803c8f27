"""What is followed: by one's role, by choice, and never beyond one's rights."""

from __future__ import annotations

import pytest
from flask import Flask

from charter.domain.vocabulary.errors import NotAllowed, NotFound
from charter.domain.vocabulary.terms import Role
from charter.models.base import db
from charter.models.people import Person
from charter.services.people import accounts
from charter.services.people.following import follow, followers, following_of, is_followed, told_of, units_followed
from charter.services.people.mail_hours import choose_mail_hours, mail_hours_of
from charter.services.people.owners import contact_of
from tests.services.people.test_accounts import open_account
from tests.services.world import NOW

ROLES = {
    "Dora": (Role.DIRECTOR, (), ("company",)),
    "Mia": (Role.MANAGER, (), ()),
    "Rita": (Role.MANAGER, ("west",), ("west",)),
    "Carl": (Role.CONTRIBUTOR, ("vannes",), ("vannes",)),
    "Adam": (Role.ADMIN, (), ()),
    "Eva": (Role.FRONTLINE, ("vannes",), ()),
}


def test_the_scope_of_a_role_is_followed_unless_one_says_no(charted: Flask) -> None:
    made = {name: open_account(name, role, units) for name, (role, units, _) in ROLES.items()}
    found = {person.name: one.scope for person, one in followers("company")}
    assert found == {name: scope for name, (_, _, scope) in ROLES.items() if scope}
    assert units_followed("company") == {"company", "west", "vannes"}
    rita = accounts.person(made["Rita"])
    assert rita is not None
    choose_mail_hours(rita, NOW, {"weekly_line": "off"})
    assert "Rita" not in {person.name for person, _ in followers("company")}
    follow(rita, NOW, unit="brest")
    person = db.session.get_one(Person, made["Rita"])
    one = following_of(person, contact_of(person), "company")
    assert (one.scope, one.units) == ((), ("brest",)), "what was turned off stays off"
    with pytest.raises(NotAllowed):
        follow(rita, NOW, unit="south")
    with pytest.raises(NotFound):
        follow(rita, NOW, commitment="absent")
    assert is_followed(rita, unit="brest") is True
    choose_mail_hours(rita, NOW, {"weekly_line": "own"}, follows=[], tells=["observations", "approvals"])
    assert mail_hours_of(rita)["follows"] == []
    assert [one.name for one in told_of("observations")] == ["Rita"]
    eva = accounts.person(made["Eva"])
    assert eva is not None
    choose_mail_hours(eva, NOW, {}, tells=["observations", "approvals"])
    assert mail_hours_of(eva)["tells"] == [], "nobody is told of what their role does not read"
