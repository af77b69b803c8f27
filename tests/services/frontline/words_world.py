"""Letters of customers in a small charter: one expression rises in October, in the agency of Vannes."""

from __future__ import annotations

import csv
import random
from datetime import date
from pathlib import Path

from charter.domain.vocabulary.permissions import Actor
from charter.domain.vocabulary.terms import Role
from charter.services.records.access import Access
from tests.services.world import TEXT, apply, write_cases

WORDS = """words:
  letters:
    name: {fr: Courriers, en: Letters}
    source: letters
    text: comment
    date: day
    unit: agency
    leave_out: [gertrude]
  team: {name: {fr: Équipes, en: Teams}, told_by: staff}
commitments:
"""
SOURCE = "  bills: {kind: csv, path: bills.csv}\n"
LETTERS = TEXT.replace(SOURCE, SOURCE + "  letters: {kind: csv, path: letters.csv}\n").replace(
    "commitments:\n", WORDS, 1
)

ANA = Actor(name="Ana", role=Role.DIRECTOR)
MIA = Actor(name="Mia", role=Role.MANAGER)
BORIS = Actor(name="Boris", role=Role.MANAGER, units=("west", "vannes", "brest"))
DAN = Actor(name="Dan", role=Role.AUDITOR)
CARL = Actor(name="Carl", role=Role.CONTRIBUTOR, units=("vannes",))
READING = Access()

SUBJECTS = (
    "la facture",
    "le compteur",
    "mon dossier",
    "la réponse",
    "le rendez-vous",
    "le remboursement",
    "la mensualité",
)
FAULTS = (
    "reste bloqué",
    "semble faux",
    "traîne encore",
    "ne convient pas",
    "a changé",
    "manque",
    "est perdu",
    "étonne",
)
MORE = ("ce lundi", "ce mardi", "depuis mars", "cet été", "à midi", "le soir", "en ligne", "au guichet", "par courrier")
KEY, SHOWN = "fr prélèvement double", "prélèvement en double"


def write_letters(folder: Path, *, rises: bool = True) -> None:
    """Sixty letters a month, July to October 2026; in October, of Vannes, one in three of a debit taken twice."""
    draw = random.Random(4)
    with (folder / "letters.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["day", "agency", "comment"])
        for month in (7, 8, 9, 10):
            for at in range(60):
                agency = "nice" if at % 4 == 0 else "vannes"
                said = " ".join(
                    (draw.choice(SUBJECTS), draw.choice(FAULTS), draw.choice(MORE), f"et {draw.choice(MORE)}")
                )
                if rises and month == 10 and agency == "vannes" and at % 3 == 1:
                    said = f"{draw.choice(('un', 'mon', 'ce'))} prélèvement en double {draw.choice(MORE)}, {said}"
                signed = "Mme Kerbrat, 06 12 34 56 78" if at % 5 == 0 else "Gertrude le sait"
                rows.writerow([date(2026, month, 1 + at % 28), agency, f"Bonjour, {said}. {signed}"])


def with_letters(folder: Path) -> None:
    """The charter in force, with its letters."""
    write_cases(folder)
    write_letters(folder)
    apply(LETTERS, folder)
