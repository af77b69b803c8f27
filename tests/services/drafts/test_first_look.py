"""A file that was sent is looked at, and counted by columns that were chosen, by a process of its own."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from charter.domain.charter_file.editing import Plain
from charter.domain.file_profile.chosen_columns import INDICATOR, Chosen, counted_by
from charter.domain.vocabulary.errors import Invalid
from charter.services.drafts.first_look import Seen, answer_apart, count_apart, look_apart, with_units
from charter.services.records.access import Access
from tests.web.test_first import cases
from tests.web.world import NOW

HEAD = {
    "key": "amber", "organisation": "Amber", "title": {"en": "Our promises"}, "timezone": "Europe/Paris",
    "calendar": "FR", "report": {"day": 5, "languages": ["en"]},
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("sent")
    (found / "cases.csv").write_bytes(cases(date(2026, 11, 5)))
    (found / "empty.csv").write_bytes(b"no\nrows")
    return found


@pytest.fixture(scope="module")
def seen(folder: Path) -> Seen:
    return look_apart(folder / "cases.csv", NOW, zone="Europe/Paris", access=Access([folder]))


def counted_plain(seen: Seen, stop: str = "repondue_le") -> Plain:
    plain = {"charter": HEAD, "units": [{"key": "all", "name": "Amber", "kind": "company"}], "commitments": []}
    said = {"promise": {"en": "We answer."}, "owner": "Head", "level": Decimal("0.45")}
    within = Chosen("recue_le", **said, stop=stop, within="10 working days", unit="agence")
    return counted_by(plain, seen["source"] | {"path": "cases.csv"}, within, seen["since"])


def test_a_look_tells_columns_guesses_and_the_source_that_reads_it(seen: Seen) -> None:
    assert (seen["rows"], seen["since"], seen["source"]["kind"]) == (254, "2026-07-01", "csv")
    assert (seen["guesses"]["start"], seen["guesses"]["stop"]) == ("recue_le", "repondue_le")
    assert set(seen["because"]) >= {"start", "stop", "unit", "case"}


def test_what_cannot_be_read_is_refused_in_one_sentence(folder: Path) -> None:
    with pytest.raises(Invalid):
        look_apart(folder / "empty.csv", NOW, zone="Europe/Paris", access=Access([folder]))


def test_a_count_tells_the_newest_month_those_before_and_some_rows_masked(seen: Seen, folder: Path) -> None:
    """By 6 November ten working days are over for what came until 22 October: 44 cases, half answered in time."""
    found = count_apart(counted_plain(seen), INDICATOR, NOW, folder=str(folder), access=Access([folder]))
    assert found["period"] == "2026-10"
    assert (found["numerator"], found["denominator"], found["pending"]) == (22, 44, 18)
    assert found["units"] == ["Lille", "Vannes"]
    assert [one["period"] for one in found["earlier"]] == ["2026-07", "2026-08", "2026-09"]
    assert [one["value"] for one in found["earlier"]] == [0.5, 0.5, 0.5]
    assert 0 < len(found["examples"]) <= 10
    assert "Dupont" not in str(found)


def test_a_column_without_moments_gives_a_sentence_and_no_figure(seen: Seen, folder: Path) -> None:
    asked = {
        "do": "count", "charter": counted_plain(seen, "nom_client"), "indicator": INDICATOR, "folder": str(folder),
        "folders": [str(folder)], "now": NOW.isoformat(),
    }  # fmt: skip
    found = answer_apart(asked)
    assert found.get("error") or found.get("refused")


def test_units_are_added_below_the_root_once() -> None:
    units = [{"key": "all", "name": "Amber"}, {"key": "Lille", "name": "Lille", "parent": "all"}]
    assert [one["key"] for one in with_units(units, ["Lille", "Vannes"])] == ["all", "Lille", "Vannes"]
