"""What customers answered: the same answers on every face, kept with each measurement, never across two wordings."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.models.base import db
from charter.models.records import Measurement
from charter.reports.render import render_report_html
from charter.services.checks.dry_run import measure_dry
from charter.services.checks.running import run_due
from charter.services.desk.commitment_page import commitment_page
from charter.services.figures.write import Figure, correct_figure, enter_figure
from charter.services.month.overview import overview
from charter.services.records.access import Access
from charter.services.reports.parts import edition_of, figures_in
from charter.services.reports.snapshots import freeze_month
from charter.services.reports.view import report_tables
from charter.services.verification.verify import verify
from tests.services.effort_world import ANSWERS, NOW, START, charter, write_answers
from tests.services.verification.test_verify import rewrite
from tests.services.world import apply

pytestmark = pytest.mark.filterwarnings("ignore:fetch_.*is deprecated:DeprecationWarning")


@pytest.fixture
def asked(empty: Flask, tmp_path: Path) -> Flask:
    """October measured."""
    write_answers(tmp_path)
    apply(charter(), tmp_path, START)
    run_due(COMMAND_LINE, NOW, Access())
    return empty


def view(period: str = "2026-10", unit: str | None = None, now: datetime = NOW) -> Any:
    (one,) = overview(COMMAND_LINE, now, period=period, unit=unit)["commitments"]
    return one["indicators"][0]


def given(effort: Any) -> dict[int, int]:
    return {one["answer"]: one["count"] for one in effort["answers"]}


def test_the_same_answers_stand_on_every_face_and_are_sealed(asked: Flask) -> None:
    whole = view()
    assert (whole["kind"], whole["nature"], whole["numerator"], whole["denominator"]) == ("effort", "perceived", 33, 46)
    assert whole["value"] == 33 / 46
    assert whole["excluded"] == {"outside the scale": 1}
    assert whole["interval_level"] == 0.9
    effort = whole["effort"]
    assert given(effort) == {7: 23, 6: 8, 5: 2, 4: 2, 3: 2, 2: 4, 1: 5}, "both sites added up, the easiest first"
    assert (effort["hard"], effort["hard_share"], effort["words"]) == (11, 11 / 46, True)
    assert effort["mean"] == (23 * 7 + 8 * 6 + 2 * 5 + 2 * 4 + 2 * 3 + 4 * 2 + 5) / 46
    assert [one["side"] for one in effort["answers"]] == ["easy"] * 3 + ["between"] + ["hard"] * 3
    assert given(view(unit="a")["effort"]) == ANSWERS["a"]
    page = commitment_page(COMMAND_LINE, NOW, "one", period="2026-10")
    assert page["details"]["ces"]["effort"] == effort
    tried = measure_dry(COMMAND_LINE, NOW, indicator="ces", period="2026-10", access=Access())
    assert tried["effort"] == effort
    assert (tried["numerator"], [one["unit"] for one in tried["units"]]) == (33, ["a", "b"])
    sealed = freeze_month(COMMAND_LINE, NOW, period="2026-10")
    printed = render_report_html(edition_of(figures_in(sealed.document), sealed.sha256, None), "en")
    assert "Customers were asked" in printed
    answers = report_tables(COMMAND_LINE, period="2026-10", language="en")["answers"]
    assert answers[1] == ["company", "Régie", "one", "ces", "2026-10", 7, "easy", 23, 0.5]
    assert sum(int(row[7] or 0) for row in answers[1:]) == 46
    assert verify(COMMAND_LINE)["breaks"] == []


def test_answers_that_were_rewritten_are_found(asked: Flask, engine: str) -> None:
    row = db.session.execute(select(Measurement).where(Measurement.unit_key == "b").limit(1)).scalar_one()
    rewrite(engine, "measurements", f"UPDATE measurements SET steps = '{{\"7\": 6}}' WHERE id = {row.id}")
    db.session.expire_all()
    assert verify(COMMAND_LINE)["ok"] is False


def test_few_answers_are_not_told(empty: Flask, tmp_path: Path) -> None:
    write_answers(tmp_path, {"a": {7: 30, 2: 6}, "b": {7: 2, 1: 2}})
    apply(charter(), tmp_path, START)
    run_due(COMMAND_LINE, NOW, Access())
    effort = view(unit="b")["effort"]
    assert (effort["n"], effort["answers"], effort["hard"], effort["mean"]) == (4, [], None, None)
    assert view(unit="a")["effort"]["hard"] == 6


@pytest.mark.parametrize(
    ("changed", "breaks"),
    [
        ({"question": "{fr: 'EST-CE QUE c’était   facile', en: Was it easy ?}"}, False),
        ({"question": "{fr: Est-ce que c’était simple ?, en: Was it easy?}"}, True),
        ({"question": "{fr: Est-ce que c’était facile ?}"}, True),
        ({"scale": "{from: 1, to: 7, hard: low, hard_answers: 2}"}, False),
        ({"scale": "{from: 1, to: 7, hard: low, easy_answers: 2}"}, True),
        ({"scale": "{from: 0, to: 7, hard: low}"}, True),
    ],
)
def test_another_wording_or_scale_breaks_the_curve_and_another_spelling_does_not(
    light: Flask, tmp_path: Path, changed: dict[str, str], breaks: bool
) -> None:
    write_answers(tmp_path, months=("2026-10", "2026-11"))
    apply(charter(), tmp_path, START)
    apply(charter(since="2026-11-01", **changed), tmp_path, datetime(2026, 11, 1, 8, tzinfo=UTC))
    later = datetime(2026, 12, 10, 9, tzinfo=UTC)
    run_due(COMMAND_LINE, later, Access())
    (point,) = [one for one in view("2026-11", now=later)["series"] if one["period"] == "2026-11"]
    assert bool(point.get("break")) is breaks
    hard = view("2026-11", now=later)["effort"]["hard"]
    assert hard == (9 if "hard_answers" in str(changed) else 11), "hard ones are told apart from what is kept"


def test_entered_figures_say_each_answer_and_are_corrected(empty: Flask, tmp_path: Path) -> None:
    manual = charter().replace("{kind: csv, path: survey.csv}", "{kind: manual}")
    for column in ("date: day, ", "value: mark,", "words: why, ", "unit: agency, channel: channel,"):
        manual = manual.replace(column, "")
    apply(manual, tmp_path, START)
    numbers = {f"answer_{one}": 0 for one in range(1, 8)} | {"answer_7": 40, "answer_1": 8, "answer_4": 2}
    enter_figure(COMMAND_LINE, NOW, Figure("ces", "2026-10", "a", numbers))
    assert (view()["value"], given(view()["effort"])[1]) == (0.8, 8)
    correct_figure(COMMAND_LINE, NOW, Figure("ces", "2026-10", "a", numbers | {"answer_1": 18}, reason="Recompté."))
    assert (view()["denominator"], view()["effort"]["hard"]) == (60, 18)
    assert verify(COMMAND_LINE)["ok"]
