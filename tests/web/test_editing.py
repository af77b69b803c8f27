"""The charter in the browser: forms that say all that a file says, a draft, its plan, its publication."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import BaseModel
from werkzeug.test import TestResponse

from charter.domain.charter_file.charter import CharterHead, Commitment, FreeTexts, Grid
from charter.domain.charter_file.fields import kinds_in, models_in, names_of
from charter.domain.charter_file.findings import Finding, Severity, missing
from charter.domain.charter_file.indicators import Indicator
from charter.domain.charter_file.reading import read_charter
from charter.domain.charter_file.sources import Source, Unit
from charter.domain.charter_file.text.canonical import canonical, plain_charter, write_charter
from charter.domain.charter_file.values import Delay, Text
from charter.domain.vocabulary.errors import Sentence
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.domain.vocabulary.terms import Role
from charter.factory import create_app
from charter.models.base import db
from charter.models.records import AuditEntry
from charter.services.charters.versions import history
from charter.services.drafts import drafts
from charter.services.drafts.applying import apply_charter
from charter.services.people import accounts
from charter.services.records.access import Access
from charter.services.verification.verify import verify
from charter.services.work.worker import run_jobs
from charter.web.charters import forms
from charter.web.charters.form.shown import Shown
from charter.web.charters.form_fields import Field, fill, read
from charter.web.charters.indicator_form import indicator_form
from charter.web.charters.source_form import source_form, texts_form
from config import PROJECT
from tests.web.world import NOW, PASSWORD, make_empty_app, make_settings, make_world, sign_in

EXAMPLE = PROJECT / "examples/energie/charter.yaml"
NOTATIONS = {"where", "success", "numerator", "denominator", "volume", "unit", "channel", "segment"}
NOTATIONS |= {"distinct", "units", "pages"}
ELSEWHERE = {"charter": {"key", "valid_from"}, "commitment": {"key", "indicators"}, "indicator": {"key", "kind"}}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The world as it is before any test."""
    folder = tmp_path_factory.mktemp("editing")
    make_world(folder)
    return folder


@pytest.fixture
def world(made: Path, tmp_path: Path) -> Flask:
    """A copy of it: what is published here is seen by no other test."""
    shutil.copytree(made, tmp_path / "world")
    app = create_app(make_settings(tmp_path / "world"))
    app.config["CLOCK"] = lambda: NOW
    return app


@pytest.fixture
def mia(world: Flask) -> FlaskClient:
    return sign_in(world.test_client(), "mia")


def hidden(page: str) -> dict[str, str]:
    """The two values that every form of the draft carries."""
    found = {}
    for name in ("csrf_token", "revision"):
        value = re.search(rf'name="{name}" value="([^"]*)"', page)
        found |= {name: value[1]} if value else {}
    return found


def send(client: FlaskClient, address: str, values: dict[str, str], page: str = "/charter/draft") -> TestResponse:
    return client.post(address, data=hidden(client.get(page).text) | values)


def begun(client: FlaskClient) -> FlaskClient:
    assert send(client, "/charter/draft", {}, "/charter").status_code == 303
    return client


def filled(page: str) -> dict[str, str]:
    """What a browser would send of the first form of a page, as it stands."""
    form = re.search(r'<form method="post" class="editing".*?</form>', page, re.DOTALL)
    assert form
    given = {}
    for tag in re.findall(r"<input[^>]*>", form[0]):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ("checkbox" not in tag or " checked" in tag):
            given[name[1]] = value[1] if value else ""
    for name, text in re.findall(r'<textarea id="[^"]*" name="([^"]*)"[^>]*>(.*?)</textarea>', form[0], re.DOTALL):
        given[name] = text
    for attributes, body in re.findall(r"<select([^>]*)>(.*?)</select>", form[0], re.DOTALL):
        name = re.search(r'name="([^"]*)"', attributes)
        chosen = re.search(r'value="([^"]*)" selected', body) or re.search(r'value="([^"]*)"', body)
        assert name
        given[name[1]] = chosen[1] if chosen else ""
    return {name: _unescaped(value) for name, value in given.items()}


