"""Tokens of programs: kept as a hash, audited, one of a name."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from charter.domain.vocabulary.errors import Conflict, Invalid, NotAllowed, NotFound
from charter.domain.vocabulary.permissions import COMMAND_LINE, Actor
from charter.domain.vocabulary.terms import Role
from charter.models.base import db
from charter.models.figures import ApiToken
from charter.models.records import AuditEntry
from charter.services.people.tokens import bearer as let_in
from charter.services.people.tokens import create_token, revoke_token
from tests.services.world import NOW, START


def test_a_token_is_kept_as_a_hash_and_audited(charted: Flask) -> None:
    secret = create_token(COMMAND_LINE, START, name="crm", units=["west"], expires_at=NOW)
    row = db.session.execute(select(ApiToken)).scalar_one()
    assert row.sha256 == hashlib.sha256(secret.encode()).hexdigest()
    found = let_in(secret, NOW - timedelta(seconds=1))
    assert found is not None
    assert (found[0].role, found[0].units) == (Role.CONTRIBUTOR, ("west", "brest", "vannes"))
    assert let_in(secret, NOW) is None
    with pytest.raises(NotFound):
        revoke_token(COMMAND_LINE, NOW, "crm")
    create_token(COMMAND_LINE, NOW, name="crm")
    revoke_token(COMMAND_LINE, NOW, "crm")
    entries = db.session.execute(select(AuditEntry).where(AuditEntry.action.like("token:%")).order_by(AuditEntry.id))
    found_entries = [(one.action, one.subject, one.after) for one in entries.scalars()]
    assert found_entries == [
        ("token:create", "crm", {"units": ["west"], "scopes": ["read", "push"], "expires_at": NOW.isoformat()}),
        ("token:create", "crm", {"units": [], "scopes": ["read", "push"], "expires_at": None}),
        ("token:revoke", "crm", None),
    ]
    assert secret not in json.dumps([one[2] for one in found_entries])


def test_a_token_that_cannot_be_made_is_refused(charted: Flask) -> None:
    create_token(COMMAND_LINE, START, name="crm")
    with pytest.raises(Conflict, match="a token crm in use"):
        create_token(COMMAND_LINE, START, name=" crm ")
    with pytest.raises(Invalid, match="needs a name"):
        create_token(COMMAND_LINE, START, name=" ")
    with pytest.raises(NotFound, match="no unit paris"):
        create_token(COMMAND_LINE, START, name="other", units=["paris"])
    with pytest.raises(Invalid, match="would expire before"):
        create_token(COMMAND_LINE, NOW, name="other", expires_at=START)
    with pytest.raises(NotAllowed):
        create_token(Actor("Mia", Role.MANAGER), START, name="other")
