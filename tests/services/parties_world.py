"""A charter of every party: two providers with promises both ways and one way, staff, customers; figures by hand."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from charter.domain.charter_file.reading import read_charter
from charter.domain.figures.entries import Figure
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.domain.vocabulary.terms import Role
from charter.services.checks.running import run_due
from charter.services.drafts.applying import apply_charter
from charter.services.figures.write import enter_figures
from charter.services.people.accounts import create_account
from charter.services.records.access import Access
from tests.services.databases import ground
from tests.services.world import NOW, START

PASSWORD = "correct horse battery"

HEAD = """
charter:
  key: parties
  organisation: Ambre Énergie
  title: {fr: Nos engagements, en: Our commitments}
  timezone: Europe/Paris
  calendar: FR
  valid_from: 2026-07-01
  report: {languages: [fr, en]}
units:
  - {key: company, name: Ambre Énergie, kind: company}
  - {key: vannes, name: Agence de Vannes, parent: company, kind: agency}
  - {key: voix, name: Voix d’Appui, parent: company, kind: provider}
  - {key: lyon, name: Voix d’Appui Lyon, parent: voix, kind: team}
  - {key: relais, name: Relais Plus, parent: company, kind: provider}
sources:
  calls: {kind: csv, path: calls.csv}
  hand: {kind: manual}
commitments:
"""


def _promise(
    key: str, parties: str, title: str, indicator: str = "source: hand, numerator: met, denominator: cases, date: day"
) -> str:
    promisor, promisee = parties.split(">")
    return f"""
  - key: {key}
    title: {{fr: "{title}", en: "{title} (en)"}}
    promise: {{fr: "{title}, chaque mois, pour chaque demande.", en: "{title}, every month, each request (en)."}}
    owner: Direction {key}
    promisor: {promisor}
    promisee: {promisee}
    indicators:
      - {{key: {key}-share, title: {{fr: "Part {key}", en: "Share {key}"}}, kind: share, {indicator},
         targets: [{{from: 2026-07-01, target: 0.9, tolerance: 0.05}}], minimum: 10}}
"""


READ = "source: calls, date: day, unit: unit, success: {ok: 'yes'}"
TEXT = (
    HEAD
    + _promise("facture", "company>customer", "Une facture juste", READ)
    + _promise("decroche", "provider>company", "Un appel décroché", READ).replace(
        "promisee: company", "promisee: company\n    provider: voix"
    )
    + _promise("paiement", "company>provider", "Un paiement sous 30 jours")
    + _promise("accueil", "provider>customer", "Un accueil soigné").replace(
        "promisee: customer", "promisee: customer\n    provider: relais"
    )
    + _promise("formation", "company>staff", "Une formation par an")
)


def write_calls(folder: Path) -> None:
    """Ten cases a day at each unit; the provider misses one in four in October, the agency none."""
    with (folder / "calls.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["day", "unit", "ok"])
        for day in (date(2026, 7, 1) + timedelta(days=n) for n in range(128)):
            for turn in range(10):
                rows.writerow([day, "vannes", "yes"])
                rows.writerow([day, "lyon", "no" if day.month == 10 and turn % 4 == 0 else "yes"])


def share(indicator: str, unit: str, met: int, cases: int, period: str = "2026-10") -> Figure:
    return Figure(indicator, period, unit, {"numerator": met, "denominator": cases}, None, "", "")


@cache
def calls() -> Path:
    """The folder of the data, the same for the whole session."""
    folder = ground() / "parties"
    folder.mkdir()
    write_calls(folder)
    return folder


def parties_applied(text: str = TEXT, valid_from: str = "2026-07-01", folder: Path | None = None) -> None:
    """In force from a day on, nothing measured."""
    charter = read_charter(text.replace("valid_from: 2026-07-01", f"valid_from: {valid_from}", 1)).charter
    apply_charter(COMMAND_LINE, START, charter=charter, folder=str(folder or calls()))


def parties_measured(folder: Path | None = None) -> None:
    """In force and measured; the company pays Voix d’Appui late and Relais Plus in time, and trains its staff."""
    if folder is not None:
        write_calls(folder)
    parties_applied(folder=folder)
    run_due(COMMAND_LINE, NOW, Access())
    given = [share("paiement-share", "voix", 70, 100), share("paiement-share", "relais", 99, 100)]
    enter_figures(COMMAND_LINE, NOW, [*given, share("formation-share", "company", 97, 100)])


def open_accounts() -> None:
    """A manager, a contributor of each provider, one of a provider's team, and one of an agency."""
    people = {
        "mia": (Role.MANAGER, ()),
        "vera": (Role.CONTRIBUTOR, ("voix",)),
        "rene": (Role.CONTRIBUTOR, ("relais",)),
        "lyse": (Role.CONTRIBUTOR, ("lyon",)),
        "carl": (Role.CONTRIBUTOR, ("vannes",)),
    }
    for name, (role, units) in people.items():
        given = {"email": f"{name}@example.org", "name": name.capitalize(), "password": PASSWORD}
        create_account(COMMAND_LINE, NOW, role=role, units=units, **given)
