"""Accounts that change: rights, closing, passwords; nobody locks everybody out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from charter.domain.vocabulary.errors import Conflict, Invalid, NotAllowed, NotFound
from charter.domain.vocabulary.permissions import COMMAND_LINE, Actor, may
from charter.domain.vocabulary.terms import Permission, Role
from charter.models.base import db
from charter.models.people import Person
from charter.models.records import AuditEntry
from charter.services.people import accounts
from charter.services.people.accounts import change_account, change_own_password, set_password
from charter.services.people.rate_limit import TooMany, Tries
from charter.services.people.reach import reach_page
from charter.services.verification.verify import verify
from tests.services.world import NOW


def admin(number: int) -> Actor:
    found = accounts.person(number)
    assert found is not None
    return found


def test_an_account_changes_with_its_audit_entry(charted: Flask) -> None:
    made = open_account("Boris", Role.MANAGER, ("west",))
    change_account(COMMAND_LINE, NOW, made, name=" Boris K. ", role=Role.CONTRIBUTOR, units=["south"], is_active=True)
    assert (row("boris").name, row("boris").role, row("boris").units) == ("Boris K.", "contributor", ["south"])
    entry = newest_entry()
    assert (entry.action, entry.before["role"], entry.after["role"]) == ("account:change", "manager", "contributor")
    change_account(COMMAND_LINE, NOW, made, name="Boris K.", role=Role.CONTRIBUTOR, units=["south"], is_active=True)
    assert newest_entry().id == entry.id


@pytest.mark.parametrize(
    "change",
    [{"role": Role.DIRECTOR}, {"is_active": False}, {"units": ["west"]}],
    ids=["another role", "closed", "a part only"],
)
def test_nobody_locks_everybody_out(charted: Flask, change: dict[str, object]) -> None:
    first = open_account("Adam", Role.ADMIN)
    wanted: dict[str, object] = {"name": "Adam", "role": Role.ADMIN, "units": [], "is_active": True}
    with pytest.raises(Conflict, match="last account"):
        change_account(COMMAND_LINE, NOW, first, **{**wanted, **change})  # type: ignore[arg-type]
    second = open_account("Eve", Role.ADMIN)
    with pytest.raises(Conflict, match="Your own account"):
        change_account(admin(first), NOW, first, **{**wanted, **change})  # type: ignore[arg-type]
    change_account(admin(second), NOW, first, **{**wanted, **change})  # type: ignore[arg-type]


def test_ones_own_password_changes_with_the_present_one_only(charted: Flask) -> None:
    actor = admin(open_account("Ana"))
    with pytest.raises(Invalid, match="present password"):
        change_own_password(actor, NOW, old="guessed by chance", new="a wholly other one")
    with pytest.raises(Invalid, match="too short"):
        change_own_password(actor, NOW, old=PASSWORD, new="short")
    with pytest.raises(Invalid, match="easily guessed"):
        change_own_password(actor, NOW, old=PASSWORD, new="ana@example.org2026")
    with pytest.raises(Invalid, match="too long"):
        change_own_password(actor, NOW, old=PASSWORD, new="x" * 255)
    change_own_password(actor, NOW, old=PASSWORD, new="a wholly other one")
    assert accounts.authenticate("ana@example.org", "a wholly other one", NOW) is not None


def test_only_who_holds_accounts_changes_them(charted: Flask) -> None:
    made, manager = open_account("Ana"), admin(open_account("Mia", Role.MANAGER))
    with pytest.raises(NotAllowed):
        change_account(manager, NOW, made, name="X", role=Role.ADMIN, units=[], is_active=True)
    with pytest.raises(NotAllowed):
        set_password(manager, NOW, made, "a wholly other one")
    with pytest.raises(NotFound):
        set_password(COMMAND_LINE, NOW, 4000, "a wholly other one")
    with pytest.raises(Invalid, match="no unit"):
        change_account(COMMAND_LINE, NOW, made, name="X", role=Role.MANAGER, units=["nowhere"], is_active=True)


PASSWORD = "correct horse battery"


def open_account(
    name: str = "Ana", role: Role = Role.DIRECTOR, units: tuple[str, ...] = (), password: str = PASSWORD
) -> int:
    email = f"{name}@Example.org "
    return accounts.create_account(COMMAND_LINE, NOW, email=email, name=name, role=role, password=password, units=units)


def row(name: str = "ana") -> Person:
    db.session.expire_all()
    return db.session.execute(select(Person).where(Person.email == f"{name}@example.org")).scalar_one()


def seen_by(actor: Actor) -> list[str]:
    return [person["name"] for person in reach_page(actor)["people"]]


def newest_entry() -> AuditEntry:
    return db.session.execute(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).scalar_one()


def test_an_account_is_opened_with_its_audit_entry_and_without_its_password(charted: Flask) -> None:
    assert seen_by(COMMAND_LINE) == []
    made = open_account("Boris", Role.MANAGER, ("west",))
    assert seen_by(COMMAND_LINE) == ["Boris"]
    person = row("boris")
    assert (person.id, person.email, person.role, person.units, person.created_at) == (
        made,
        "boris@example.org",
        "manager",
        ["west"],
        NOW,
    )
    assert person.password_hash.startswith("$argon2id$")
    entry = newest_entry()
    assert (entry.action, entry.subject, entry.actor) == ("account:create", "boris@example.org", "command line")
    assert entry.after == {"email": "boris@example.org", "name": "Boris", "role": "manager", "units": ["west"]}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"email": " "}, "email"),
        ({"email": "ana"}, "email"),
        ({"email": "@example.org"}, "email"),
        ({"email": "ana@"}, "email"),
        ({"email": "a na@example.org"}, "email"),
        ({"email": f"{'a' * 250}@example.org"}, "email"),
        ({"name": "  "}, "name"),
        ({"name": "n" * 201}, "name"),
        ({"password": "elevenchars"}, "password"),
        ({"units": ["paris"]}, "units"),
    ],
)
def test_what_cannot_be_taken_is_refused_by_field(charted: Flask, given: dict[str, object], field: str) -> None:
    whole = {"email": "ana@example.org", "name": "Ana", "role": Role.DIRECTOR, "password": PASSWORD} | given
    with pytest.raises(Invalid) as refused:
        accounts.create_account(COMMAND_LINE, NOW, **whole)  # type: ignore[arg-type]
    assert refused.value.field == field
    assert seen_by(COMMAND_LINE) == []


def test_units_need_a_charter(empty: Flask) -> None:
    with pytest.raises(Invalid, match="no unit west"):
        open_account(units=("west",))


def test_an_email_is_taken_once_whatever_its_case(charted: Flask) -> None:
    open_account("Ana")
    with pytest.raises(Conflict, match="for ana@example"):
        open_account("ANA")


def test_the_right_password_signs_in(charted: Flask) -> None:
    made = open_account("Boris", Role.MANAGER, ("west",))
    actor = accounts.authenticate(" BORIS@example.org", PASSWORD, NOW)
    assert actor == Actor("Boris", Role.MANAGER, ("west", "brest", "vannes"), made, None)
    assert accounts.person(made) == actor
    assert accounts.authenticate("boris@example.org", PASSWORD.upper(), NOW) is None
    assert accounts.authenticate("nobody@example.org", PASSWORD, NOW) is None


ANA = "ana@example.org"


STRANGER, HOME = Tries("strange"), Tries("home")


def test_after_five_failures_who_guesses_waits_and_the_right_person_does_not(charted: Flask) -> None:
    open_account()
    for turn in range(5):
        assert accounts.authenticate(ANA, "wrong", NOW + timedelta(seconds=turn), STRANGER) is None
    entry = newest_entry()
    assert (entry.action, entry.subject, entry.actor, entry.after) == (
        "account:sign-in-failed",
        ANA,
        "somebody",
        {"tries": 5},
    )
    last = NOW + timedelta(seconds=4)
    with pytest.raises(TooMany, match="wait 596 seconds"):
        accounts.authenticate(ANA, PASSWORD, last, STRANGER)
    found = accounts.authenticate(ANA, PASSWORD, last, HOME)
    assert found is not None
    assert (accounts.take_failures(found), accounts.take_failures(found)) == (5, 0)
    assert accounts.authenticate(ANA, PASSWORD, NOW + timedelta(minutes=10), STRANGER) is not None
    assert verify(COMMAND_LINE)["ok"]


def test_an_address_that_tries_many_accounts_is_slowed_and_a_known_browser_is_not(charted: Flask) -> None:
    open_account()
    for turn in range(20):
        assert accounts.authenticate(f"guess{turn}@example.org", "wrong", NOW, STRANGER) is None
    with pytest.raises(TooMany, match="wait 30 seconds"):
        accounts.authenticate(ANA, PASSWORD, NOW, STRANGER)
    assert accounts.authenticate(ANA, PASSWORD, NOW, Tries("strange", is_known=True)) is not None
    assert accounts.authenticate(ANA, PASSWORD, NOW + timedelta(seconds=30), STRANGER) is not None


def test_an_account_that_many_addresses_try_is_slowed_and_not_locked(charted: Flask) -> None:
    open_account()
    for turn in range(20):
        assert accounts.authenticate(ANA, "wrong", NOW, Tries(f"place {turn}")) is None
    with pytest.raises(TooMany, match="wait 30 seconds"):
        accounts.authenticate(ANA, PASSWORD, NOW, HOME)
    assert accounts.authenticate(ANA, PASSWORD, NOW + timedelta(seconds=30), HOME) is not None


def test_a_success_forgets_the_failures_before_it(charted: Flask) -> None:
    open_account()
    for _ in range(2):
        for _ in range(4):
            assert accounts.authenticate("ana@example.org", "wrong", NOW) is None
        assert accounts.authenticate("ana@example.org", PASSWORD, NOW) is not None


def test_a_closed_account_signs_nobody_in(charted: Flask) -> None:
    made = open_account()
    row().is_active = False
    db.session.commit()
    assert accounts.authenticate("ana@example.org", PASSWORD, NOW) is None
    assert accounts.person(made) is None
    assert accounts.person(made + 1) is None


def test_the_language_is_remembered_with_its_audit_entry(charted: Flask) -> None:
    made = open_account()
    ana = accounts.person(made)
    assert ana is not None
    accounts.set_language(ana, NOW, "en")
    again = accounts.person(made)
    assert again is not None
    assert again.language == "en"
    entry = newest_entry()
    assert (entry.action, entry.before, entry.after) == ("account:language", {"language": None}, {"language": "en"})
    with pytest.raises(NotFound):
        accounts.set_language(COMMAND_LINE, NOW, "en")


def test_accounts_are_seen_and_opened_by_administrators_and_those_of_staff_by_managers(charted: Flask) -> None:
    made = open_account("Zoe")
    open_account("Ana", Role.CONTRIBUTOR)
    admin, manager = Actor("Adam", Role.ADMIN), Actor("Mia", Role.MANAGER)
    assert seen_by(admin) == ["Ana", "Zoe"]
    for role in Role:
        assert may(Actor("x", role), Permission.MANAGE_ACCOUNTS) is (role in (Role.ADMIN, Role.MANAGER))
        if role in (Role.CONTRIBUTOR, Role.FRONTLINE):
            accounts.create_account(manager, NOW, email=f"{role}@c.d", name="B", role=role, password=PASSWORD)
            continue
        with pytest.raises(NotAllowed, match="by an administrator only"):
            accounts.create_account(manager, NOW, email=f"{role}@c.d", name="B", role=role, password=PASSWORD)
    with pytest.raises(NotAllowed):  # nobody rises, nor pulls another one down, nor signs in as somebody above
        change_account(manager, NOW, row("ana").id, name="Ana", role=Role.MANAGER, units=[], is_active=True)
    with pytest.raises(NotAllowed):
        change_account(manager, NOW, made, name="Zoe", role=Role.CONTRIBUTOR, units=[], is_active=False)
    with pytest.raises(NotAllowed):
        set_password(manager, NOW, made, PASSWORD * 2)
    set_password(manager, NOW, row("ana").id, PASSWORD * 2)
    with pytest.raises(NotAllowed):
        seen_by(Actor("Mia", Role.MANAGER, ("west",)))
    with pytest.raises(NotAllowed):
        accounts.create_account(
            Actor("Adam", Role.ADMIN, ("west",)), NOW, email="b@c.d", name="B", role=Role.ADMIN, password=PASSWORD
        )
