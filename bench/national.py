"""A utility the size of a country, made by DuckDB in seconds: a tree of units, promises with their indicators, cases.

`BENCH_NATIONAL=1` for the whole of it: 471 units, 60 promises, 90 indicators, 2.9 million cases a year. By the program
itself: `python -m bench.national FOLDER --months 14` measures it in a folder that is kept, and says what it took.
"""

from __future__ import annotations

import argparse
import os
import resource
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from flask import Flask, current_app
from flask_migrate import upgrade

from charter.domain.charter_file.reading import read_charter
from charter.domain.vocabulary.errors import Invalid
from charter.domain.vocabulary.periods import Period, parse_period
from charter.domain.vocabulary.permissions import COMMAND_LINE, SCHEDULER
from charter.factory import create_app
from charter.scheduler import tick
from charter.services.checks.rebuild import rebuild
from charter.services.checks.running import run_due
from charter.services.drafts.applying import apply_charter
from charter.services.records.access import Access
from charter.services.reports.editions import approve_month
from charter.services.reports.files import ALL, make_editions, make_report
from charter.services.reports.snapshots import freeze_month
from charter.services.reports.view import month_page
from charter.services.verification.verify import verify
from config import Settings

LAST = parse_period("2026-10")
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
BEFORE = datetime(2026, 10, 20, 9, tzinfo=UTC)
"""At the first every month up to LAST can be judged, and has been; at the second all but the last."""
IDLE_TICKS = 20


@dataclass(frozen=True)
class Size:
    """So many regions, areas in all, agencies in all; promises, of which so many have a second indicator."""

    regions: int
    areas: int
    agencies: int
    promises: int
    seconds: int

    @property
    def units(self) -> int:
        return 1 + self.regions + self.areas + self.agencies


WHOLE = Size(8, 60, 402, 60, 30)
SMALL = Size(4, 12, 83, 14, 6)
IS_WHOLE = os.environ.get("BENCH_NATIONAL") == "1"
SIZE = WHOLE if IS_WHOLE else SMALL

# Ten cases a month for a promise and an agency; some agencies are slow at some promises, and one in thirty is open.
CASES = """
COPY (
  SELECT opened_at, opened_at::DATE AS day, 'p' || lpad(promise::VARCHAR, 2, '0') AS topic,
         'a' || lpad(agency::VARCHAR, 3, '0') AS agency,
         CASE WHEN hash(i, 3) % 30 <> 0 THEN opened_at + to_hours(CAST(hash(i, 4) % slow AS BIGINT)) END AS closed_at,
         CASE WHEN hash(i, 5) % 100 < 78 + hash(promise, 2) % 21 THEN 1 ELSE 0 END AS ok
  FROM (SELECT i, i % {promises} AS promise, hash(i, 1) % {agencies} AS agency,
               TIMESTAMP '{first} 08:00:00' + to_hours(CAST(24 * (i * {days} // {rows}) + hash(i, 2) % 10 AS BIGINT))
                 AS opened_at,
               120 + hash(i % {promises}, 7) % 160 + hash(hash(i, 1) % {agencies}, i % {promises}) % 60 AS slow
        FROM range({rows}) t(i))
) TO '{path}' (FORMAT parquet, COMPRESSION zstd)
"""
CASES_A_MONTH = 10
DATABASE = "national.sqlite3"


def first_of(months: int) -> Period:
    """The first of so many months up to LAST."""
    month = LAST
    for _ in range(months - 1):
        month = month.previous()
    return month


def write_cases(folder: Path, size: Size, months: int) -> int:
    """The source of the charter, below the folder: as many cases as there are."""
    import duckdb  # noqa: PLC0415 heavy

    first, last = first_of(months).start, LAST.end + timedelta(days=15)
    rows = CASES_A_MONTH * size.promises * size.agencies * months
    said = CASES.format(
        promises=size.promises,
        agencies=size.agencies,
        first=first,
        days=(last - first).days,
        rows=rows,
        path=folder / "cases.parquet",
    )
    with duckdb.connect() as engine:
        engine.execute("SET threads = 2")
        engine.execute(said)
    return rows


