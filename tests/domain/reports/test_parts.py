"""A sealed month in parts: what is written small is read again as it was."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from charter.domain.reports.parts import as_columns, as_rows, below, read_unit, shared_words, unit_part

VALUES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=3))
ROWS = st.lists(st.dictionaries(st.sampled_from(["status", "value", "tiers"]), VALUES))


@given(ROWS)
def test_columns_are_the_rows_again(rows: list[dict[str, Any]]) -> None:
    assert as_rows(as_columns(rows)) == rows


def point(period: str, value: float | None) -> dict[str, Any]:
    return {"period": period, "value": value, "status": "kept"}


def indicator(key: str, **more: Any) -> dict[str, Any]:
    said = {"key": key, "title": {"en": "I"}, "period": "2026-10", "status": "kept", "reason": None, "denominator": 9}
    return said | {"minimum": 3, "series": [point("2026-09", 0.5), point("2026-10", 0.6) | {"break": True}]} | more


def overview(unit: str, *views: dict[str, Any], **more: Any) -> dict[str, Any]:
    promise = {"key": "c", "number": 1, "title": {"en": "C"}, "status": "kept", "previous_status": "near"}
    return {"unit": unit, "period": "2026-10", "commitments": [promise | {"indicators": list(views)}]} | more


NOTHING = {"told": {}, "words": [], "thanks": [], "signals": [], "estimates": []}
ESTIMATE = {"key": "c", "number": 1, "title": {"en": "C"}, "count": 7}


def test_a_unit_is_read_as_it_was_written_and_its_shared_words_stand_once() -> None:
    words = shared_words(overview("all", indicator("i", case={"one": "flight"}), indicator("j")))
    long = [point("2026-08", None), *indicator("i")["series"]]
    chart = {"drawable": True, "points": [{"period": p["period"], "value": p["value"], "mean": 0.5} for p in long]}
    part = {
        "overview": overview("west", indicator("i", status="missed"), indicator("j", minimum=5)),
        "details": {
            "i": {"series": long, "chart": chart, "channels": [], "rebases": []},
            "j": {"series": [point("2026-10", 0.1)], "chart": None, "channels": [{"channel": "web"}]},
        },
        "frontline": NOTHING | {"estimates": [ESTIMATE]},
    }
    before = deepcopy(part)
    written = unit_part(part, words)
    assert "title" not in written["indicators"]["columns"]
    assert "mean" in written["details"]["i"]["chart"]["points"]["columns"]
    assert "value" not in written["details"]["i"]["chart"]["points"]["columns"]
    found = read_unit(deepcopy(written), words)
    assert found["overview"] == before["overview"], "a word that only others have is not given to this one"
    assert found["frontline"] == before["frontline"]
    assert found["details"] == {key: one | {"breakdown": []} for key, one in before["details"].items()}
    assert [(one["from"], one["to"]) for one in found["changes"]] == [("near", "kept")]


def test_units_beneath_are_a_stretch_of_the_tree() -> None:
    parents = {"all": None, "north": "all", "n1": "north", "n2": "north", "south": "all"}
    units = {key: {"name": key.title(), "kind": None, "parent": parent} for key, parent in parents.items()}
    order = list(parents)
    figures = as_columns([{"status": key} for key in order])
    north = below(figures, units, order, "north")
    assert [(row["unit"], row["depth"], row["status"]) for row in north] == [("n1", 1, "n1"), ("n2", 1, "n2")]
    whole = below(figures, units, order, "all")
    assert [(row["unit"], row["depth"]) for row in whole] == [("north", 1), ("n1", 2), ("n2", 2), ("south", 1)]
    assert below(figures, units, order, "n2") == []
