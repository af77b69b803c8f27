"""The first hour with a file of a known program: what is known of it is offered, and what is kept is published."""

from __future__ import annotations

import html
import io
import re
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from charter.services.charters.versions import history
from tests.services.drafts.test_presets import COUNTED, write_export
from tests.web.test_first import begun, sent


def given_on(page: str) -> dict[str, str]:
    """What the form of a page holds, as a browser would send it."""
    form = page.partition('data-live="live"')[2].partition("</form>")[0]
    found = dict(re.findall(r'<input id="([^"]+)" name="[^"]+" type="text"[^>]* value="([^"]*)"', form))
    found |= dict(re.findall(r'<input type="checkbox" id="[^"]+" name="([^"]+)" value="([^"]+)" checked', form))
    found |= dict(re.findall(r'<input type="radio" id="[^"]+" name="([^"]+)" value="([^"]+)" checked', form))
    for name, options in re.findall(r'<select id="[^"]+" name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        found |= dict.fromkeys([name], "".join(re.findall(r'<option value="([^"]*)" selected', options)))
    found |= {"of": re.findall(r'<select name="of".*?<option value="([^"]*)" selected', form, re.DOTALL)[0]}
    found |= dict(re.findall(r'<textarea id="([^"]+)"[^>]*>([^<]*)<', form))
    return {name: html.unescape(value) for name, value in found.items()}


def looked_at(client: FlaskClient, folder: Path, kind: str) -> str:
    write_export(folder / "export.csv", kind)
    file = (io.BytesIO((folder / "export.csv").read_bytes()), "export.csv")
    assert sent(client, "/first/file", file=file).headers["Location"] == "/first/columns"
    return client.get("/first/columns?lang=en").text


def published(client: FlaskClient, given: dict[str, str]) -> Any:
    done = sent(client, "/first/columns", **given, do="publish")
    assert done.headers.get("Location", "").startswith("/first/figure/"), done.text[-3000:]
    with client.application.app_context():
        return history().current.charter


@pytest.mark.parametrize("kind", ["zendesk", "servicenow-states", "asterisk-queue", "google-forms"])
def test_a_known_file_is_counted_as_it_stands(tmp_path: Path, kind: str) -> None:
    """Whoever presses on, without a change, gets what `start` would have written."""
    client, counted = begun(tmp_path), COUNTED[kind]
    page = looked_at(client, tmp_path, kind)
    assert f"Your file looks like one of {counted.program}" in page
    sentence = page.partition("live-sentence")[2][:300]
    assert (f"{counted.met} " in sentence, f"{counted.judged} " in sentence) == (True, True), sentence
    charter = published(client, given_on(page))
    (commitment,) = charter.commitments
    (indicator,) = commitment.indicators
    told = indicator.model_dump(by_alias=True, exclude_defaults=True)
    assert {
        "zendesk": lambda: told["paused"] == "Agent wait time in minutes" and not charter.calendars,
        "servicenow-states": lambda: told["pauses"]["state"] == ["On Hold"] and charter.charter.calendar,
        "asterisk-queue": lambda: told["start"]["state"] == ["ENTERQUEUE"] and "distinct" not in told,
        "google-forms": lambda: (
            (told["nature"], told["basis"], *told["success"]) == ("perceived", "sample", "How content are you?")
        ),
    }[kind]()
    assert commitment.promise.en == given_on(page)["promise.en"]


def test_what_does_not_fit_is_left(tmp_path: Path) -> None:
    """Without the rows left out three tickets are judged; without the hours, days are promised, by the country."""
    client = begun(tmp_path)
    given = given_on(looked_at(client, tmp_path, "zammad"))
    assert given["keep.exclude"] == given["keep.open"] == "yes"
    given = {name: said for name, said in given.items() if not name.startswith("keep.")}
    refused = sent(client, "/first/columns", **given, do="publish")
    assert (refused.status_code, "Working hours need opening hours" in refused.text) == (400, True)
    given |= {"count": "3", "of": "working days", "promise.en": "We close your request within 3 working days."}
    seen = sent(client, "/first/columns", **given, do="preview").text
    assert "Of 3 cases" in seen.partition("live-sentence")[2][:200]
    charter = published(client, given)
    assert (charter.calendars, charter.charter.calendar) == ({}, "FR")
    assert charter.commitments[0].indicators[0].exclude == []


def test_a_mark_is_promised_on_in_any_file(tmp_path: Path) -> None:
    client = begun(tmp_path)
    rows = "\n".join(["day,mark", *(f"2026-10-{1 + n:02},{n % 5 + 1}" for n in range(20))])
    assert sent(client, "/first/file", file=(io.BytesIO(rows.encode()), "m.csv")).headers["Location"]
    page = client.get("/first/columns?lang=en").text
    assert "looks like" not in page
    given = given_on(page) | {"how": "mark", "mark": "mark", "start": "day", "promise.en": "Our customers are content."}
    assert sent(client, "/first/columns", **given | {"least": "good"}, do="preview").status_code == 400
    assert sent(client, "/first/columns", **given | {"mark": "", "least": "4"}, do="preview").status_code == 400
    seen = sent(client, "/first/columns", **given | {"least": "4"}, do="preview").text
    assert "Of 20 answers of October 2026, 8 are 4 or more in “mark”: 40.0%" in html.unescape(seen).replace(
        "\u00a0", " "
    )
    (indicator,) = published(client, given | {"least": "4"}).commitments[0].indicators
    assert indicator.nature == "perceived"
