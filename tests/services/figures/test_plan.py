"""What figures would change, before anything is written: every refusal named, by whom may."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from charter.domain.figures.entries import Figure
from charter.domain.vocabulary.errors import CharterError, Conflict, Invalid, NotAllowed, NotFound
from charter.domain.vocabulary.permissions import COMMAND_LINE, Actor
from charter.domain.vocabulary.terms import Role
from charter.services.figures.plan import plan_figures
from charter.services.figures.worklist import entered
from charter.services.figures.write import correct_figure, enter_figure, enter_figures
from charter.services.verification.verify import verify
from tests.services.by_hand import BORIS, CARL, MIA, by_hand, by_hand_measured, share
from tests.services.databases import new_url, opened, template_of
from tests.services.figures.test_write import LATER, measurements, reading, written
from tests.services.world import NOW


@pytest.fixture
def hand(engine: str, tmp_path: Path) -> Iterator[Flask]:
    """The charter with figures by hand, nothing measured."""
    with opened(new_url(engine, tmp_path, template_of(engine, by_hand)), tmp_path) as app:
        yield app


@pytest.fixture
def read(engine: str, tmp_path: Path) -> Iterator[Flask]:
    """The same, what is read from files measured."""
    with opened(new_url(engine, tmp_path, template_of(engine, by_hand_measured)), tmp_path) as app:
        yield app


@pytest.mark.parametrize(
    ("indicator", "numbers", "value"),
    [
        ("felt", {"n": 10, "sum": 42, "sum_of_squares": Decimal("180.5")}, 4.2),
        ("advised", {"promoters": 6, "passives": 2, "detractors": 2}, 40.0),
        ("lost", {"n": 0}, 0.0),
        ("paid", {"n": 3, "cents": 1250}, 1250.0),
        ("open", {"numerator": Decimal("718.5"), "denominator": 720}, 718.5 / 720),
        ("told", {"numerator": 3, "denominator": 3}, 1.0),
        ("called", {"numerator": 9, "denominator": 10}, 0.9),
    ],
)
def test_each_kind_takes_its_own_numbers(hand: Flask, indicator: str, numbers: dict[str, Any], value: float) -> None:
    enter_figure(MIA, NOW, Figure(indicator, "2026-10", "vannes", numbers))
    assert reading("vannes", indicator)[0] == pytest.approx(value)
    assert verify(COMMAND_LINE)["broken"] is None


@pytest.mark.parametrize(
    ("figure", "kind", "sentence"),
    [
        (share("paris", 1, 2), NotFound, "no unit paris"),
        (share("vannes", 3, 2), Invalid, "The numerator 3 is above the denominator 2"),
        (share("vannes", -1, 2), Invalid, "cannot be less than 0"),
        (share("vannes", Decimal("NaN"), 2), Invalid, "must be a finite number"),
        (share("vannes", 1, Decimal("Infinity")), Invalid, "must be a finite number"),
        (share("vannes", Decimal("1.5"), 2), Invalid, "must be whole"),
        (share("vannes", 1, 3_000_000_000), Invalid, "above 2000000000 cases"),
        (share("vannes", 1, 10**18), Invalid, "look whether it is what you meant"),
        (share("vannes", 1, 2, period="2026-11"), Conflict, "2026-11 has not ended yet"),
        (share("vannes", 1, 2, period="2062-11"), Conflict, "2062-11 has not ended yet"),
        (share("vannes", 1, 2, period="2026-06"), Invalid, "2026-06 began before the charter"),
        (share("vannes", 1, 2, period="1999-01"), Invalid, "1999-01 began before the charter"),
        (share("vannes", 1, 2, period="9999-12"), Invalid, "“9999-12” is out of range"),
        (share("vannes", 1, 2, period="2026-W41"), Invalid, "is measured by month: 2026-W41 is not one"),
        (share("vannes", 1, 2, period="October"), Invalid, "is not a period"),
        (share("vannes", 1, 2, indicator="gone"), NotFound, "no indicator gone"),
        (share("vannes", 1, 2, indicator="billed"), Conflict, "billed is read from a source"),
        (share("vannes", 1, 2, numbers={"numerator": 1}), Invalid, "The number denominator is missing"),
        (share("vannes", 1, 2, numbers={"n": 1}), Invalid, "The number numerator is missing"),
        (share("vannes", 1, 2, indicator="slow", numbers={"n": 1}), Invalid, "kind percentile cannot be entered"),
        (share("vannes", 1, 2, channel="phone"), Invalid, "welcomed has no channel in the charter"),
        (share("vannes", 1, 2, indicator="called", channel="a\0b"), Invalid, "character that cannot be printed"),
    ],
)
def test_what_cannot_be_taken_is_one_sentence_and_nothing_is_written(
    hand: Flask, figure: Figure, kind: type[CharterError], sentence: str
) -> None:
    before = written()
    with pytest.raises(kind) as refusal:
        enter_figure(MIA, NOW, figure)
    assert sentence in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert written() == before


def test_a_figure_above_or_below_another_would_count_twice(hand: Flask) -> None:
    enter_figure(MIA, NOW, share("west", 45, 50))
    for unit in ("vannes", "company"):
        with pytest.raises(Conflict, match=f"There is a figure of west already: {unit} would count"):
            enter_figure(MIA, NOW, share(unit, 1, 2))
    with pytest.raises(Conflict, match="There is a figure of nice already: south would count"):
        enter_figures(MIA, NOW, [share("nice", 1, 2), share("south", 1, 2)])
    with pytest.raises(Invalid, match="The figure of nice for 2026-10 appears twice"):
        enter_figures(MIA, NOW, [share("nice", 1, 2), share("nice", 1, 2)])
    assert len(measurements()) == 1


def test_each_enters_for_their_own_units_only(hand: Flask) -> None:
    enter_figure(CARL, NOW, share("vannes", 1, 2))
    for actor, unit in ((CARL, "brest"), (BORIS, "nice"), (CARL, None), (Actor("Dan", Role.AUDITOR), "brest")):
        with pytest.raises(NotAllowed, match="may not enter figures"):
            enter_figure(actor, NOW, share(unit, 1, 2))


def test_a_plan_names_every_refusal_and_writes_nothing(hand: Flask) -> None:
    before = written()
    figures = [share("vannes", 45, 50), share("paris", 1, 2, line=3), share("nice", 3, 2, line=4)]
    plan = plan_figures(MIA, NOW, figures)
    assert [(one.at, one.line, type(one.error)) for one in plan.refusals] == [(1, 3, NotFound), (2, 4, Invalid)]
    assert written() == before


def test_a_promise_in_steps_asks_for_each_delay(hand: Flask) -> None:
    numbers = {"numerator": 30, "denominator": 50, "within_20_days": 40}
    enter_figure(MIA, NOW, Figure("answered_in_steps", "2026-10", "vannes", numbers))
    (row,) = measurements("answered_in_steps")
    assert row.steps == {"20 days": 40}
    assert reading("vannes", "answered_in_steps")[1] == "missed"
    enough = Figure("answered_in_steps", "2026-10", "vannes", numbers | {"within_20_days": 45}, "A late count")
    enter_figure(MIA, LATER, enough)
    assert reading("vannes", "answered_in_steps")[1] == "kept"
    with pytest.raises(Invalid, match="within_20_days is missing"):
        enter_figure(MIA, NOW, replace(enough, unit="nice", numbers={"numerator": 30, "denominator": 50}))
    with pytest.raises(Invalid, match="within_20_days is 51, above the denominator 50"):
        enter_figure(MIA, NOW, replace(enough, unit="nice", numbers=numbers | {"within_20_days": 51}))


def test_what_was_seen_is_what_is_written_or_nothing(hand: Flask) -> None:
    seen = plan_figures(MIA, NOW, [share("vannes", 45, 50)]).digest
    enter_figure(MIA, NOW, share("nice", 1, 2))
    with pytest.raises(Conflict, match="look at it again"):
        enter_figures(MIA, NOW, [share("vannes", 45, 50)], expected=seen)
    again = plan_figures(MIA, NOW, [share("vannes", 45, 50)]).digest
    assert enter_figures(MIA, NOW, [share("vannes", 45, 50)], expected=again)[0].entered == 1


def test_only_a_manager_corrects_and_only_what_is_there(read: Flask) -> None:
    figure = Figure("answered", "2026-10", "vannes", {"numerator": 1, "denominator": 10}, "A slip", "phone")
    with pytest.raises(NotAllowed, match="Carl may not correct figures on the unit vannes"):
        correct_figure(CARL, LATER, figure)
    with pytest.raises(NotAllowed, match="Boris may not correct figures on the unit nice"):
        correct_figure(BORIS, LATER, replace(figure, unit="nice"))
    with pytest.raises(NotFound, match="answered has no figure of vannes to correct"):
        correct_figure(MIA, LATER, replace(figure, channel=""))
    assert correct_figure(BORIS, LATER, figure).numerator == 1
    # Who enters figures and corrects none reads it, without being led to a page that refuses them.
    assert [one["may_open"] for one in entered(CARL) if one["indicator"] == figure.indicator] == [False]
    assert [one["may_open"] for one in entered(BORIS) if one["indicator"] == figure.indicator] == [True]
