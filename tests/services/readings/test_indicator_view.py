"""An indicator in a month: its figures, those of the month before, periods of any length."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from flask import Flask

from charter.domain.charter_file.reading import read_charter
from charter.domain.lint.promises import lint_charter
from charter.domain.statistics.misses import still_missing
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.services.checks.running import run_due
from charter.services.month.overview import overview
from charter.services.records.access import Access
from charter.words.doubts import doubt_sentences
from tests.services.month.test_overview import view
from tests.services.world import NOW, TEXT, apply, write_cases


def test_the_figures_of_a_month_and_of_the_one_before(world: Flask) -> None:
    found = view(overview(COMMAND_LINE, NOW), "billed")
    assert (found["value"], found["numerator"], found["denominator"]) == (60 / 62, 60, 62)
    assert (found["previous"], found["previous_status"], found["touched"]) == (0.95, "kept", 2)
    assert (found["target"], found["tolerance"], found["unacceptable"], found["exceeds"]) == (0.9, 0.02, 0.5, 0.95)
    assert found["exceeded"] is True
    assert [(point["period"], point["value"]) for point in found["series"]] == [
        ("2026-07", 58 / 60),
        ("2026-08", 56 / 60),
        ("2026-09", 0.95),
        ("2026-10", 60 / 62),
    ]


def test_each_unit_reads_its_own_figures(world: Flask) -> None:
    found = overview(COMMAND_LINE, NOW, unit="west")
    answered = view(found, "answered")
    assert (found["unit_name"], answered["numerator"], answered["denominator"]) == ("Région Ouest", 22, 40)
    assert (answered["weakest_unit"], answered["coverage"]) == ("vannes", 1.0)
    assert overview(COMMAND_LINE, NOW, unit="nice")["headline"]["floor"]["state"] == "unproven"


def test_the_period_may_be_of_any_length(world: Flask) -> None:
    quarter = overview(COMMAND_LINE, NOW, period="2026-Q3")
    assert (quarter["period"], view(quarter, "billed")["period"]) == ("2026-Q3", "2026-09")
    assert quarter["checks"]["due"] == 6
    week = overview(COMMAND_LINE, NOW, period="2026-W45")
    assert (view(week, "billed")["period"], week["checks"]["due"]) == ("2026-10", 0)


MINUTES = TEXT.replace(
    "success: {right: 1}",
    "numerator: minutes_up\n        denominator: minutes_all\n        in: {fr: minutes, en: minutes}",
)


def measured(folder: Path, text: str) -> Any:
    """The small charter's second promise, missed in October, of rows that count minutes."""
    write_cases(folder, {})
    with (folder / "bills.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["opened", "agency", "minutes_up", "minutes_all"])
        rows.writerows(
            [f"2026-{month}-{day:02}", unit, 40000 if month != "10" else 38000, 44640]
            for month in ("07", "08", "09", "10")
            for day in (2, 30)
            for unit in ("vannes", "brest", "nice")
        )
    apply(text, folder)
    run_due(COMMAND_LINE, NOW, Access())
    return view(overview(COMMAND_LINE, NOW), "billed")


def test_minutes_are_told_as_minutes_and_never_as_cases(empty: Flask, tmp_path: Path) -> None:
    found = measured(tmp_path, MINUTES)
    assert (found["status"], found["numerator"], found["denominator"]) == ("missed", 228000, 267840)
    assert (found["interval"], found["touched"]) == (None, None)
    assert found["case"] == {"one": {"fr": "minutes", "en": "minutes"}, "many": {"fr": "minutes", "en": "minutes"}}
    assert still_missing(found) is None
    assert [str(one.message) for one in lint_charter(read_charter(MINUTES)) if "amounts" in str(one.message)] == []


def test_the_same_columns_without_a_word_for_their_unit_are_warned_of(empty: Flask, tmp_path: Path) -> None:
    text = MINUTES.replace("\n        in: {fr: minutes, en: minutes}", "")
    found = measured(tmp_path, text)
    assert found["interval"] is not None
    assert found["touched"] == 39840
    assert still_missing(found) == 13056
    said = [str(one.message) for one in lint_charter(read_charter(text))]
    assert "the column “minutes_up” speaks of amounts, not of cases" in said
    delay = text.replace("minutes_up", "within 28 days").replace("minutes_all", "asked")
    assert not [one for one in lint_charter(read_charter(delay)) if "amounts" in str(one.message)]


def test_a_unit_that_does_not_record_is_named_and_one_that_the_charter_does_not_know_as_the_source_writes_it(
    world: Flask,
) -> None:
    silent = view(overview(COMMAND_LINE, NOW, period="2026-08"), "answered")
    told = {one["code"]: one.get("names") for one in silent["doubts"]}
    assert told["not-recording"] == {"nice": "Agence de Nice"}, told
    assert "Agence de Nice (20)" in " ".join(doubt_sentences(silent, "en"))
    unknown = view(overview(COMMAND_LINE, NOW), "answered")
    assert all("names" not in one for one in unknown["doubts"])
    assert "lorient (2)" in " ".join(doubt_sentences(unknown, "fr"))
