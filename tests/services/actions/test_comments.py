"""Comments on a miss: the newest is shown, all are kept, by whom may."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from charter.domain.vocabulary.errors import CharterError, Invalid, NotAllowed, NotFound
from charter.domain.vocabulary.permissions import COMMAND_LINE, Actor
from charter.domain.vocabulary.terms import Role
from charter.models.actions import Comment
from charter.models.base import db
from charter.services.actions.comments import comments_of, explain_miss, versions_of
from charter.services.verification.verify import verify
from tests.services.actions.test_actions import audited
from tests.services.actions.test_view import CARL, DAN, MIA, explain, plan
from tests.services.world import NOW

CLARA = Actor("Clara", Role.FRONTLINE, ("vannes",))


EVIL = "<script>alert(1)</script> {{ 7*7 }} שלום مرحبا 🙂\n=1+1"


def test_a_new_comment_is_shown_and_the_older_one_kept(world: Flask) -> None:
    first, second = explain(text=EVIL), explain(text="Trois guichets fermés.")
    assert explain(text="Trois guichets fermés.") == second
    (shown,) = comments_of("2026-10", ["company"])
    assert (shown.id, shown.text, shown.written_by) == (second, "Trois guichets fermés.", "Mia")
    versions = versions_of("answer", "2026-10", ["company"])["company"]
    assert [one.text for one in versions] == ["Trois guichets fermés.", EVIL]
    assert [(one.subject, (one.before or {}).get("comment")) for one in audited("comment:write")] == [
        (f"comment {first}", None),
        (f"comment {second}", first),
    ]
    assert verify(COMMAND_LINE)["ok"]


@pytest.mark.parametrize(
    ("actor", "unit", "error"),
    [(CARL, "brest", NotAllowed), (CARL, None, NotAllowed), (DAN, None, NotAllowed), (CLARA, "vannes", NotAllowed)],
)
def test_nobody_explains_what_is_not_theirs(
    world: Flask, actor: Actor, unit: str | None, error: type[CharterError]
) -> None:
    with pytest.raises(error):
        explain(actor, unit=unit)
    with pytest.raises(error):
        plan(actor, unit=unit)
    assert db.session.execute(select(Comment)).first() is None


@pytest.mark.parametrize(
    ("given", "field"),
    [({"text": " "}, "text"), ({"text": "x" * 20_001}, "text")],
)
def test_a_comment_that_says_nothing_or_too_much_is_refused(world: Flask, given: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        explain(**given)  # type: ignore[arg-type]
    assert refused.value.field == field
    assert explain(text="x" * 20_000) == 1


def test_a_month_to_come_or_no_month_has_no_comment(world: Flask) -> None:
    for period, said in (("2026-12", "has not begun yet"), ("2026-Q4", "is not a month")):
        with pytest.raises(Invalid, match=said):
            explain_miss(MIA, NOW, commitment="answer", period=period, text="a")
    with pytest.raises(NotFound, match="no commitment absent"):
        explain_miss(MIA, NOW, commitment="absent", period="2026-10", text="a")
