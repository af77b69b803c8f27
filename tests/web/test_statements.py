"""What whole pages ask of a real database: person, alarm and every count included, twelve statements at most."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert

from charter.domain.charter_file.reading import read_charter
from charter.domain.vocabulary.periods import periods_of
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.domain.vocabulary.terms import PeriodKind, Role
from charter.models.actions import Action, ActionStep, Comment, Rebase
from charter.models.alerts import Alert
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.models.frontline import Estimate, Observation
from charter.models.readings import ReadingRow
from charter.services.classes.deciding import decide_class
from charter.services.drafts.applying import apply_charter
from charter.services.people.accounts import create_account
from tests.services.databases import ENGINES, new_url, opened, statements, template_of

NOW = datetime(2026, 11, 10, 9, tzinfo=UTC)
PASSWORD = "a long enough one"
MOST = 12


def charter(commitments: int, since: date) -> str:
    """That many promises, each with one figure, and two agencies below the whole."""
    head = f"""
charter: {{key: c, organisation: C, title: {{en: C}}, timezone: Europe/Paris, calendar: FR, valid_from: {since}}}
units:
  - {{key: all, name: All, kind: company}}
  - {{key: west, name: West, parent: all, kind: agency}}
  - {{key: south, name: South, parent: all, kind: agency}}
sources:
  cases: {{kind: csv, path: cases.csv}}
  log: {{kind: incidents, kinds: [{{key: insult, text: {{en: Insult}}}}], support: [{{key: talk, text: {{en: Talk}}}}]}}
commitments:
"""
    one = """
  - key: c{0}
    title: {{en: Promise {0}}}
    promise: {{en: We keep promise {0} within 10 days.}}
    owner: Somebody
    indicators:
      - {{key: i{0}, title: {{en: Figure {0}}}, kind: share, source: cases, date: day, unit: unit, success: {{ok: yes}},
         targets: [{{from: 2000-01-01, target: 0.8, tolerance: 0.02}}]}}
