"""No page leads anybody to a refusal or a fault: each link of each page, by each role."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.links import dead_links

SERVES_NOBODY = {"dan"}
"""The intranet page is the same for every reader, so that it can be kept; who serves no customer is refused what it
offers those who do."""
OF_WHO_SERVES = ("403 /observe", "403 /estimate", "403 /thank")


@pytest.mark.parametrize("name", ["carl", "clara", "dan"])
def test_no_link_leads_to_a_refusal(as_person: Callable[[str], FlaskClient], name: str) -> None:
    dead, followed = dead_links(as_person(name), "/", each=1)
    assert [one for one in dead if not (name in SERVES_NOBODY and one.startswith(OF_WHO_SERVES))] == []
    assert followed > 30


def test_without_an_account_no_link_leads_to_a_fault(app: Flask) -> None:
    dead, followed = dead_links(app.test_client(), "/")
    assert dead == []
    assert followed > 5


def test_a_link_to_a_refusal_is_found(as_person: Callable[[str], FlaskClient]) -> None:
    dead, _ = dead_links(as_person("clara"), "/desk")
    assert [one.split()[0] for one in dead] == ["403"]
