"""What is held and what was counted, in pages, for programs and spreadsheets: on the small world of the pages."""

from __future__ import annotations

import base64
import csv
import io
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.domain.vocabulary.terms import Scope
from charter.services.people.tokens import create_token
from tests.web.world import NOW, make_world

HEADER = dict[str, str]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return make_world(Path(tmp_path_factory.mktemp("lists")))


@pytest.fixture(scope="module")
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="module")
def secrets(app: Flask) -> dict[str, str]:
    """Tokens that may read: of the whole, of the west, and one that may push, too."""
    with app.app_context():
        make = {"all": ((), [Scope.READ]), "west": (("west",), [Scope.READ]), "push": ((), list(Scope))}
        return {
            name: create_token(COMMAND_LINE, NOW, name=name, units=units, scopes=scopes)
            for name, (units, scopes) in make.items()
        }


@pytest.fixture(scope="module")
def whole(secrets: dict[str, str]) -> HEADER:
    return {"Authorization": f"Bearer {secrets['all']}"}


def test_a_series_has_a_row_for_each_period(client: FlaskClient, whole: HEADER) -> None:
    rows = client.get("/api/v1/indicators/billed/series", headers=whole).get_json()["items"]
    status = client.get("/api/v1/status?period=2026-10", headers=whole).get_json()
    bill = next(one for one in status["commitments"] if one["key"] == "bill")["indicators"][0]
    last = next(one for one in rows if one["period"] == "2026-10")
    same = ("value", "numerator", "denominator", "status", "target", "tolerance", "interval", "coverage", "known_at")
    assert {name: last[name] for name in same} == {name: bill[name] for name in same}
    assert [one["period"] for one in rows] == sorted(one["period"] for one in rows)
    # What could not be measured is a row, with its reason.
    failed = client.get("/api/v1/indicators/felt/series", headers=whole).get_json()["items"]
    assert [(one["period"], one["status"], one["reason"], one["value"]) for one in failed] == [
        (f"2026-{month}", "no-data", f"check-{state}", None)
        for month, state in (("07", "lapsed"), ("08", "lapsed"), ("09", "failed"), ("10", "failed"))
    ]
    some = client.get("/api/v1/indicators/billed/series?unit=vannes&from=2026-08&to=2026-Q3", headers=whole).get_json()
    assert [(one["unit"], one["period"]) for one in some["items"]] == [("vannes", "2026-08"), ("vannes", "2026-09")]


def test_pages_follow_one_another(client: FlaskClient, whole: HEADER) -> None:
    for address, number in (("measurements", "number"), ("units", "key"), ("commitments", "key"), ("alerts", "number")):
        every = client.get(f"/api/v1/{address}?limit=1000", headers=whole).get_json()
        assert every["next"] is None
        found, onward = [], f"/api/v1/{address}?limit=3"
        while onward:
            page = client.get(onward, headers=whole)
            found += page.get_json()["items"]
            link = page.headers.get("Link", "")
            onward = link.partition("<")[2].partition(">")[0]
            assert onward.startswith("/api/v1/") or not onward, "no host is believed"
            assert bool(onward) == (page.get_json()["next"] is not None)
        assert found == every["items"]
        assert len({one[number] for one in found}) == len(found)


def test_lists_are_narrowed(client: FlaskClient, whole: HEADER) -> None:
    def keys(address: str, name: str = "key") -> list[str]:
        return [one[name] for one in client.get(f"/api/v1/{address}", headers=whole).get_json()["items"]]

    assert set(keys("units?beneath=west")) == {"west", "vannes", "brest"}
    assert set(keys("commitments?class=confidence")) <= set(keys("commitments"))
    assert set(keys("measurements?indicator=billed&unit=vannes&period=2026-10", "period")) == {"2026-10"}
    assert set(keys("alerts?state=open", "state")) <= {"open"}
    for odd in ("units?beneath=nowhere", "measurements?period=2026-13", "alerts?state=odd", "commitments?class=odd"):
        assert client.get(f"/api/v1/{odd}", headers=whole).status_code in (400, 404)
    for odd in ("limit=0", "limit=1001", "limit=x", "cursor=x", "cursor=-1"):
        assert client.get(f"/api/v1/units?{odd}", headers=whole).status_code == 400


def test_what_has_not_changed_is_not_sent_again(client: FlaskClient, whole: HEADER) -> None:
    first = client.get("/api/v1/commitments", headers=whole)
    again = client.get("/api/v1/commitments", headers=whole | {"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert first.headers["Cache-Control"] == "private, no-cache"


def test_a_token_reads_its_own_units(client: FlaskClient, secrets: dict[str, str]) -> None:
    west = {"Authorization": f"Bearer {secrets['west']}"}
    assert client.get("/api/v1/indicators/billed/series?unit=nice", headers=west).status_code == 403
    assert client.get("/api/v1/units?beneath=company", headers=west).status_code == 403
    rows = client.get("/api/v1/measurements?limit=1000", headers=west).get_json()["items"]
    assert {one["unit"] for one in rows} <= {"west", "vannes", "brest"}
    assert client.get("/api/v1/measurements?unit=nice", headers=west).status_code == 403
    for address in ("units", "commitments", "measurements", "editions", "alerts", "indicators/billed/series"):
        assert client.get(f"/api/v1/{address}").status_code == 401


def test_a_spreadsheet_reads_a_table_by_its_address(client: FlaskClient, secrets: dict[str, str]) -> None:
    address = f"/api/v1/series.csv?token={secrets['all']}&unit=west&beneath=yes&indicator=billed&from=2026-09"
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert {(one["unit"], one["period"]) for one in rows} == {
        (unit, period) for unit in ("west", "vannes", "brest") for period in ("2026-09", "2026-10")
    }
    assert client.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    basic = base64.b64encode(f"any:{secrets['push']}".encode()).decode()
    assert client.get("/api/v1/series.csv", headers={"Authorization": f"Basic {basic}"}).status_code == 200
    refused = client.get(f"/api/v1/series.csv?token={secrets['push']}")
    assert (refused.status_code, "--scope read" in refused.get_json()["error"]["message"]) == (403, True)
    # Programs ask their person for a name and a password where the answer says that these would do.
    for unknown in ("?token=promesse_x", ""):
        asked = client.get(f"/api/v1/series.csv{unknown}")
        told = asked.headers.getlist("WWW-Authenticate")
        assert (asked.status_code, [one.partition(" ")[0].lower() for one in told]) == (401, ["bearer", "basic"])
    assert client.get("/api/v1/units").headers.getlist("WWW-Authenticate") == ["Bearer"]
    assert client.get(f"/api/v1/series.csv?token={secrets['west']}&unit=nice").status_code == 403
