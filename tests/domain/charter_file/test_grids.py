"""Grids of one's own: written as read, told in the plan, refused where they do not fit, named by lint."""

from __future__ import annotations

import pytest

from charter.domain.charter_file.editing import added, without
from charter.domain.charter_file.findings import CharterFileError
from charter.domain.charter_file.plan import plan_change
from charter.domain.charter_file.reading import read_charter
from charter.domain.charter_file.text.canonical import plain_charter, write_charter
from charter.domain.lint.promises import lint_charter

PLAIN = """
charter: {key: net, organisation: Net, title: Charter, timezone: Europe/Paris, calendar: FR, valid_from: 2026-01-01}
units: [{key: net, name: Net, kind: company}]
commitments:
  - {key: answer, title: Answers, promise: Every customer is answered within 2 days., owner: Service}
"""
GRID = """
grids:
  pillars:
    name: {fr: Nos piliers, en: Our pillars}
    items:
      - {key: listens, text: To listen}
      - {key: all, parent: listens, text: To answer everything}
      - {key: fair, text: To be fair}
"""
SERVED = PLAIN.replace("owner: Service", "owner: Service, serves: {pillars: [all]}") + GRID


def test_a_grid_is_written_as_it_was_read_and_told_in_the_plan() -> None:
    charter = read_charter(SERVED).charter
    assert read_charter(write_charter(charter)).charter == charter
    changes = plan_change(read_charter(PLAIN).charter, charter).changes
    assert [(one.action, one.thing, one.key, one.field, one.after) for one in changes] == [
        ("add", "grid", "pillars", "", None),
        ("change", "commitment", "answer", "serves.pillars", ["all"]),
    ]
    assert "grids" not in plain_charter(read_charter(PLAIN).charter)


def test_a_grid_is_added_and_taken_away_by_its_key() -> None:
    plain = plain_charter(read_charter(PLAIN).charter)
    made = {"key": "two", "name": "Two", "items": [{"key": "one", "text": "One"}]}
    new, place = added(plain, "grid", made)
    assert place == ("grids", "two")
    assert without(new, "grid", "two") == plain


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("pillars: [all]", "pilars: [all]", "the grid 'pilars' does not exist"),
        ("pillars: [all]", "pillars: [al]", "the grid 'pillars' has no item 'al'"),
        ("pillars: [all]", "pillars: [all, all]", "the item"),
        ("key: fair,", "key: all,", "the item"),
        ("key: fair,", "key: fair, parent: all,", "'fair' lies below 'all', which is no item of the first level"),
        ("  pillars:\n", "  components:\n", "a grid cannot have the key 'components'"),
        ("  pillars:\n", "  pil.lars:\n", "a grid cannot have the key 'pil.lars'"),
        (GRID, "\ngrids: [pillars]\n", "is written where grids are expected"),
    ],
)
def test_what_does_not_fit_is_refused(before: str, after: str, said: str) -> None:
    with pytest.raises(CharterFileError, match=said):
        read_charter(SERVED.replace(before, after, 1))


def test_lint_names_the_items_that_no_commitment_serves() -> None:
    said = {one.field: str(one.message) for one in lint_charter(read_charter(SERVED))}
    assert said["grids.pillars"] == "no commitment serves these items of the grid: fair"
    served = lint_charter(read_charter(SERVED.replace("[all]", "[all, fair]")))
    assert not [one for one in served if one.field.startswith("grids")]
