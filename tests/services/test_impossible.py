"""Counts that cannot be fail their own month, with a sentence in both languages, and nothing of it is kept."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.models.base import db
from charter.models.records import Measurement
from charter.services.checks.dry_run import measure_dry
from charter.services.checks.running import run_due
from charter.services.records.access import Access
from charter.words.refusals import refusal_sentence
from tests.services.checks.test_running import runs
from tests.services.world import NOW, TEXT, apply, write_cases

COUNTED = TEXT.replace("success: {right: 1}", "numerator: right\n        denominator: asked")
ABOVE = "The source “bills” says 12 of 10 for vannes in 2026-10: the numerator is above the denominator, fix the row."
LONG = (
    "The source “bills” names a unit of 10000000 characters that begins with “xxxxxxxxxxxxxxxxxxxx”: "
    "at most 500 are taken, fix the row."
)


@pytest.mark.parametrize(
    ("row", "english", "french"),
    [
        (("vannes", 12, 10), ABOVE, "La source « bills » dit 12 sur 10 pour vannes (octobre 2026)"),
        (("x" * 10_000_000, 9, 10), LONG, "La source « bills » nomme une entité de 10000000 caractères"),
    ],
    ids=["above", "a page for a name"],
)
def test_a_month_that_cannot_be_fails_alone(
    empty: Flask, tmp_path: Path, row: tuple[str, int, int], english: str, french: str
) -> None:
    write_cases(tmp_path, {})
    with (tmp_path / "bills.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["opened", "agency", "right", "asked"])
        rows.writerows([["2026-09-05", "vannes", 9, 10], ["2026-10-05", "brest", 9, 10], ["2026-10-05", *row]])
    apply(COUNTED, tmp_path)
    run_due(COMMAND_LINE, NOW, Access())
    told = {run.period_key: run for run in runs("billed")}
    assert [(told[month].error, told[month].said is None) for month in ("2026-09", "2026-10")] == [
        (None, True),
        (english, False),
    ]
    kept = select(Measurement.period_key).where(Measurement.indicator_key == "billed")
    assert set(db.session.execute(kept).scalars()) == {"2026-09"}
    assert refusal_sentence(told["2026-10"].said, "en").replace("October\u00a02026", "2026-10") == english
    in_french = refusal_sentence(told["2026-10"].said, "fr")
    assert in_french.replace("\u202f", " ").replace("\u00a0", " ").startswith(french)
    with pytest.raises(Exception, match="fix the row"):
        measure_dry(COMMAND_LINE, NOW, indicator="billed", period="2026-10", access=Access())
