"""Pages whose address holds a secret are known to the log, and errors of the database tell no answer."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from charter.models.base import db
from charter.services.records.access_log import PLACES, WithoutSecrets
from charter.web.frame.responses import REFERRERS

SECRET = "Rk3yWq-7TzV_b1LxPn9aQdEf"


def test_every_page_with_a_secret_in_its_address_is_known(app: Flask) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if rule.arguments & {"secret", "token"}]
    assert {rule.endpoint for rule in rules} == set(REFERRERS)
    assert {rule.rule.split("/<")[0].split("/")[-1] for rule in rules} == set(PLACES)
    assert any(isinstance(one, WithoutSecrets) for one in app.logger.filters)
    answer = app.test_client().get(f"/answer/{SECRET}")
    assert (answer.status_code, answer.headers["Referrer-Policy"]) == (404, "no-referrer")
    assert SECRET not in answer.text


def test_an_error_of_the_database_tells_no_answer(app: Flask) -> None:
    with app.app_context(), pytest.raises(DBAPIError) as failed:
        db.session.execute(text("INSERT INTO survey_responses (answers) VALUES (:answers)"), {"answers": "care-1-5"})
    assert "care-1-5" not in str(failed.value)
    with app.app_context():
        db.session.rollback()
