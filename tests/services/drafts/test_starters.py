"""Starters: valid by the reader and by lint, in two languages; a chosen one fills the draft; the others wait."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from charter.domain.charter_file.findings import Severity
from charter.domain.charter_file.reading import read_charter
from charter.domain.lint.promises import lint_charter
from charter.domain.vocabulary.errors import Invalid, NotFound
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.services.drafts import drafts, starters
from tests.services.world import NOW

FILES = sorted(starters.FOLDER.glob("*.yaml"))
TEXT = """
charter: {key: a, organisation: Amber, title: {en: Our promises}, timezone: Europe/Paris, calendar: FR,
  valid_from: 2026-01-01, report: {day: 5, languages: [en]}}
units: [{key: all, name: Amber, kind: company}]
commitments: [{key: promise, title: {en: An answer}, promise: {en: We answer.}, owner: Head of customer relations}]
"""


def test_there_are_eight_sectors() -> None:
    found = {"energy", "telecom", "town-hall", "transport", "contact-centre", "parcel", "health", "software"}
    assert set(starters.starters()) == found
    keys = [one.key for each in starters.starters().values() for one in each.promises]
    assert len(set(keys)) == len(keys), "a promise is found by its key, of whichever sector"


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)
def test_a_starter_is_a_charter_without_error_in_two_languages(file: Path) -> None:
    read = read_charter(file.read_text(encoding="utf-8"))
    findings = [*read.findings, *lint_charter(read)]
    assert [one for one in findings if one.severity is not Severity.ADVICE] == []
    assert read.charter.charter.is_example
    assert 6 <= len(read.charter.commitments) <= 8
    for one in read.charter.commitments:
        assert all((one.title.fr, one.title.en, one.promise.fr, one.promise.en))


def test_the_chosen_promise_comes_first_and_the_others_are_marked_as_examples(empty: Flask) -> None:
    drafts.start_draft(COMMAND_LINE, NOW, text=TEXT)
    with pytest.raises(Invalid):
        starters.begin_with(COMMAND_LINE, NOW, "energy", "parcel-claim")
    starters.begin_with(COMMAND_LINE, NOW, "parcel", "parcel-claim")
    first, *others = drafts.open_draft(COMMAND_LINE).charter.commitments
    assert (first.key, first.title.en, first.title.fr) == ("parcel-claim", "Claims paid within 15 working days", None)
    assert {one.title.en[:9] for one in others if one.title.en} == {"Example: "}
    found = starters.suggestion(first.key)
    assert found is not None
    assert (found.level, found.within and (found.within.count, found.within.unit)) == (0.9, (15, "working days"))


def test_promises_not_in_force_wait_in_the_next_draft(charted: Flask) -> None:
    with pytest.raises(NotFound):
        starters.begin_with(COMMAND_LINE, NOW, "parcel", "parcel-claim")
    starters.put_aside(COMMAND_LINE, NOW, [])
    assert drafts.draft_or_none(COMMAND_LINE) is None
    more = {"key": "more", "title": {"en": "Example: more"}, "promise": {"en": "We do more."}, "owner": "Head"}
    starters.put_aside(COMMAND_LINE, NOW, [more])
    assert drafts.open_draft(COMMAND_LINE).charter.commitments[-1].key == "more"
