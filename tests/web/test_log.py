"""The log as a page and as a file: routine is one line that opens, and what was sought is exported whole."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from flask.testing import FlaskClient

from charter.models.records import AuditEntry
from charter.web.operations import alike

BEGIN = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)


def entries(*deeds: tuple[str, str, int]) -> list[AuditEntry]:
    """Entries of an actor, an action and hours since the beginning."""
    return [
        AuditEntry(actor=who, action=what, subject=f"run {turn}", at=BEGIN + timedelta(hours=hours))
        for turn, (who, what, hours) in enumerate(deeds)
    ]


@pytest.mark.parametrize(
    ("deeds", "sizes"),
    [
        ([("clock", "check:run", 0)] * 5, [5]),
        ([("clock", "check:run", 0)] * 3, [1, 1, 1]),
        ([("clock", "check:run", hours) for hours in (0, 24, 48, 72)], [4]),
        ([("Ana", "month:approve", hours) for hours in (0, 24, 48, 72)], [1, 1, 1, 1]),
        ([("Ana", "figure:enter", 0)] * 4 + [("Boris", "figure:enter", 0)], [4, 1]),
    ],
)
def test_what_is_done_again_and_again_is_one_line(deeds: list[tuple[str, str, int]], sizes: list[int]) -> None:
    assert [len(run) for run in alike(entries(*deeds), "Europe/Paris")] == sizes


def rows_of(client: FlaskClient, query: str) -> list[dict[str, str]]:
    answer = client.get(f"/audit.csv?lang=fr{query}")
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_what_was_sought_is_exported_whole_with_its_chain(as_person: Callable[[str], FlaskClient]) -> None:
    dan = as_person("dan")
    rows = rows_of(dan, "")
    assert len(rows) > 20
    for newer, older in pairwise(rows):
        assert newer["previous_hash"] == older["hash"]
    some = rows_of(dan, "&noun=month")
    assert {one["action"].partition(":")[0] for one in some} == {"month"}
    assert 0 < len(some) < len(rows)
    page = dan.get("/audit?lang=fr&noun=month").text
    assert "/audit.csv?" in page
    assert "noun=month" in page.split("/audit.csv?")[1].split('"')[0]


def test_only_those_who_read_the_log_export_it(as_person: Callable[[str], FlaskClient]) -> None:
    assert as_person("clara").get("/audit.csv").status_code == 403


FIRST_RANK = 'class="button" type="submit">'


@pytest.mark.parametrize("where", ["/alerts", "/observations?state=all", "/observations", "/parties", "/checks"])
def test_a_list_has_no_row_of_first_rank_buttons(as_person: Callable[[str], FlaskClient], where: str) -> None:
    """One button is the first; where each line has its own, none of them is."""
    html = as_person("mia").get(f"{where}{'&' if '?' in where else '?'}lang=fr").text
    labels = [part.partition("<")[0].strip() for part in html.split(FIRST_RANK)[1:]]
    assert len(labels) == len(set(labels)), labels
