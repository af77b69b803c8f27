"""Forms that ask little: few fields open, the rest folded and telling what it holds, columns chosen, a reading beside,
levels from the one before, all faults at once, and undo while nothing is published."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from charter.domain.charter_file.text.canonical import canonical
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.services.charters.versions import history
from charter.services.drafts import drafts
from tests.web.test_editing import COMMITMENT, begun, filled, made, mia, plainly, send, world  # noqa: F401 fixtures

BILLED = "/charter/draft/indicators/billed?lang=en"
CONTROL = re.compile(r"<(?:input|textarea|select)\b[^>]*>")


def open_controls(page: str) -> list[str]:
    """The fields of the form that stand open: a delay's two, none of what is folded or hidden."""
    form = re.search(r'<form method="post" class="editing".*?</form>', page, re.DOTALL)
    assert form
    seen = re.sub(r"<details.*?</details>", "", form[0], flags=re.DOTALL)
    seen = re.sub(r"<details.*?</details>", "", seen, flags=re.DOTALL)
    return [one for one in CONTROL.findall(seen) if 'type="hidden"' not in one]


@pytest.mark.parametrize(
    ("page", "most"),
    [
        ("/commitments/bill", 3),
        ("/commitments/new", 3),
        ("/indicators/answered", 12),
        ("/indicators/billed", 10),
        ("/indicators/new?below=bill&kind=share-within", 14),
        ("/units/vannes", 3),
        ("/sources/cases", 2),
        ("/sources/new?kind=csv", 2),
    ],
)
def test_few_fields_stand_open(mia: FlaskClient, page: str, most: int) -> None:  # noqa: F811
    begun(mia)
    assert len(open_controls(mia.get(f"/charter/draft{page}").text)) <= most


def folds(page: str) -> dict[str, str]:
    found = re.findall(r'class="purpose">(.*?)</span> <span class="holds">(.*?)</span>', page, re.DOTALL)
    return {plainly(purpose): plainly(holds) for purpose, holds in found}


def test_what_is_folded_says_what_it_holds(mia: FlaskClient) -> None:  # noqa: F811
    begun(mia)
    told = folds(mia.get(BILLED).text)
    assert told["Which rows"] == "id"
    assert told["Cases that do not count"] == "nothing"
    assert told["When it is checked"].startswith("3 days · 06:00 · 1 day")
    assert told["In French"] == "Mesure billed"
    assert "Steps" not in told, "a share has none: only what a kind needs is shown"
    new = "/charter/draft/indicators/new?below=bill&kind=share-within&lang=fr"
    assert folds(mia.get(new).text)["Paliers"] == "rien"
    assert folds(mia.get("/charter/draft/indicators/answered?lang=fr").text)["En anglais"] == "Measure answered"


def test_columns_are_chosen_from_those_of_the_source(mia: FlaskClient) -> None:  # noqa: F811
    begun(mia)
    page = mia.get(BILLED).text
    chosen = re.search(r'<select id="date" name="date"[^>]*>(.*?)</select>', page, re.DOTALL)
    assert chosen
    assert '<option value="day" selected>' in chosen[1]
    assert '<option value="agency">' in chosen[1]
    assert re.search(r'<datalist id="unit-list"[^>]*><option value="', page)
    other = mia.post(BILLED, data=filled(page) | {"source": "broken", "do": "look"}).text
    assert '<input id="date" name="date"' in other, "a source that cannot be opened offers nothing, and asks"


def test_it_reads_beside_with_what_stands_in_it_and_nothing_is_written(world: Flask, mia: FlaskClient) -> None:  # noqa: F811
    begun(mia)
    page = mia.get(BILLED).text
    reading = plainly(page[page.index('id="reading"') : page.index("</aside>")])
    assert "at least 90%" in reading.lower()
    assert "Nothing changes from the version in force" in reading
    looked = mia.post(BILLED, data=filled(page) | {"targets.0.target": "50", "do": "look"})
    assert looked.status_code == 200
    reading = plainly(looked.text[looked.text.index('id="reading"') : looked.text.index("</aside>")])
    assert "instead of" in reading
    assert re.search(
        r"Had this level been in force, \d+ periods? of the last \d+ would have been kept instead of", reading
    )
    assert "<dd>90% → <strong>50%</strong></dd>" in reading
    unread = mia.post(BILLED, data=filled(page) | {"targets.0.target": "many", "do": "look"})
    assert "Not complete yet" in unread.text
    promise = mia.post(
        "/charter/draft/commitments/new", data=hidden_of(mia) | {"promise.fr": "Vite et bien.", "do": "look"}
    ).text
    assert "“Vite et bien.”" in promise
    with world.app_context():
        assert drafts.open_draft(COMMAND_LINE).row.revision == 1


def hidden_of(client: FlaskClient) -> dict[str, str]:
    page = client.get("/charter/draft/commitments/new").text
    return {name: value for name, value in filled(page).items() if name in ("csrf_token", "revision")}


