"""The frozen months and their files."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.services.reports.files import make_report
from tests.web.world import NOW


def test_a_frozen_month_shows_its_fingerprint(ana: FlaskClient) -> None:
    page = ana.get("/reports?lang=en").text
    assert "October 2026" in page.replace("\xa0", " ")
    assert "6\xa0November\xa02026, 10:00" in page
    assert "not frozen yet" not in page


@pytest.mark.pdf
def test_the_archived_pdf_is_given_as_it_is(app: Flask, ana: FlaskClient) -> None:
    with app.app_context():
        made = make_report(COMMAND_LINE, NOW, period="2026-10", language="fr")
    answer = ana.get("/reports/2026-10.pdf?lang=fr")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.data == made.content
    assert answer.headers["Content-Disposition"] == "inline; filename=promesse-2026-10-fr.pdf"
    assert ana.get("/reports/2026-10.pdf", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert 'href="/reports/2026-10.pdf?lang=fr&amp;unit=company"' in ana.get("/reports").text
