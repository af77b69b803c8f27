"""What an applied charter file decides on classes: from its date on, past and sealed months as they were."""

from __future__ import annotations

from datetime import date

from flask import Flask
from sqlalchemy import select

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.models.base import db
from charter.models.classes import ClassDecision
from charter.services.desk.classes_page import page
from charter.services.reports.snapshots import freeze_month
from tests.services.classes.test_deciding import ANA, DECEMBER, class_in, decide
from tests.services.world import BILL, HEAD, NOW, TEXT, apply


def test_a_file_decides_from_its_own_date_the_first_time(world: Flask) -> None:
    rows = db.session.execute(select(ClassDecision)).scalars().all()
    assert [(one.commitment_key, one.class_, one.valid_from, one.origin) for one in rows] == [
        ("bill", "trust", date(2026, 6, 1), "file")
    ]
    assert class_in("bill", "2026-07") == "trust"


def test_a_file_that_decides_otherwise_leaves_past_months_their_class(world: Flask) -> None:
    """Same day of validity, an old date: the file cannot reach back."""
    apply(TEXT.replace("class: {decided: trust, by: Comité", "class: {decided: confidence, by: Comité"), now=NOW)
    assert class_in("bill", "2026-10") == "trust"
    assert class_in("bill", "2026-11", DECEMBER) == "confidence"


def test_a_file_that_says_the_same_does_not_undo_a_decision_of_the_page(charted: Flask) -> None:
    decide("both", commitment="bill")
    apply(TEXT.replace("owner: Direction", "owner: Autre"), now=NOW)
    assert page(ANA, NOW, commitment="bill")["chosen"]["class"] == "both"
    apply(
        HEAD + BILL.replace("    class: {decided: trust, by: Comité, because: On nous le dit, date: 2026-06-01}\n", ""),
        now=NOW,
    )
    assert page(ANA, NOW, commitment="bill")["chosen"]["class"] == "both"


def test_a_decision_left_out_of_the_file_gives_back_to_the_evidence_from_this_month(world: Flask) -> None:
    apply(
        TEXT.replace("    class: {decided: trust, by: Comité, because: On nous le dit, date: 2026-06-01}\n", ""),
        now=NOW,
    )
    assert class_in("bill", "2026-10") == "trust"
    assert class_in("bill", "2026-11", DECEMBER) == "undetermined"


def test_a_first_decision_of_a_file_never_reaches_into_a_sealed_month(world: Flask) -> None:
    freeze_month(COMMAND_LINE, NOW, period="2026-09")
    decided = "    owner: Direction\n    class: {decided: neither, by: Comité, because: Vu, date: 2026-07-01}\n"
    apply(TEXT.replace("    owner: Direction\n", decided), now=NOW)
    assert [class_in("care", period) for period in ("2026-09", "2026-10")] == ["undetermined", "neither"]
