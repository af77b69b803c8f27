"""Special causes of charts as alerts: a daily figure that people enter, from the chart to the mail, on both engines."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.models.alerts import Alert
from charter.models.base import db
from charter.post.templates import write_mail
from charter.services.charters.versions import history
from charter.services.checks.running import run_due
from charter.services.checks.waiving import waive_check
from charter.services.records.access import Access
from charter.services.schedule.due import make_due
from tests.services.alerts.test_alerts import (
    BAD,
    GOOD,
    Installation,
    mails,
    person,
    spaced,
    told,
)
from tests.services.watching.test_readings import said
from tests.services.world import TEXT, write_cases

READER = {
    "links": {},
    "name": "Ana",
    "address": "https://promesse.example",
    "timezone": "Europe/Paris",
    "is_example": False,
}


@pytest.fixture
def small(empty: Flask, tmp_path: Path) -> Installation:
    return Installation(tmp_path)


def test_a_check_that_fails_is_told_once_until_it_is_done(small: Installation) -> None:
    person("Ana", "Service clients", "Facturation")
    small.give(7, GOOD)
    small.give(8, GOOD)
    small.months["2026-09"] = GOOD
    write_cases(small.folder, small.months | {"2026-10": {"vannes": (1, 1, 1)}}, is_clean=True)
    source = small.folder / "cases.csv"
    shutil.move(source, small.folder / "away.csv")
    now = datetime(2026, 10, 6, 5, tzinfo=UTC)
    for hours in (0, 1, 2, 3):
        small.tick(now + timedelta(hours=hours))
    assert said() == ["The check of “Answers in 5 days” for September 2026 has failed several times."]
    assert mails() == [("ana", "alerts", 1)]
    in_french = write_mail("alerts", "fr", {**READER, **told("alerts")[0]})
    for part in (in_french.text, in_french.html):
        assert "La source « cases » nomme « cases.csv », mais il n’y a pas de tel fichier" in spaced(part)
    # Bills are read from another file, and are well.
    for hours in (12, 30):
        small.tick(now + timedelta(hours=hours))
    assert len(said()) == 1
    small.post(now + timedelta(days=70))
    assert said()[1:] == ["The check of “Answers in 5 days” for September 2026 was never done."]
    shutil.move(small.folder / "away.csv", source)
    run_due(COMMAND_LINE, now + timedelta(hours=31), Access(), retry_now=True)
    small.post(now + timedelta(hours=31))
    assert said()[2:] == ["The checks of “Answers in 5 days” are done again."]
    assert db.session.execute(select(Alert.state)).scalars().all() == ["closed"]


def test_a_check_that_nobody_runs_is_late_and_a_waived_one_is_not(small: Installation) -> None:
    person("Ana", "Service clients")
    small.give(7, GOOD)
    small.give(8, GOOD)
    due = datetime(2026, 10, 6, 5, tzinfo=UTC)
    make_due(history(), due)
    small.post(datetime(2026, 10, 4, 9, tzinfo=UTC))
    assert said() == []
    small.post(datetime(2026, 10, 9, 5, tzinfo=UTC))
    late = ["The check of “Answers in 5 days” for September 2026 is late.",
            "The check of “Right bills” for September 2026 is late."]  # fmt: skip
    assert sorted(said()) == late
    waive_check(COMMAND_LINE, due + timedelta(days=4), indicator="answered", period="2026-09", reason="Works")
    small.post(due + timedelta(days=4))
    assert said()[2:] == ["The checks of “Answers in 5 days” are done again."]


def test_an_alert_of_what_time_brings_says_what_is_so_now(small: Installation) -> None:
    person("Ana", "Service clients")
    small.give(7, GOOD)
    small.give(8, GOOD)
    for month in (10, 11):
        make_due(history(), datetime(2026, month, 6, 5, tzinfo=UTC))
        small.post(datetime(2026, month, 9, 5, tzinfo=UTC))
    alert = db.session.execute(select(Alert).where(Alert.kind == "check", Alert.subject == "answered")).scalar_one()
    assert (alert.facts["period"], alert.facts["more"]) == ("2026-09", 1)
    assert len([one for one in said() if "Answers" in one]) == 1, "which is no news"


def test_a_figure_that_is_missing_is_told_and_its_return_too(small: Installation) -> None:
    person("Ana", "Service clients")
    small.give(7, GOOD)
    small.give(8, {"nice": (0, 0, 0)})
    assert "“An answer in 5 days” has no figure for August 2026: no case in the source." in said()
    assert mails() == [("ana", "alerts", 1)]
    small.give(9, GOOD)
    assert "“An answer in 5 days” has figures again, for September 2026." in said()


def test_a_unit_that_somebody_is_in_charge_of_is_watched_for_them(small: Installation) -> None:
    person("Ana", "Service clients")
    person("Wim", "Service clients", units=("west",))
    small.give(7, {"vannes": (40, 40, 40), "nice": (400, 400, 400)})
    small.give(8, {"vannes": (40, 20, 40), "nice": (400, 400, 400)})
    # The whole holds; the west does not, and brest, whom nobody is in charge of, is not watched.
    assert said() == ["“An answer in 5 days” (Région Ouest) is missed in August 2026."]
    assert mails() == [("wim", "alerts", 1)]


DECIDED = "class: {decided: trust, by: Comité, because: On nous le dit, date: 2024-10-15}"


def test_a_class_whose_term_comes_is_told_before_and_after(empty: Flask, tmp_path: Path) -> None:
    small = Installation(tmp_path, TEXT.replace("    owner: Direction\n", f"    owner: Direction\n    {DECIDED}\n"))
    person("Dora", "Direction")
    small.give(7, GOOD)
    assert said() == []
    small.post(datetime(2026, 9, 20, 9, tzinfo=UTC))
    assert said() == ["Review the class of “Some care” by 15 October 2026."]
    small.post(datetime(2026, 10, 16, 9, tzinfo=UTC))
    assert [one for one in said() if "class" in one][1:] == [
        "The class of “Some care” was to be reviewed by 15 October 2026."
    ]
    small.post(datetime(2026, 10, 17, 9, tzinfo=UTC))
    assert len([one for one in said() if "class" in one]) == 2


def test_a_source_whose_past_has_changed_is_told(small: Installation) -> None:
    person("Ana", "Service clients")
    small.give(7, GOOD)
    small.give(8, GOOD)
    small.months["2026-08"] = BAD
    small.give(9, GOOD)
    assert [one for one in said() if "source" in one] == [
        "The source of “Answers in 5 days” now counts August 2026 otherwise than was recorded."
    ]
