"""How first-release.sqlite3.gz and first-release.json were made: a small charter lived through two months.

Run once, by the code of the first release (README.md beside this file says which commit), in the folder of that code:
    PYTHONPATH=. python …/tests/golden/make_first_release.py FOLDER
It writes both files into FOLDER. Every act has an instant of its own, so that the clock of the machine says nothing.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

HOME = Path("/srv/petite-energie")
"""Where the organisation keeps its charter and its data: the database remembers it, and nothing is read there later."""

CHARTER = """
charter:
  key: small
  organisation: Petite Énergie
  title: {fr: Nos promesses, en: Our promises}
  timezone: Europe/Paris
  calendar: FR
  valid_from: 2026-09-01
  report: {day: 12, at: "08:00", languages: [fr]}
units:
  - {key: company, name: Petite Énergie, kind: company}
  - {key: vannes, name: Agence de Vannes, parent: company, kind: agency}
  - {key: brest, name: Agence de Brest, parent: company, kind: agency}
sources:
  cases: {kind: csv, path: cases.csv}
commitments:
  - key: answer
    title: {fr: Une réponse en 5 jours, en: An answer in 5 days}
    promise: {fr: Nous répondons en 5 jours ouvrés., en: We answer in 5 working days.}
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
        within: 5 working days
        distinct: id
        exclude: [{where: {topic: duplicate}, reason: duplicate}]
        unit: agency
        channel: channel
        minimum: 10
        targets: [{from: 2026-01-01, target: 0.80, tolerance: 0.05, unacceptable: 0.50}]
        check: {due: 3 days, at: "06:00", late_after: 1 day, lapses_after: 60 days}
  - key: bill
    title: {fr: Une facture juste, en: A right bill}
    promise: {fr: Votre facture est juste., en: Your bill is right.}
    owner: Facturation
    components: [honesty]
    indicators:
      - key: billed
        title: {fr: Factures justes, en: Right bills}
        source: cases
        kind: share
        date: opened
        success: {right: 1}
        unit: agency
        minimum: 10
        targets: [{from: 2026-01-01, target: 0.90, tolerance: 0.02, unacceptable: 0.50, exceeds: 0.95}]
        check: {due: 3 days, at: "06:00", late_after: 1 day, lapses_after: 60 days}
  - key: call
    title: {fr: Peu d'attente au téléphone, en: Little waiting on the phone}
    promise: {fr: Vous attendez moins de 3 minutes., en: You wait less than 3 minutes.}
    owner: Accueil
    components: [benevolence]
    class: {decided: trust, by: Comité, because: On nous le dit, date: 2026-06-01}
    indicators:
      - key: waited
        title: {fr: Attente en minutes, en: Minutes of waiting}
        source: cases
        kind: mean
        date: opened
        value: waited
        unit: agency
        basis: sample
        direction: lower
        minimum: 10
        targets: [{from: 2026-01-01, target: 3, tolerance: 0.5, unacceptable: 6}]
        check: {due: 3 days, at: "06:00", late_after: 1 day, lapses_after: 60 days}
"""

MONTHS = {
    "2026-09": {"vannes": (20, 11, 19), "brest": (18, 14, 18)},
    "2026-10": {"vannes": (20, 18, 20), "brest": (16, 15, 14)},
}
"""By month and agency: cases, those answered in time, those billed right."""

AT_THE_END = "2026-11-10T09:00+00:00"


def flask(*words: str) -> str:
    """What a command of the first release prints on standard output."""
    done = subprocess.run([sys.executable, "-m", "flask", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(words)}: {done.stderr}")
    return done.stdout


def charter(at: str, *words: str) -> Any:
    """A command of ours at an instant, and the JSON it prints, if any."""
    printed = flask("charter", *words, "--now", at)
    return json.loads(printed) if "--json" in words else None


def write_files() -> None:
    """The charter, its cases, and what customers answered."""
    HOME.mkdir(parents=True, exist_ok=True)
    (HOME / "charter.yaml").write_text(CHARTER, encoding="utf-8")
    _write("cases.csv", ["id", "opened", "closed", "agency", "channel", "topic", "right", "waited"], _cases())
    _write("kano.csv", ["attribute", "functional", "dysfunctional", "respondent"], _answers())


def _cases() -> list[list[object]]:
    rows: list[list[object]] = []
    for month, agencies in MONTHS.items():
        first = date.fromisoformat(f"{month}-01")
        for agency, (n, met, right) in agencies.items():
            for turn in range(n):
                opened = first + timedelta(days=turn + 1)
                closed = opened + timedelta(days=2 if turn < met else 15)
                channel, waited = ("phone", "letter")[turn % 2], round(1.5 + turn % 7 * 0.4, 1)
                name = f"{month}-{agency}-{turn}"
                rows.append([name, opened, closed, agency, channel, "other", int(turn < right), waited])
        rows.append([f"{month}-again", first, first, "vannes", "phone", "duplicate", 1, 2])
    return rows


def _answers() -> list[list[object]]:
    """Thirty people: an answer and a right bill are expected, a short wait pleases."""
    pairs = {"answer": (2, 5), "bill": (2, 5), "call": (1, 3)}
    return [[key, *pair, f"p{person}"] for person in range(30) for key, pair in pairs.items()]


def _write(name: str, columns: list[str], rows: list[list[object]]) -> None:
    with (HOME / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, *rows])


def live() -> None:
    """Two months: measured, missed, explained, corrected, sealed, approved, printed; asked of customers."""
    flask("db", "upgrade")
    charter("2026-09-01T09:00+00:00", "apply", str(HOME / "charter.yaml"))
    _in_the_application(_open_account)
    asked = ("--name", "Ce que valent nos promesses", "--date", "2026-09-10", "--wording", "cinq réponses")
    charter("2026-09-11T09:00+00:00", "survey", "import-kano", str(HOME / "kano.csv"), *asked)
    charter("2026-10-12T07:00+00:00", "run-due")
    charter("2026-10-12T07:05+00:00", "post")
    numbers = ("--period", "2026-09", "--unit", "vannes", "numerator=20", "denominator=20")
    charter("2026-10-12T09:00+00:00", "correct", "billed", *numbers, "--reason", "Une facture était comptée à tort.")
    _in_the_application(_acknowledge)
    miss = ("--period", "2026-09")
    charter("2026-10-12T10:00+00:00", "explain", "answer", "Deux absences à Vannes.", *miss)
    plan = ("--what", "Un renfort", "--owner", "Service clients", "--due", "2026-10-30", "--expected", "5 jours tenus")
    charter("2026-10-12T10:10+00:00", "act", "answer", *miss, *plan)
    charter("2026-10-12T11:00+00:00", "freeze", "2026-09")
    charter("2026-10-12T12:00+00:00", "approve", "2026-09", "--reason", "Lu en comité.")
    charter("2026-11-02T09:00+00:00", "close", "1", "--done-on", "2026-10-28", "--text", "Renfort arrivé.")
    charter("2026-11-10T07:00+00:00", "run-due")
    charter("2026-11-10T07:05+00:00", "post")


def _in_the_application(act: Any) -> None:
    from charter.factory import create_app  # noqa: PLC0415  (of the first release)
    from charter.models.base import db  # noqa: PLC0415
    from config import Settings  # noqa: PLC0415

    with create_app(Settings.from_environment()).app_context():
        act()
        db.session.remove()
        db.engine.dispose()


def _open_account() -> None:
    from charter.domain.permissions import COMMAND_LINE  # noqa: PLC0415
    from charter.domain.terms import Role  # noqa: PLC0415
    from charter.services.accounts import create_account  # noqa: PLC0415
    from charter.services.owners import set_reach  # noqa: PLC0415

    at = datetime(2026, 9, 1, 9, 5, tzinfo=UTC)
    given = {"email": "ana@example.org", "name": "Ana", "password": "the first release"}
    person = create_account(COMMAND_LINE, at, role=Role.DIRECTOR, **given)
    set_reach(COMMAND_LINE, at, person, answers_for=("Service clients",), language="fr")


def _acknowledge() -> None:
    from charter.domain.permissions import COMMAND_LINE  # noqa: PLC0415
    from charter.services.alerts import acknowledge  # noqa: PLC0415

    acknowledge(COMMAND_LINE, datetime(2026, 10, 12, 9, 30, tzinfo=UTC), 1, note="Vu, j'appelle Vannes.")


def said(folder: Path) -> dict[str, Any]:
    """What the first release says of what it has kept."""
    report = folder / "report.pdf"
    charter(AT_THE_END, "report", "2026-09", "--out", str(report))
    content = report.read_bytes()
    report.unlink()
    return {
        "at": AT_THE_END,
        "status": {
            month: charter(AT_THE_END, "status", "--period", month, "--json") for month in ("2026-09", "2026-10")
        },
        "sealed": charter(AT_THE_END, "freeze", "2026-09", "--json"),
        "report": {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)},
        "verified": json.loads(flask("charter", "verify", "--json")),
    }


def main() -> None:
    folder = Path(sys.argv[1]).resolve()
    file = folder / "first-release.sqlite3"
    os.environ |= {"DATABASE_URL": f"sqlite:///{file}", "VAR_FOLDER": str(folder), "SECRET_KEY": "k" * 32}
    write_files()
    live()
    words = json.dumps(said(folder), ensure_ascii=False, indent=1, sort_keys=True)
    (folder / "first-release.json").write_text(f"{words}\n", encoding="utf-8")
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA journal_mode=DELETE")
        database.execute("VACUUM")
    (folder / "first-release.sqlite3.gz").write_bytes(gzip.compress(file.read_bytes(), mtime=0))
    file.unlink()


if __name__ == "__main__":
    main()
