"""Figures and tokens from the command line: enter, correct, recheck, token."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.cli.conftest import charter_on, said
from tests.services.by_hand import by_hand_measured
from tests.services.databases import new_url, opened, template_of

NOW = ("--now", "2026-11-10T09:00Z")
OCTOBER = ("--period", "2026-10", *NOW)


@pytest.fixture
def hand(tmp_path: Path) -> Iterator[Flask]:
    """The small charter with figures by hand, what is read from files measured."""
    with opened(new_url("sqlite", tmp_path, template_of("sqlite", by_hand_measured)), tmp_path) as app:
        yield app


def test_enter_takes_a_figure_and_its_correction(hand: Flask) -> None:
    charter = charter_on(hand)
    found = said(charter("enter", "welcomed", "numerator=45", "denominator=50", "--unit", "vannes", "--json", *OCTOBER))
    assert (found["indicator"], found["period"], found["unit"], found["numerator"], found["denominator"]) == (
        "welcomed",
        "2026-10",
        "vannes",
        45,
        50,
    )
    again = ("enter", "welcomed", "numerator=44", "denominator=50", "--unit", "vannes", *OCTOBER)
    assert "say why it is corrected" in charter(*again).stderr
    assert charter(*again, "--reason", "One too many").stderr == "Entered for 2026-10.\n"
    assert said(charter("verify", "--json"))["ok"] is True


def test_enter_takes_a_channel(hand: Flask) -> None:
    done = charter_on(hand)("enter", "called", "numerator=1", "denominator=2", "--channel", "phone", *OCTOBER)
    assert done.exit_code == 0


@pytest.mark.parametrize(
    ("numbers", "sentence"),
    [
        (("numerator",), "numerator is not NAME=NUMBER: write for example numerator=37."),
        (("numerator=NaN", "denominator=2"), "numerator: “NaN” is not a number, such as 37 or 12,5."),
        (("numerator=1", "denominator=95%"), "denominator: “95%” is a percentage: a figure is given as counts."),
        (("numerator=3", "denominator=2"), "The numerator 3 is above the denominator 2."),
    ],
)
def test_enter_refuses_in_one_sentence(hand: Flask, numbers: tuple[str, ...], sentence: str) -> None:
    refused = charter_on(hand)("enter", "welcomed", *numbers, *OCTOBER)
    assert (refused.exit_code, refused.stderr) == (1, f"{sentence}\n")


def test_correct_asks_for_a_reason(hand: Flask) -> None:
    charter = charter_on(hand)
    figure = ("correct", "answered", "numerator=5", "denominator=10", "--unit", "nice", "--channel", "phone", *OCTOBER)
    assert charter(*figure).exit_code == 2
    assert said(charter(*figure, "--reason", "Letters read as calls", "--json"))["numerator"] == 5
    status = said(charter("status", *OCTOBER, "--unit", "nice", "--json"))
    assert status["commitments"][0]["indicators"][0]["numerator"] == 14


def test_rebuild_makes_the_readings_anew_and_changes_none(hand: Flask) -> None:
    found = charter_on(hand)("rebuild", *NOW)
    assert found.stderr.endswith("8 periods judged again; 0 traces of figures were not what they are now.\n")


def test_recheck_says_when_nothing_has_changed(hand: Flask) -> None:
    charter = charter_on(hand)
    assert charter("recheck", *NOW).stderr == "The sources count as they did.\n"
    assert said(charter("recheck", "billed", "--json", *OCTOBER)) == []
    assert charter("recheck", "gone", *NOW).exit_code == 1


def test_a_token_is_made_shown_once_and_revoked(hand: Flask) -> None:
    charter = charter_on(hand)
    made = charter("token", "crm", "--unit", "west")
    assert made.stdout.startswith("promesse_")
    assert "shown this once" in made.stderr
    assert "There is a token crm in use" in charter("token", "crm").stderr
    assert "no unit paris" in charter("token", "other", "--unit", "paris").stderr
    assert charter("token", "crm", "--revoke").stderr == "The token crm lets nobody in any more.\n"
    found = said(charter("token", "crm", "--expires", "2099-01-01", "--json"))
    assert (found["name"], found["units"], found["token"][:9]) == ("crm", [], "promesse_")
