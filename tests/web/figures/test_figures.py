"""Pages of figures: who opens them, a form that shows its effect first, corrections, files with a preview."""

from __future__ import annotations

import html
import io
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.factory import create_app
from charter.models.base import db
from charter.models.records import Measurement
from charter.services.checks.source_changes import recheck
from charter.services.records.access import Access
from charter.services.verification.verify import verify
from tests.web.intake_world import make_intake_world
from tests.web.test_quality import faults
from tests.web.world import NOW, make_settings, sign_in, token_of

WHO = ("eva", "clara", "carl", "boris", "dan", "adam", "mia", "ana")
MATRIX = {
    #                                  eva  clara carl boris  dan  adam  mia  ana
    "/figures":                       (302, 403, 200, 200, 403, 403, 200, 403),
    "/figures/upload":                (302, 403, 200, 200, 403, 403, 200, 403),
    "/figures/choose":                (302, 403, 403, 302, 403, 403, 302, 403),
    "/figures/welcomed/2026-10":      (302, 403, 200, 200, 403, 403, 200, 403),
    "/figures/billed/2026-10":        (302, 403, 403, 200, 403, 403, 200, 403),
    "/figures/slow/2026-10":          (302, 403, 409, 409, 403, 403, 409, 403),
    "/figures/gone/2026-10":          (302, 403, 404, 404, 403, 403, 404, 403),
    "/figures/welcomed/2026-W41":     (302, 403, 400, 400, 403, 403, 400, 403),
    "/figures/welcomed/soon":         (302, 403, 400, 400, 403, 403, 400, 403),
    "/figures/uploads/1":             (302, 403, 404, 404, 403, 403, 404, 403),
}  # fmt: skip
TEN = "period;unit;numerator;denominator\n2026-10;vannes;45;50\n2026-09;vannes;9;10\n"


@pytest.fixture(scope="session")
def intake_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = Path(tmp_path_factory.mktemp("intake"))
    app = make_intake_world(folder)
    with app.app_context():
        db.engine.dispose()
    return folder


@pytest.fixture
def site(intake_folder: Path, tmp_path: Path) -> Iterator[Flask]:
    """The world, each test its own copy."""
    shutil.copyfile(intake_folder / "web.sqlite3", tmp_path / "web.sqlite3")
    app = create_app(make_settings(tmp_path))
    app.config["CLOCK"] = lambda: NOW
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def person(site: Flask) -> Callable[[str], FlaskClient]:
    def make(name: str) -> FlaskClient:
        client = site.test_client()
        client.get("/sign-in?lang=en")
        return sign_in(client, name)

    return make


