"""A session ends with the password or the account that it began with."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import select

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.domain.vocabulary.terms import Role
from charter.models.base import db
from charter.models.people import SignedIn
from charter.services.people import accounts, sessions
from charter.services.people.accounts import change_account, set_password
from tests.services.people.test_accounts import PASSWORD, admin, newest_entry, open_account
from tests.services.world import NOW


def whose(secret: str, at: datetime) -> int | None:
    person = sessions.person_of(secret, at)
    return person and person.id


def test_a_closed_account_is_out(charted: Flask) -> None:
    made = open_account("Boris", Role.MANAGER)
    secret = sessions.begin(admin(made), NOW, "")
    change_account(COMMAND_LINE, NOW, made, name="Boris", role=Role.MANAGER, units=[], is_active=False)
    assert sessions.person_of(secret, NOW) is None
    assert accounts.authenticate("boris@example.org", PASSWORD, NOW) is None


def test_another_password_ends_the_sessions_of_the_old_one(charted: Flask) -> None:
    made = open_account("Ana")
    secret = sessions.begin(admin(made), NOW, "")
    assert whose(secret, NOW) == made
    set_password(COMMAND_LINE, NOW, made, "a wholly other one")
    assert newest_entry().action == "account:password"
    assert "other" not in str(newest_entry().after)
    assert sessions.person_of(secret, NOW) is None
    assert accounts.authenticate("ana@example.org", PASSWORD, NOW) is None
    assert accounts.authenticate("ana@example.org", "a wholly other one", NOW + timedelta(minutes=1)) is not None


def test_what_is_over_for_a_day_is_deleted_with_what_the_provider_said(charted: Flask) -> None:
    ana, boris = admin(open_account("Ana")), admin(open_account("Boris", Role.MANAGER))
    came = sessions.From("https://sign-in.example", "place", "a.b.c")
    rested = sessions.begin(ana, NOW, "Firefox", came)
    out = sessions.begin(boris, NOW, "Chromium", came)
    sessions.end(out, NOW)
    used = sessions.begin(boris, NOW + timedelta(hours=30), "Phone", came)
    kept = select(SignedIn.browser, SignedIn.id_token).order_by(SignedIn.id)
    # Rested for 30 hours, 18 of them over: not a day yet; signed out 30 hours ago: gone.
    assert [tuple(row) for row in db.session.execute(kept)] == [("Firefox", "a.b.c"), ("Phone", "a.b.c")]
    assert sessions.person_of(rested, NOW + timedelta(hours=30)) is None
    sessions.begin(boris, NOW + timedelta(hours=37), "Tablet")
    assert [row.browser for row in db.session.execute(kept)] == ["Phone", "Tablet"]
    assert whose(used, NOW + timedelta(hours=37)) == boris.user_id
