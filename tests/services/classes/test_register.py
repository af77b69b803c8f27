"""The register of comparable companies: the newest entry of each counts, from its day until it expires."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from charter.domain.vocabulary.errors import Conflict, Invalid, NotAllowed
from charter.domain.vocabulary.permissions import COMMAND_LINE, Actor
from charter.domain.vocabulary.terms import Role
from charter.models.base import db
from charter.models.classes import SectorEntry
from charter.services.classes.register import record_promise
from charter.services.desk.classes_page import page
from charter.services.month.overview import overview
from tests.services.world import NOW, TEXT, apply

MIA = Actor("Mia", Role.MANAGER)


def row(key: str = "care", now: datetime = NOW) -> dict[str, Any]:
    found: dict[str, Any] = page(MIA, now, commitment=key)["chosen"]
    return found


def promise(company: str, promised: str = "yes", seen_on: str = "2026-11-01", **given: str) -> None:
    source = given.get("source", f"https://{company}.example/charter")
    record_promise(MIA, NOW, commitment="care", company=company, promised=promised, source=source, seen_on=seen_on)


def sector(key: str = "care", now: datetime = NOW) -> dict[str, Any]:
    found: dict[str, Any] = row(key, now)["ladder"][2]
    return found


def test_the_register_counts_companies_by_their_newest_entry(charted: Flask) -> None:
    for name in ("ada", "bel", "cyr", "dov", "eve", "fay", "gil"):
        promise(name)
    promise("hal", "no")
    assert (row()["class"], row()["strength"]) == ("confidence", "weak")
    assert row()["because"] == [{"code": "sector-norm", "k": 7, "n": 8, "date": "2026-11-01"}]
    promise("Ada", "no", "2026-11-05", source="Charter of 2026, page 3")
    promise("bel", "gone", "2026-11-06")
    assert [(one["company"], one["promised"]) for one in sector()["companies"]][:3] == [
        ("Ada", False),
        ("cyr", True),
        ("dov", True),
    ]
    assert sector()["sources"][0]["warnings"][0] | {"date": ""} == {"code": "sector-open", "k": 5, "n": 7, "date": ""}
    assert len(db.session.execute(select(SectorEntry.id)).all()) == 10


def test_an_entry_counts_from_the_day_it_is_recorded(world: Flask) -> None:
    for name in ("ada", "bel", "cyr", "dov", "eve"):
        promise(name, seen_on="2026-08-01")
    views = overview(COMMAND_LINE, NOW, period="2026-10")["commitments"]
    assert [one["because"] for one in views if one["key"] == "care"] == [[{"code": "held-as-floor"}]]
    assert row()["class"] == "confidence"


def test_an_entry_expires_and_is_left_out(charted: Flask) -> None:
    for name in ("ada", "bel", "cyr", "dov", "eve"):
        promise(name)
    promise("old", seen_on="2025-11-09")
    source = sector()["sources"][0]
    assert [one["code"] for one in source["because"] + source["warnings"]] == ["sector-norm", "sector-entries-expired"]
    assert (source["dated"], source["expires_on"]) == ("2026-11-01", "2027-11-01")
    gone = sector(now=datetime(2027, 11, 2, 12, tzinfo=UTC))["sources"][0]
    assert (gone["is_expired"], [one["code"] for one in gone["warnings"]]) == (True, ["expired"])


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"company": " "}, "company"),
        ({"company": "x" * 201}, "company"),
        ({"promised": "maybe"}, "promised"),
        ({"promised": ""}, "promised"),
        ({"source": ""}, "source"),
        ({"seen_on": "2026-11-11"}, "seen_on"),
        ({"seen_on": "yesterday"}, "seen_on"),
        ({"seen_on": " "}, "seen_on"),
        ({"promised": "gone"}, "company"),
    ],
)
def test_an_entry_that_cannot_be_taken_is_refused(charted: Flask, given: dict[str, str], field: str) -> None:
    whole = {"company": "ada", "promised": "yes", "source": "x", "seen_on": "2026-11-01"} | given
    with pytest.raises(Invalid) as refused:
        record_promise(MIA, NOW, commitment="care", **whole)
    assert refused.value.field == field
    assert db.session.execute(select(SectorEntry.id)).all() == []


def test_the_same_entry_twice_is_one(charted: Flask) -> None:
    promise("ada")
    with pytest.raises(Conflict, match="in the register already"):
        promise("ada")
    with pytest.raises(NotAllowed):
        record_promise(
            Actor("c", Role.CONTRIBUTOR),
            NOW,
            commitment="care",
            company="a",
            promised="yes",
            source="x",
            seen_on="2026-11-01",
        )


def test_companies_of_the_file_join_the_register(charted: Flask) -> None:
    entries = ", ".join(
        f"{{company: {name}, promised: true, source: https://{name}.example, date: 2026-10-01}}" for name in "abcde"
    )
    owner = "    owner: Direction\n"
    apply(TEXT.replace(owner, f"{owner}    evidence: {{sector: {{companies: [{entries}]}}}}\n"), now=NOW)
    assert row()["because"] == [{"code": "sector-norm", "k": 5, "n": 5, "date": "2026-10-01"}]
    promise("A", "no", "2026-11-02")
    assert sector()["sources"][0]["warnings"][0]["k"] == 4


def test_ones_own_company_is_not_compared_with_itself(charted: Flask) -> None:
    with pytest.raises(Invalid, match="is your own company"):
        record_promise(
            COMMAND_LINE,
            NOW,
            commitment="bill",
            company="petite  énergie",
            promised="yes",
            source="p. 3",
            seen_on="2026-10-01",
        )