def _unescaped(text: str) -> str:
    for sign, written in (("<", "&lt;"), (">", "&gt;"), ('"', "&#34;"), ("'", "&#39;"), ("&", "&amp;")):
        text = text.replace(written, sign)
    return text


# Forms and file say the same.


def leaves(model: type[BaseModel], start: str = "") -> Iterator[str]:
    """Every value that a model may hold, by its dotted name; lists of groups by the names within."""
    for name, annotation in names_of(model).items():
        inner = [one for one in models_in(_unwrapped(annotation)) if one is not Delay]
        if not inner or name in NOTATIONS:
            yield f"{start}{name}"
        elif inner == [Text]:
            yield from (f"{start}{name}.{language}" for language in ("fr", "en"))
        else:
            yield from leaves(inner[0], f"{start}{name}.")


def _unwrapped(annotation: Any) -> Any:
    """What a list or an optional value is made of."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _unwrapped(parts[0])
    if origin is list:
        return _unwrapped(parts[0])
    if origin in (Union, UnionType):
        rest = [one for one in parts if one is not type(None)]
        return _unwrapped(rest[0]) if len(rest) == 1 else annotation
    return annotation


def in_forms(sections: Any) -> set[str]:
    return {
        name
        for _, fields in sections
        for field in fields
        for name in ([f"{field.name}.{column.name}" for column in field.columns] or [field.name])
    }


def test_the_forms_hold_every_value_that_a_charter_file_may(world: Flask) -> None:
    """A field added to the charter file is added to its form, or this says which is missing."""
    plain = plain_charter(read_charter(EXAMPLE.read_text("utf-8"), load_units=_units).charter)
    with world.test_request_context():
        said = in_forms(forms.head_form())
        # Who receives the report stands in one field, an address in each line with its language.
        assert {one for one in set(leaves(CharterHead)) - said if one.rpartition(".")[0] not in said} == ELSEWHERE[
            "charter"
        ]
        said = in_forms(forms.commitment_form(plain, is_new=False, language="en"))
        # What a commitment serves has a field for each grid of the charter.
        assert {one for one in leaves(Commitment) if not one.startswith("indicators.")} - said == {"key", "serves"}
        assert {f"serves.{key}" for key in plain["grids"]} <= said
        assert set(leaves(Grid)) <= in_forms(forms.grid_form(is_new=False))
        assert set(leaves(FreeTexts)) <= in_forms(texts_form(plain, "en", is_new=False))
        assert set(leaves(Unit)) - in_forms(forms.unit_form(plain, is_new=False)) == {"key"}
        for model in models_in(Source):
            (kind,) = kinds_in(model)
            said = in_forms(source_form(kind, is_new=False))
            # Events stand in one field, as the file writes them.
            assert {one for one in set(leaves(model)) - said if one.partition(".")[0] not in said} == {"kind"}
        for model in models_in(Indicator):
            (kind,) = kinds_in(model)
            said = in_forms(indicator_form(plain, kind, is_new=False))
            # A title in the rows of a list stands in one cell, as the file writes it.
            missing = {one for one in set(leaves(model)) - said if one.partition(".")[0] not in said}
            missing = {one for one in missing if one.rpartition(".")[0] not in said}
            own = {"key", "kind"}
            rows = {"source", "where", "distinct", "exclude.where", "exclude.reason", "unit", "channel", "segment"}
            assert missing - own <= (rows if kind == "composite" else set()), kind


def _units(path: str) -> str:
    return (EXAMPLE.parent / path).read_text("utf-8")


def test_opening_and_saving_every_form_changes_nothing(world: Flask, mia: FlaskClient) -> None:
    with world.app_context():
        before = canonical(history().current.charter)
    begun(mia)
    pages = re.findall(
        r'href="(/charter/draft/(?:commitments|indicators|sources|grids|words)/[^"?]+)"', mia.get("/charter/draft").text
    )
    pages += re.findall(r'href="(/charter/draft/units/[^"]+)"', mia.get("/charter/draft/units").text)
    opened = [page for page in [*dict.fromkeys(pages), "/charter/draft/head"] if not page.endswith("/new")]
    assert len(opened) > 15
    for page in opened:
        answer = mia.post(page, data=filled(mia.get(page).text))
        assert answer.status_code == 303, (page, re.findall(r'class="error"[^>]*>(.*?)<', answer.text))
    with world.app_context():
        assert canonical(drafts.open_draft(COMMAND_LINE).charter) == before


@pytest.mark.parametrize(
    "file", sorted((PROJECT / "examples").rglob("charter*.yaml")), ids=lambda file: file.parent.name
)
def test_every_example_goes_through_its_forms_unchanged(file: Path, world: Flask) -> None:
    """What stands in the inputs, read back, is what the charter says: commitment by commitment, field by field."""
    charter = read_charter(
        file.read_text("utf-8"), load_units=lambda path: (file.parent / path).read_text("utf-8")
    ).charter
    plain = plain_charter(charter)
    with world.test_request_context():
        for commitment in plain["commitments"]:
            alone = {name: value for name, value in commitment.items() if name != "indicators"}
            _comes_back(forms.commitment_form(plain, is_new=False, language="en"), alone, {"key"})
            for indicator in commitment.get("indicators", []):
                _comes_back(indicator_form(plain, indicator["kind"], is_new=False), indicator, {"key", "kind"})
        for unit in plain["units"]:
            _comes_back(forms.unit_form(plain, is_new=False), unit, {"key"})
        for source in plain["sources"].values():
            _comes_back(source_form(source["kind"], is_new=False), source, {"kind"})


def _comes_back(sections: Any, thing: dict[str, Any], kept: set[str]) -> None:
    fields: list[Field] = [field for _, some in sections for field in some]
    values, errors = read(fields, fill(fields, thing))
    assert errors == {}
    for path, value in values.items():
        held: Any = thing
        for step in path:
            held = held.get(step) if isinstance(held, dict) else held
        if held is not None and path[0] not in kept:
            assert value == held, path


# A new commitment, from nothing to a published version.

COMMITMENT = {
    "key": "warned",
    "title.fr": "Prévenus à temps",
    "promise.fr": "Nous vous prévenons avant toute hausse.",
    "owner": "Service facturation",
    "promisor": "company",
    "promisee": "customer",
    "components.0": "honesty",
    "components.1": "honesty",
    "components.2": "competence",
}
INDICATOR = {
    "key": "warned-in-time",
    "title.fr": "Clients prévenus",
    "nature": "delivered",
    "basis": "census",
    "mandatory": "1",
    "date": "day",
    "success": "ok_call: 1\nchannel: [phone, letter]",
    "source": "cases",
    "distinct": "id",
    "unit": "agency",
    "period": "month",
    "direction": "higher",
    "targets.0.from": "2026-07-01",
    "targets.0.target": "92,5 %",
    "targets.0.tolerance": "2",
    "targets.2.from": "2026-10-01",
    "targets.2.target": "95",
    "minimum": "30",
    "check.due.count": "2",
    "check.due.unit": "working days",
    "check.at": "06:00",
    "check.late_after.count": "1",
    "check.late_after.unit": "days",
    "check.lapses_after.count": "60",
    "check.lapses_after.unit": "days",
}


def test_a_new_commitment_is_drafted_published_and_in_force(world: Flask, mia: FlaskClient) -> None:
    begun(mia)
    assert send(mia, "/charter/draft/commitments/new", COMMITMENT).location == "/charter/draft#commitments"
    address = "/charter/draft/indicators/new?below=warned&kind=share"
    answer = send(mia, address, INDICATOR | {"below": "warned", "kind": "share"})
    assert answer.location == "/charter/draft/indicators/warned-in-time"
    page = mia.get("/charter/draft?lang=en").text
    assert "<strong>Prévenus à temps</strong>" in page
    refused = send(mia, "/charter/draft/publish", {"reason": " ", "valid_from": "soon"})
    assert (refused.status_code, "Say why the charter changes" in refused.text) == (400, True)
    assert re.findall(r'<li><a href="#(\w+)"', refused.text) == ["valid_from", "reason"], "both at once, in the summary"
    done = send(mia, "/charter/draft/publish", {"reason": "Attente n° 3", "valid_from": "2026-12-01"})
    assert done.location == "/charter"
    with world.app_context():
        version = history().current
        commitment, indicator = version.indicators["warned-in-time"]
        assert (version.number, version.valid_from.isoformat()) == (2, "2026-12-01")
        assert [one.value for one in commitment.components] == ["honesty", "competence"]
        assert write_charter(version.charter).count("warned-in-time") == 1
        levels = [(str(one.from_), str(one.target), str(one.tolerance)) for one in indicator.targets]
        assert levels == [("2026-07-01", "0.925", "0.02"), ("2026-10-01", "0.95", "0")]
        assert str(indicator.check.due) == "2 working days"
        assert indicator.model_dump(mode="json")["success"] == {"ok_call": 1, "channel": ["phone", "letter"]}
        newest = db.session.query(AuditEntry).order_by(AuditEntry.id.desc()).first()
        assert newest is not None
        assert (newest.action, newest.actor, newest.after["reason"]) == ("charter:apply", "Mia", "Attente n° 3")
        assert verify(COMMAND_LINE)["ok"] is True
    shown = mia.get("/charter/versions/2?lang=en").text
    assert "Attente n° 3" in shown
    assert "added" in shown


def test_the_browser_and_the_file_make_the_same_charter(world: Flask, mia: FlaskClient, tmp_path: Path) -> None:
    begun(mia)
    page = "/charter/draft/indicators/billed"
    mia.post(page, data=filled(mia.get(page).text) | {"targets.0.target": "91", "title.en": "Right bills"})
    text = mia.get("/charter/draft/charter.yaml").text
    with world.app_context():
        drafted = canonical(drafts.open_draft(COMMAND_LINE).charter)
    other = make_empty_app(tmp_path / "other") if (tmp_path / "other").mkdir() is None else None
    assert other is not None
    with other.app_context():
        apply_charter(COMMAND_LINE, NOW, charter=read_charter(text).charter, folder=str(tmp_path))
        assert canonical(history().current.charter) == drafted


def test_what_a_form_refuses_stands_beside_its_field_and_changes_nothing(world: Flask, mia: FlaskClient) -> None:
    begun(mia)
    page = "/charter/draft/indicators/billed"
    wrong = {
        "targets.0.target": "many",
        "success": "a: [1",
        "check.at": "25:00",
        "minimum": "0",
        "title.fr": "",
        "title.en": "",
    }
    answer = mia.post(page, data=filled(mia.get(page).text) | wrong | {"success": "ok_bill: 1"})
    assert answer.status_code == 400
    for name in ("targets.0.target", "check.at", "minimum", "title.fr"):
        assert f'id="{name}-error"' in answer.text, name
    assert 'value="many"' in answer.text
    assert "Écrivez un nombre de 0 à 100." in plainly(answer.text)
    assert "écrivez un nombre d'au moins 1" in plainly(answer.text)
    answer = mia.post(page, data=filled(mia.get(page).text) | {"success": "a: [1"})
    assert 'id="success-error"' in answer.text
    assert "un crochet ou une accolade n'est pas fermé (colonne" in plainly(answer.text)
    with world.app_context():
        assert drafts.open_draft(COMMAND_LINE).row.revision == 1


def plainly(text: str) -> str:
    """With the spaces and marks of a keyboard."""
    return text.replace("\u202f", " ").replace("\u00a0", " ").replace("\u2019", "'").replace("&#39;", "'")


def test_what_a_form_breaks_elsewhere_is_listed_on_top() -> None:
    shown = Shown([("", [Field("key", "Clé")])], {})
    needs = [Finding(0, f"commitments[{n}].key", Severity.ERROR, missing("key"), Sentence("remove it")) for n in (1, 2)]
    shown.refuse([Finding(0, "commitments[0].key", Severity.ERROR, Sentence("the list is empty")), *needs],
                 ("commitments", 0))  # fmt: skip
    assert shown.errors == {
        "key": Sentence("the list is empty"),
        "": Sentence("%(place)s: %(message)s", place="commitments[1].key", message=missing("key")),
    }
    assert shown.remedies == {"key": None, "": Sentence("remove it")}
    assert [(str(said), str(remedy)) for said, remedy in shown.elsewhere] == [
        ("commitments[2].key: 'key' is missing", "remove it")
    ]


def test_two_managers_at_once_lose_nothing(world: Flask, mia: FlaskClient) -> None:
    begun(mia)
    page = "/charter/draft/commitments/bill"
    first, second = filled(mia.get(page).text), filled(mia.get(page).text)
    assert mia.post(page, data=first | {"owner": "Première"}).status_code == 303
    answer = mia.post(page, data=second | {"owner": "Seconde"})
    assert answer.status_code == 400
    assert 'value="Seconde"' in answer.text
    with world.app_context():
        owners = [one.owner for one in drafts.open_draft(COMMAND_LINE).charter.commitments if one.key == "bill"]
        assert owners == ["Première"]


def test_what_others_need_is_not_taken_out(world: Flask, mia: FlaskClient) -> None:
    begun(mia)
    send(mia, "/charter/draft/units/west/remove", {})
    said = plainly(mia.get("/charter/draft/units").text)
    assert "units[1].parent : « vannes » est rattachée à « west », qui n'est pas une entité" in said
    send(mia, "/charter/draft/sources/cases/remove", {})
    with world.app_context():
        draft = drafts.open_draft(COMMAND_LINE)
        assert (draft.row.revision, "cases" in draft.charter.sources, len(draft.charter.units)) == (1, True, 6)
    send(mia, "/charter/draft/indicators/felt/remove", {})
    send(mia, "/charter/draft/commitments/bill/move", {"to": "up"})
    with world.app_context():
        charter = drafts.open_draft(COMMAND_LINE).charter
        assert [one.key for one in charter.commitments][:2] == ["bill", "answer"]
        assert "felt" not in [i.key for c in charter.commitments for i in c.indicators]


def test_a_draft_left_behind_is_not_published_unseen(world: Flask, mia: FlaskClient) -> None:
    begun(mia)
    page = "/charter/draft/commitments/bill"
    mia.post(page, data=filled(mia.get(page).text) | {"owner": "Autre"})
    with world.app_context():
        text = write_charter(history().current.charter).replace("Service answer", "Service courrier")
        apply_charter(COMMAND_LINE, NOW, charter=read_charter(text).charter, folder=history().current.folder)
    wanted = {"reason": "Pourquoi pas", "valid_from": "2026-12-01"}
    assert send(mia, "/charter/draft/publish", wanted).status_code == 400
    assert "Service courrier" in mia.get("/charter/draft").text
    assert send(mia, "/charter/draft/follow", {}).status_code == 303
    assert send(mia, "/charter/draft/publish", wanted).status_code == 303


def test_the_text_of_the_draft_is_refused_line_by_line(world: Flask, mia: FlaskClient) -> None:
    begun(mia)
    text = mia.get("/charter/draft/charter.yaml").text
    answer = send(mia, "/charter/draft/file", {"text": text.replace("kind: share", "kind: shar", 1)})
    assert answer.status_code == 400
    assert re.search(r"(Ligne|Line) \d+", answer.text)
    assert send(mia, "/charter/draft/file", {"text": text.replace("Petite", "Grande", 1)}).status_code == 303
    with world.app_context():
        assert drafts.open_draft(COMMAND_LINE).row.revision == 2
    assert send(mia, "/charter/draft/discard", {}).location == "/charter"
    assert mia.get("/charter/draft").status_code == 404


def test_the_first_charter_begins_in_the_browser(tmp_path: Path) -> None:
    app = make_empty_app(tmp_path)
    with app.app_context():
        accounts.create_account(
            COMMAND_LINE, NOW, email="mia@example.org", name="Mia", role=Role.MANAGER, password=PASSWORD
        )
    mia = sign_in(app.test_client(), "mia")
    first = mia.get("/charter").text
    text = re.search(r'<textarea id="text"[^>]*>(.*?)</textarea>', first, re.DOTALL)
    assert text
    said = hidden(first) | {"text": _unescaped(text[1])}
    assert mia.post("/charter/draft", data=said | {"text": "charter: 3"}).status_code == 400
    form = hidden(first) | {"key": "our-care", "title.fr": "Nos soins", "timezone": "Europe/Paris", "calendar": "FR"}
    refused = mia.post("/charter/draft", data=form | {"calendar": "Mars"})
    assert refused.status_code == 400
    assert "Organisation\u00a0: Remplissez ce champ." in refused.text
    assert "Calendrier des jours ouvrés\u00a0: " in refused.text
    assert mia.post("/charter/draft", data=form | {"organisation": "Clinique"}).location == "/charter/draft"
    draft = mia.get("/charter/draft").text
    assert all(words in draft for words in ("Nos soins", "Nous vous répondons sous 10 jours ouvrés.", "Clinique"))
    assert send(mia, "/charter/draft/discard", {}).location == "/charter"
    assert mia.post("/charter/draft", data=said).location == "/charter/draft"
    assert send(mia, "/charter/draft/publish", {"reason": "Début", "valid_from": "2026-11-01"}).status_code == 303
    with app.app_context():
        assert history().current.charter.charter.key == "my-charter"


def test_only_those_who_apply_charters_write_drafts(world: Flask, as_cast: Callable[[str], FlaskClient]) -> None:
    for name in ("boris", "carl", "clara", "dan", "adam", "ana"):
        client = as_cast(name)
        assert client.get("/charter/draft").status_code == 403, name
        assert client.post("/charter/draft", data=hidden(client.get("/account").text)).status_code == 403, name
    assert "begin a draft" not in as_cast("dan").get("/charter?lang=en").text


@pytest.fixture
def as_cast(world: Flask) -> Callable[[str], FlaskClient]:
    return lambda name: sign_in(world.test_client(), name)


HOSTILE = "<script>alert('é')</script> \u202eabc 🙂 " + "x" * 300


def test_hostile_words_are_shown_as_words(world: Flask, mia: FlaskClient) -> None:
    begun(mia)
    page = "/charter/draft/commitments/bill"
    wanted = filled(mia.get(page).text) | {"promise.fr": HOSTILE, "owner": HOSTILE, "guidance.en": HOSTILE}
    assert mia.post(page, data=wanted).status_code == 303
    shown = mia.get("/charter/draft").text
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert" in shown


def test_a_manager_tries_an_indicator_before_publishing(world: Flask, mia: FlaskClient) -> None:
    begun(mia)
    form = mia.get("/charter/draft/indicators/billed?lang=en").text
    assert 'id="period" name="period" type="text" value="2026-10"' in form
    asked = send(mia, "/charter/draft/indicators/billed/try", {"period": "2026-10"})
    assert "data-again" in mia.get(asked.location).text
    with world.app_context():
        run_jobs(COMMAND_LINE, lambda: NOW, Access())
    shown = mia.get(f"{asked.location}?lang=en").text
    assert "data-again" not in shown
    assert "not kept" in shown
    assert "1,240" in shown
    assert sign_in(world.test_client(), "dan").get(asked.location).status_code == 403
