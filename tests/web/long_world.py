"""A world of sixty promises at agencies with few cases: what a long charter shows, and how much of it at once."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from pathlib import Path

from flask import Flask

from charter.domain.charter_file.reading import read_charter
from charter.domain.vocabulary.permissions import COMMAND_LINE, SCHEDULER
from charter.domain.vocabulary.terms import Role
from charter.services.checks.running import run_due
from charter.services.drafts.applying import apply_charter
from charter.services.people import accounts
from charter.services.records.access import Access
from tests.web.world import PASSWORD, make_empty_app

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
PROMISES = 60
CASES = {0: (12, 5), 1: (12, 12), 2: (4, 3)}
"""By the rest of a promise's number divided by three, its cases at an agency in a month, and those that kept it:
missed, kept, too few to be judged."""

HEAD = """
charter: {key: long, organisation: Utility, title: {en: What we owe, fr: Ce que nous devons}, timezone: Europe/Paris,
  calendar: FR, valid_from: 2026-09-01, report: {day: 5, languages: [fr]}}
units:
  - {key: all, name: Utility, kind: company}
  - {key: west, name: Ouest, parent: all, kind: region}
  - {key: aubin, name: Agence de Saint-Aubin, parent: west, kind: agency}
  - {key: vannes, name: Agence de Vannes, parent: west, kind: agency}
sources: {cases: {kind: csv, path: cases.csv}}
commitments:
"""
ONE = """
  - key: p{0:02}
    title: {{en: Answered within {1} working days, fr: Une réponse sous {1} jours ouvrés}}
    promise: {{en: We answer what you ask about subject {0}., fr: Nous répondons sur le sujet {0}.}}
    guidance: {{en: Answer first., fr: Répondez d’abord.}}
    owner: Service {2}
    class: {{decided: {3}, by: Direction, because: Said in the charter, date: 2020-01-01}}
    indicators:
      - {{key: i{0:02}, title: {{en: Right at once, fr: Juste d’emblée}}, kind: share, source: cases,
         where: {{topic: p{0:02}}}, date: day, unit: agency, success: {{ok: 1}}, minimum: 10,
         targets: [{{from: 2000-01-01, target: 0.8, tolerance: 0.02}}], check: {{due: 2 days, lapses_after: 900 days}}}}
"""


def make_long_world(folder: Path) -> Flask:
    """September and October measured; `ana` is its director."""
    write_long_cases(folder / "cases.csv")
    app = make_empty_app(folder)
    app.config["CLOCK"] = lambda: NOW
    text = HEAD + "".join(
        ONE.format(n, 5 + n % 6, n % 9, ("confidence", "trust", "both")[n // 3 % 3]) for n in range(PROMISES)
    )
    with app.app_context():
        charter = read_charter(text).charter
        apply_charter(COMMAND_LINE, datetime(2026, 9, 1, 9, tzinfo=UTC), charter=charter, folder=str(folder))
        run_due(SCHEDULER, NOW, Access())
        accounts.create_account(
            COMMAND_LINE, NOW, email="ana@example.org", name="ana", role=Role.DIRECTOR, password=PASSWORD
        )
    return app


def write_long_cases(path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["day", "topic", "agency", "ok"])
        for month in (9, 10, 11):
            for number in range(PROMISES):
                cases, kept = CASES[number % 3]
                for agency in ("aubin", "vannes"):
                    rows.writerows(
                        [date(2026, month, 1 + at), f"p{number:02}", agency, int(at < kept)] for at in range(cases)
                    )
