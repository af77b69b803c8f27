"""What stands beside a figure is what reading years would say, whatever was entered, corrected, late or judged anew."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from charter.domain.figures.entries import Figure
from charter.domain.vocabulary.errors import CharterError
from charter.domain.vocabulary.periods import parse_period, periods_of
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.domain.vocabulary.terms import CheckState, PeriodKind
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.models.readings import ReadingRow
from charter.services.checks.rebuild import rebuild
from charter.services.checks.running import run_due
from charter.services.figures.write import correct_figure, enter_figures
from charter.services.month.overview import overview
from charter.services.readings.chart_traces import COLUMNS
from charter.services.records.access import Access
from charter.services.records.transactions import transaction
from tests.services.databases import ENGINES, ground, new_url, opened, template_of
from tests.services.world import BILL, HEAD, apply

NOW = datetime(2026, 11, 10, 9, tzinfo=UTC)
SINCE = date(2024, 10, 1)
MONTHS = [period.key for period in periods_of(PeriodKind.MONTH, SINCE, date(2026, 10, 31))]
AGENCIES = ("vannes", "brest", "nice")

HAND = """
  - key: welcome
    title: {fr: Un accueil, en: A welcome}
    promise: {fr: Nous vous accueillons., en: We welcome you.}
    owner: Accueil
    indicators:
      - key: welcomed
        title: {fr: Accueillis, en: Welcomed}
        source: hand
        kind: share
        minimum: 10
        targets: [{from: 2024-01-01, target: 0.9}]
        check: {due: 3 days, at: "06:00", late_after: 1 day, lapses_after: 60 days}
      - key: service
        title: {fr: Service, en: Service}
        kind: composite
        of: [{indicator: welcomed, weight: 2}, {indicator: billed, weight: 1}]
        targets: [{from: 2024-01-01, target: 0.9}]
        check: {due: 3 days, at: "06:00", late_after: 1 day, lapses_after: 60 days}
"""
TEXT = HEAD.replace("2026-07-01", SINCE.isoformat()).replace("sources:\n", "sources:\n  hand: {kind: manual}\n")
TEXT += (BILL + HAND).replace("success: {right: 1}", "success: {right: {at_least: 1}}")


@cache
def folder() -> Path:
    """Bills of 25 months: five a month and agency would be too few, fifteen are enough."""
    place = ground() / "years"
    place.mkdir()
    with (place / "bills.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "opened", "agency", "right"])
        for at, month in enumerate(MONTHS):
            for which, agency in enumerate(AGENCIES):
                right = (at * 7 + which * 3) % 5
                rows.writerows(
                    (f"{month}{agency}{n}", f"{month}-0{1 + n % 9}", agency, int(n >= right)) for n in range(15)
                )
    (place / "cases.csv").write_text("id,opened,closed,agency,channel,topic\n", encoding="utf-8")
    return place


def entered(month: str, unit: str, met: int) -> Figure:
    return Figure(indicator="welcomed", period=month, unit=unit, numbers={"numerator": met, "denominator": 20})


def years() -> None:
    """Two years and a month: all entered but three months, all bills read, the composite made where it can be."""
    apply(TEXT, folder())
    gaps = {MONTHS[4], MONTHS[15], MONTHS[-1]}
    figures = [
        entered(month, unit, 15 + (at * 3 + which) % 5)
        for at, month in enumerate(MONTHS)
        for which, unit in enumerate(AGENCIES)
        if month not in gaps
    ]
    enter_figures(COMMAND_LINE, NOW, figures)
    run_due(COMMAND_LINE, NOW, Access())


def kept() -> dict[tuple[str, str, str], dict[str, Any]]:
    """Every reading whose check is done, without the number of its row."""
    is_done = (DueCheck.indicator_key == ReadingRow.indicator_key) & (DueCheck.period_key == ReadingRow.period_key)
    query = select(ReadingRow.__table__).join(DueCheck, is_done).where(DueCheck.state == CheckState.DONE)
    rows = [dict(row) for row in db.session.execute(query).mappings()]
    return {
        (row["indicator_key"], row["period_key"], row["unit_key"]): {name: row[name] for name in row if name != "id"}
        for row in rows
    }


def shown() -> list[Any]:
    """What pages show of some months and units."""
    return [
        overview(COMMAND_LINE, NOW, period=month, unit=unit)["commitments"]
        for month in (MONTHS[-1], MONTHS[-2], MONTHS[12])
        for unit in ("company", "vannes")
    ]


def forget_traces() -> None:
    with transaction():
        db.session.execute(update(ReadingRow).values(dict.fromkeys(COLUMNS)))


WHEN = st.sampled_from(MONTHS)
DOINGS = st.one_of(
    st.tuples(st.just("enter"), WHEN, st.sampled_from(AGENCIES), st.integers(0, 20)),
    st.tuples(st.just("correct"), WHEN, st.sampled_from(AGENCIES), st.integers(0, 15)),
    st.tuples(st.just("run"), WHEN, st.just(""), st.just(0)),
    st.tuples(st.just("target"), WHEN, st.just(""), st.integers(80, 99)),
    st.tuples(st.just("define"), WHEN, st.just(""), st.integers(0, 1)),
)


def do(what: str, month: str, unit: str, number: int) -> None:
    """One thing that people, programs or a new charter do; what is refused changes nothing."""
    text = TEXT.replace(f"valid_from: {SINCE}", f"valid_from: {parse_period(month).start}")
    try:
        if what == "enter":
            enter_figures(COMMAND_LINE, NOW, [entered(month, unit, number)], reason="Counted again")
        elif what == "correct":
            numbers = {"numerator": number, "denominator": 15}
            correct_figure(COMMAND_LINE, NOW, Figure("billed", month, unit, numbers, reason="A mistake"))
        elif what == "run":
            run_due(COMMAND_LINE, NOW, Access())
        elif what == "target":
            apply(
                text.replace("target: 0.90,", f"target: 0.{number},").replace("exceeds: 0.95", "exceeds: 0.995"),
                folder(),
            )
        else:
            apply(text.replace("at_least: 1", f"at_least: {number}"), folder())
    except CharterError:
        db.session.rollback()


@pytest.mark.parametrize(
    "kind", [pytest.param(each, marks=pytest.mark.postgres if each == "postgres" else ()) for each in ENGINES]
)
def test_a_projection_kept_as_things_happen_is_the_one_rebuilt_from_the_records(kind: str, tmp_path: Path) -> None:
    @settings(
        max_examples=5 if kind == "sqlite" else 1,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(st.lists(DOINGS, min_size=3, max_size=9))
    def happens(doings: list[tuple[str, str, str, int]]) -> None:
        with opened(new_url(kind, tmp_path, template_of(kind, years)), tmp_path):
            for doing in doings:
                do(*doing)
            told, pages = kept(), shown()
            assert rebuild(COMMAND_LINE, NOW)["traces"] == 0
            assert kept() == told
            # Without traces every page reads years.
            forget_traces()
            assert shown() == pages

    happens()