"""
    return head + "".join(one.format(n) for n in range(commitments))


def fill(commitments: int, since: date) -> None:
    """Years of figures without a trace, the last ones missed; words, actions, alerts and what staff told of each."""
    months = periods_of(PeriodKind.MONTH, since, date(2026, 10, 31))
    due = datetime(2026, 11, 4, tzinfo=UTC)
    times = {"due_at": due, "late_at": due, "lapsed_at": datetime(2030, 1, 1, tzinfo=UTC), "done_at": due}
    checks, readings, told = list[dict[str, Any]](), list[dict[str, Any]](), list[dict[str, Any]]()
    for n in range(commitments):
        for month in months:
            place = {"indicator_key": f"i{n}", "period_key": month.key}
            place |= {"period_start": month.start, "period_end": month.end}
            checks.append(place | times | {"state": "done", "tries": 1, "next_try_at": due})
            counts = {"numerator": 70, "denominator": 100, "pending": 0, "excluded": {}, "not_recording": []}
            figure = {"value": 0.7, "target": 0.8, "interval_low": 0.6, "interval_high": 0.8, "interval_level": 0.95}
            made = {"version_id": 1, "run_id": 1, "known_at": due, "coverage": 1.0}
            for unit in ("all", "west", "south"):
                status = "missed" if month == months[-1] and unit == "all" else "kept"
                readings.append(place | counts | figure | made | {"unit_key": unit, "status": status})
        told += [
            {"kind": "obstacle", "unit_key": "west", "commitment_key": f"c{n}", "language": "en", "month": month,
             "sent_at": due - timedelta(days=turn), "form_hash": f"{n}-{turn}", "text_sha256": "0"}
            for turn, month in enumerate(("2026-07", *["2026-10"] * 14))
        ]  # fmt: skip
    db.session.execute(insert(DueCheck), checks)
    db.session.execute(insert(ReadingRow), readings)
    db.session.execute(insert(Observation), told)
    met = {"kind": "incident", "unit_key": "west", "language": "en", "month": "2026-10", "sent_at": due}
    met |= {"text_sha256": "0", "happened_on": date(2026, 10, 5), "touchpoint": None, "incident": "insult"}
    db.session.execute(insert(Observation), [met | {"form_hash": f"met-{turn}"} for turn in range(6)])
    db.session.commit()
    for n in range(commitments):
        speak(n)
    db.session.commit()


def speak(n: int) -> None:
    """One comment, one open and one closed action, one chart set anew, one alert, one estimate."""
    at, of_all = datetime(2026, 8, 1, tzinfo=UTC), {"unit_key": "all"}
    month = {"commitment_key": f"c{n}", "period_key": "2026-10"}
    db.session.add(Comment(**month, **of_all, text="Why", written_at=at, written_by="Ana"))
    for number in (2 * n + 1, 2 * n + 2):
        words = {"what": "Do", "expected": "Better", "owner": "Somebody", "due_on": date(2026, 12, 1)}
        plan = {"id": number, "indicator_key": f"i{n}", "planned_at": at, "planned_by": "Ana"}
        db.session.add(Action(**month, **of_all, **words, **plan))
    db.session.flush()
    db.session.add(ActionStep(action_id=2 * n + 1, kind="close", done_on=date(2026, 9, 1), at=at, by="Ana"))
    anew = {"indicator_key": f"i{n}", "period_key": "2026-01", "is_lifted": False, "reason": "New tool"}
    db.session.add(Rebase(**of_all, **anew, at=at, by="Ana"))
    about = {"kind": "status", "subject": f"i{n}", "commitment_key": f"c{n}", "owner": "Somebody", "code": "missed"}
    db.session.add(Alert(**of_all, **about, facts={}, state="open", opened_at=at, changed_at=at, told_to=[]))
    given = {"unit_key": "west", "commitment_key": f"c{n}", "month": "2026-10", "answer": 60}
    db.session.add(Estimate(**given, browser_hash=str(n), given_on=date(2026, 10, 9)))


@pytest.fixture(params=[(1, date(2026, 7, 1)), (60, date(2021, 1, 1))], ids=["one", "sixty of six years"])
def sized(request: pytest.FixtureRequest) -> tuple[int, date]:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture(params=[pytest.param(one, marks=pytest.mark.postgres if one == "postgres" else ()) for one in ENGINES])
def app(request: pytest.FixtureRequest, sized: tuple[int, date], tmp_path: Path) -> Iterator[Flask]:
    engine = request.param
    with opened(new_url(engine, tmp_path, template_of(engine)), tmp_path) as app:
        app.config.update(WTF_CSRF_ENABLED=False, CLOCK=lambda: NOW)
        apply_charter(COMMAND_LINE, NOW, charter=read_charter(charter(*sized)).charter, folder=str(tmp_path))
        create_account(COMMAND_LINE, NOW, email="ana@example.org", name="Ana", role=Role.DIRECTOR, password=PASSWORD)
        decide_class(COMMAND_LINE, NOW, commitment="c0", decided="confidence", because="It is owed.")
        fill(*sized)
        yield app


def test_desk_and_commitment_ask_twelve_times_at_most(app: Flask, sized: tuple[int, date]) -> None:
    client = app.test_client()
    assert client.post("/sign-in", data={"email": "ana@example.org", "password": PASSWORD}).status_code == 303
    for address in ("/desk?lang=en", "/desk", "/desk?period=2026-09&unit=all&status=kept", "/commitments/c0"):
        db.session.remove()
        with statements() as sent:
            page = client.get(address)
        assert page.status_code == 200
        assert len(sent) <= MOST, (address, sent)
        assert "Promise 0" in page.text
    desk = client.get("/desk").text
    assert desk.count('<tr role="row">') > sized[0]
    assert "days with a report in 2 months, although it is kept: 14;" in desk, "what rises below is asked for too"
    assert "6 incidents" in desk
    told = "One alert is open" if sized[0] == 1 else f"{sized[0]} alerts are open"
    assert told in desk
