"""Whose account is a provider's, what it may know and enter, and of whom a figure is asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from charter.domain.vocabulary.errors import NotFound
from charter.domain.vocabulary.permissions import COMMAND_LINE, Actor, may
from charter.domain.vocabulary.terms import Permission, Role, Scope
from charter.services.charters.providers import asked_units, concerns, enters, find_own, is_of_provider
from charter.services.charters.versions import history
from charter.services.people.accounts import create_account, person, scope_of
from charter.services.people.tokens import bearer, create_token
from tests.services.databases import new_url, opened, template_of
from tests.services.parties_world import TEXT, parties_applied
from tests.services.world import NOW


@pytest.fixture
def parties(engine: str, tmp_path: Path) -> Iterator[Flask]:
    with opened(new_url(engine, tmp_path, template_of(engine, parties_applied)), tmp_path) as app:
        yield app


def account(role: Role, *units: str) -> Actor:
    email = f"{role}-{'-'.join(units)}@example.org"
    given = {"email": email, "name": "X", "password": "correct horse battery", "units": units}
    found = person(create_account(COMMAND_LINE, NOW, role=role, **given))  # type: ignore[arg-type]
    assert found is not None
    return found


def test_an_account_is_a_providers_where_all_its_units_lie_in_one(parties: Flask) -> None:
    assert account(Role.CONTRIBUTOR, "voix").is_provider
    assert account(Role.CONTRIBUTOR, "lyon").is_provider
    assert account(Role.DIRECTOR, "voix").is_provider, "whatever its role"
    assert not account(Role.CONTRIBUTOR, "voix", "vannes").is_provider
    assert not account(Role.MANAGER).is_provider
    assert not account(Role.FRONTLINE, "voix").is_provider, "frontline staff read the pages for staff"


def test_a_unit_that_has_left_the_charter_stays_a_providers(parties: Flask) -> None:
    gone = "\n".join(line for line in TEXT.splitlines() if "key: relais" not in line and "provider: relais" not in line)
    was = account(Role.CONTRIBUTOR, "relais")
    parties_applied(gone + "\n", valid_from="2026-11-01")
    assert "relais" not in history().current.tree
    assert is_of_provider(["relais"])
    assert not is_of_provider(["nowhere"])
    assert not is_of_provider([])
    again = person(was.user_id or 0)
    assert again is not None
    assert again.is_provider
    assert not may(again, Permission.READ_PAGES)


def test_a_providers_account_may_read_its_card_and_enter_figures_and_nothing_else(parties: Flask) -> None:
    for role in (Role.CONTRIBUTOR, Role.MANAGER, Role.DIRECTOR, Role.AUDITOR):
        vera = account(role, "voix")
        allowed = {right for right in Permission if may(vera, right, "voix")}
        own = {Permission.READ_CARDS, Permission.KEEP_ACCOUNT, Permission.ENTER_FIGURE}
        assert allowed <= own, role
        assert {right for right in Permission if may(vera, right, "relais")} <= {Permission.KEEP_ACCOUNT}
        assert {right for right in Permission if may(vera, right)} <= {Permission.KEEP_ACCOUNT}


def test_a_token_of_a_provider_reads_no_page_and_pushes_its_figures(parties: Flask) -> None:
    found = bearer(create_token(COMMAND_LINE, NOW, name="relais", units=["relais"]), NOW)
    assert found is not None
    actor, _ = found
    assert (actor.is_provider, actor.scopes) == (True, frozenset(Scope))
    assert may(actor, Permission.ENTER_FIGURE, "relais")
    assert not may(actor, Permission.READ_DESK, "relais")
    assert not may(actor, Permission.READ_PAGES)


def test_a_provider_knows_its_promises_and_enters_those_it_makes(parties: Flask) -> None:
    version = history().current
    actors = {
        name: Actor(name, Role.CONTRIBUTOR, scope_of([name]), is_provider=True) for name in ("voix", "relais", "lyon")
    }
    known = {
        name: [one.key for one in version.charter.commitments if concerns(actor, version, one)]
        for name, actor in actors.items()
    }
    both = ["decroche", "paiement"]
    assert known == {"voix": both, "relais": ["paiement", "accueil"], "lyon": both}
    entered = {
        name: [one.key for one in version.charter.commitments if enters(actor, version, one)]
        for name, actor in actors.items()
    }
    assert entered == {"voix": ["decroche"], "relais": ["accueil"], "lyon": ["decroche"]}
    mia = Actor("Mia", Role.MANAGER)
    assert all(concerns(mia, version, one) and enters(mia, version, one) for one in version.charter.commitments)


def test_an_indicator_of_others_is_refused_with_the_names_of_ones_own_alone(parties: Flask) -> None:
    version = history().current
    rene = Actor("René", Role.CONTRIBUTOR, ("relais",), is_provider=True)
    assert find_own(rene, version, "accueil-share")[0].key == "accueil"
    with pytest.raises(NotFound) as refused:
        find_own(rene, version, "decroche-share")
    said = str(refused.value)
    assert "accueil-share" in said
    assert "facture" not in said
    assert "paiement" not in said
    with pytest.raises(NotFound, match="facture-share"):
        find_own(Actor("Mia", Role.MANAGER), version, "absent")


def test_figures_of_a_promise_with_a_provider_are_asked_of_its_units_alone(parties: Flask) -> None:
    version = history().current
    asked = {one.key: set(asked_units(version, one)) for one in version.charter.commitments}
    assert asked["decroche"] == {"voix", "lyon"}
    assert asked["paiement"] == {"voix", "lyon", "relais"}
    assert asked["accueil"] == {"relais"}
    assert asked["formation"] == set(version.tree.by_key)
