"""What the first hour reads as long work: the newer file with the columns that are read, the level that was chosen."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from flask import Flask

from charter.domain.vocabulary.errors import Conflict, Invalid
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.services.charters.versions import history
from charter.services.drafts import drafts
from charter.services.drafts.first_reading import chosen_plain, doubts_told, faults_in, hash_seen, require_newer
from charter.services.drafts.sent_files import keep_version
from charter.services.jobs.sendings import receive
from charter.services.records.access import Access
from tests.services.world import NOW


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"level": "most"}, "level"),
        ({"level": "101"}, "level"),
        ({"level": "90", "how": "answer"}, "met"),
        ({"level": "90", "count": "ten", "of": "days"}, "count"),
        ({"level": "90", "count": "10", "of": "moons"}, "count"),
    ],
)
def test_what_the_form_chose_is_refused_beside_its_field(charted: Flask, given: dict[str, str], field: str) -> None:
    drafts.start_draft(COMMAND_LINE, NOW)
    seen = {"source": {}, "since": "2026-07-01", "left_out": [], "dates": None}
    with pytest.raises(Invalid) as refused:
        chosen_plain(drafts.open_draft(COMMAND_LINE), seen, given)  # type: ignore[arg-type]
    assert refused.value.field == field


def test_a_look_is_found_again_by_the_source_or_by_the_newest_file(charted: Flask, tmp_path: Path) -> None:
    drafts.start_draft(COMMAND_LINE, NOW)
    before, access = hash_seen(drafts.open_draft(COMMAND_LINE)), Access(home=tmp_path)
    file = receive(COMMAND_LINE, io.BytesIO(b"id\n1\n"), "cases.csv", access, most=100)
    keep_version(COMMAND_LINE, NOW, "cases", file, access)
    assert hash_seen(drafts.open_draft(COMMAND_LINE)) == before, "the draft names a source of its own"
    with pytest.raises(Conflict, match="reads no file that people send"):
        require_newer(history().current)


def test_all_that_is_wrong_is_told_at_once(charted: Flask) -> None:
    """Each fault once, with its field: nobody mends one to meet the next."""
    drafts.start_draft(COMMAND_LINE, NOW)
    seen = {"source": {}, "since": "2026-07-01", "left_out": [], "dates": None}
    draft = drafts.open_draft(COMMAND_LINE)
    spoken = [f"promise.{code}" for code in draft.charter.charter.report.languages]
    found = faults_in(draft, seen, {"level": "0", "count": "soon"})  # type: ignore[arg-type]
    assert sorted(one.field for one in found) == sorted(["level", "count", "start", "stop", "owner", *spoken])


def test_a_doubt_is_told_while_its_columns_are_chosen() -> None:
    """Of a column that only another way of judging reads, nothing is told; nor what rests on another order of dates."""
    doubts = [
        {"said": "always", "columns": [], "parts": {}},
        {"said": "marks", "columns": ["mark"], "parts": {}},
        {"said": "turned", "columns": [], "parts": {"start": "a", "stop": "b"}},
        {"said": "short", "columns": [], "parts": {"start": "a", "dates": "day-first"}},
    ]
    given = {"start": "a", "stop": "b", "mark": "mark", "dates": "day-first"}
    seen = {"doubts": doubts}
    assert doubts_told(seen, given) == ["always", "turned", "short"]  # type: ignore[arg-type]
    assert doubts_told(seen, given | {"how": "mark", "dates": "month-first"}) == ["always", "marks"]  # type: ignore[arg-type]
    assert doubts_told(seen, given | {"start": "b", "stop": "a"}) == ["always"]  # type: ignore[arg-type]
