"""A draft that reads a column which its data do not have: told on its page, and not published."""

from __future__ import annotations

import re
from pathlib import Path

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.domain.vocabulary.terms import Role
from charter.services.charters.versions import history
from charter.services.people import accounts
from tests.web.test_editing import send
from tests.web.world import NOW, PASSWORD, make_empty_app, sign_in

TEXT = """\
charter: {key: small, organisation: O, title: T, timezone: Europe/Paris, calendar: FR, valid_from: 2026-07-01}
units: [{key: all, name: All, kind: company}]
sources: {rows: {kind: csv, path: rows.csv}}
commitments:
  - key: answered
    title: Une réponse
    promise: Nous vous répondons.
    owner: O
    indicators: [{key: i, title: I, source: rows, kind: count, date: recieved}]
"""


def test_it_is_told_on_the_page_and_not_published(tmp_path: Path) -> None:
    app = make_empty_app(tmp_path)
    (tmp_path / "rows.csv").write_text("received,site\n2026-10-01,a\n")
    with app.app_context():
        accounts.create_account(
            COMMAND_LINE, NOW, email="mia@example.org", name="Mia", role=Role.MANAGER, password=PASSWORD
        )
    mia = sign_in(app.test_client(), "mia")
    assert send(mia, "/charter/draft", {"text": TEXT}, page="/charter").status_code == 303
    english = mia.get("/charter/draft?lang=en").text
    assert "Columns that the data do not have" in english
    assert re.search("the source .rows. has no column .recieved. → did you mean received", _plain(english))
    how = {"reason": "Début", "valid_from": "2026-11-01"}
    refused = send(mia, "/charter/draft/publish", how)
    assert refused.status_code == 400
    assert "The draft reads columns that its data do not have" in _plain(refused.text)
    (tmp_path / "rows.csv").write_text("recieved,site\n2026-10-01,a\n")
    assert "Columns that the data do not have" not in mia.get("/charter/draft").text
    assert send(mia, "/charter/draft/publish", how).status_code == 303
    with app.app_context():
        assert history().current.charter.charter.key == "small"


def _plain(page: str) -> str:
    return re.sub("&#3[49];", "'", page)
