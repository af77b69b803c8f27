"""A session ends with the password or the account that it began with."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.domain.vocabulary.terms import Role
from charter.services.people import accounts, sessions
from charter.services.people.accounts import change_account, set_password
from tests.services.people.test_accounts import PASSWORD, admin, newest_entry, open_account
from tests.services.world import NOW


def test_a_closed_account_is_out(charted: Flask) -> None:
    made = open_account("Boris", Role.MANAGER)
    secret = sessions.begin(admin(made), NOW, "")
    change_account(COMMAND_LINE, NOW, made, name="Boris", role=Role.MANAGER, units=[], is_active=False)
    assert sessions.person_id(secret, NOW) is None
    assert accounts.authenticate("boris@example.org", PASSWORD, NOW) is None


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
