"""Beside the figures: weak signals while they are green, estimates from five answers on, words chosen for print."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Flask

from charter.domain.frontline.observations import ObservationKind
from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.permissions import COMMAND_LINE, VISITOR
from charter.services.charters.versions import history
from charter.services.desk.commitment_page import commitment_page
from charter.services.desk.desk import desk
from charter.services.frontline.estimates import give_estimate
from charter.services.frontline.moderation import accept, answer, erase, set_aside
from charter.services.frontline.observations import Told, send_observation
from charter.services.frontline.summaries import load_told
from charter.services.records.sealing import canonical_json
from charter.services.reports.parts import WholeFigures, edition_of, figures_in
from charter.services.reports.snapshots import find_snapshot, freeze_month
from charter.services.verification.verify import verify
from tests.services.databases import statements
from tests.services.frontline.test_estimates import keyed
from tests.services.world import NOW


def at(month: int, day: int = 10) -> datetime:
    return datetime(2026, month, day, 9, tzinfo=UTC)


def tell(when: datetime, number: int, **given: object) -> int:
    told = {
        "kind": ObservationKind.OBSTACLE,
        "unit": "nice",
        "commitment": "answer",
        "text": f"Mot {number}",
        "language": "fr",
    }
    form = f"{when:%m%d}-{number}-{given.get('unit')}-{given.get('commitment')}"
    return send_observation(VISITOR, when, Told(**(told | given)), sender=form, form=form)  # type: ignore[arg-type]


def estimate(number: int, answer: int, *, unit: str = "nice", month: int = 10, commitment: str = "answer") -> None:
    place = {"unit": unit, "commitment": commitment, "browser": f"b{number}", "sender": "s"}
    give_estimate(VISITOR, at(month), answer=str(answer), keyed=keyed, **place)


def signals(unit: str | None = None) -> list[tuple[int, str, int, int, int]]:
    found = desk(COMMAND_LINE, NOW, unit=unit, period="2026-10")["frontline"]["signals"]
    return [(one["number"], one["unit"], one["count"], one["earlier"], one["months"]) for one in found]


def quiet_then_loud(**given: object) -> None:
    """One observation in July, none until October, then one on each of twelve days."""
    tell(at(7), 0, **given)
    for number in range(12):
        tell(at(10, 3 + number), number, **given)


def test_a_rise_while_the_figure_is_kept_is_named_where_it_happens(world: Flask) -> None:
    quiet_then_loud()
    assert signals() == [(1, "nice", 12, 1, 2)]
    assert signals("south") == [(1, "nice", 12, 1, 2)]
    assert signals("nice") == [(1, "nice", 12, 1, 2)]
    assert signals("west") == []


def test_a_rise_beside_a_missed_figure_is_no_weak_signal(world: Flask) -> None:
    quiet_then_loud(unit="vannes")
    assert signals() == []


def test_what_is_set_aside_does_not_count(world: Flask) -> None:
    tell(at(7), 0)
    numbers = [tell(at(10, 3 + number), number) for number in range(12)]
    assert len(signals()) == 1
    for number in numbers[:8]:
        set_aside(COMMAND_LINE, NOW, number, reason="twice")
    assert signals() == []


def test_five_reports_of_one_day_are_one_day(world: Flask) -> None:
    tell(at(7), 0)
    for number in range(12):
        tell(at(10), number)
    assert signals() == []


def test_a_tool_that_has_just_begun_signals_nothing(world: Flask) -> None:
    for number in range(9):
        tell(at(10), number)
    assert signals() == []


def test_estimates_stand_beside_what_is_delivered(world: Flask) -> None:
    for number in range(4):
        estimate(number, 60)
    assert {row["share"] for row in desk(COMMAND_LINE, NOW, period="2026-10")["frontline"]["estimates"]} == {None}
    estimate(4, 70)
    rows = {row["key"]: row for row in desk(COMMAND_LINE, NOW, period="2026-10", unit="nice")["frontline"]["estimates"]}
    assert rows["answer"] == {
        "number": 1,
        "key": "answer",
        "title": {"fr": "Une réponse en 5 jours", "en": "An answer in 5 days"},
        "count": 5,
        "enough": 5,
        "share": 0.62,
        "measured": 0.9,
        "nature": "delivered",
        "indicator": "answered",
        "period": "2026-10",
        "gap": -28.0,
    }
    assert rows["bill"]["share"] is None
    part = commitment_page(COMMAND_LINE, NOW, "answer", period="2026-10")["frontline"]
    assert [(row["unit"], row["share"], row["measured"], row["gap"]) for row in part["estimates"]] == [
        ("nice", 0.62, 0.9, -28.0),
        ("south", 0.62, 0.9, -28.0),
    ]
    assert part["estimate"]["share"] == 0.62


def test_accepted_words_stand_next_to_the_numbers(world: Flask) -> None:
    shown, waiting, other = tell(at(10), 1), tell(at(10), 2), tell(at(10), 3, commitment="bill")
    accept(COMMAND_LINE, NOW, shown)
    accept(COMMAND_LINE, NOW, other)
    answer(COMMAND_LINE, NOW, shown, text="C’est réparé.")
    part = commitment_page(COMMAND_LINE, NOW, "answer", period="2026-10")["frontline"]
    assert [(row["number"], row["text"], row["answer"]) for row in part["words"]] == [(shown, "Mot 1", "C’est réparé.")]
    assert part["waiting"] == 1
    assert "words" not in part["words"][0], "what nobody has accepted is on no page"
    assert commitment_page(COMMAND_LINE, NOW, "answer", period="2026-10", unit="west")["frontline"]["words"] == []
    assert waiting not in [row["number"] for row in part["words"]]


def test_only_words_chosen_for_print_are_sealed_with_the_month(world: Flask) -> None:
    printed, shown = tell(at(10), 1), tell(at(10), 2)
    thanks = tell(at(10), 3, kind=ObservationKind.THANKS, commitment=None, text="Merci à tous.")
    accept(COMMAND_LINE, NOW, printed, is_printed=True)
    accept(COMMAND_LINE, NOW, shown)
    accept(COMMAND_LINE, NOW, thanks, is_printed=True)
    tell(at(10), 4)
    for number in range(5):
        estimate(number, 60)
    sealed = freeze_month(COMMAND_LINE, NOW, period="2026-10")
    told = edition_of(figures_in(sealed.document), sealed.sha256, "south")["frontline"]
    assert told["told"] == {"sent": 3, "answered": 0, "waiting": 1, "accepted": 2, "set-aside": 0}
    assert [(line["number"], line["text"], line["unit_name"]) for line in told["words"]] == [
        (1, "Mot 1", "Agence de Nice")
    ]
    assert [line["text"] for line in told["thanks"]] == ["Merci à tous."]
    assert [row["share"] for row in told["estimates"]] == [0.6, None, None]
    west = edition_of(figures_in(sealed.document), sealed.sha256, "west")["frontline"]
    assert (west["told"]["sent"], west["words"], west["thanks"]) == (0, [], [])
    assert "Mot 2" not in canonical_json([figures_in(sealed.document).unit(unit) for unit in ("company", "south")])
    erase(COMMAND_LINE, NOW, shown, because="demandé")
    assert freeze_month(COMMAND_LINE, NOW, period="2026-10").sha256 == sealed.sha256
    assert verify(COMMAND_LINE)["ok"]


def test_a_month_sealed_before_staff_could_tell_is_printed_as_it_was(world: Flask) -> None:
    sealed = freeze_month(COMMAND_LINE, NOW, period="2026-10")
    figures = figures_in(sealed.document)
    parts = {unit: figures.unit(unit) for unit in figures.units()}
    for part in parts.values():
        del part["frontline"]
    assert edition_of(WholeFigures(figures.index | {"schema": 1, "editions": parts}), None, None)["frontline"] is None
    assert find_snapshot("2026-10") is not None


def test_all_units_cost_one_statement(world: Flask) -> None:
    quiet_then_loud()
    version = history().current
    with statements() as sent:
        load_told(version, parse_period("2026-10"))
    assert len(sent) == 1
