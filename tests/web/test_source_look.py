"""The page of a source's data: asked on its form, looked at by the alarm clock, shown by column in both languages."""

from __future__ import annotations

import html
from pathlib import Path

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.domain.vocabulary.terms import Role
from charter.services.people import accounts
from charter.services.records.access import Access
from charter.services.work.worker import run_jobs
from tests.web.test_editing import send
from tests.web.world import NOW, PASSWORD, make_empty_app, sign_in

TEXT = """\
charter: {key: small, organisation: O, title: T, timezone: Europe/Paris, calendar: FR, valid_from: 2026-07-01}
units: [{key: all, name: All, kind: company}]
sources: {rows: {kind: csv, path: rows.csv}, hand: {kind: manual}}
commitments:
  - key: answered
    title: Une réponse
    promise: Nous vous répondons.
    owner: O
    indicators: [{key: i, title: I, source: rows, kind: count, date: received}]
"""
ROWS = "number,received,site,mail\n" + "".join(
    f"C-{at},2026-{9 + at % 2:02}-{at % 28 + 1:02},{'nord' if at % 3 else 'sud'},person{at}@example.org\n"
    for at in range(60)
)


def test_the_columns_months_and_doubts_of_a_source_stand_on_a_page(tmp_path: Path) -> None:
    app = make_empty_app(tmp_path)
    (tmp_path / "rows.csv").write_text(ROWS.replace("2026-09-01", "NA"))
    with app.app_context():
        accounts.create_account(
            COMMAND_LINE, NOW, email="mia@example.org", name="Mia", role=Role.MANAGER, password=PASSWORD
        )
    mia = sign_in(app.test_client(), "mia")
    send(mia, "/charter/draft", {"text": TEXT}, page="/charter")
    form = mia.get("/charter/draft/sources/rows?lang=en").text
    assert "See what it holds" in form
    assert "See what it holds" not in mia.get("/charter/draft/sources/hand").text
    asked = send(mia, "/charter/draft/sources/rows/look", {}, page="/charter/draft/sources/rows")
    assert asked.status_code == 303
    where = asked.headers["Location"]
    assert "Waiting" in mia.get(f"{where}?lang=en").text
    with app.app_context():
        run_jobs(COMMAND_LINE, lambda: NOW, Access(data_folders=(tmp_path,)))
    page = html.unescape(mia.get(f"{where}?lang=en").text).replace("\xa0", " ")
    for said in ("September 2026", "October 2026", "received", "Rows without a date", "date", "NA"):
        assert said in page, said
    assert "person1@example.org" not in page
    french = html.unescape(mia.get(f"{where}?lang=fr").text).replace("\xa0", " ")
    for said in ("Septembre 2026", "Lignes sans date", "Usages possibles des colonnes"):
        assert said in french, said
    # Another source's address does not show this one's data, and a source that is not there has no page.
    assert mia.get(where.replace("/rows/", "/hand/")).status_code == 404
    assert send(mia, "/charter/draft/sources/none/look", {}, page="/charter/draft/sources/rows").status_code == 404
