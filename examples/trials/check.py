"""Compares what Promesse said of real data with a count made here, in plain Python, without Promesse.

    python examples/trials/check.py DATA_FOLDER var/trial nyc nhs cancer desk tgv surveys

Prints a table "what | expected | seen | ok"; exits 1 when something differs.
"""

from __future__ import annotations

import csv
import gzip
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import answers
import event_log
import holidays
import workbooks

Row = dict[str, str]
Line = tuple[str, object, object]


def rows(path: Path) -> Iterator[Row]:
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8")
    yield from csv.DictReader(text.splitlines())


def said(folder: Path, name: str) -> Any:
    return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))


def counts(measured: Any) -> tuple[int, int]:
    return round(measured["numerator"]), round(measured["denominator"])


def by_unit(measured: Any) -> dict[str, tuple[int, int]]:
    """Unit -> counts, of the units with a case of their own."""
    return {unit["unit"]: counts(unit) for unit in measured["units"] if unit["denominator"]}


def indicator(status: Any, key: str) -> Any:
    return next(one for each in status["commitments"] for one in each["indicators"] if one["key"] == key)


def compare_units(what: str, expected: dict[str, tuple[int, int]], measured: Any) -> Line:
    """Every unit of ours against the same unit of theirs; theirs may hold totals besides."""
    seen = by_unit(measured)
    expected = {unit: pair for unit, pair in expected.items() if pair[1]}
    wrong = [unit for unit, pair in expected.items() if seen.get(unit) != pair]
    return what, f"{len(expected)} alike", f"{len(expected) - len(wrong)} alike{': not ' + wrong[0] if wrong else ''}"


# New York: one row per key, a stop after the delay or missing is a failure.


def cases_of_2023(data: Path) -> list[tuple[str, date, date | None]]:
    best: dict[str, tuple[str, bool, str, Row]] = {}
    for row in rows(data / "nyc_council_cases_341299.csv.gz"):
        rank = (row["opendate"], row["closedate"] == "", row["account"], row)
        if row["unique_key"] not in best or rank[:3] < best[row["unique_key"]][:3]:
            best[row["unique_key"]] = rank
    kept = [row for *_, row in best.values() if row["opendate"].startswith("2023")]
    dated = [(row["account"], date.fromisoformat(row["opendate"]), row["closedate"]) for row in kept]
    cases = [(unit, opened, date.fromisoformat(closed) if closed else None) for unit, opened, closed in dated]
    return [case for case in cases if case[2] is None or case[2] >= case[1]]


def ten_working_days(opened: date) -> date:
    off = holidays.country_holidays("US", subdiv="NY", years=(2023, 2024))
    day, left = opened, 10
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5 and day not in off
    return day


def in_time(cases: list[tuple[str, date, date | None]], last: Callable[[date], date]) -> dict[str, tuple[int, int]]:
    met, all_of_them = Counter[str](), Counter[str]()
    last_days = {opened: last(opened) for opened in {case[1] for case in cases}}
    for unit, opened, closed in cases:
        all_of_them[unit] += 1
        met[unit] += closed is not None and closed <= last_days[opened]
    return {unit: (met[unit], n) for unit, n in all_of_them.items()}


def total(pairs: dict[str, tuple[int, int]]) -> tuple[int, int]:
    return sum(pair[0] for pair in pairs.values()), sum(pair[1] for pair in pairs.values())


def nyc(data: Path, folder: Path) -> Iterator[Line]:
    cases = cases_of_2023(data)
    days, working = in_time(cases, lambda opened: opened + timedelta(days=30)), in_time(cases, ten_working_days)
    monthly, yearly, ten = (said(folder, name) for name in ("30d-2023", "30d-year", "10wd-2023"))
    yield "2023 within 30 days, the figure known before", (22_217, 34_322), total(days)
    yield "2023 within 30 days, twelve months added", total(days), counts(monthly)
    yield "2023 within 30 days, as one year", total(days), counts(yearly)
    yield compare_units("2023 within 30 days, by office", days, monthly)
    yield "2023 within 10 working days", total(working), counts(ten)
    yield compare_units("2023 within 10 working days, by office", working, ten)
    closes = Counter(unit for unit, _, closed in cases if closed is not None)
    silent = " ".join(sorted(unit[4:] for unit, (_, n) in days.items() if not closes[unit] and n >= 30))
    year = indicator(said(folder, "status"), "answered-30d-year")
    yield "offices that do not record (2023)", silent, " ".join(unit[4:] for unit in sorted(year["not_recording"]))
    office = indicator(said(folder, "status-NYCC24"), "answered-30d-year")
    yield "office 24 (2023)", ("no-data", "not-recording"), (office["status"], office["reason"])


# England: sums of the file.


def nhs(data: Path, folder: Path) -> Iterator[Line]:
    lines = list(rows(data / "nhs_ae_england_monthly_36.csv"))
    seen, came = 0, 0
    for line in lines:
        came += int(float(line["attendances"]))
        seen += int(float(line["attendances"])) - int(float(line["breaches"]))
    years = [counts(said(folder, f"4h-{year}")) for year in (2016, 2017, 2018, 2019)]
    yield "36 months within 4 hours", (seen, came), (sum(pair[0] for pair in years), sum(pair[1] for pair in years))
    last = indicator(said(folder, "status"), "seen-4h")
    share = 1 - Fraction(lines[-1]["breaches"]) / Fraction(lines[-1]["attendances"])
    yield "March 2019", ("missed", round(float(share), 6)), (last["status"], round(last["value"], 6))
    yield "checks done", 36, said(folder, "run-due")["done"]


