"""What accounts answer for and who comes next: only who may act is named, and an address that refuses is shown."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import update

from charter.domain.alerts.mail_hours import PostState
from charter.domain.vocabulary.errors import Invalid, NotAllowed, NotFound
from charter.domain.vocabulary.permissions import COMMAND_LINE, Actor
from charter.domain.vocabulary.terms import Role
from charter.models.base import db
from charter.models.jobs import Post
from charter.services.people.reach import reach_page, set_reach
from tests.services.people.test_accounts import open_account
from tests.services.people.test_owners import SERVICE, reach
from tests.services.post.test_outbox import row, write
from tests.services.world import NOW


def test_what_cannot_be_kept_is_refused(charted: Flask) -> None:
    ana = open_account("Ana")
    with pytest.raises(Invalid, match=r"owned by Nobody\. It has: Service clients, Facturation, Direction"):
        reach(ana, "Nobody")
    with pytest.raises(Invalid, match="somebody else"):
        reach(ana, next_id=ana)
    with pytest.raises(Invalid, match="no open account"):
        reach(ana, next_id=77)
    with pytest.raises(Invalid, match="not a language"):
        reach(ana, language="de")
    with pytest.raises(NotFound):
        reach(77)
    for other in (Actor("Dan", Role.AUDITOR), Actor("Mia", Role.MANAGER, units=("brest",))):
        with pytest.raises(NotAllowed):
            set_reach(other, NOW, ana, answers_for=[SERVICE])
        with pytest.raises(NotAllowed):
            reach_page(other)
    assert reach_page(Actor("Mia", Role.MANAGER))["unheld"] == [SERVICE, "Facturation", "Direction"]


def test_an_address_that_the_last_mail_was_refused_at_is_shown_until_one_arrives(charted: Flask) -> None:
    write("one")

    def refused() -> object:
        (ana,) = reach_page(COMMAND_LINE)["people"]
        return ana["refused"] and ana["refused"]["note"]

    def ends(cause: str, state: PostState, note: str | None) -> None:
        db.session.execute(update(Post).where(Post.id == row(cause).id).values(state=state, note=note))
        db.session.commit()

    assert refused() is None
    ends("one", PostState.FAILED, "The mail server does not take this recipient: 550 no such user")
    assert refused() == "The mail server does not take this recipient: 550 no such user"
    write("two")
    ends("two", PostState.SENT, None)
    assert refused() is None
