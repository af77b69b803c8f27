"""A provider enters the figures of what it promises, of its own units, and is told nothing of others meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from charter.domain.figures.entries import Figure
from charter.domain.vocabulary.errors import CharterError, NotAllowed, NotFound
from charter.domain.vocabulary.permissions import COMMAND_LINE, Actor
from charter.domain.vocabulary.terms import Role
from charter.services.figures.plan import plan_figures
from charter.services.figures.preview import effects_of
from charter.services.figures.uploads import require_sending
from charter.services.figures.worklist import entered, figure_place, indicator_lines, waiting
from charter.services.figures.write import enter_figures
from tests.services.databases import new_url, opened, template_of
from tests.services.parties_world import parties_measured, share
from tests.services.world import NOW

RENE = Actor("René", Role.CONTRIBUTOR, ("relais",), user_id=9, is_provider=True)
CARL = Actor("Carl", Role.CONTRIBUTOR, ("vannes",), user_id=8)


@pytest.fixture
def world(engine: str, tmp_path: Path) -> Iterator[Flask]:
    with opened(new_url(engine, tmp_path, template_of(engine, parties_measured)), tmp_path) as app:
        yield app


def test_its_worklist_has_its_promises_and_nobody_else_is_asked_for_them(world: Flask) -> None:
    assert {row["indicator"] for row in waiting(RENE, NOW)} == {"accueil-share"}
    assert {row["of"] for row in waiting(RENE, NOW)} == {1}
    assert {row["indicator"] for row in waiting(CARL, NOW)} == {"formation-share"}
    whole = {row["indicator"]: row["of"] for row in waiting(COMMAND_LINE, NOW)}
    assert whole == {"accueil-share": 1, "paiement-share": 2, "formation-share": 3}
    assert [one["key"] for one in indicator_lines(RENE)] == ["paiement-share", "accueil-share"]
    assert [one["key"] for one in indicator_lines(RENE) if one["takes_figures"]] == ["accueil-share"]


def test_it_enters_a_figure_and_sees_its_effect_on_its_own_unit_alone(world: Flask) -> None:
    given = [share("accueil-share", "relais", 95, 100)]
    plan = plan_figures(RENE, NOW, given)
    plan.require_whole()
    assert [[one["unit"] for one in effect["units"]] for effect in effects_of(plan)] == [["relais"]]
    enter_figures(RENE, NOW, given)
    assert [(one["indicator"], one["unit"]) for one in entered(RENE)] == [("accueil-share", "relais")]
    assert [one["unit"] for one in effects_of(plan_figures(COMMAND_LINE, NOW, given))[0]["units"]] == [
        "relais",
        "company",
    ]
    place = figure_place(RENE, NOW, indicator="accueil-share", period="2026-10")
    assert [one["key"] for one in place["units"]] == ["relais"]


@pytest.mark.parametrize(
    ("figure", "refusal"),
    [
        (share("accueil-share", "voix", 9, 10), NotAllowed),
        (share("accueil-share", "company", 9, 10), NotAllowed),
        (Figure("accueil-share", "2026-10", None, {"numerator": 9, "denominator": 10}), NotAllowed),
        (share("paiement-share", "relais", 9, 10), NotFound),
        (share("formation-share", "relais", 9, 10), NotFound),
        (share("facture-share", "relais", 9, 10), NotFound),
        (share("absent", "relais", 9, 10), NotFound),
    ],
)
def test_it_enters_nothing_else(world: Flask, figure: Figure, refusal: type[CharterError]) -> None:
    with pytest.raises(refusal) as refused:
        enter_figures(RENE, NOW, [figure])
    said = str(refused.value).replace(figure.indicator, "")
    assert not any(word in said for word in ("facture", "decroche", "formation", "paiement"))


def test_forms_and_files_of_others_are_refused_alike(world: Flask) -> None:
    for key in ("paiement-share", "decroche-share", "absent"):
        with pytest.raises(NotFound, match="You promise nothing"):
            figure_place(RENE, NOW, indicator=key, period="2026-10")
        with pytest.raises(NotFound, match="You promise nothing"):
            require_sending(RENE, key)
