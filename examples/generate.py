"""Makes the data of the example charter: fourteen months of a fictional energy supplier, about 400,000 rows.

    python examples/generate.py --out var/demo                    # ends with the last complete month
    python examples/generate.py --out var/demo --until 2026-02    # ends with another

The folder gets a copy of the charter beside the data: `charter.yaml` and `units.csv`, with their dates moved by whole
months so that the charter begins with the first month made. The same seed and last month always give the same bytes.
Delays run on after the last month: a stop date may lie in the future of the day it is run. Promesse takes such a stop
as not yet happened.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from making import contacts, customers, money, texts, voices
from making.files import write_csv, write_parquet, write_xlsx
from making.months import Month, closed_days, distance, last_complete_month, month_of, months_until, move_dates
from making.organisation import Organisation, read_organisation
from making.tables import Faults, Table, rows_of, stack, with_faults

_HERE = Path(__file__).resolve().parent / "energie"
_Monthly = Callable[[np.random.Generator, Month, Organisation, np.ndarray], Table | None]


class Maker:
    """Makes one table after the other; each has its own draw, so that a change to one leaves the others alone."""

    def __init__(self, seed: int, months: list[Month], house: Organisation) -> None:
        self._seed, self._months, self._house = seed, months, house
        self._off = house.days_off("FR", range(months[0].first.year, months[-1].first.year + 2))
        self._made = 0
        self.rows = 0

    def make(self, *monthly: _Monthly, faults: Faults | None = None) -> Table:
        """The fourteen months of a table, with its faults."""
        self._made += 1
        rng = np.random.default_rng([self._seed, self._made])
        parts = [one(rng, month, self._house, self._off) for month in self._months for one in monthly]
        table = stack(part for part in parts if part is not None)
        if faults is not None:
            table = with_faults(rng, table, faults)
        self.rows += len(next(iter(table.values())))
        return table


def write_data(maker: Maker, folder: Path) -> None:
    """Every source of the charter, in the format it names."""
    calls = maker.make(contacts.calls, faults=Faults("call_id", "queued_at", "site", "answered_at"))
    write_parquet(calls, folder / "calls.parquet", in_utc=("queued_at", "answered_at"))
    bills = maker.make(money.bills, faults=Faults("bill_id", "billed_on", "agency"))
    write_parquet(bills, folder / "bills.parquet")
    cases = maker.make(
        contacts.requests,
        contacts.complaints,
        contacts.mediation,
        faults=Faults("case_id", "opened_on", "agency", "closed_on", stops_in=("case_type", "complaint")),
    )
    write_csv(cases, folder / "cases.csv.gz")
    callbacks = maker.make(contacts.callbacks, faults=Faults("callback_id", "agreed_at", "site", "called_at"))
    write_csv(callbacks, folder / "callbacks.csv.gz")
    refunds = maker.make(money.refunds, faults=Faults("refund_id", "overpaid_on", "agency", "paid_on"))
    write_csv(refunds, folder / "refunds.csv", separator=";")
    write_csv(maker.make(money.rises, faults=Faults("bill_id", "billed_on", "agency")), folder / "rises.csv")
    write_csv(maker.make(voices.mystery_calls), folder / "mystery_calls.csv")
    answers = maker.make(voices.survey, faults=Faults("answer_id", "answered_on", "agency"))
    write_xlsx(rows_of(answers, ~np.isnat(answers["answered_on"])), folder / "survey.xlsx", sheet="answers")
    write_csv(maker.make(voices.sales), folder / "sales.csv")
    write_csv(maker.make(money.payments), folder / "payments.csv")
    write_csv(maker.make(texts.complaints), folder / "complaints.csv")
    write_csv(maker.make(contacts.appointments), folder / "appointments.csv")


def write_answers(seed: int, folder: Path) -> None:
    """What customers answered when they were asked about the promises: pairs, and marks."""
    folder.mkdir(exist_ok=True)
    write_csv(customers.kano(np.random.default_rng([seed, 100])), folder / "kano.csv", separator=";")
    before = customers.kano(np.random.default_rng([seed, 102]), is_before=True)
    write_csv(before, folder / "kano-before.csv", separator=";")
    write_csv(customers.marks(np.random.default_rng([seed, 101])), folder / "marks.csv", separator=";")


def write_charter(months: list[Month], folder: Path) -> str:
    """The charter and its units with their dates moved; the text of the units."""
    by = distance(months[0].first)
    closed = closed_days(months)
    text = move_dates((_HERE / "charter.yaml").read_text(encoding="utf-8"), by, closed)
    note = f"# Written by examples/generate.py from examples/energie/charter.yaml: every date moved by {by} months.\n"
    (folder / "charter.yaml").write_text(note + text, encoding="utf-8")
    units = move_dates((_HERE / "units.csv").read_text(encoding="utf-8"), by, closed)
    (folder / "units.csv").write_text(units, encoding="utf-8")
    return units


def main(arguments: list[str] | None = None) -> int:
    """Reads the command line, writes the folder, says what it wrote."""
    parser = argparse.ArgumentParser(description="Make the data of the example charter.")
    parser.add_argument("--out", type=Path, default=Path("var/demo"), help="the folder to write (default var/demo)")
    parser.add_argument("--until", help="the last month, like 2026-10 (default: the last complete month)")
    parser.add_argument("--today", type=date.fromisoformat, help="the day the default is reckoned from")
    parser.add_argument("--seed", type=int, default=2012)
    asked = parser.parse_args(arguments)
    today = asked.today or datetime.now(ZoneInfo("Europe/Paris")).date()
    try:
        last = month_of(asked.until) if asked.until else last_complete_month(today)
    except ValueError as wrong:
        parser.error(f"--until: {wrong}")
    months = months_until(last)
    asked.out.mkdir(parents=True, exist_ok=True)
    units = write_charter(months, asked.out)
    house = read_organisation(units, np.random.default_rng([asked.seed, 0]), closed_days(months))
    maker = Maker(asked.seed, months, house)
    write_data(maker, asked.out)
    write_answers(asked.seed, asked.out / "answers")
    sys.stderr.write(f"{maker.rows} rows, {months[0].first:%Y-%m} to {last:%Y-%m}, in {asked.out}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
