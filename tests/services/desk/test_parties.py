"""The cards of a month: each provider at its own unit, the strip of the desk as the page, nothing of others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from charter.domain.vocabulary.errors import NotAllowed
from charter.domain.vocabulary.permissions import ANONYMOUS, COMMAND_LINE, VISITOR, Actor
from charter.domain.vocabulary.terms import Role
from charter.services.charters.versions import history
from charter.services.desk.desk import desk
from charter.services.desk.parties import chain_here, parties, providers_in
from charter.services.month.overview import build, read
from charter.services.people.accounts import scope_of
from charter.services.readings.current_figures import month_asked
from tests.services.databases import new_url, opened, statements, template_of
from tests.services.parties_world import TEXT, parties_applied, parties_measured
from tests.services.world import NOW


@pytest.fixture
def world(engine: str, tmp_path: Path) -> Iterator[Flask]:
    with opened(new_url(engine, tmp_path, template_of(engine, parties_measured)), tmp_path) as app:
        yield app


def of(*units: str, role: Role = Role.CONTRIBUTOR) -> Actor:
    return Actor("X", role, scope_of(units), is_provider=units[0] in ("voix", "relais", "lyon"))


def told(chain: Any) -> list[tuple[str, list[str], str | None]]:
    found = []
    for card in chain["cards"]:
        promises = [f"{view['key']} {view['status']}" for side in card["sides"] for view in side["views"]]
        found.append((card["unit"] or "-".join(card["parties"]), promises, card["status"]))
    return found


VOIX = ("voix", ["paiement missed", "decroche missed"], "missed")
RELAIS = ("relais", ["paiement kept"], "kept")
WHOLE = [
    VOIX,
    RELAIS,
    ("company-staff", ["formation kept"], "kept"),
    ("relais", ["accueil no-data"], "no-data"),
    ("company-customer", ["facture near"], "near"),
]


def test_each_provider_is_read_at_its_own_unit_and_the_weakest_link_is_named(world: Flask) -> None:
    found = parties(COMMAND_LINE, NOW)
    assert told(found["chain"]) == WHOLE
    assert [card["unit"] for card in found["chain"]["weakest"]] == ["voix"]
    assert found["cards_of"] == ["voix", "relais"]
    one = found["chain"]["cards"][0]["sides"][1]["views"][0]
    # Of the whole it would be 85 %: figures of others are not its own.
    assert one["indicators"][0]["value"] == pytest.approx(0.7)
    assert one["owner"] == "Direction decroche"


def test_the_strip_of_the_desk_says_what_the_page_says_in_one_statement_more(world: Flask) -> None:
    shown = desk(COMMAND_LINE, NOW)["parties"]
    assert told(shown) == WHOLE
    assert shown["status"] == "missed"
    found = history()
    month = month_asked(found, None, NOW)
    version = found.on(month.start)
    views = build(found, version, month, "company", NOW)["commitments"]
    figures = read(found, version, month, "company", NOW)
    with statements() as asked:
        chain_here(figures, version, month, views)
    assert len(asked) == 1


def test_a_unit_shows_the_providers_that_lie_in_it(world: Flask) -> None:
    assert told(parties(COMMAND_LINE, NOW, unit="vannes")["chain"]) == [
        ("company-staff", ["formation no-data"], "no-data"),
        ("company-customer", ["facture kept"], "kept"),
    ]
    assert told(parties(COMMAND_LINE, NOW, unit="voix")["chain"])[0] == VOIX
    assert [one.key for one in providers_in(history().current, "company")] == ["voix", "relais"]
    assert [one.key for one in providers_in(history().current, "lyon")] == []


def test_somebody_of_a_provider_sees_its_cards_and_nothing_else(world: Flask) -> None:
    own = parties(of("voix"), NOW)
    assert (told(own["chain"]), own["is_own"], own["is_part"]) == ([VOIX], True, False)
    assert told(parties(of("relais"), NOW)["chain"]) == [RELAIS, WHOLE[3]]
    assert parties(of("relais"), NOW)["chain"]["silent"] == [["provider", "staff"]], "of pairs with a provider alone"
    for unit in ("relais", "company", "vannes"):
        with pytest.raises(NotAllowed):
            parties(of("voix"), NOW, unit=unit)
    both = parties(of("voix", "relais"), NOW)
    assert told(both["chain"]) == [VOIX, RELAIS, WHOLE[3]], "who answers for two providers sees both"
    part = parties(of("lyon"), NOW)
    assert (part["chain"]["cards"], part["is_part"]) == ([], True)


@pytest.mark.parametrize("actor", [ANONYMOUS, VISITOR, Actor("Clara", Role.FRONTLINE, ("vannes",))])
def test_who_does_not_read_the_desk_reads_no_card(world: Flask, actor: Actor) -> None:
    with pytest.raises(NotAllowed):
        parties(actor, NOW)


def test_without_a_provider_unit_its_promises_are_read_with_all_others(engine: str, tmp_path: Path) -> None:
    text = TEXT.replace("kind: provider", "kind: partner").replace("    provider: voix\n", "")
    text = text.replace("    provider: relais\n", "")
    with opened(new_url(engine, tmp_path, template_of(engine, None)), tmp_path):
        parties_applied(text)
        found = parties(COMMAND_LINE, NOW)["chain"]
    assert {card["unit"] for card in found["cards"]} == {None}
    counts = [[len(side["views"]) for side in card["sides"]] for card in found["cards"]]
    assert counts == [[1, 1], [1, 0], [1, 0], [1, 0]]
