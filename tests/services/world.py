"""A small charter with its figures, for services, commands and stories: three agencies, four months, known answers."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

from charter.domain.charter_file.charter import Charter
from charter.domain.charter_file.reading import read_charter
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.services.checks.running import run_due
from charter.services.drafts.applying import apply_charter
from charter.services.records.access import Access
from tests.services.databases import ground

START = datetime(2026, 7, 1, 8, tzinfo=UTC)
NOW = datetime(2026, 11, 10, 9, tzinfo=UTC)

AGENCIES = ("vannes", "brest", "nice")
Month = Mapping[str, tuple[int, int, int]]
MONTHS: Mapping[str, Month] = {
    "2026-07": {"vannes": (20, 18, 19), "brest": (20, 17, 20), "nice": (20, 19, 19)},
    "2026-08": {"vannes": (20, 19, 18), "brest": (20, 18, 18), "nice": (20, 0, 20)},
    "2026-09": {"vannes": (20, 18, 18), "brest": (20, 18, 19), "nice": (20, 18, 20)},
    "2026-10": {"vannes": (20, 10, 20), "brest": (20, 12, 19), "nice": (20, 18, 19), "lorient": (2, 1, 2)},
    "2026-11": {"vannes": (4, 4, 4)},
}
"""By month and agency: cases, those answered in time, those billed right. Nice records no answer in August; Lorient
is no unit of the charter."""

HEAD = """
charter:
  key: small
  organisation: Petite Énergie
  title: {fr: Nos promesses, en: Our promises}
  timezone: Europe/Paris
  calendar: FR
  valid_from: 2026-07-01
  report: {day: 12, at: "08:00", languages: [fr]}
units:
  - {key: company, name: Petite Énergie, kind: company}
  - {key: west, name: Région Ouest, parent: company, kind: region}
  - {key: vannes, name: Agence de Vannes, parent: west, kind: agency}
  - {key: brest, name: Agence de Brest, parent: west, kind: agency}
  - {key: south, name: Région Sud, parent: company, kind: region}
  - {key: nice, name: Agence de Nice, parent: south, kind: agency}
sources:
  cases: {kind: csv, path: cases.csv}
  bills: {kind: csv, path: bills.csv}
commitments:
"""

ANSWER = """
  - key: answer
    title: {fr: Une réponse en 5 jours, en: An answer in 5 days}
    promise: {fr: Nous répondons en 5 jours., en: We answer in 5 days.}
    owner: Service clients
    components: [competence]
    evidence: {law: {owed: full, reference: Code}}
    indicators:
      - key: answered
        title: {fr: Réponses en 5 jours, en: Answers in 5 days}
        source: cases
        kind: share-within
        start: opened
        stop: closed
        within: 5 days
        distinct: id
        exclude: [{where: {topic: duplicate}, reason: duplicate}]
        unit: agency
        channel: channel
        minimum: 10
        targets: [{from: 2026-01-01, target: 0.80, tolerance: 0.05, unacceptable: 0.50}]
        check: {due: 0 days, at: "06:00", late_after: 1 day, lapses_after: 60 days}
"""

BILL = """
  - key: bill
    title: {fr: Une facture juste, en: A right bill}
    promise: {fr: Votre facture est juste., en: Your bill is right.}
    owner: Facturation
    components: [honesty]
    class: {decided: trust, by: Comité, because: On nous le dit, date: 2026-06-01}
    indicators:
      - key: billed
        title: {fr: Factures justes, en: Right bills}
        source: bills
        kind: share
        date: opened
        success: {right: 1}
        unit: agency
        minimum: 10
        targets: [{from: 2026-01-01, target: 0.90, tolerance: 0.02, unacceptable: 0.50, exceeds: 0.95}]
        check: {due: 3 days, at: "06:00", late_after: 1 day, lapses_after: 60 days}
"""

CARE = """
  - key: care
    title: {fr: Une attention, en: Some care}
    promise: {fr: Nous faisons attention à vous., en: We care.}
    owner: Direction
"""

TEXT = HEAD + ANSWER + BILL + CARE


def charter_of(text: str = TEXT) -> Charter:
    """The charter that a text says."""
    return read_charter(text).charter


def write_cases(folder: Path, months: Mapping[str, Month] = MONTHS, *, is_clean: bool = False) -> None:
    """cases.csv and bills.csv of these months, a duplicate each month in Vannes; unless clean, a row without date."""
    cases: list[list[object]] = [["id", "opened", "closed", "agency", "channel", "topic"]]
    bills: list[list[object]] = [["id", "opened", "agency", "right"]]
    for month, agencies in months.items():
        first = date.fromisoformat(f"{month}-01")
        for agency, (n, met, right) in agencies.items():
            for turn in range(n):
                opened = first + timedelta(days=turn % 28)
                late = "" if met == 0 else opened + timedelta(days=9)
                closed = opened + timedelta(days=2) if turn < met else late
                name = f"{month}-{agency}-{turn}"
                cases.append([name, opened, closed, agency, ("phone", "letter")[turn % 2], "other"])
                bills.append([name, opened, agency, int(turn < right)])
        cases.append([f"{month}-again", first, first, "vannes", "phone", "duplicate"])
    if not is_clean:
        cases.append(["undated", "", "", "vannes", "phone", "other"])
    for name, rows in (("cases.csv", cases), ("bills.csv", bills)):
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)


@cache
def data() -> Path:
    """The folder of the charter and its data, the same for the whole session: read it, never write."""
    folder = ground() / "data"
    folder.mkdir()
    write_cases(folder)
    (folder / "charter.yaml").write_text(TEXT, encoding="utf-8")
    return folder


def apply(text: str = TEXT, folder: Path | None = None, now: datetime = START) -> None:
    """Put a charter in force."""
    apply_charter(COMMAND_LINE, now, charter=charter_of(text), folder=str(folder or data()))


def applied() -> None:
    """The charter in force, nothing measured."""
    apply()


def measured() -> None:
    """The charter in force and its four months measured."""
    apply()
    run_due(COMMAND_LINE, NOW, Access())


def many(number: int) -> str:
    """The small charter with that many commitments about bills."""
    one = BILL.replace("key: bill\n", "key: bill-{0}\n").replace("key: billed", "key: billed-{0}")
    return HEAD + "".join(one.replace("{0}", str(turn)) for turn in range(number)) + CARE
