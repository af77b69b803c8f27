"""The first account: opened by its code, once, in time; its holder stands in for those who are not named yet."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from charter.domain.vocabulary.errors import Conflict, Invalid, NotFound
from charter.domain.vocabulary.permissions import COMMAND_LINE, Actor, may
from charter.domain.vocabulary.terms import Permission, Role
from charter.services.people import accounts
from charter.services.people.first_account import first_code, has_accounts, open_first_account, require_code
from tests.services.world import NOW

SECRET, PASSWORD = "k" * 32, "correct horse battery"


def opened(code: str, name: str = "Zoe") -> Actor:
    return open_first_account(SECRET, NOW, code, email=f"{name}@example.org".lower(), name=name, password=PASSWORD)


def test_the_code_opens_one_account_and_lets_nobody_in_after_it(empty: Flask) -> None:
    code = first_code(SECRET, NOW)
    with pytest.raises(Invalid):
        open_first_account(SECRET, NOW, code, email="z@example.org", name="Z", password="short")
    assert not has_accounts()
    assert opened(code).role is Role.FOUNDER
    with pytest.raises(NotFound):
        opened(code, "Yann")


@pytest.mark.parametrize("code", ["", "guessed", "-", "zz-aa", "ffffffffff-00", "0-0"])
def test_a_code_that_is_not_ours_is_not_found(empty: Flask, code: str) -> None:
    with pytest.raises(NotFound):
        require_code(SECRET, NOW, code)


def test_a_code_holds_for_two_hours_and_under_its_own_key(empty: Flask) -> None:
    code = first_code(SECRET, NOW)
    require_code(SECRET, NOW + timedelta(minutes=119), code)
    for secret, at in ((SECRET, NOW + timedelta(hours=2)), ("j" * 32, NOW)):
        with pytest.raises(NotFound):
            require_code(secret, at, code)


def test_the_founder_may_do_everything_until_others_are_named(empty: Flask) -> None:
    founder = opened(first_code(SECRET, NOW))
    assert all(may(founder, one) for one in Permission)
    accounts.create_account(founder, NOW, email="i@example.org", name="Ida", role=Role.DIRECTOR, password=None)
    meanwhile = accounts.person(founder.user_id or 0)
    assert meanwhile is not None
    assert may(meanwhile, Permission.APPROVE_REPORT), "whoever is invited may never come"
    made = accounts.create_account(
        founder, NOW, email="d@example.org", name="Dan", role=Role.DIRECTOR, password=PASSWORD
    )
    now = accounts.person(founder.user_id or 0)
    assert now is not None
    assert not may(now, Permission.APPROVE_REPORT)
    assert may(now, Permission.APPLY_CHARTER)
    accounts.change_account(now, NOW, made, name="Dan", role=Role.DIRECTOR, units=[], is_active=False)
    again = accounts.person(founder.user_id or 0)
    assert again is not None
    assert may(again, Permission.APPROVE_REPORT)


def test_nobody_else_becomes_a_founder_and_the_last_who_keeps_accounts_stays(empty: Flask) -> None:
    founder = opened(first_code(SECRET, NOW))
    with pytest.raises(Invalid, match="founder"):
        accounts.create_account(
            COMMAND_LINE, NOW, email="x@example.org", name="X", role=Role.FOUNDER, password=PASSWORD
        )
    with pytest.raises(Conflict):
        accounts.change_account(
            COMMAND_LINE, NOW, founder.user_id or 0, name="Zoé", role=Role.AUDITOR, units=[], is_active=True
        )
