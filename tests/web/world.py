"""A small real world for the pages: a charter in force, figures measured from a file, a sealed month, a cast."""

from __future__ import annotations

import csv
import re
import shutil
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from weakref import WeakSet

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient

from charter.domain.charter_file.reading import read_charter
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.domain.vocabulary.terms import Role
from charter.factory import create_app
from charter.models.base import db
from charter.services.actions.actions import Planned, close_action, plan_action
from charter.services.actions.comments import explain_miss
from charter.services.checks.running import run_due
from charter.services.drafts.applying import apply_charter
from charter.services.people import accounts
from charter.services.readings.chart_resets import rebase_chart
from charter.services.records.access import Access
from charter.services.reports.snapshots import freeze_month
from config import PROJECT, Settings
from tests.services.databases import ground, template_of

NOW = datetime(2026, 11, 6, 9, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Person:
    """One of the cast."""

    role: Role
    units: tuple[str, ...] = ()


CAST = {
    "ana": Person(Role.DIRECTOR),
    "mia": Person(Role.MANAGER),
    "boris": Person(Role.MANAGER, ("west",)),
    "carl": Person(Role.CONTRIBUTOR, ("vannes",)),
    "clara": Person(Role.FRONTLINE, ("vannes",)),
    "dan": Person(Role.AUDITOR),
    "adam": Person(Role.ADMIN),
}

CHARTER = Path(__file__).parent / "charter.yaml"


def write_cases(path: Path) -> None:
    """Forty cases a day at three agencies, July to November; a bill in four is wrong in the west from October."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "day", "closed", "agency", "channel", "ok_answer", "ok_bill", "ok_call"])
        days = (date(2026, 7, 1) + timedelta(days=n) for n in range(128))
        for number, (day, turn) in enumerate(((day, turn) for day in days for turn in range(40)), 1):
            agency = ("vannes", "brest", "nice")[turn % 3]
            wrong = day >= date(2026, 10, 1) and agency != "nice" and number % 4 == 0
            closed = day + timedelta(days=number % 20)
            rows.writerow(
                [number, day, closed, agency, ("phone", "letter")[turn % 2], int(number % 10 != 0), int(not wrong), 1]
            )


def compile_words() -> None:
    """The catalogue of French words, where set-up has not compiled it or the words have changed since."""
    po = PROJECT / "charter/translations/fr/LC_MESSAGES/messages.po"
    mo = po.with_suffix(".mo")
    if mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime:
        return
    with po.open("rb") as words, mo.open("wb") as compiled:
        write_mo(compiled, read_po(words, locale="fr"))


def make_settings(folder: Path, **given: object) -> Settings:
    """An installation of its own, with an SQLite file."""
    settings = {"database_url": f"sqlite:///{folder}/web.sqlite3", "secret_key": "k" * 32, "var_folder": folder}
    return Settings(**{**settings, **given})  # type: ignore[arg-type]


_MADE: WeakSet[Flask] = WeakSet()


def let_go() -> None:
    """Closes the connections of all applications made here; one that is used again opens others. From Python 3.13 on a
    connection that is only forgotten is told."""
    for app in list(_MADE):
        with app.app_context():
            for engine in db.engines.values():
                engine.dispose()


def make_empty_app(folder: Path, **given: object) -> Flask:
    """An application whose database has its tables and nothing else; its clock stands at NOW."""
    shutil.copyfile(template_of("sqlite"), folder / "web.sqlite3")
    return _app_in(folder, **given)


def _app_in(folder: Path, **given: object) -> Flask:
    compile_words()
    app = create_app(make_settings(folder, **given))
    _MADE.add(app)
    app.config["CLOCK"] = lambda: NOW
    return app


def nothing() -> None:
    """What happens before its figures are measured, in the usual world."""


def make_world(
    folder: Path,
    *,
    has_source: bool = True,
    text: str | None = None,
    before: Callable[[], None] = nothing,
    **given: object,
) -> Flask:
    """The application with its charter, its figures of July to October, October sealed, and its cast.

    Without its source every check has failed. `text`: another charter than the usual one; `before`: what happens before
    its figures are measured. The usual world is made once and copied; its charter goes on reading its source there.
    Settings of its own may have to do with what is written while it is made.
    """
    if text is None and before is nothing and not given:
        shutil.copytree(_usual(has_source), folder, dirs_exist_ok=True)
        return _app_in(folder)
    return _lived(folder, text or CHARTER.read_text(encoding="utf-8"), before, has_source=has_source, **given)


@cache
def _usual(has_source: bool) -> Path:
    """The folder of the usual world, to be copied."""
    folder = ground() / f"world-{has_source}"
    folder.mkdir()
    app = _lived(folder, CHARTER.read_text(encoding="utf-8"), nothing, has_source=has_source)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    assert not (folder / "web.sqlite3-wal").exists()
    return folder


def _lived(folder: Path, text: str, before: Callable[[], None], *, has_source: bool, **given: object) -> Flask:
    app = make_empty_app(folder, **given)
    if has_source:
        write_cases(folder / "cases.csv")
    with app.app_context():
        apply_charter(COMMAND_LINE, NOW, charter=read_charter(text).charter, folder=str(folder))
        before()
        with warnings.catch_warnings():
            # Ibis still calls a method that DuckDB is giving up; a run would record the warning as its failure.
            warnings.simplefilter("ignore", DeprecationWarning)
            run_due(COMMAND_LINE, NOW, Access())
        freeze_month(COMMAND_LINE, NOW, period="2026-10")
        say_and_do()
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


def say_and_do() -> None:
    """October's miss is explained; one action of Nice is late, one of July is done, and its chart is set anew."""
    july = datetime(2026, 7, 31, 9, tzinfo=UTC)
    explain_miss(COMMAND_LINE, NOW, commitment="bill", period="2026-10", text="Un relevé sur quatre était estimé.")
    for unit, done in (("nice", False), ("company", True)):
        planned = Planned(
            commitment="bill",
            period="2026-07",
            unit=unit,
            what="Relever chaque compteur\nدقة <b>gras</b> 🙂",
            expected="95 % de factures justes",
            owner="Facturation",
            due_on=date(2026, 8, 31),
        )
        number = plan_action(COMMAND_LINE, july, planned)
        if done:
            close_action(COMMAND_LINE, july, number=number, text="Fait partout.")
    rebase_chart(COMMAND_LINE, NOW, indicator="answered", period="2026-09", reason="Un nouvel outil <i>de suivi</i>.")


def token_of(html: str) -> str:
    """The forgery token of a page's form."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', html)
    assert found is not None, "the page has no form with a token"
    return found[1]


def sign_in(client: FlaskClient, name: str) -> FlaskClient:
    """The client with a session of one of the cast; `eva` is a stranger and stays one."""
    if name != "eva":
        token = token_of(client.get("/sign-in").text)
        form = {"email": f"{name}@example.org", "password": PASSWORD, "csrf_token": token}
        assert client.post("/sign-in", data=form).status_code == 303
    return client
