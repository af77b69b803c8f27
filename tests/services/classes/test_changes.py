"""A class that moves is kept and told once: by mail to who decides classes and to the owner, and on the desk."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Flask
from sqlalchemy import select

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.domain.vocabulary.terms import Role
from charter.models.base import db
from charter.models.classes import ClassChange
from charter.models.jobs import Post
from charter.post.templates import write_mail
from charter.services.charters.versions import history
from charter.services.classes.changes import class_changes, tell_changes
from charter.services.desk.desk import desk
from charter.services.people.accounts import create_account
from charter.services.verification.verify import verify
from tests.services.classes.test_known_evidence import FLOOR, make_wave
from tests.services.world import NOW


def mails() -> list[Post]:
    return [one for one in db.session.execute(select(Post)).scalars() if one.template == "class_move"]


def test_a_class_that_moves_is_told_once_with_its_reason_and_the_floor(charted: Flask) -> None:
    given = {"email": "mia@example.org", "name": "Mia", "password": "correct horse battery"}
    create_account(COMMAND_LINE, NOW - timedelta(days=4), role=Role.MANAGER, **given)
    assert tell_changes(COMMAND_LINE, NOW - timedelta(days=3)) == 0, "seen for the first time, nothing has moved"
    assert tell_changes(COMMAND_LINE, NOW - timedelta(days=2)) == 0
    make_wave("Autumn", known_on=date(2026, 11, 9), pairs={"11": 1, "33": 99})
    assert tell_changes(COMMAND_LINE, NOW - timedelta(days=2)) == 0, "it speaks from the day it is known"
    assert tell_changes(COMMAND_LINE, NOW) == 1
    assert tell_changes(COMMAND_LINE, NOW) == 0
    version = history().current
    (told,) = class_changes(version, date(2026, 11, 1), date(2026, 11, 30))
    assert (told["key"], told["from"], told["to"], told["on"]) == ("care", "undetermined", "neither", "2026-11-10")
    assert told["floor_after"] == told["floor_before"] - 1
    assert 99 in [one.get("n") for one in told["because"]]
    assert [one["key"] for one in desk(COMMAND_LINE, NOW)["class_changes"]] == ["care"]
    (mail,) = mails()
    around = {"timezone": "Europe/Paris", "address": "https://p", "name": "Mia", "is_example": False}
    written = str(write_mail(mail.template, "en", {**around, **mail.params}))
    assert f"The floor of {told['floor_before']} becomes {told['floor_after']}." in written
    make_wave("Winter", known_on=date(2026, 11, 11), pairs={pair: 3 * count for pair, count in FLOOR.items()})
    assert tell_changes(COMMAND_LINE, NOW + timedelta(days=1)) == 1
    assert db.session.query(ClassChange).order_by(ClassChange.id.desc()).first().class_ == "confidence"  # type: ignore[union-attr]
    assert not [one for one in verify(COMMAND_LINE)["breaks"] if "class_changes" in str(one)]