def charter_of(size: Size, first: date) -> str:
    """The charter file: areas in regions, agencies in areas."""
    return (
        "\n".join([*_head(size, first), *(line for at in range(size.promises) for line in _promise(size, at))]) + "\n"
    )


def _head(size: Size, first: date) -> list[str]:
    return [
        "charter:",
        "  {key: national, organisation: National utility, timezone: Europe/Paris, calendar: FR,",
        "   title: {en: What we owe our customers, fr: Ce que nous devons à nos clients},",
        f"   valid_from: {first}, report: {{day: 5, languages: [fr]}}}}",
        "units:",
        "  - {key: whole, name: Compagnie nationale, kind: company}",
        *(f"  - {{key: r{at:02}, name: Région {at + 1}, parent: whole, kind: region}}" for at in range(size.regions)),
        *(
            f"  - {{key: d{at:02}, name: Secteur {at + 1}, parent: r{at % size.regions:02}, kind: area}}"
            for at in range(size.areas)
        ),
        *(
            f"  - {{key: a{at:03}, name: Agence de la ville {at + 1}, parent: d{at % size.areas:02}, kind: agency}}"
            for at in range(size.agencies)
        ),
        "sources: {cases: {kind: parquet, path: cases.parquet}}",
        "commitments:",
    ]


PLACES = ("confidence", "trust", "both")


def _promise(size: Size, at: int) -> list[str]:
    days, level = 5 + at % 6, 70 + at % 25
    said = [
        f"  - key: promise-{at:02}",
        f"    title: {{en: Answered within {days} working days, fr: Une réponse sous {days} jours ouvrés}}",
        f"    promise: {{en: 'We answer what you ask us about subject {at} within {days} working days, anywhere.',",
        f"      fr: 'Nous répondons à ce que vous demandez sur le sujet {at} sous {days} jours ouvrés, partout.'}}",
        "    guidance: {en: 'Answer first, ask for papers later; you may grant a delay of two weeks.',",
        "      fr: 'Répondez d''abord, demandez les pièces ensuite ; vous pouvez accorder deux semaines.'}",
        f"    owner: Service {at % 9 + 1}",
        f"    class: {{decided: {PLACES[at % 3]}, by: Direction, because: Said in the charter, date: 2020-01-01}}",
        "    indicators:",
        f"      - {{key: delay-{at:02}, title: {{en: Answered in time, fr: Réponses à temps}}, kind: share-within,",
        f"         source: cases, where: {{topic: p{at:02}}}, start: opened_at, stop: closed_at, unit: agency,",
        f"         within: {days} working days, minimum: 10, targets: [{{from: 2000-01-01, target: {level / 100},",
        f"         tolerance: 0.02}}], check: {_CHECK}}}",
    ]
    if at >= size.seconds:
        return said
    return [
        *said,
        f"      - {{key: right-{at:02}, title: {{en: Right at once, fr: Juste d'emblée}}, kind: share,",
        f"         source: cases, where: {{topic: p{at:02}}}, date: day, unit: agency, success: {{ok: 1}},",
        f"         minimum: 10, targets: [{{from: 2000-01-01, target: 0.85, tolerance: 0.03}}], check: {_CHECK}}}",
    ]


_CHECK = "{due: 2 days, at: '06:00', lapses_after: 4000 days}"


@contextmanager
def told(what: str) -> Iterator[None]:
    """Print what a step took by the clock and of the processor, and the most memory that this process has had."""
    begin, worked = perf_counter(), process_time()
    yield
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    took, worked = perf_counter() - begin, process_time() - worked
    print(f"{took:8.2f} s  {worked:8.2f} s of processor  {peak:6d} MB  {what}", flush=True)


