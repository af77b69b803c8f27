"""Accounts that change: rights, closing, passwords; nobody locks everybody out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from charter.domain.vocabulary.errors import Conflict, Invalid, NotAllowed, NotFound
from charter.domain.vocabulary.permissions import COMMAND_LINE, Actor
from charter.domain.vocabulary.terms import Role
from charter.services.people import accounts, sessions
from charter.services.people.accounts import change_account, change_own_password, set_password
from tests.services.people.test_accounts_accounts import PASSWORD, newest_entry, open_account, row
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


def test_a_closed_account_is_out(charted: Flask) -> None:
    made = open_account("Boris", Role.MANAGER)
    secret = sessions.begin(admin(made), NOW, "")
    change_account(COMMAND_LINE, NOW, made, name="Boris", role=Role.MANAGER, units=[], is_active=False)
    assert sessions.person_id(secret, NOW) is None
    assert accounts.authenticate("boris@example.org", PASSWORD, NOW) is None


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


def test_another_password_ends_the_sessions_of_the_old_one(charted: Flask) -> None:
    made = open_account("Ana")
    secret = sessions.begin(admin(made), NOW, "")
    assert sessions.person_id(secret, NOW) == made
    set_password(COMMAND_LINE, NOW, made, "a wholly other one")
    assert sessions.person_id(secret, NOW) is None
    assert accounts.authenticate("ana@example.org", PASSWORD, NOW) is None
    assert accounts.authenticate("ana@example.org", "a wholly other one", NOW + timedelta(minutes=1)) is not None
    assert newest_entry().action == "account:password"
    assert "other" not in str(newest_entry().after)


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
