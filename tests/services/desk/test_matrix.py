"""Units down, promises across: each cell is what the unit's own desk says, now and the month before."""

from __future__ import annotations

import pytest
from flask import Flask

from charter.domain.vocabulary.errors import Invalid, NotAllowed
from charter.domain.vocabulary.permissions import Actor
from charter.domain.vocabulary.terms import Role
from charter.services.charters.versions import history
from charter.services.desk import matrix as module
from charter.services.desk.matrix import CHANGED, SHOWN, Matrix, matrix
from charter.services.month.overview import overview
from tests.web.world import NOW, make_world

DIRECTOR = Actor("ana", Role.DIRECTOR)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return make_world(tmp_path_factory.mktemp("matrix"))


def read(app: Flask, **asked: object) -> Matrix:
    with app.app_context():
        return matrix(DIRECTOR, NOW, **asked)  # type: ignore[arg-type]


@pytest.mark.parametrize("period", ["2026-07", "2026-08", "2026-10"])
def test_each_cell_is_what_the_units_own_page_says(app: Flask, period: str) -> None:
    found = read(app, period=period)
    with app.app_context():
        assert [row["unit"] for row in found["rows"]] == [unit["key"] for unit in history().current.unit_rows]
        for row in found["rows"]:
            own = overview(DIRECTOR, NOW, unit=row["unit"], period=period)
            said = [
                {"status": one["status"], "reason": one["reason"], "before": one["previous_status"]}
                for one in own["commitments"]
            ]
            assert [{name: cell[name] for name in ("status", "reason", "before")} for cell in row["cells"]] == said


@pytest.mark.parametrize("show", SHOWN)
def test_what_is_asked_for_is_all_that_stays_and_all_of_it_stays(app: Flask, show: str) -> None:
    def is_asked(cell: module.Cell) -> bool:
        moved = cell["before"] not in (None, "unproven", cell["status"]) and cell["status"] != "unproven"
        return moved if show == CHANGED else cell["status"] == show

    whole, found = read(app, period="2026-10"), read(app, period="2026-10", show=show)
    assert found["counts"] == whole["counts"]
    assert sum(is_asked(cell) for row in found["rows"] for cell in row["cells"]) == whole["counts"][show]
    assert all(any(map(is_asked, row["cells"])) for row in found["rows"])
    assert (found["all_rows"], found["all_columns"]) == (len(whole["rows"]), len(whole["columns"]))


def test_of_a_great_tree_only_the_units_next_below_are_rows(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_ROWS", 3)
    found = read(app)
    assert {row["depth"] for row in found["rows"]} == {0, 1}
    assert any(row["leads"] for row in found["rows"])
    assert len(read(app, whole=True)["rows"]) > len(found["rows"])
    west = read(app, unit="west")
    assert (west["rows"][0]["unit"], west["rows"][0]["depth"]) == ("west", 0)
    assert [row["leads"] for row in west["rows"]] == [False] * len(west["rows"])


def test_foreign_units_and_odd_words_are_refused(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(NotAllowed):
            matrix(Actor("boris", Role.MANAGER, units=("west", "vannes", "brest")), NOW, unit="nice")
        found = matrix(Actor("boris", Role.MANAGER, units=("west", "vannes", "brest")), NOW, unit="brest")
        assert [one["key"] for one in found["path"]] == ["west", "brest"]
    with pytest.raises(Invalid, match="nothing that the matrix can be narrowed to"):
        read(app, show="worst")