@dataclass(frozen=True)
class National:
    """An installation of the utility, measured."""

    app: Flask
    size: Size
    months: int


def national(folder: Path, size: Size, months: int, address: str | None = None) -> National:
    """The utility in a folder: as it was left there, or made and measured now."""
    folder.mkdir(parents=True, exist_ok=True)
    is_there = (folder / "cases.parquet" if address else folder / DATABASE).exists()
    url = address or f"sqlite:///{folder}/{DATABASE}"
    app = create_app(Settings(database_url=url, secret_key="k" * 32, var_folder=folder))
    if not is_there:
        write_cases(folder, size, months)
        with app.app_context(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            upgrade()
            first = first_of(months).start
            charter = read_charter(charter_of(size, first)).charter
            apply_charter(COMMAND_LINE, datetime(first.year, first.month, 1, 9, tzinfo=UTC), charter=charter,
                          folder=str(folder))  # fmt: skip
            with told(f"{months - 1} months of backlog"):
                run_due(SCHEDULER, BEFORE, Access())
            with told("one ordinary month on top"):
                run_due(SCHEDULER, NOW, Access())
    return National(app, size, months)


def freeze() -> None:
    freeze_month(COMMAND_LINE, NOW, period=LAST.key, workers=2)


def page() -> None:
    month_page(COMMAND_LINE, NOW, LAST.key)


def refused() -> None:
    with suppress(Invalid):
        approve_month(COMMAND_LINE, NOW, period=LAST.key, reason="Read.")


def approve() -> None:
    wanting = month_page(COMMAND_LINE, NOW, LAST.key)["wanting"]
    approve_month(COMMAND_LINE, NOW, period=LAST.key, reason="Read.", without_comment=dict.fromkeys(wanting, "Known."))


def report() -> None:
    (current_app.config["SETTINGS"].var_folder / "report.pdf").write_bytes(
        make_report(COMMAND_LINE, NOW, period=LAST.key, language="fr").content
    )


def proof() -> None:
    found = verify(COMMAND_LINE, workers=2)
    assert found["ok"], found["breaks"][:5]


def all_editions() -> None:
    """The PDFs of every unit, those that are archived already left as they are."""
    made = make_editions(COMMAND_LINE, NOW, period=LAST.key, units=ALL, languages=["fr"])
    print(made, flush=True)


def all_again() -> None:
    """Every reading written again from what was measured."""
    rebuild(COMMAND_LINE, NOW)


def idle_ticks() -> None:
    """The clock's process with nothing to do, after a first tick which may find something."""
    app: Any = current_app
    tick(app._get_current_object(), Access())
    with told(f"of which {IDLE_TICKS} idle ticks"):
        for _ in range(IDLE_TICKS):
            tick(app._get_current_object(), Access())


STEPS = {
    "freeze": freeze,
    "page": page,
    "refused": refused,
    "approve": approve,
    "report": report,
    "verify": proof,
    "editions": all_editions,
    "rebuild": all_again,
    "tick": idle_ticks,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.national", description="Makes the utility in a folder and keeps it.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--months", type=int, default=14)
    parser.add_argument("--address", help="a database of PostgreSQL, empty at first; else SQLite in the folder")
    parser.add_argument("--do", choices=STEPS, help="one step on what is there, in a process of its own")
    asked = parser.parse_args()
    if asked.do:
        with national(asked.folder, SIZE, asked.months, asked.address).app.app_context(), told(asked.do):
            STEPS[asked.do]()
        return
    with told(f"{SIZE.units} units, {SIZE.promises + SIZE.seconds} indicators, {asked.months} months measured"):
        national(asked.folder, SIZE, asked.months, asked.address)
    if asked.address is None:
        print(f"{(asked.folder / DATABASE).stat().st_size / 1e6:8.0f} MB of database")


if __name__ == "__main__":
    main()