def test_a_new_level_begins_from_the_one_before_and_from_the_next_month(world: Flask, mia: FlaskClient) -> None:  # noqa: F811
    begun(mia)
    page = mia.get(BILLED).text
    assert "targets.1.target" not in page, "no empty line asks for one"
    more = mia.post(BILLED, data=filled(page) | {"do": "level"})
    given = filled(more.text)
    assert more.status_code == 200
    assert (given["targets.1.from"], given["targets.1.target"]) == ("2026-12-01", "90")
    assert (given["targets.1.tolerance"], given["targets.1.unacceptable"]) == ("2", "30")
    assert re.search(r'<input id="targets.1.from"[^>]* autofocus', more.text), "the keyboard goes on there"
    wrong = mia.post(f"{BILLED}?lang=en", data=given | {"targets.1.target": "150", "targets.1.tolerance": "two"}).text
    assert (wrong.count("Write a number from 0 to 100."), "0.80 for 80" in wrong) == (4, False), "in per cent, as asked"
    assert mia.post(BILLED, data=given | {"targets.1.target": "92"}).status_code == 303
    assert "Required level, from 1 December 2026" in plainly(mia.get("/charter/draft?lang=en").text)
    with world.app_context():
        levels = history().current.indicators["billed"][1].targets
        assert len(levels) == 1, "nothing is in force before it is published"


def test_a_new_unit_belongs_to_the_whole_by_its_name(world: Flask, mia: FlaskClient) -> None:  # noqa: F811
    begun(mia)
    page = mia.get("/charter/draft/units/new").text
    empty = mia.post("/charter/draft/units/new?lang=en", data=filled(page) | {"kind": ""}).text
    assert re.findall(r'<li><a href="#([\w.]+)"', empty) == ["name", "kind"], "nothing is said of keys"
    assert mia.post("/charter/draft/units/new", data=filled(page) | {"name": "Nantes Sud"}).status_code == 303
    with world.app_context():
        units = drafts.open_draft(COMMAND_LINE).charter.units
        root = next(one for one in units if one.parent is None)
        assert (units[-1].key, units[-1].name, units[-1].parent) == ("Nantes Sud", "Nantes Sud", root.key)
        assert units[-1].kind in {one.kind for one in units[:-1] if one.parent}


def test_a_key_is_made_of_the_title(world: Flask, mia: FlaskClient) -> None:  # noqa: F811
    begun(mia)
    without = {name: value for name, value in COMMITMENT.items() if name != "key"}
    for _ in range(2):
        assert send(mia, "/charter/draft/commitments/new", without).status_code == 303
    with world.app_context():
        keys = [one.key for one in drafts.open_draft(COMMAND_LINE).charter.commitments]
        assert keys[-2:] == ["prevenus-a-temps", "prevenus-a-temps-2"]
    refused = send(mia, "/charter/draft/commitments/new?lang=en", {"owner": "X"}).text
    assert 'id="title.en-error"' in refused or 'id="title.fr-error"' in refused
    assert 'id="key-error"' not in refused


def test_all_faults_are_said_at_once_and_the_summary_has_the_keyboard(mia: FlaskClient) -> None:  # noqa: F811
    begun(mia)
    wrong = {"success": "a: [1", "check.at": "25:00", "minimum": "0"}
    page = mia.post(BILLED, data=filled(mia.get(BILLED).text) | wrong).text
    for name in wrong:
        assert f'id="{name}-error"' in page, name
        assert f'href="#{name}"' in page, name
    assert re.search(r'class="error-summary block" role="alert" tabindex="-1" autofocus', page)
    assert re.search(r'<details open>\s*<summary><span class="purpose">How it is assessed', page)


def test_what_a_draft_changes_is_undone_a_thing_at_a_time(world: Flask, mia: FlaskClient) -> None:  # noqa: F811
    with world.app_context():
        before = canonical(history().current.charter)
    begun(mia)
    page = "/charter/draft/commitments/bill"
    mia.post(page, data=filled(mia.get(page).text) | {"owner": "Autre"})
    mia.post(BILLED, data=filled(mia.get(BILLED).text) | {"targets.0.target": "50"})
    send(mia, "/charter/draft/indicators/felt/remove", {})
    send(mia, "/charter/draft/commitments/new", COMMITMENT)
    draft = mia.get("/charter/draft?lang=en").text
    assert "taken away" in draft, "the plan lists what disappears"
    assert re.findall(r'action="(/charter/draft/[a-z]+/[a-z-]+/back)"', draft) == [
        f"/charter/draft/{one}/back" for one in re.findall(r"/charter/draft/([a-z]+/[a-z-]+)/back", draft)
    ]
    for one in ("commitments/bill", "indicators/billed", "indicators/felt", "commitments/warned"):
        assert f'action="/charter/draft/{one}/back"' in draft, one
        assert send(mia, f"/charter/draft/{one}/back", {}).location == "/charter/draft"
    with world.app_context():
        assert canonical(drafts.open_draft(COMMAND_LINE).charter) == before
    assert send(mia, "/charter/draft/commitments/absent/back", {}).status_code == 404
