"""What surveys say of a commitment on a day: known, newest, not withdrawn; and the class that follows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from charter.domain.surveys.waves import KanoWave, as_evidence, counts_of, speaking
from charter.domain.vocabulary.errors import Conflict, Invalid
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.models.base import db
from charter.models.surveys import SurveyResult, SurveyStep, SurveyWave
from charter.services.charters.versions import history
from charter.services.classes.current import classify
from charter.services.classes.known_evidence import heard, known_evidence
from charter.services.desk import classes_page
from charter.services.month.overview import overview
from charter.services.surveys.waves import prefer_wave
from tests.services.world import NOW

FLOOR = {"25": 70, "33": 20, "15": 10}
"""Seventy must-be, twenty indifferent, ten one-dimensional."""
EARNS = {"13": 70, "33": 20, "15": 10}


def make_wave(name: str, *, known_on: date, pairs: dict[str, int] | None = None, **given: Any) -> int:
    """A closed Kano wave on `care`."""
    at = datetime(known_on.year, known_on.month, known_on.day, tzinfo=UTC)
    whole = {"kind": "kano", "origin": "import", "segment": "", "wording": "like", "words": {}, "languages": ["fr"]}
    whole |= {"commitments": ["care"], "choices": {"table": "classic"}, "counts": {}, "asked_on": known_on}
    wave = SurveyWave(**(whole | {"name": name, "invited": 0, "opened_at": at, "opened_by": "Mia"} | given))
    db.session.add(wave)
    db.session.flush()
    document: dict[str, Any] = {"commitments": {"care": {"pairs": pairs or FLOOR, "half_answered": 0}}}
    if wave.kind == "marks":
        line = {"attribute": "care", "n_low": 200, "n_high": 300, "stable": True, "class": "basic", "warnings": []}
        line |= {"penalty": 1.5, "penalty_interval": [1.2, 1.8], "reward": 0.0, "reward_interval": [-0.1, 0.1]}
        document = {"delta": 0.18, "outcome_levels": 10, "low": [1, 2], "high": [4, 5], "attributes": [line]}
    db.session.add(
        SurveyResult(wave_id=wave.id, document=document, answers_sha256="0" * 64, known_on=known_on, at=at, by="Mia")
    )
    db.session.commit()
    return wave.id


def suggested() -> tuple[str, str]:
    rows = classes_page.page(COMMAND_LINE, NOW)["commitments"]
    row = next(row for row in rows if row["key"] == "care")
    return row["suggested"], row["strength"]


def test_nothing_is_heard_without_a_survey(charted: Flask) -> None:
    assert heard().on("care", date(2026, 11, 10)).kano == ()
    assert suggested() == ("undetermined", "none")


def test_a_wave_gives_the_class_from_the_day_it_is_known(charted: Flask) -> None:
    make_wave("Autumn", known_on=date(2026, 11, 5))
    assert heard().on("care", date(2026, 11, 4)).kano == ()
    (wave,) = heard().on("care", date(2026, 11, 5)).kano
    assert (wave.counts.m, wave.counts.i, wave.counts.o) == (70, 20, 10)
    assert heard().on("answer", date(2026, 11, 5)).kano == ()
    assert suggested() == ("confidence", "moderate")


def test_a_past_month_keeps_the_class_it_had(world: Flask) -> None:
    make_wave("Autumn", known_on=date(2026, 11, 5), pairs=EARNS)
    classes = {one["key"]: one["class"] for one in overview(COMMAND_LINE, NOW, period="2026-10")["commitments"]}
    assert classes["care"] == "undetermined"
    assert suggested() == ("trust", "moderate")


def test_the_newest_wave_speaks_and_a_withdrawn_one_is_silent_from_that_day(charted: Flask) -> None:
    make_wave("Spring", known_on=date(2026, 8, 5))
    second = make_wave("Autumn", known_on=date(2026, 11, 5), pairs=EARNS)
    assert suggested() == ("trust", "moderate")
    db.session.add(SurveyStep(wave_id=second, step="withdrawn", reason="x", on=date(2026, 11, 9), at=NOW, by="Mia"))
    db.session.commit()
    assert [wave.name for wave in heard().on("care", date(2026, 11, 8)).kano] == ["Spring", "Autumn"]
    assert [wave.name for wave in heard().on("care", date(2026, 11, 9)).kano] == ["Spring"]
    assert suggested() == ("confidence", "moderate")


def test_two_surveys_that_agree_are_strong_evidence(charted: Flask) -> None:
    make_wave("Pairs", known_on=date(2026, 11, 5))
    make_wave("Marks", known_on=date(2026, 11, 6), kind="marks")
    assert suggested() == ("confidence", "strong")
    assert heard().on("care", date(2026, 11, 6)).penalty_reward[0].result["outcome_levels"] == 10


def wave(segment: str, asked_on: date, number: int = 1) -> KanoWave:
    return KanoWave(number, "w", segment, "like", asked_on, asked_on, cells={(2, 5): 40})


def test_all_customers_speak_before_segments_and_several_segments_decide_nothing() -> None:
    old, new = date(2026, 1, 1), date(2026, 6, 1)
    assert speaking([]).wave is None
    assert speaking([wave("", old), wave("homes", new, 2)]).wave == wave("", old)
    assert speaking([wave("homes", old), wave("homes", new, 2)]).wave == wave("homes", new, 2)
    assert speaking([wave("homes", old), wave("firms", new, 2)]).wave is None


@pytest.mark.parametrize(("table", "indifferent", "questionable"), [("classic", 3, 0), ("pouliot", 1, 2)])
def test_pairs_are_counted_by_the_waves_own_table(table: Any, indifferent: int, questionable: int) -> None:
    found = counts_of({(2, 2): 2, (3, 3): 1, (1, 3): 5}, table)
    assert (found.a, found.i, found.q) == (5, indifferent, questionable)


def test_marks_without_an_interval_do_not_vote(charted: Flask) -> None:
    number = make_wave("Marks", known_on=date(2026, 11, 6), kind="marks")
    assert number
    known = heard().on("care", date(2026, 11, 6))
    assert "penalty_reward" in as_evidence(known)
    dict.update(known.penalty_reward[0].result, {"penalty_interval": None})  # type: ignore[arg-type]
    assert as_evidence(known) == {}


def test_one_answer_does_not_unseat_a_survey_of_hundreds_and_says_so(charted: Flask) -> None:
    make_wave("Spring", known_on=date(2026, 8, 5))
    make_wave("One", known_on=date(2026, 11, 5), pairs={"13": 1})
    assert suggested() == ("confidence", "moderate")
    row = next(row for row in classes_page.page(COMMAND_LINE, NOW)["commitments"] if row["key"] == "care")
    assert {"code": "wave-aside-unusable", "wave": "One", "n": 1} in row["warnings"]


def test_fewer_people_replace_more_only_by_a_decision_or_after_the_term(charted: Flask) -> None:
    spring = make_wave("Spring", known_on=date(2026, 8, 5), pairs={"25": 300})
    autumn = make_wave("Autumn", known_on=date(2026, 11, 5), pairs=EARNS)
    assert suggested() == ("confidence", "moderate")
    row = next(row for row in classes_page.page(COMMAND_LINE, NOW)["commitments"] if row["key"] == "care")
    assert {"code": "wave-aside-smaller", "wave": "Autumn", "n": 100, "more": 300} in row["warnings"]
    waves = heard().on("care", date(2028, 9, 1)).kano
    assert getattr(speaking(waves, on=date(2028, 8, 5)).wave, "id", None) == spring
    assert getattr(speaking(waves, on=date(2028, 8, 6)).wave, "id", None) == autumn
    with pytest.raises(Invalid):
        prefer_wave(COMMAND_LINE, NOW, autumn, reason=" ")
    prefer_wave(COMMAND_LINE, NOW, autumn, reason="the old one asked other customers")
    assert suggested() == ("trust", "moderate")
    with pytest.raises(Conflict, match="decided already"):
        prefer_wave(COMMAND_LINE, NOW, autumn, reason="again")
    assert speaking(heard().on("care", date(2026, 11, 9)).kano, on=date(2026, 11, 9)).wave == waves[0]


def test_two_waves_of_one_day_the_larger_speaks(charted: Flask) -> None:
    make_wave("Small", known_on=date(2026, 11, 5), pairs={"13": 40})
    make_wave("Large", known_on=date(2026, 11, 5))
    make_wave("Late", known_on=date(2026, 11, 5), pairs={"13": 60})
    assert suggested() == ("confidence", "moderate")


def test_analysed_again_a_wave_is_known_from_its_first_day(charted: Flask) -> None:
    number = make_wave("Marks", known_on=date(2026, 8, 5), kind="marks")
    first = db.session.query(SurveyResult).filter_by(wave_id=number).one()
    db.session.add(
        SurveyResult(
            wave_id=number,
            document=first.document,
            answers_sha256=first.answers_sha256,
            known_on=date(2026, 11, 9),
            at=NOW,
            by="Mia",
        )
    )
    db.session.commit()
    (wave,) = heard().on("care", date(2026, 9, 1)).penalty_reward
    assert (wave.known_on, wave.asked_on) == (date(2026, 8, 5), date(2026, 8, 5))


def test_a_year_of_four_waves_gives_the_classes_it_should(charted: Flask) -> None:
    """Expected by hand: 80 of 100 annoyed is floor; 7 answers say nothing; 60 people do not replace 100; 120 do."""
    days = [date(2026, 1, 20), date(2026, 4, 20), date(2026, 7, 20), date(2026, 10, 20)]
    make_wave("January", known_on=days[0])
    make_wave("April", known_on=days[1], pairs={"13": 7})
    make_wave("July", known_on=days[2], pairs={"13": 50, "15": 10})
    make_wave("October", known_on=days[3], pairs={"13": 90, "33": 20, "15": 10})
    version, known = history().current, known_evidence()
    care = next(one for one in version.charter.commitments if one.key == "care")
    head = version.charter.charter
    found = [classify(care, head, day + timedelta(days=1), known) for day in days]
    assert [one.class_.value for one in found] == ["confidence", "confidence", "confidence", "trust"]
    aside = [[w["code"] for w in one.suggestion.warnings if w["code"].startswith("wave-aside")] for one in found]
    assert aside == [[], ["wave-aside-unusable"], ["wave-aside-smaller", "wave-aside-unusable"], []]
