"""A draft reads the folder that its publication will read, and is not published on columns that are not there."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from charter.domain.vocabulary.errors import Conflict, SourceError
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.services.checks.dry_run import measure_dry
from charter.services.drafts.drafts import Publication, columns_not_there, open_draft, publish_draft, start_draft
from charter.services.drafts.trial_run import try_draft
from charter.services.records.access import Access
from tests.services.drafts.test_unapplied import NOW
from tests.services.world import apply

SMALL = """\
charter: {key: small, organisation: O, title: T, timezone: Europe/Paris, calendar: FR, valid_from: 2026-07-01}
units: [{key: all, name: All, kind: company}]
sources: {rows: {kind: csv, path: rows.csv}}
commitments:
  - key: c
    title: C
    promise: We answer you.
    owner: O
    indicators: [{key: i, title: I, source: rows, kind: count, date: day}]
"""


def write_rows(folder: Path, count: int, name: str = "day") -> None:
    folder.mkdir(exist_ok=True)
    (folder / "rows.csv").write_text("\n".join([name, *["2026-10-05"] * count]) + "\n")


@pytest.mark.parametrize("has_data_folder", [False, True])
def test_a_first_draft_and_its_publication_read_the_same_folder(
    empty: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_data_folder: bool
) -> None:
    for name, count in (("started", 400), ("home", 3), ("data", 5)):
        write_rows(tmp_path / name, count)
    monkeypatch.chdir(tmp_path / "started")
    access = Access((tmp_path / "data",) if has_data_folder else (), home=tmp_path / "home")
    start_draft(COMMAND_LINE, NOW, text=SMALL)
    tried = try_draft(COMMAND_LINE, NOW, indicator="i", period="2026-10", access=access)
    publish_draft(COMMAND_LINE, NOW, 1, Publication("first", date(2026, 7, 1), access))
    measured = measure_dry(COMMAND_LINE, NOW, indicator="i", period="2026-10", access=access)
    assert tried["n"] == measured["n"] == (5 if has_data_folder else 3)


def test_a_draft_reads_the_folder_of_the_version_in_force(empty: Flask, tmp_path: Path) -> None:
    write_rows(tmp_path / "mine", 7)
    apply(SMALL, tmp_path / "mine")
    start_draft(COMMAND_LINE, NOW)
    access = Access(home=tmp_path / "home")
    assert try_draft(COMMAND_LINE, NOW, indicator="i", period="2026-10", access=access)["n"] == 7


def test_without_any_folder_a_first_draft_says_so(empty: Flask) -> None:
    start_draft(COMMAND_LINE, NOW, text=SMALL)
    with pytest.raises(SourceError, match="DATA_FOLDERS"):
        try_draft(COMMAND_LINE, NOW, indicator="i", period="2026-10", access=Access())


def test_a_draft_that_reads_a_column_that_is_not_there_is_not_published(empty: Flask, tmp_path: Path) -> None:
    write_rows(tmp_path / "home", 3, name="days")
    access = Access(home=tmp_path / "home")
    start_draft(COMMAND_LINE, NOW, text=SMALL)
    (missing,) = columns_not_there(open_draft(COMMAND_LINE), access)
    assert (missing.about, str(missing.remedy)) == ("c", "did you mean days?")
    how = Publication("first", date(2026, 7, 1), access)
    with pytest.raises(Conflict, match="the source 'rows' has no column 'day'"):
        publish_draft(COMMAND_LINE, NOW, 1, how)
    write_rows(tmp_path / "home", 3)
    assert publish_draft(COMMAND_LINE, NOW, 1, how).changes
