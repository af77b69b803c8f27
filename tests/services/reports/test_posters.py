"""Posters: ordered without an account, made by the alarm clock from the sealed month, archived, proven."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from charter.domain.vocabulary.errors import Conflict, Invalid, NotAllowed, NotFound
from charter.domain.vocabulary.permissions import ANONYMOUS, COMMAND_LINE, SCHEDULER, VISITOR
from charter.models.base import db
from charter.models.jobs import Job
from charter.services.checks.running import run_due
from charter.services.records.access import Access
from charter.services.reports.posters import make_poster, make_sheets, order_poster, poster_bytes, poster_states
from charter.services.reports.snapshots import freeze_month, seal_due_months
from charter.services.work.worker import run_jobs
from tests.services.verification.test_verify import broken, rewrite
from tests.services.world import NOW, TEXT, apply

A4 = {"period": "2026-10", "unit": "nice", "language": "fr", "paper": "A4"}


def state() -> str | None:
    papers: dict[str, dict[str, str | None]] = poster_states(VISITOR, unit="nice", language="fr")["papers"]
    return papers["A4"]["state"]


@pytest.mark.pdf
def test_a_poster_is_made_when_somebody_asks_and_kept(world: Flask, engine: str) -> None:
    freeze_month(COMMAND_LINE, NOW, period="2026-10")
    assert state() == "absent"
    with pytest.raises(NotFound, match="has not been made yet"):
        poster_bytes(VISITOR, **A4)
    assert order_poster(VISITOR, NOW, **A4) == order_poster(VISITOR, NOW, **A4), "one order for each poster"
    assert state() == "coming"
    assert run_jobs(SCHEDULER, lambda: NOW, Access()) == 1
    assert state() == "archived"
    content = poster_bytes(VISITOR, **A4)
    assert content.startswith(b"%PDF-")
    order_poster(VISITOR, NOW, **A4)
    run_jobs(SCHEDULER, lambda: NOW, Access())
    assert poster_bytes(VISITOR, **A4) == content
    assert broken() == ""
    rewrite(engine, "poster_files", "DELETE FROM poster_files")
    assert broken() == "The archived poster 2026-10 nice fr A4 is not there any more."


@pytest.mark.parametrize(
    ("given", "refusal", "said"),
    [
        ({"period": "2026-09"}, Conflict, "The month 2026-09 is not frozen"),
        ({"period": ""}, Conflict, "No month is frozen yet"),
        ({"unit": "nowhere"}, NotFound, "has no unit nowhere"),
        ({"paper": "A6"}, Invalid, "A poster is made on A4, A3 or A5, not on A6"),
        ({"language": "de"}, Invalid, "A poster is written in fr or en, not in de"),
    ],
)
def test_an_order_that_cannot_be_kept_is_refused(
    world: Flask, given: dict[str, str], refusal: type[Exception], said: str
) -> None:
    freeze_month(COMMAND_LINE, NOW, period="2026-10")
    with pytest.raises(refusal, match=said):
        order_poster(VISITOR, NOW, **(A4 | given))
    with pytest.raises(NotAllowed):
        order_poster(ANONYMOUS, NOW, **A4)


@pytest.mark.pdf
def test_the_sheets_of_every_unit_are_made_in_one_run_and_only_once(world: Flask) -> None:
    freeze_month(COMMAND_LINE, NOW, period="2026-10")
    asked = {"period": "2026-10", "language": "fr"}
    make_poster(VISITOR, NOW, **asked, unit="nice", paper="A5")
    own = poster_bytes(VISITOR, **asked, unit="nice", paper="A5")
    done: list[tuple[int, int, str]] = []
    made = make_sheets(COMMAND_LINE, NOW, **asked, progress=lambda *told: done.append(told))
    assert made == {"made": 5, "there": 1}
    assert [(at, of) for at, of, _ in done] == [(at, 5) for at in range(1, 6)]
    assert make_sheets(COMMAND_LINE, NOW, **asked) == {"made": 0, "there": 6}
    assert poster_bytes(VISITOR, **asked, unit="nice", paper="A5") == own
    assert poster_bytes(VISITOR, **asked, unit="brest", paper="A5") != own
    with pytest.raises(NotAllowed):
        make_sheets(VISITOR, NOW, **asked)


def test_the_clock_asks_for_the_sheets_of_a_charter_that_wants_them(empty: Flask) -> None:
    apply(TEXT.replace("languages: [fr]}", "languages: [fr], sheets: true}"))
    run_due(COMMAND_LINE, NOW, Access())
    assert seal_due_months(SCHEDULER, datetime(2026, 11, 13, 9, tzinfo=UTC)) == ["2026-10"]
    kinds = db.session.execute(select(Job.kind, Job.arguments)).all()
    assert {(one.kind, one.arguments["language"]) for one in kinds} == {("make-report", "fr"), ("make-sheets", "fr")}


def test_without_a_sealed_month_the_page_is_printed_instead(world: Flask) -> None:
    assert poster_states(VISITOR, unit="nice", language="fr") == {"period": None, "papers": {}}