def hidden(page: str) -> dict[str, str]:
    """What the page's last form with a confirmation carries."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.partition('id="content"')[2])
    return {name: html.unescape(value) for name, value in found}


def post(client: FlaskClient, address: str, **given: str) -> TestResponse:
    token = token_of(client.get("/figures").text)
    return client.post(address, data={"csrf_token": token} | given)


Rows = Callable[..., list[Measurement]]


@pytest.fixture
def rows(site: Flask) -> Rows:
    def read(indicator: str = "welcomed") -> list[Measurement]:
        query = select(Measurement).where(Measurement.indicator_key == indicator).order_by(Measurement.id)
        with site.app_context():
            return list(db.session.execute(query).scalars())

    return read


@pytest.mark.parametrize("name", WHO)
def test_each_person_opens_what_the_table_says(site: Flask, name: str) -> None:
    client = sign_in(site.test_client(), name)
    answers = {address: client.get(address).status_code for address in MATRIX}
    assert answers == {address: codes[WHO.index(name)] for address, codes in MATRIX.items()}


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    "address",
    [
        "/figures",
        "/figures/upload",
        "/figures/welcomed/2026-10",
        "/figures/called/2026-10?unit=vannes",
        "/figures/felt/2026-10",
        "/figures/answered/2026-10",
        "/figures/answered/2026-10?unit=nice&channel=phone",
    ],
)
def test_page_is_well_made(person: Callable[[str], FlaskClient], address: str, language: str) -> None:
    mark = "&" if "?" in address else "?"
    assert faults(person("mia").get(f"{address}{mark}lang={language}").text, language) == []


def test_a_figure_is_seen_with_its_effect_then_entered(
    site: Flask, person: Callable[[str], FlaskClient], rows: Rows
) -> None:
    carl = person("carl")
    seen = post(carl, "/figures/welcomed/2026-10", unit="vannes", numerator="1 045", denominator="2 000,0").text
    assert rows() == []
    assert faults(seen, "en") == []
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", seen))
    assert "1,045 / 2,000" in text
    assert re.search(r"Agence de Vannes – No data .{0,20}52.2% .*Missed", text) or "52.3%" in text
    done = carl.post("/figures/welcomed/2026-10", data=hidden(seen), follow_redirects=True)
    assert "Agence de Vannes: the figure is entered." in done.text
    (row,) = rows()
    assert (row.unit_key, row.numerator, row.recorded_by) == ("vannes", 1045, "Carl")
    with site.app_context():
        assert verify(COMMAND_LINE)["broken"] is None


def test_a_second_figure_asks_for_its_reason_beside_the_field(person: Callable[[str], FlaskClient]) -> None:
    mia = person("mia")
    for numbers in ({"numerator": "45"}, {"numerator": "44", "reason": "One too many"}):
        given = {"unit": "vannes", "denominator": "50"} | numbers
        if "reason" in numbers:
            refused = post(mia, "/figures/welcomed/2026-10", **(given | {"reason": ""}))
            assert refused.status_code == 400
            assert 'href="#reason"' in refused.text
            assert 'id="reason-error"' in refused.text
            assert 'value="44"' in refused.text
        seen = post(mia, "/figures/welcomed/2026-10", **given).text
        done = mia.post("/figures/welcomed/2026-10", data=hidden(seen), follow_redirects=True)
    assert "the figure is corrected; the one before is stored below it." in done.text
    listed = mia.get("/figures").text
    assert "One too many" in listed
    assert "before: 45 / 50" in listed


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        ({"numerator": "51", "denominator": "50"}, "numerator", "Le numérateur 51 dépasse le dénominateur 50."),
        ({"numerator": "", "denominator": "50"}, "numerator", "Le nombre numerator manque"),
        ({"numerator": "1", "denominator": "95 %"}, "denominator", "est un pourcentage"),
        ({"numerator": "=1", "denominator": "2"}, "numerator", "est une formule"),
        ({"numerator": "NaN", "denominator": "2"}, "numerator", "n’est pas un nombre"),
    ],
)
def test_each_error_stands_beside_its_field_in_the_reader_s_language(
    person: Callable[[str], FlaskClient], given: dict[str, str], field: str, sentence: str, rows: Rows
) -> None:
    mia = person("mia")
    mia.get("/figures?lang=fr")
    answer = post(mia, "/figures/welcomed/2026-10", unit="vannes", **given)
    text = html.unescape(answer.text)
    assert answer.status_code == 400
    assert f'href="#{field}"' in text
    assert sentence in text
    assert faults(answer.text, "fr") == []
    assert rows() == []


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("/figures/welcomed/2026-W41", "welcomed se mesure par mois\u00a0: semaine\u00a041 de\u00a02026 n’en est pas"),
        ("/figures/daily/2026-10", "daily se mesure par jour\u00a0: octobre\u00a02026 n’en est pas une période."),
        ("/figures/slow/2026-10", "Un chiffre de type «\u202fcentile\u202f» ne se saisit pas"),
        (
            "/figures/welcomed/soon",
            "«\u202fsoon\u202f» n’est pas une période\u00a0: écrivez une année 2026, un trimestre",
        ),
    ],
)
def test_what_a_refusal_names_is_in_the_reader_s_language(
    person: Callable[[str], FlaskClient], address: str, sentence: str
) -> None:
    page = html.unescape(person("mia").get(f"{address}?lang=fr").text.partition('id="content"')[2])
    assert sentence in page
    assert [word for word in ("month", "week", "day", "percentile") if re.search(rf"\b{word}\b", page)] == []


def test_another_unit_is_refused(person: Callable[[str], FlaskClient], rows: Rows) -> None:
    answer = post(person("carl"), "/figures/welcomed/2026-10", unit="nice", numerator="1", denominator="2")
    assert answer.status_code == 403
    assert rows() == []


def test_without_the_form_s_token_nothing_is_taken(person: Callable[[str], FlaskClient]) -> None:
    mia = person("mia")
    given = {"unit": "vannes", "numerator": "1", "denominator": "2"}
    for address in ("/figures/welcomed/2026-10", "/figures/upload", "/figures/uploads/1/confirm"):
        assert mia.post(address, data=given).status_code == 400


def test_a_figure_read_from_a_source_is_corrected_by_a_manager(
    person: Callable[[str], FlaskClient], rows: Rows
) -> None:
    mia = person("mia")
    address = "/figures/answered/2026-10"
    assert mia.get("/figures/choose?indicator=answered&period=2026-10").headers["Location"] == address
    opened = mia.get(f"{address}?unit=nice&channel=phone").text
    assert 'value="9"' in opened
    given = {"unit": "nice", "channel": "phone", "numerator": "5", "denominator": "10"}
    seen = post(mia, address, **given, reason="Letters read as calls").text
    done = mia.post(address, data=hidden(seen), follow_redirects=True).text
    assert "the figure is corrected" in done
    assert "Letters read as calls" in mia.get("/figures").text
    assert rows("answered")[-1].corrects_id is not None
    page = mia.get("/commitments/answer?period=2026-10").text
    assert "Letters read as calls" in page
    assert "before: 9 / 10" in page
    assert faults(page, "en") == []
    assert "Letters read as calls" not in person("boris").get("/commitments/answer?period=2026-10&unit=west").text
    assert person("carl").get(address).status_code == 403


def upload(client: FlaskClient, text: str, **given: str) -> TestResponse:
    token = token_of(client.get("/figures/upload").text)
    data = {"csrf_token": token, "indicator": "welcomed", "file": (io.BytesIO(text.encode()), "octobre.csv")} | given
    return client.post("/figures/upload", data=data, content_type="multipart/form-data")


def test_a_file_is_previewed_then_confirmed(person: Callable[[str], FlaskClient], rows: Rows) -> None:
    carl = person("carl")
    sent = upload(carl, TEN)
    assert sent.status_code == 303
    seen = carl.get(sent.headers["Location"])
    assert "2 rows are read." in seen.text
    assert faults(seen.text, "en") == []
    assert rows() == []
    assert person("mia").get(sent.headers["Location"]).status_code == 404
    wrong = post(carl, f"{sent.headers['Location']}/confirm", expected="another")
    assert "look at it again" in carl.get(wrong.headers["Location"]).text
    done = carl.post(f"{sent.headers['Location']}/confirm", data=hidden(seen.text), follow_redirects=True)
    assert "Figures entered: 2, corrected: 0, already there: 0." in done.text
    assert [(row.period_key, row.numerator) for row in rows()] == [("2026-09", 9), ("2026-10", 45)] or len(rows()) == 2
    assert "This file waits no more" in carl.get(sent.headers["Location"]).text


def test_a_file_with_a_refused_row_cannot_be_confirmed(person: Callable[[str], FlaskClient], rows: Rows) -> None:
    mia = person("mia")
    sent = upload(mia, TEN + "2026-10;paris;1;2\n")
    mia.get("/figures?lang=fr")
    seen = mia.get(sent.headers["Location"])
    assert "La charte n’a pas d’entité paris." in html.unescape(seen.text)
    assert "/confirm" not in seen.text
    assert faults(seen.text, "fr") == []
    forced = post(mia, f"{sent.headers['Location']}/confirm", expected="x")
    assert forced.status_code == 404
    discarded = post(mia, f"{sent.headers['Location']}/discard")
    assert discarded.status_code == 303
    assert rows() == []


def test_a_file_that_cannot_be_taken_says_why(person: Callable[[str], FlaskClient]) -> None:
    mia = person("mia")
    for given, sentence in (({"file": (io.BytesIO(b""), "")}, "Choose a file"), ({}, "is empty")):
        answer = upload(mia, "", **given)  # type: ignore[arg-type]
        assert answer.status_code == 400
        assert sentence in answer.text
        assert faults(answer.text, "en") == []


def test_a_changed_past_is_told_on_the_page_of_checks(
    site: Flask, intake_folder: Path, person: Callable[[str], FlaskClient]
) -> None:
    bills = intake_folder / "bills.csv"
    text = bills.read_text(encoding="utf-8")
    bills.write_text(text.replace("2026-09-01,vannes,1", "2026-09-01,vannes,0"), encoding="utf-8")
    try:
        with site.app_context():
            assert [one["period"] for one in recheck(COMMAND_LINE, NOW, Access(), indicator="billed")] == ["2026-09"]
    finally:
        bills.write_text(text, encoding="utf-8")
    page = person("mia").get("/checks").text
    assert "The past of a source has changed" in page
    assert faults(page, "en") == []
    assert "The past of a source has changed" not in person("carl").get("/checks").text


def test_the_unit_is_found_by_name_where_there_are_many(site: Flask, person: Callable[[str], FlaskClient]) -> None:
    mia, page = person("mia"), "/figures/welcomed/2026-10?lang=en"
    assert '<select id="unit" name="unit">' in mia.get(page).text
    site.jinja_env.globals["picker_fits"] = 1
    found = mia.get(f"{page}&unit=vannes").text
    assert '<select id="unit"' not in found
    assert '<input type="hidden" name="unit" value="vannes">' in found
    assert 'form="find-units"' in found
    assert '<form id="find-units"' in found
