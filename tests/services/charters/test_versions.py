"""Versions of the charter: what is written, what is refused, which one holds on a day, and what the audit log says."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from charter.domain.vocabulary.errors import NotFound
from charter.models.base import db
from charter.models.charters import CharterVersion
from charter.services.charters.versions import find_commitment, find_indicator, find_unit, history
from tests.services.world import TEXT, apply

LATER = TEXT.replace("valid_from: 2026-07-01", "valid_from: 2026-10-01").replace("target: 0.80", "target: 0.85")


def versions() -> list[CharterVersion]:
    return list(db.session.execute(select(CharterVersion).order_by(CharterVersion.number)).scalars())


def test_the_version_in_force_on_a_day_is_the_newest_that_has_begun(charted: Flask) -> None:
    apply(LATER)
    found = history()
    numbers = {day: found.on(date.fromisoformat(day)).number for day in ("2026-01-01", "2026-09-30", "2026-10-01")}
    assert numbers == {"2026-01-01": 1, "2026-09-30": 1, "2026-10-01": 2}
    assert (found.first.number, found.current.number) == (1, 2)


def test_two_versions_of_the_same_day_the_later_one_holds(charted: Flask) -> None:
    apply(TEXT.replace("minimum: 10", "minimum: 12"))
    assert [version.number for version in history().versions] == [2]
    assert len(versions()) == 2


def test_before_the_first_charter_everything_asked_is_refused_with_the_remedy(empty: Flask) -> None:
    with pytest.raises(NotFound, match="flask charter apply FILE"):
        history()


def test_unknown_names_are_refused_with_those_there_are(charted: Flask) -> None:
    version = history().current
    assert find_commitment(version, "bill")[0] == 2
    assert find_indicator(version, "billed")[0].key == "bill"
    assert (find_unit(version, None), find_unit(version, "nice")) == ("company", "nice")
    with pytest.raises(NotFound, match=r"no commitment bills\. It has: answer, bill, care\."):
        find_commitment(version, "bills")
    with pytest.raises(NotFound, match=r"no indicator bill\. It has: answered, billed\."):
        find_indicator(version, "bill")
    with pytest.raises(NotFound, match="no unit paris"):
        find_unit(version, "paris")


def test_a_unit_that_the_charter_has_at_another_time_says_so(charted: Flask) -> None:
    nice = next(line for line in TEXT.splitlines(keepends=True) if "key: nice" in line)
    opened = "  - {key: metz, name: Agence de Metz, parent: company, kind: agency, valid_from: 2026-11-15}\n"
    apply(LATER.replace(nice, nice + opened))
    apply(LATER.replace("valid_from: 2026-10-01", "valid_from: 2026-12-01").replace(nice, opened))
    first, second, third = history().versions
    with pytest.raises(NotFound, match="metz has no figures before 2026-11-15, when the charter takes it in"):
        find_unit(first, "metz")
    assert (find_unit(second, "metz"), find_unit(second, "nice")) == ("metz", "nice")
    with pytest.raises(NotFound, match="nice is not in the charter since 2026-12-01: choose an earlier month"):
        find_unit(third, "nice")
