"""Files as they come: what ends early, begins late, is dated by month, holds a total row: from the file to the page."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from charter.domain.figures.entries import Figure
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.models.base import db
from charter.models.readings import ReadingRow
from charter.models.records import Run
from charter.services.checks.dry_run import measure_dry
from charter.services.checks.rebuild import rebuild
from charter.services.checks.running import run_due
from charter.services.figures.write import correct_figure
from charter.services.month.overview import overview
from charter.services.records.access import Access
from charter.services.verification.verify import verify
from charter.words.doubts import doubt_sentences
from tests.services.world import HEAD, apply

NOW = datetime(2026, 11, 10, 9, tzinfo=UTC)
FIRST = date(2026, 7, 1)

COMMITMENT = """
  - key: {key}
    title: {{fr: {key}, en: {key}}}
    promise: {{fr: "{key} dans 90 % des cas.", en: "{key} for 90 % of cases."}}
    owner: Direction
    indicators:
      - key: {key}
        title: {{fr: {key}, en: {key}}}
        source: {key}
        minimum: 1
        {how}
        targets: [{{from: 2026-01-01, target: {target}}}]
        check: {{due: 3 days, at: "06:00", late_after: 1 day, lapses_after: 300 days}}
"""
SHARE = "kind: share\n        date: day\n        unit: agency\n        success: {right: 1}"
SUMS = "kind: share\n        date: day\n        unit: agency\n        numerator: right\n        denominator: asked"
COUNT = "kind: count\n        date: day\n        unit: agency"


def days(last: date, *, first: date = FIRST, step: int = 1, but: Iterable[date] = ()) -> list[date]:
    found = [first + timedelta(days=at) for at in range(0, (last - first).days + 1, step)]
    return [day for day in found if day not in set(but)]


END = date(2026, 11, 8)
STOPPED = days(date(2026, 10, 31), first=date(2026, 10, 18))
CASES: dict[str, tuple[str, float, list[list[Any]]]] = {
    "full": (SHARE, 0.9, [[day, "vannes", 1] for day in days(END)]),
    "holed": (SHARE, 0.9, [[day, "vannes", 1] for day in days(END, but=[date(2026, 10, 17)])]),
    "short": (SHARE, 0.9, [[day, "vannes", 1] for day in days(date(2026, 10, 20))]),
    "late": (SHARE, 0.9, [[day, "vannes", 1] for day in days(END, first=date(2026, 10, 14))]),
    "weekly": (SHARE, 0.9, [[day, "vannes", 1] for day in days(date(2026, 10, 28), step=7)]),
    "counted": (COUNT, 1, [[day, "vannes", 1] for day in days(date(2026, 10, 20))]),
    "monthly": (SUMS, 0.9, [[date(2026, at, 1), "vannes", 95, 100] for at in range(7, 11)]),
    "lone": (SUMS, 0.9, [[date(2026, 10, 2), "vannes", 95, 100]]),
    "total": (SUMS, 0.9, [[d, a, r, 100] for d in days(END) for a, r in [("vannes", 95), ("brest", 91)]]
              + [[d, "France", 186, 200] for d in days(END)]),
    "strange": (SHARE, 0.9, [[day, agency, 1] for day in days(END) for agency in ("vannes", "brest", "lorient")]),
    "parted": (SHARE, 0.9, [[day, "vannes", 1] for day in days(END, but=STOPPED)]),
    "undated": (SHARE, 0.9, [[day, "vannes", 1] for day in days(END)] + [["", "vannes", 0]] * 40),
}  # fmt: skip


def measured(folder: Path) -> None:
    for key, (how, _, rows) in CASES.items():
        # The rows of `parted` stand in a file for each month.
        for month in sorted({row[0].month for row in rows}) if key == "parted" else [0]:
            with (folder / f"{key}{month or ''}.csv").open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerow(["day", "agency", "right", *(["asked"] if how is SUMS else [])])
                csv.writer(file).writerows(row for row in rows if not month or row[0].month == month)
    head = HEAD.replace("  cases: {kind: csv, path: cases.csv}\n  bills: {kind: csv, path: bills.csv}\n", "".join(
        f'  {key}: {{kind: csv, path: "{key}*.csv"}}\n' for key in CASES))  # fmt: skip
    text = head + "".join(COMMITMENT.format(key=key, how=how, target=level) for key, (how, level, _) in CASES.items())
    apply(text, folder)
    run_due(COMMAND_LINE, NOW, Access())


def row_of(key: str, unit: str = "company", period: str = "2026-10") -> ReadingRow:
    of = (ReadingRow.indicator_key == key) & (ReadingRow.period_key == period) & (ReadingRow.unit_key == unit)
    return db.session.execute(select(ReadingRow).where(of)).scalar_one()


def test_files_as_they_come(light: Flask, tmp_path: Path) -> None:
    measured(tmp_path)
    views = {
        view["key"]: view["indicators"][0] for view in overview(COMMAND_LINE, NOW, period="2026-10")["commitments"]
    }
    assert {key: (view["status"], view["reason"]) for key, view in views.items()} == {
        "full": ("kept", None),
        "holed": ("kept", None),
        "short": ("unproven", "source-short"),
        "late": ("unproven", "source-short"),
        "weekly": ("kept", None),
        "counted": ("no-data", "source-short"),
        "monthly": ("kept", None),
        "lone": ("kept", None),
        "total": ("no-data", "check-failed"),
        "strange": ("kept", None),
        "parted": ("unproven", "source-short"),
        "undated": ("unproven", "unreadable"),
    }
    assert {key: [one["code"] for one in view["doubts"]] for key, view in views.items() if view["doubts"]} == {
        "short": ["source-short"],
        "late": ["late-start"],
        "counted": ["source-short"],
        "strange": ["unknown-unit"],
        "parted": ["source-short"],
        "undated": ["undated"],
    }
    said = {key: [one.replace("\u00a0", " ") for one in doubt_sentences(view, "en")] for key, view in views.items()}
    assert said["short"] == ["Figures end on 20 October 2026: 11 days of the period are missing."]
    assert said["parted"] == [
        "No row lies between 17 October 2026 and 1 November 2026: 14 days of the period are missing; with what is "
        "missing, between 54.8% and 100.0%: the verdict could be another."
    ]
    assert said["late"] == ["Figures begin on 14 October 2026: 13 days of the period are missing."]
    assert said["strange"] == [
        "31 cases are of units that the charter does not know (33.3%): lorient (31); 100.0% without them."
    ]
    assert said["undated"][0].startswith("40 cases of the source have no date that can be read")
    assert said["undated"][0].endswith(": the verdict could be another.")
    french = doubt_sentences(views["short"], "fr")[0].replace("\u00a0", " ")
    assert french == "Les chiffres s’arrêtent au 20 octobre 2026 : il manque 11 jours de la période."
    run = db.session.execute(
        select(Run).where(Run.indicator_key == "total").order_by(Run.id.desc()).limit(1)
    ).scalar_one()
    assert run.outcome == "failed"
    assert "“France” in the source “total” equal the sum of the other units" in str(run.error)
    # A month that was whole stays as it was; a unit that has no doubt of its own has none.
    assert (row_of("short", period="2026-09").status, row_of("strange", "brest").doubts) == ("kept", None)


def test_doubts_stay_with_the_run_through_corrections_and_are_verified(empty: Flask, tmp_path: Path) -> None:
    measured(tmp_path)
    doubted = {key: (row_of(key).status, row_of(key).doubts) for key in CASES if key != "total"}
    rebuild(COMMAND_LINE, NOW)
    assert {key: (row_of(key).status, row_of(key).doubts) for key in CASES if key != "total"} == doubted
    seen = row_of("undated").run_id
    kept: Any = db.session.get_one(Run, seen).seen
    assert (kept["undated"], kept["dated"], kept["cases"], kept["median"], kept["of"]) == (
        {"vannes": 40},
        [31, 131],
        31,
        31,
        3,
    )
    figure = Figure("short", "2026-10", "vannes", {"numerator": 20, "denominator": 20}, reason="Counted by hand")
    correct_figure(COMMAND_LINE, NOW, figure)
    assert (row_of("short").status, row_of("short").reason) == ("unproven", "source-short")
    assert verify(COMMAND_LINE)["broken"] is None


def test_a_dry_run_tells_what_would_be_doubted(light: Flask, tmp_path: Path) -> None:
    measured(tmp_path)
    found = measure_dry(COMMAND_LINE, NOW, indicator="short", period="2026-10", access=Access())
    assert [(one["code"], one.get("on")) for one in found["doubts"]] == [("source-short", "2026-10-20")]
