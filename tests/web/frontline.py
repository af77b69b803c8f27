"""Sending and moderating through the forms, as a browser does."""

from __future__ import annotations

import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.world import token_of


def hidden(html: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found is not None, f"the page has no field {name}"
    return found[1]


def form_of(client: FlaskClient, address: str) -> dict[str, str]:
    """The fields that a form holds before anything is written."""
    html = client.get(address).text
    return {"csrf_token": token_of(html)} | ({"form": hidden(html, "form")} if 'name="form"' in html else {})


def tell(client: FlaskClient, text: str = "La borne est en panne.", **given: str) -> TestResponse:
    """An observation sent through its form."""
    whole = {"unit": "vannes", "commitment": "bill", "kind": "obstacle", "text": text, "website": ""}
    return client.post("/observe", data=form_of(client, "/observe") | whole | given)


def number_in(answer: TestResponse) -> int:
    """The number that a sender is told."""
    assert answer.status_code == 303, answer.text
    return int(re.findall(r"number=(\d+)", answer.headers["Location"])[0])


def decide(client: FlaskClient, number: int, step: str, **given: str) -> TestResponse:
    """One step with an observation, from the page of those who read."""
    token = token_of(client.get("/observations?state=all").text)
    return client.post(f"/observations/{number}", data={"csrf_token": token, "step": step} | given)
