"""The pages of figures: the small charter with indicators entered by hand, its people, its clock."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.services.checks.running import run_due
from charter.services.drafts.applying import apply_charter
from charter.services.people import accounts
from charter.services.records.access import Access
from tests.services.by_hand import BY_HAND
from tests.services.world import charter_of, write_cases
from tests.web.world import CAST, NOW, PASSWORD, make_empty_app


def make_intake_world(folder: Path) -> Flask:
    """The charter in force, what is read from files measured, the cast."""
    app = make_empty_app(folder)
    write_cases(folder)
    with app.app_context():
        apply_charter(COMMAND_LINE, NOW, charter=charter_of(BY_HAND), folder=str(folder))
        run_due(COMMAND_LINE, NOW, Access())
        for name, person in CAST.items():
            accounts.create_account(
                COMMAND_LINE,
                NOW,
                email=f"{name}@example.org",
                name=name.capitalize(),
                role=person.role,
                password=PASSWORD,
                units=person.units,
            )
    return app
