"""Each conclusion opened: what it says is what the page says, with its inputs, rule and command."""

from __future__ import annotations

from flask import Flask

from charter.domain.overview.rules import RULES
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.services.desk.commitment_page import commitment_page
from charter.services.desk.traces import evidence_of, series_rows, traces
from tests.services.world import NOW


def test_conclusions_are_those_of_the_page_with_their_rules(world: Flask) -> None:
    found = traces(COMMAND_LINE, NOW, "answer")
    (view,) = commitment_page(COMMAND_LINE, NOW, "answer")["commitment"]["indicators"]
    by_rule = {one["rule"]: one for one in found["traces"]}
    verdict = by_rule["verdict"]
    assert verdict["says"]["status"] == view["status"]
    assert (verdict["inputs"]["numerator"], verdict["inputs"]["denominator"]) == (41, 62)
    assert verdict["command"] == "flask charter status --period 2026-10 --unit company --json"
    assert "analyse spc answered.csv" in by_rule["chart"]["command"]
    assert by_rule["chart"]["file"]
    assert by_rule["class"]["command"] == "flask charter analyse class answer-evidence.json"
    assert all(one["version"] == RULES[one["rule"]] for one in found["traces"])


def test_the_series_and_the_evidence_are_what_the_commands_read(world: Flask) -> None:
    rows = series_rows(COMMAND_LINE, NOW, "answer", "answered", unit=None, period=None)
    assert rows[0] == ("period", "value", "numerator", "denominator")
    assert rows[-1][0] == "2026-10"
    assert rows[-1][2:] == (41, 62)
    assert isinstance(evidence_of(COMMAND_LINE, NOW, "answer", unit=None, period=None), dict)
