"""What a level of the draft would say of the months that are known: the same figures, another level, nothing stored."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask

from charter.domain.charter_file.charter import Charter
from charter.domain.charter_file.editing import changed, place_of
from charter.domain.charter_file.reading import read_plain
from charter.domain.charter_file.text.canonical import plain_charter
from charter.domain.readings.status import Reading, against, levels_of
from charter.domain.vocabulary.errors import NotAllowed
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.domain.vocabulary.terms import Basis, Direction, Reason, Status
from charter.models.base import db
from charter.models.records import Measurement, Run
from charter.services.charters.versions import history
from charter.services.desk.series import series
from charter.services.drafts.previews import preview
from tests.web.world import NOW, make_world


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return make_world(Path(tmp_path_factory.mktemp("previews")))


def with_values(values: dict[tuple[str, ...], object]) -> Charter:
    plain = plain_charter(history().current.charter)
    return read_plain(changed(plain, place_of(plain, "indicator", "billed"), values)).charter


def test_the_known_months_are_read_by_the_draft_s_level(app: Flask) -> None:
    with app.app_context():
        before = (db.session.query(Run).count(), db.session.query(Measurement).count())
        charter = history().current.charter
        same = preview(COMMAND_LINE, NOW, charter=charter, key="billed", folder="")
        rows = [row for row in series(COMMAND_LINE, NOW, "billed", None) if row["value"] is not None]
        assert [one.period for one in same.periods] == [row["period"] for row in reversed(rows)][:13]
        assert all(one.then == one.status for one in same.periods), "the level in force says what the page says"
        assert same.kept_then == same.kept_now
        assert same.is_counted_alike
        value = same.periods[0].value
        low = with_values({("targets",): [{"from": "2026-01-01", "target": round(value - 0.01, 4)}]})
        high = with_values({("targets",): [{"from": "2026-01-01", "target": round(value + 0.01, 4)}]})
        assert preview(COMMAND_LINE, NOW, charter=low, key="billed", folder="").periods[0].then == Status.KEPT
        assert preview(COMMAND_LINE, NOW, charter=high, key="billed", folder="").periods[0].then == Status.MISSED
        assert (db.session.query(Run).count(), db.session.query(Measurement).count()) == before


def test_another_definition_is_said_to_count_otherwise(app: Flask) -> None:
    with app.app_context():
        other = with_values({("where",): {"channel": "phone"}})
        assert not preview(COMMAND_LINE, NOW, charter=other, key="billed", folder="").is_counted_alike
        named = with_values({("title",): {"fr": "Autre titre"}, ("minimum",): 5})
        assert preview(COMMAND_LINE, NOW, charter=named, key="billed", folder="").is_counted_alike


def test_an_indicator_that_is_not_in_force_has_no_months(app: Flask) -> None:
    with app.app_context():
        plain = plain_charter(history().current.charter)
        held = plain["commitments"][1]["indicators"]
        held.append({**held[0], "key": "brand-new"})
        found = preview(COMMAND_LINE, NOW, charter=read_plain(plain).charter, key="brand-new", folder="")
        assert (found.periods, found.level is not None) == ([], True)
        assert found.definition["kind"] == held[0]["kind"]


def test_only_who_may_publish_looks(app: Flask) -> None:
    with app.app_context():
        reader = replace(COMMAND_LINE, is_operator=False)
        with pytest.raises(NotAllowed):
            preview(reader, NOW, charter=history().current.charter, key="billed", folder="")


def test_a_sample_that_straddles_the_level_proves_nothing_of_another_one_either() -> None:
    class Level:
        target, tolerance, unacceptable, exceeds = Decimal("0.9"), Decimal("0"), None, None

    levels = levels_of(Level, Direction.HIGHER)  # type: ignore[arg-type]
    measured = Reading(Status.KEPT, None, Decimal("0.92"), (0.88, 0.95))
    assert against(levels, measured, Basis.CENSUS).status is Status.KEPT
    told = against(levels, measured, Basis.SAMPLE)
    assert (told.status, told.reason) == (Status.UNPROVEN, Reason.INTERVAL_STRADDLES)
    sure = replace(measured, interval=(0.91, 0.95))
    assert against(levels, sure, Basis.SAMPLE).status is Status.KEPT
    assert against(levels, Reading(Status.NO_DATA, Reason.TOO_FEW), Basis.CENSUS).status is Status.NO_DATA
