"""Reports as PDF: printed, archived, given again byte for byte."""

from __future__ import annotations

import hashlib
import io
import json
from datetime import timedelta

import pikepdf
import pytest
from flask import Flask
from sqlalchemy import func, select

from charter.domain.vocabulary.errors import NotAllowed, NotFound
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.models.base import db
from charter.models.records import ReportFile
from charter.services.reports.editions import approve_month, publish_erratum
from charter.services.reports.files import ALL, find_file, make_editions, make_report, pdf_bytes
from charter.services.reports.snapshots import (
    freeze_month,
)
from charter.services.reports.view import published
from charter.services.verification.verify import verify
from tests.services.reports.test_editions import ANA, CARL, OCTOBER, corrected, explained, frozen
from tests.services.reports.test_snapshots import BORIS, entries
from tests.services.world import NOW


def printed(content: bytes) -> str:
    with pikepdf.open(io.BytesIO(content)) as document:
        return json.dumps(json.loads(document.attachments["figures.json"].get_file().read_bytes()), ensure_ascii=False)


@pytest.mark.pdf
def test_editions_are_printed_archived_and_given_byte_for_byte(world: Flask) -> None:
    frozen()
    before = make_report(COMMAND_LINE, NOW, period=OCTOBER).content
    explained("<b>Deux</b> guichets 🙂 مغلق")
    draft = make_report(COMMAND_LINE, NOW, period=OCTOBER, as_draft=True)
    assert (draft.is_draft, "مغلق" in printed(draft.content)) == (True, True)
    row = approve_month(ANA, NOW, period=OCTOBER, reason="Relu.")
    with pytest.raises(NotFound, match="has not been rendered yet"):
        pdf_bytes(ANA, period=OCTOBER)
    told: list[tuple[int, int]] = []
    made = make_editions(ANA, NOW, period=OCTOBER, units=ALL, progress=lambda done, of, what: told.append((done, of)))
    assert (made, told) == ({"made": 6, "there": 0}, [(n, 6) for n in range(1, 7)])
    assert make_editions(ANA, NOW, period=OCTOBER, units=ALL) == {"made": 0, "there": 6}
    first = pdf_bytes(ANA, period=OCTOBER)
    assert first != before
    assert make_report(COMMAND_LINE, NOW, period=OCTOBER).content == first
    assert row.sha256 in printed(first)
    assert "guichets" not in printed(pdf_bytes(CARL, period=OCTOBER, unit="vannes"))
    with pytest.raises(NotAllowed):
        pdf_bytes(CARL, period=OCTOBER, unit="nice")
    corrected()
    publish_erratum(ANA, NOW, period=OCTOBER, reason="Recompté.")
    make_editions(ANA, NOW, period=OCTOBER)
    assert pdf_bytes(ANA, period=OCTOBER) != first
    assert pdf_bytes(ANA, period=OCTOBER, number=1) == first
    with pytest.raises(NotFound, match="has no edition 3"):
        pdf_bytes(ANA, period=OCTOBER, number=3)
    (month,) = published(CARL)
    assert (month["state"], [file["unit"] for file in month["editions"][1]["files"]]) == ("erratum", ["vannes"])
    assert verify(COMMAND_LINE)["breaks"] == []


@pytest.mark.pdf
def test_a_draft_report_is_not_kept_and_a_sealed_one_is_the_same_bytes_twice(world: Flask) -> None:
    loose = make_report(COMMAND_LINE, NOW, period="2026-10")
    assert loose.is_draft
    assert loose.content.startswith(b"%PDF-")
    assert db.session.execute(select(func.count(ReportFile.id))).scalar_one() == 0
    sealed = freeze_month(COMMAND_LINE, NOW, period="2026-10")
    first = make_report(COMMAND_LINE, NOW, period="2026-10")
    assert not first.is_draft
    assert first.sha256 == hashlib.sha256(first.content).hexdigest()
    again = make_report(COMMAND_LINE, NOW + timedelta(days=1), period="2026-10", language="fr")
    assert again == first
    file = find_file(sealed.id, "company", "fr")
    assert file is not None
    assert (file.content, file.size, file.sha256) == (first.content, len(first.content), first.sha256)
    (entry,) = entries("report:archive")
    assert (entry.subject, entry.after) == ("2026-10 company fr", {"sha256": first.sha256, "size": len(first.content)})
    assert pdf_bytes(COMMAND_LINE, period="2026-10") == first.content
    (month,) = published(COMMAND_LINE)
    assert (month["period"], month["hash"], month["frozen_by"]) == ("2026-10", sealed.sha256, "command line")
    (listed,) = month["files"]
    assert (listed["unit"], listed["language"], listed["unit_name"]) == ("company", "fr", None)
    assert (listed["sha256"], listed["size"]) == (first.sha256, len(first.content))
    assert "weasyprint" in listed["versions"]
    assert any(name.startswith("font ") for name in listed["versions"])
    assert verify(COMMAND_LINE)["files"] == 1


@pytest.mark.pdf
def test_a_unit_has_its_own_edition_for_who_holds_it(world: Flask) -> None:
    freeze_month(COMMAND_LINE, NOW, period="2026-10")
    made = make_report(BORIS, NOW, period="2026-10", unit="brest", language="en")
    assert pdf_bytes(BORIS, period="2026-10", unit="brest", language="en") == made.content
    with pytest.raises(NotAllowed):
        make_report(BORIS, NOW, period="2026-10")
    with pytest.raises(NotAllowed):
        make_report(BORIS, NOW, period="2026-10", unit="nice")


def test_reports_that_are_not_there_say_how_to_make_them(world: Flask) -> None:
    with pytest.raises(NotFound, match="is not frozen"):
        pdf_bytes(COMMAND_LINE, period="2026-10")
    freeze_month(COMMAND_LINE, NOW, period="2026-10")
    with pytest.raises(NotFound, match="flask charter report 2026-10 --out"):
        pdf_bytes(COMMAND_LINE, period="2026-10")
    with pytest.raises(NotFound, match="no unit paris"):
        make_report(COMMAND_LINE, NOW, period="2026-10", unit="paris")
