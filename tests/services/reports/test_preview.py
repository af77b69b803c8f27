"""What a director looks at before approving: the readers of the sending itself, the draft in print, its pages."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest
from flask import Flask

from charter.domain.vocabulary.errors import Conflict, NotAllowed
from charter.services.actions.comments import explain_miss
from charter.services.reports.distribution import deliveries, send_edition
from charter.services.reports.editions import approve_month
from charter.services.reports.files import find_draft, keep_draft, make_editions
from charter.services.reports.preview import pages_in, preview
from tests.services.reports.test_distribution import REPORT_TO
from tests.services.reports.test_editions import ANA, MIA, OCTOBER, explained, frozen
from tests.services.world import NOW, TEXT, apply


def test_only_who_approves_a_frozen_month_looks_at_it(world: Flask) -> None:
    with pytest.raises(Conflict, match="is not frozen yet"):
        preview(ANA, NOW, OCTOBER)
    frozen()
    with pytest.raises(NotAllowed):
        preview(MIA, NOW, OCTOBER)
    found = preview(ANA, NOW, OCTOBER)
    assert (found["comments"], found["month"]["wanting"], found["readers"]) == (0, ["answer"], [])
    assert sum(found["statuses"].values()) == len((found["month"]["overview"] or {})["commitments"])
    explained()
    assert (preview(ANA, NOW, OCTOBER)["comments"], preview(ANA, NOW, OCTOBER)["month"]["wanting"]) == (1, [])
    approve_month(ANA, NOW, period=OCTOBER, reason="Relu.")
    with pytest.raises(Conflict, match="is approved already"):
        preview(ANA, NOW, OCTOBER)


@pytest.mark.pdf
def test_the_readers_shown_are_those_who_are_written_to(world: Flask) -> None:
    apply(TEXT.replace('report: {day: 12, at: "08:00", languages: [fr]}', REPORT_TO), now=NOW)
    frozen()
    explained()
    shown = preview(ANA, NOW, OCTOBER)["readers"]
    assert [(one["address"], one["language"], one["is_file"]) for one in shown] == [
        ("ana@example.org", "fr", True),
        ("comite@example.org", "fr", False),
    ]
    approve_month(ANA, NOW, period=OCTOBER, reason="Relu.")
    make_editions(ANA, NOW, period=OCTOBER)
    assert send_edition(ANA, NOW, period=OCTOBER) == len(shown)
    assert {one["recipient"] for one in deliveries(ANA, OCTOBER)} == {one["address"] for one in shown}


@pytest.mark.pdf
def test_a_draft_tells_its_pages_and_whether_words_came_later(world: Flask) -> None:
    frozen()
    (before,) = preview(ANA, NOW, OCTOBER)["drafts"]
    assert (before["made_at"], before["pages"]) == (None, None)
    keep_draft(ANA, NOW, period=OCTOBER, unit=None, language="fr")
    (draft,) = preview(ANA, NOW, OCTOBER)["drafts"]
    held = find_draft(OCTOBER, "company", "fr")
    assert held is not None
    with pikepdf.open(BytesIO(held.content)) as file:
        assert draft["pages"] == len(file.pages)
    assert not draft["is_older"]
    explain_miss(MIA, NOW + timedelta(minutes=1), commitment="answer", period=OCTOBER, text="Deux guichets fermés.")
    (draft,) = preview(ANA, NOW + timedelta(hours=1), OCTOBER)["drafts"]
    assert draft["is_older"]


def test_what_is_no_pdf_has_no_pages() -> None:
    assert pages_in(b"not a file of ours") is None
