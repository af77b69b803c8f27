"""From the frozen month to its edition: comments or reasons, approval, PDFs, errata, mails; on both engines."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text

from charter.domain.figures.entries import Figure
from charter.domain.vocabulary.errors import Conflict, Invalid, NotAllowed
from charter.domain.vocabulary.permissions import COMMAND_LINE, Actor
from charter.domain.vocabulary.terms import Role
from charter.models.base import db
from charter.models.records import AuditEntry
from charter.models.reports import Edition
from charter.services.actions.actions import Planned, plan_action
from charter.services.actions.comments import explain_miss
from charter.services.figures.write import correct_figure
from charter.services.records.sealing import seal
from charter.services.reports.distribution import send_edition
from charter.services.reports.editions import approve_month, newest_edition, publish_erratum
from charter.services.reports.files import make_editions
from charter.services.reports.snapshots import find_snapshot, freeze_month
from charter.services.verification.verify import verify
from tests.services.world import NOW

ANA = Actor("Ana", Role.DIRECTOR)


MIA = Actor("Mia", Role.MANAGER)


CARL = Actor("Carl", Role.CONTRIBUTOR, ("vannes",))


DAN = Actor("Dan", Role.AUDITOR)


OCTOBER = "2026-10"


def frozen() -> None:
    freeze_month(COMMAND_LINE, NOW, period=OCTOBER)


def explained(words: str = "Deux guichets fermés.") -> None:
    explain_miss(MIA, NOW, commitment="answer", period=OCTOBER, text=words)


def approved() -> Edition:
    frozen()
    explained()
    plan_action(MIA, NOW, Planned("answer", OCTOBER, "Rouvrir", "80 %", "Accueil", date(2026, 12, 1)))
    return approve_month(ANA, NOW, period=OCTOBER, reason="Chiffres relus en comité.")


def corrected() -> None:
    """A figure of October is corrected after its publication."""
    correct_figure(
        COMMAND_LINE,
        NOW,
        Figure("billed", OCTOBER, "vannes", {"numerator": 10, "denominator": 20}, "Dix factures recomptées."),
    )


def test_an_approval_keeps_figures_comments_actions_and_who_said_why(world: Flask) -> None:
    row = approved()
    document = json.loads(row.document)
    sealed = find_snapshot(OCTOBER)
    assert sealed is not None
    assert (row.number, row.approved_by, row.approved_at, row.figures) == (1, "Ana", NOW, None)
    assert document["figures_sha256"] == sealed.sha256
    assert [one["text"] for one in document["comments"]] == ["Deux guichets fermés."]
    assert [one["what"] for one in document["actions"]] == ["Rouvrir"]
    assert document["approval"] == {
        "by": "Ana",
        "at": NOW.isoformat(),
        "reason": "Chiffres relus en comité.",
        "without_comment": [],
    }
    assert row.sha256 == seal(row.document, "0" * 64)
    (entry,) = db.session.execute(select(AuditEntry).where(AuditEntry.action == "month:approve")).scalars()
    assert (entry.subject, (entry.after or {})["sha256"]) == ("2026-10 edition 1", row.sha256)
    with pytest.raises(Conflict, match="is approved already: a later change is an erratum"):
        approve_month(ANA, NOW, period=OCTOBER, reason="Encore.")


def test_a_miss_without_comment_blocks_unless_the_director_says_why(world: Flask) -> None:
    frozen()
    with pytest.raises(Invalid, match=r"No\. 1 is missed and nobody has said why") as refused:
        approve_month(ANA, NOW, period=OCTOBER, reason="Relu.")
    assert refused.value.field == "why-answer"
    explain_miss(MIA, NOW, commitment="answer", period=OCTOBER, unit="vannes", text="Chez nous seulement.")
    with pytest.raises(Invalid, match="nobody has said why"):
        approve_month(ANA, NOW, period=OCTOBER, reason="Relu.")
    row = approve_month(ANA, NOW, period=OCTOBER, reason="Relu.", without_comment={"answer": "Agence en travaux."})
    excused = json.loads(row.document)["approval"]["without_comment"]
    assert excused == [{"commitment": "answer", "why": "Agence en travaux."}]


def test_all_misses_without_a_word_are_named_at_once(world: Flask) -> None:
    figure = Figure("billed", OCTOBER, "vannes", {"numerator": 0, "denominator": 20}, "Aucune n'était juste.")
    correct_figure(COMMAND_LINE, NOW, figure)
    frozen()
    with pytest.raises(Invalid, match=r"2 promises are missed and nobody has said why: .* Numbers: 1, 2\.") as refused:
        approve_month(ANA, NOW, period=OCTOBER, reason="Relu.")
    assert refused.value.field == "why-answer"
    with pytest.raises(Invalid, match=r"No\. 2 is missed"):
        approve_month(ANA, NOW, period=OCTOBER, reason="Relu.", without_comment={"answer": "Agence en travaux."})


@pytest.mark.parametrize("actor", [MIA, CARL, DAN, Actor("Ina", Role.DIRECTOR, ("west",))])
def test_only_a_director_of_the_whole_approves(world: Flask, actor: Actor) -> None:
    frozen()
    explained()
    with pytest.raises(NotAllowed):
        approve_month(actor, NOW, period=OCTOBER, reason="Relu.")
    with pytest.raises(NotAllowed):
        publish_erratum(actor, NOW, period=OCTOBER, reason="Relu.")


def test_what_is_not_frozen_or_not_said_is_not_approved(world: Flask) -> None:
    with pytest.raises(Conflict, match="is not frozen yet"):
        approve_month(ANA, NOW, period=OCTOBER, reason="Relu.")
    frozen()
    explained()
    with pytest.raises(Invalid, match="what it rests on"):
        approve_month(ANA, NOW, period=OCTOBER, reason=" ")
    with pytest.raises(Conflict, match="nothing to correct"):
        publish_erratum(ANA, NOW, period=OCTOBER, reason="Relu.")
    with pytest.raises(Conflict, match="is not approved"):
        make_editions(ANA, NOW, period=OCTOBER)
    with pytest.raises(Conflict, match="is not approved"):
        send_edition(ANA, NOW, period=OCTOBER)


def test_an_erratum_lists_what_differs_and_leaves_the_edition_before(world: Flask) -> None:
    first = approved()
    told = (first.document, first.sha256)
    with pytest.raises(Conflict, match="Nothing differs from edition 1"):
        publish_erratum(ANA, NOW, period=OCTOBER, reason="Pour voir.")
    corrected()
    second = publish_erratum(ANA, NOW + timedelta(days=1), period=OCTOBER, reason="Dix factures recomptées.")
    erratum = json.loads(second.document)["erratum"]
    assert (second.number, erratum["of"], erratum["reason"]) == (2, 1, "Dix factures recomptées.")
    whole = {
        one["field"]: (one["before"], one["after"])
        for one in erratum["differences"]
        if one["unit"] == "company" and one["number"] == 2
    }
    assert whole["numerator"] == (60, 50)
    assert {one["unit"] for one in erratum["differences"]} == {"company", "west", "vannes"}
    assert second.figures is not None
    assert second.previous_sha256 == told[1]
    again = newest_edition(OCTOBER, 1)
    assert again is not None
    assert (again.document, again.sha256) == told
    assert verify(COMMAND_LINE)["editions"] == 2


def test_an_erratum_of_words_alone_keeps_the_figures(world: Flask) -> None:
    approved()
    explained("Trois guichets fermés.")
    second = publish_erratum(ANA, NOW, period=OCTOBER, reason="Le commentaire était faux.")
    erratum = json.loads(second.document)["erratum"]
    assert (second.figures, erratum["differences"]) == (None, [])
    assert erratum["comments"] == [{"commitment": "answer", "unit": "company", "unit_name": "Petite Énergie"}]


def test_guards_refuse_in_the_database(world: Flask) -> None:
    approved()
    with pytest.raises(Exception, match="rows of editions are only ever appended"):
        db.session.execute(text("DELETE FROM editions"))
    db.session.rollback()
