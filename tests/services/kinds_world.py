"""Rows of two agencies that are enough for every kind: steps, rate, percentile, surveys, composite, money, by hand."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

NOW = datetime(2026, 12, 10, 9, tzinfo=UTC)
HEAD = """
charter:
  key: kinds
  organisation: Régie
  title: {fr: Toutes les sortes, en: All kinds}
  timezone: Europe/Paris
  calendar: FR
  valid_from: 2026-10-01
units:
  - {key: company, name: Régie, kind: company}
  - {key: a, name: Agence A, parent: company, kind: agency, weight: 9000}
  - {key: b, name: Agence B, parent: company, kind: agency, weight: 1000}
sources:
  cases: {kind: csv, path: cases.csv}
  journeys: {kind: csv, path: journeys.csv}
  survey: {kind: csv, path: survey.csv}
  paid: {kind: csv, path: paid.csv}
commitments:
  - key: all
    title: {fr: Toutes, en: All}
    promise: {fr: Nous comptons tout., en: We count everything.}
    owner: Direction
    indicators:
"""
CHECK = "check: {due: 0 days, at: '06:00'}"
INDICATORS = {
    "tiers": "kind: share-within, source: cases, start: opened, stop: closed, unit: agency, minimum: 1, "
    "tiers: [{within: 10 days, target: 0.5}, {within: 20 days, target: 0.85}], "
    "ceiling: {beyond: 30 days, at_most: 0.1}",
    "rate": "kind: rate, source: cases, date: opened, volume: {source: journeys, column: n}, per: 100000, "
    "unit: agency, channel: channel, minimum: 1000, direction: lower, targets: [{from: 2026-01-01, target: 4}]",
    "slow": "kind: percentile, source: cases, start: opened, stop: closed, in: days, percentile: 50, unit: agency, "
    "channel: channel, minimum: 1, direction: lower, targets: [{from: 2026-01-01, target: 12}]",
    "pleased": "kind: share, source: survey, date: day, success: {pleased: 1}, basis: sample, nature: perceived, "
    "unit: agency, minimum: 10, targets: [{from: 2026-01-01, target: 0.6}]",
    "easy": "kind: share, source: survey, date: day, success: {easy: 1}, basis: sample, nature: perceived, "
    "unit: agency, minimum: 10, mandatory: false",
    "index": "kind: composite, of: [{indicator: pleased, weight: 3}, {indicator: easy, weight: 1}], "
    "targets: [{from: 2026-01-01, target: 0.7}]",
    "paid": "kind: money, source: paid, date: day, value: euros, unit: agency, mandatory: false",
    "published": "kind: yes-no, success: manual, period: month, targets: [{from: 2026-01-01, target: 1}]",
}


def text(*, keys: Sequence[str] = tuple(INDICATORS), head: str = HEAD, **changed: str) -> str:
    said = INDICATORS | changed
    return head + "".join(f"      - {{key: {key}, title: {key}, {said[key]}, {CHECK}}}\n" for key in keys)


def write(folder: Path, name: str, columns: str, rows: Sequence[Sequence[Any]]) -> None:
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns.split(), *rows])


def write_all(folder: Path, month: str = "2026-10") -> None:
    """Of a: 10 cases answered after 5 days, 6 after 15, 4 after 40; of b: one after 25 days, one open.

    Sources reach past the month: one case of the next month, volumes and payments up to its last days.
    """
    first = datetime.fromisoformat(f"{month}-02")
    lengths = [("a", 5)] * 10 + [("a", 15)] * 6 + [("a", 40)] * 4 + [("b", 25), ("b", None)]
    cases = [
        [first.date(), "" if days is None else (first + timedelta(days=days)).date(), agency, ("phone", "web")[at % 2]]
        for at, (agency, days) in enumerate(lengths)
    ]
    cases.append([(first + timedelta(days=30)).date(), "", "a", "phone"])
    write(folder, "cases.csv", "opened closed agency channel", cases)
    write(folder, "journeys.csv", "opened agency n", [[f"{month}-01", "a", 600_000], [f"{month}-30", "a", 200_000]])
    survey = [["a", at < 80, at < 50] for at in range(100)] + [["b", at < 40, at < 90] for at in range(100)]
    write(folder, "survey.csv", "day agency pleased easy", [[f"{month}-05", u, int(p), int(e)] for u, p, e in survey])
    write(folder, "paid.csv", "day agency euros", [[f"{month}-05", "a", "35.50"], [f"{month}-30", "a", "20"]])
