"""When somebody may be written to: chosen by themselves, kept with its audit entry, refused by field."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from charter.domain.vocabulary.errors import Invalid, NotFound
from charter.domain.vocabulary.permissions import COMMAND_LINE, Actor
from charter.domain.vocabulary.terms import Role
from charter.models.base import db
from charter.models.records import AuditEntry
from charter.services.people import accounts
from charter.services.people.accounts import change_account
from charter.services.people.mail_hours import choose_mail_hours, mail_hours_of
from charter.services.people.reach import set_reach
from tests.services.people.test_accounts import open_account
from tests.services.world import NOW

GIVEN = {"at_once": "all", "digest": "weekly", "digest_day": "4", "digest_at": "07:30", "quiet_from": "20:00",
         "quiet_until": "07:00", "timezone": "Europe/Brussels"}  # fmt: skip


def person(**given: object) -> Actor:
    found = accounts.person(open_account(**given))
    assert found is not None
    return found


def test_what_is_chosen_is_kept_once_with_its_audit_entry(charted: Flask) -> None:
    actor = person()
    assert (mail_hours_of(actor)["at_once"], mail_hours_of(actor)["zone"]) == ("floor", "Europe/Paris")
    for _ in range(2):
        choose_mail_hours(actor, NOW, GIVEN)
    found = mail_hours_of(actor)
    assert (found["digest"], found["digest_day"], found["digest_at"]) == ("weekly", 4, "07:30")
    assert (found["quiet_from"], found["quiet_until"], found["zone"]) == ("20:00", "07:00", "Europe/Brussels")
    entries = db.session.execute(select(AuditEntry).where(AuditEntry.action == "account:mail")).scalars().all()
    assert [entry.after and entry.after["digest_at"] for entry in entries] == ["07:30"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"digest_day": "7"}, "digest_day"),
        ({"quiet_until": ""}, "quiet_from"),
        ({"digest_at": "03:59"}, "digest_at"),
        ({"digest_at": "noon"}, "digest_at"),
        ({"at_once": "never"}, "at_once"),
        ({"timezone": "Europe/Nowhere"}, "timezone"),
    ],
)
def test_what_cannot_be_is_refused_by_field_and_nothing_is_kept(
    charted: Flask, changed: dict[str, str], field: str
) -> None:
    actor = person()
    with pytest.raises(Invalid) as refused:
        choose_mail_hours(actor, NOW, GIVEN | changed)
    assert refused.value.field == field
    assert mail_hours_of(actor)["digest"] == "daily"


def test_nobody_in_particular_has_no_mail_hours(charted: Flask) -> None:
    for actor in (COMMAND_LINE, Actor("Ana", Role.DIRECTOR, user_id=99)):
        with pytest.raises(NotFound):
            mail_hours_of(actor)


def test_the_page_says_what_somebody_is_asked_for(charted: Flask) -> None:
    made = {name: open_account(name, role) for name, role in ROLES.items()}
    set_reach(COMMAND_LINE, NOW, made["Carl"], next_id=made["Bea"])
    asked = {name: mail_hours_of(who) for name, number in made.items() if (who := accounts.person(number)) is not None}
    assert {name: one["stands_in"] for name, one in asked.items()} == {
        "Mia": "all", "Dora": "floor", "Carl": None, "Bea": None, "Vera": None
    }  # fmt: skip
    assert (asked["Bea"]["after"], asked["Carl"]["next"]) == (["Carl"], "Bea")
    change_account(COMMAND_LINE, NOW, made["Bea"], name="Bea", role=Role.CONTRIBUTOR, units=["west"], is_active=True)
    for name, field, said in (("Bea", "after", []), ("Carl", "next", None)):
        who = accounts.person(made[name])
        assert who is not None
        assert mail_hours_of(who)[field] == said, "who may not answer there is not asked"  # type: ignore[literal-required]


ROLES = {"Mia": Role.MANAGER, "Dora": Role.DIRECTOR, "Carl": Role.CONTRIBUTOR, "Bea": Role.CONTRIBUTOR,
         "Vera": Role.AUDITOR}  # fmt: skip
