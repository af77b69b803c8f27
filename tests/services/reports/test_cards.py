"""The card of a provider on paper: two sides from the sealed month, the same bytes each time, for who may read it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from charter.domain.vocabulary.errors import Conflict, Invalid, NotAllowed, NotFound
from charter.domain.vocabulary.permissions import COMMAND_LINE, SCHEDULER, VISITOR, Actor
from charter.domain.vocabulary.terms import Role
from charter.services.figures.write import enter_figures
from charter.services.records.access import Access
from charter.services.reports.cards import card_bytes, card_states, make_card, order_card, require_card
from charter.services.reports.posters import make_poster, require_poster
from charter.services.reports.snapshots import freeze_month
from charter.services.work.worker import run_jobs
from tests.services.databases import new_url, opened, template_of
from tests.services.parties_world import parties_measured, share
from tests.services.verification.test_verify import broken, rewrite
from tests.services.world import NOW

VERA = Actor("Vera", Role.CONTRIBUTOR, ("voix", "lyon"), is_provider=True)
RENE = Actor("René", Role.CONTRIBUTOR, ("relais",), is_provider=True)
CLARA = Actor("Clara", Role.FRONTLINE, ("voix",))
OCTOBER = {"period": "2026-10", "unit": "voix", "language": "fr"}


@pytest.fixture
def world(engine: str, tmp_path: Path) -> Iterator[Flask]:
    with opened(new_url(engine, tmp_path, template_of(engine, parties_measured)), tmp_path) as app:
        freeze_month(COMMAND_LINE, NOW, period="2026-10")
        yield app


def sides(content: bytes) -> list[str]:
    """The words of each page."""
    found = subprocess.run(["pdftotext", "-", "-"], input=content, capture_output=True, check=True).stdout.decode()
    return [" ".join(page.split()) for page in found.rstrip("\f").split("\f")]


@pytest.mark.pdf
def test_a_provider_asks_for_its_sheet_of_two_sides_and_it_is_kept(world: Flask, engine: str) -> None:
    assert card_states(VERA, units=["voix"], language="fr")["voix"]["state"] == "absent"
    with pytest.raises(NotFound, match="has not been made yet"):
        card_bytes(VERA, **OCTOBER)
    order_card(VERA, NOW, unit="voix", language="fr")
    assert card_states(VERA, units=["voix"], language="fr")["voix"]["state"] == "coming"
    assert run_jobs(SCHEDULER, lambda: NOW, Access()) == 1
    assert card_states(VERA, units=["voix"], language="fr")["voix"]["state"] == "archived"
    content = card_bytes(VERA, **OCTOBER)
    recto, verso = sides(content)
    assert "1. Ce qui est dû à Voix d’Appui" in recto
    assert "3. Un paiement sous 30 jours" in recto
    assert "2. Ce que doit Voix d’Appui" in verso
    assert "2. Un appel décroché" in verso
    for side in (recto, verso):
        assert "70,0" in side
        assert "Non tenu" in side
        assert side.count("Fonction et signature") == 2
        assert "Responsable" in side
        assert "Une facture juste" not in side
        assert "Relais" not in side
    assert broken() == ""
    rewrite(engine, "poster_files", "DELETE FROM poster_files")
    assert broken() == "The archived poster 2026-10 voix fr 2S is not there any more."


@pytest.mark.pdf
def test_a_sealed_month_gives_the_same_bytes_whatever_is_known_later(world: Flask, engine: str) -> None:
    first = make_card(COMMAND_LINE, NOW, period="2026-10", unit="voix", language="en").content
    late = replace(share("paiement-share", "voix", 99, 100), reason="counted again")
    enter_figures(COMMAND_LINE, NOW, [late])
    rewrite(engine, "poster_files", "DELETE FROM poster_files")
    again = make_card(COMMAND_LINE, NOW + timedelta(days=9), period="2026-10", unit="voix", language="en").content
    assert again == first
    assert "70.0%" in sides(again)[0]


@pytest.mark.pdf
def test_a_side_with_nothing_on_it_says_so_and_what_is_unproven_is_not_kept(world: Flask) -> None:
    content = make_card(RENE, NOW, period="2026-10", unit="relais", language="en").content
    recto, verso = sides(content)
    assert "99.0% Kept" in recto
    assert "No data" in verso
    assert "Kept" not in verso
    assert "Relais Plus → customers" in verso


def test_a_card_is_for_who_reads_it_and_is_never_given_out_as_a_poster(world: Flask) -> None:
    for actor in (RENE, VISITOR, CLARA):
        for deed in (
            lambda who: make_card(who, NOW, **OCTOBER),
            lambda who: card_bytes(who, **OCTOBER),
            lambda who: order_card(who, NOW, unit="voix", language="fr"),
            lambda who: card_states(who, units=["voix"], language="fr"),
            lambda who: require_card(who, **OCTOBER),
        ):
            with pytest.raises(NotAllowed):
                deed(actor)
    for asked in (require_poster, lambda **given: make_poster(VISITOR, NOW, **given)):
        with pytest.raises(Invalid, match="A poster is made on"):
            asked(**OCTOBER, paper="2S")


def test_there_is_no_card_without_a_sealed_month_or_a_provider_with_a_promise(world: Flask) -> None:
    with pytest.raises(Conflict, match="is not frozen"):
        require_card(COMMAND_LINE, **{**OCTOBER, "period": "2026-09"})
    for unit in ("vannes", "company", "lyon"):
        with pytest.raises(NotFound, match="has no card"):
            require_card(COMMAND_LINE, **{**OCTOBER, "unit": unit})
    with pytest.raises(Invalid, match="in fr or en"):
        require_card(COMMAND_LINE, **{**OCTOBER, "language": "de"})
    assert card_states(COMMAND_LINE, units=[], language="fr") == {}