# Cancer waits: workbooks as they are published.


def cancer(data: Path, folder: Path) -> Iterator[Line]:
    asked = (
        ("told-28d", "28-DAY FDS (ALL ROUTES)", "WITHIN 28 DAYS", {}),
        ("treated-31d", "31-DAY (ALL CANCER)", "WITHIN 31 DAYS", {"TREATMENT STAGE": "ALL STAGES"}),
        ("begun-62d", "62-DAY (ALL CANCER)", "WITHIN 62 DAYS", {"REFERRAL ROUTE": "ALL ROUTES"}),
    )
    for key, sheet, kept, only in asked:
        for month in workbooks.MONTHS:
            measured = said(folder, f"{key}-{month}")
            expected = workbooks.of_providers(data, month, sheet, kept, only)
            yield f"{key} {month}", expected, (float(measured["numerator"]), float(measured["denominator"]))
            told = [one for one in measured["told"] if "say the names of the columns again" in one]
            yield "  names said again are told", sheet != asked[0][1], bool(told)


# A service desk: the log of its incidents.


def desk(data: Path, folder: Path) -> Iterator[Line]:
    for month in ((2016, 2), (2016, 3)):
        period = f"{month[0]}-{month[1]:02}"
        for name, for_good in (("solved-5d", True), ("solved-first-5d", False)):
            expected = event_log.within_days(data, month, 5, for_good=for_good)
            yield f"{name} {period}", expected, counts(said(folder, f"{name}-{period}"))
        own = said(folder, f"solved-48h-{period}")
        now = datetime(2016, 6, 1, 12)  # noqa: DTZ001 local
        expected_own = event_log.within_own_time(data, month, timedelta(hours=48), now)
        yield f"solved-48h {period}, waiting left out", expected_own, (*counts(own), own["pending"])
    never = sum(1 for events in event_log.cases(data) if event_log.ends_of(events, for_good=True)[0] is None)
    yield "incidents never seen new are told", never, said(folder, "solved-5d-2016-03")["undated"]
    shown = indicator(said(folder, "status"), "solved-5d")
    yield "  and withhold the verdict", ("unproven", "unreadable"), (shown["status"], shown["reason"])


# French high-speed trains: planned less cancelled less late, of planned, by route.


def trains(data: Path, late: str) -> dict[str, dict[str, tuple[int, int]]]:
    """Year -> route -> (on time, planned)."""
    found: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    for row in rows(data / "sncf_tgv_regularite_mensuelle.csv.gz"):
        route, planned = f"{row['gare_depart']} › {row['gare_arrivee']}", int(row["nb_train_prevu"])
        met = planned - int(row["nb_annulation"]) - int(row[late])
        before = found[row["date"][:4]].get(route, (0, 0))
        found[row["date"][:4]][route] = (before[0] + met, before[1] + planned)
    return found


def tgv(data: Path, folder: Path) -> Iterator[Line]:
    on_time = trains(data, "nb_train_retard_arrivee")
    for year in ("2018", "2019", "2020", "2021", "2022"):
        measured = said(folder, f"on-time-{year}")
        yield f"{year} on time", total(on_time[year]), counts(measured)
        yield compare_units(f"{year} on time, by route", on_time[year], measured)
    under_15 = trains(data, "nb_train_retard_sup_15")["2019"]
    measured = said(folder, "under-15-2019")
    yield "2019 less than 15 minutes late", total(under_15), counts(measured)
    yield "  of the trains planned", 0.8805, round(measured["value"], 4)
    yield "checks done", 132, said(folder, "run-due")["done"]


def surveys(data: Path, folder: Path) -> Iterator[Line]:
    yield from answers.pairs_of_answers(said(folder, "kano"))
    yield from answers.marks(said(folder, "marks"))


TRIALS: dict[str, Callable[[Path, Path], Iterator[Line]]] = {
    "nyc": nyc, "nhs": nhs, "cancer": cancer, "desk": desk, "tgv": tgv, "surveys": surveys,
}  # fmt: skip


def main(arguments: list[str]) -> int:
    """Compares the trials named (all of them by default) and prints the table."""
    data, folder, names = Path(arguments[0]), Path(arguments[1]), arguments[2:] or list(TRIALS)
    differences = 0
    _print("", "what", "expected", "seen", "ok")
    for name in names:
        report = folder / name / "report.pdf"
        printed = [("report of the month", b"%PDF-", report.read_bytes()[:5])] if name != "surveys" else []
        for what, expected, seen in [*TRIALS[name](data, folder / name), *printed]:
            differences += expected != seen
            _print(name, what, expected, seen, "yes" if expected == seen else "NO")
    return 1 if differences else 0


def _print(name: str, what: str, expected: object, seen: object, verdict: str) -> None:
    print(f"{name:7} {what:42} | {expected!s:28} | {seen!s:28} | {verdict}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
