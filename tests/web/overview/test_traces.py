"""Each conclusion can be opened: its inputs, rule and version, and the command that repeats it on a given file."""

from __future__ import annotations

import json
import re

from flask.testing import FlaskClient

from charter.domain.overview.rules import RULES
from tests.web.overview.test_desk import words


def test_a_conclusion_is_opened_with_its_rule_inputs_and_command(ana: FlaskClient) -> None:
    page = ana.get("/commitments/bill/why?lang=en").text
    said = words(page)
    assert "Rule: version 2." in said
    assert "flask charter status --period 2026-10 --unit company --json" in said
    assert "flask charter analyse missing" in said
    assert "flask charter analyse class bill-evidence.json" in said
    french = words(ana.get("/commitments/bill/why?lang=fr").text)
    assert "Un recensement est tranché par sa valeur" in french
    assert not re.search(r"\b(no-data|too-few|concern-low|common_cause)\b", french)


def test_the_page_of_a_promise_leads_to_what_it_concludes_from(ana: FlaskClient) -> None:
    assert "/commitments/bill/why?" in ana.get("/commitments/bill").text


def test_the_files_that_commands_read_are_given(ana: FlaskClient) -> None:
    table = ana.get("/commitments/bill/billed.csv")
    lines = table.text.splitlines()
    assert (table.mimetype, lines[0]) == ("text/csv", "period,value,numerator,denominator")
    assert lines[-1].startswith("2026-10,0.825,1023,1240")
    evidence = ana.get("/commitments/bill/evidence.json")
    assert "sector" in json.loads(evidence.text)


def test_each_rule_has_a_version() -> None:
    assert min(RULES.values()) >= 1
