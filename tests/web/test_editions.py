"""Approving a month by page: what blocks it, who may, what job follows, what the files are then."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from charter.domain.vocabulary.permissions import SCHEDULER
from charter.services.records.access import Access
from charter.services.work.worker import run_jobs
from tests.web.world import NOW, make_world, sign_in, token_of

MONTH = "/reports/2026-10"


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """A world of this module's own, which its tests change."""
    return make_world(Path(tmp_path_factory.mktemp("editions")))


def post(client: FlaskClient, where: str, **form: str) -> tuple[int, str]:
    """The answer's code and text, redirections followed."""
    form["csrf_token"] = token_of(client.get("/account").text)
    answer = client.post(f"{MONTH}/{where}", data=form, follow_redirects=True)
    return answer.status_code, answer.text


def standing_of(page: str) -> str:
    """The line that says where the month stands."""
    (said,) = re.findall(r'<p class="lead standing"[^>]*>(.*?)</p>', page, re.DOTALL)
    return str(said)


def work(app: Flask) -> None:
    """What a scheduler process does."""
    with app.app_context():
        run_jobs(SCHEDULER, lambda: NOW, Access())


@pytest.mark.pdf
def test_a_month_is_approved_printed_and_corrected_by_page(own: Flask) -> None:
    ana, dan = sign_in(own.test_client(), "ana"), sign_in(own.test_client(), "dan")
    assert ana.get(f"{MONTH}.pdf").status_code == 404
    for where in ("approve", "erratum", "make", "send", "freeze"):
        assert post(dan, where, reason="Relu.")[0] == 403
    code, page = post(ana, "approve?lang=fr", reason=" ")
    assert (code, "Une approbation dit en une phrase sur quoi elle repose" in page) == (400, True)
    code, page = post(ana, "approve?lang=fr", reason="Relu <b>en comité</b>.")
    assert (code, "Son PDF est en cours de fabrication." in page, "Approuvé" in page) == (200, True, True)
    assert "envoyé" not in standing_of(page), "nothing has left"
    work(own)
    month = ana.get(f"{MONTH}?lang=fr").text
    assert "Publié" in month
    assert re.search(r'weasyprint <span class="code">[\d.]+<', month)
    assert "Relu &lt;b&gt;en comité&lt;/b&gt;." in month
    file = ana.get(f"{MONTH}.pdf?lang=fr")
    assert (file.status_code, file.data[:5]) == (200, b"%PDF-")
    code, page = post(ana, "erratum?lang=fr", erratum_reason="")
    assert (code, "Un erratum dit pourquoi" in page) == (400, True)
    post(ana, "erratum", erratum_reason="Pour voir.")
    work(own)
    assert "Rien ne diffère" in ana.get("/jobs/2?lang=fr").text or "Nothing differs" in ana.get("/jobs/2?lang=en").text
    assert ana.get(f"{MONTH}.pdf?lang=fr").data == file.data
    workbook = ana.get(f"{MONTH}.xlsx")
    assert (workbook.status_code, workbook.data[:2]) == (200, b"PK")
    assert ana.get(f"{MONTH}.csv?lang=fr").text.startswith("\ufeffunit,unit_name,number,commitment")
