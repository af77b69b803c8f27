"""The manager's journey in a real browser: a commitment from nothing to a measured figure, axe on every page passed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.services.checks.running import run_due
from charter.services.records.access import Access
from charter.services.work.worker import run_jobs
from tests.browser.axe import unfold, violations
from tests.browser.test_gaps import GLUED, LEAST
from tests.serving import serve
from tests.web.world import NOW, PASSWORD, make_world

pytestmark = [
    pytest.mark.browser,
    # Ibis asks DuckDB for Arrow tables by a name that DuckDB is retiring.
    pytest.mark.filterwarnings("ignore:fetch_.*is deprecated:DeprecationWarning"),
]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return make_world(Path(tmp_path_factory.mktemp("editing")))


@pytest.fixture(scope="module")
def served(app: Flask) -> Iterator[str]:
    with serve(app) as address:
        yield address


@pytest.fixture
def manager(browser: Browser, served: str) -> Iterator[Callable[[int], Page]]:
    """A window of some width with the manager signed in, in French."""
    opened = []

    def open_(width: int) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 800}, base_url=served, locale="fr-FR")
        opened.append(context)
        page = context.new_page()
        page.goto("/sign-in?lang=fr")
        page.get_by_label("Adresse électronique").fill("mia@example.org")
        page.get_by_label("Mot de passe").fill(PASSWORD)
        page.get_by_role("button", name="Se connecter").click()
        page.wait_for_url("**/desk")
        return page

    yield open_
    for context in opened:
        context.close()


def blameless(page: Page) -> None:
    """Nothing for axe to say of what is on the screen, and no sideways scroll."""
    unfold(page)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url
    assert page.evaluate(GLUED, LEAST) == [], page.url


def test_a_manager_encodes_a_new_commitment_and_sees_it_measured(app: Flask, manager: Callable[[int], Page]) -> None:
    page = manager(1280)
    page.get_by_role("link", name="Charte", exact=True).click()
    blameless(page)
    page.get_by_role("button", name="Commencer un brouillon").click()
    page.get_by_role("link", name="Ajouter un engagement").click()
    page.locator("summary", has_text="Adresse et clé").click()
    page.get_by_label("Clé", exact=True).fill("warned")
    page.get_by_label("Titre en français").fill("Prévenus à temps")
    page.get_by_label("La promesse en français").fill("Nous vous prévenons avant toute hausse.")
    page.get_by_role("button", name="Enregistrer dans le brouillon").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing" if "lang=en" in page.url else "Rien n’est encore écrit")
    expect(page.get_by_role("alert")).to_be_focused()
    # What is typed is read at the right, without a button.
    expect(page.locator("#reading")).to_contain_text("Nous vous prévenons avant toute hausse.")
    page.get_by_label("La promesse en français").fill("Nous vous prévenons avant chaque hausse.")
    expect(page.locator("#reading")).to_contain_text("avant chaque hausse")
    blameless(page)
    page.get_by_label("Responsable").fill("Service facturation")
    page.get_by_role("button", name="Enregistrer dans le brouillon").click()
    expect(page.get_by_role("status").first).to_contain_text("Prévenus à temps")
    page.get_by_role("link", name="Ajouter un indicateur à Prévenus à temps").click()
    blameless(page)
    page.get_by_role("link", name="Taux de conformité", exact=True).click()
    page.locator("summary", has_text="Adresse et clé").click()
    page.get_by_label("Clé", exact=True).fill("warned-in-time")
    page.get_by_label("Titre en français").fill("Clients prévenus")
    page.get_by_label("Source", exact=True).select_option("broken")
    expect(page.locator("input#date")).to_be_visible()
    page.get_by_label("Source", exact=True).select_option("cases")
    expect(page.locator("select#date")).to_be_visible()
    page.get_by_label("Colonne de la date").select_option("day")
    page.get_by_label("Cas comptés comme tenus").fill("ok_bill: 1")
    page.get_by_label("Colonne de l’entité").fill("agency")
    page.get_by_label("De, 1", exact=True).fill("2026-07-01")
    page.get_by_label("Niveau exigé (%), 1").fill("75")
    page.get_by_role("button", name="Enregistrer dans le brouillon").click()
    blameless(page)
    page.get_by_role("button", name="Voir ce que cela compte").click()
    with app.app_context():
        run_jobs(COMMAND_LINE, lambda: NOW, Access())
    expect(page.get_by_text("82,5")).to_be_visible()
    blameless(page)
    page.goto("/charter/draft")
    expect(page.get_by_role("rowheader", name="Clients prévenus")).to_be_visible()
    page.get_by_label("Pourquoi la charte change").fill("Les clients demandent à être prévenus.")
    blameless(page)
    page.get_by_role("button", name="Publier cette version").click()
    page.wait_for_url("**/charter")
    with app.app_context():
        run_due(COMMAND_LINE, NOW, Access())
    page.goto("/commitments/warned?period=2026-10&lang=fr")
    expect(page.locator("main")).to_contain_text("82,5")
    page.goto("/charter/versions/2?lang=en")
    expect(page.locator("main")).to_contain_text("Les clients demandent à être prévenus.")
    blameless(page)


@pytest.mark.parametrize("width", [1280, 320])
def test_every_page_of_the_draft_reads_well(manager: Callable[[int], Page], width: int) -> None:
    page = manager(width)
    page.goto("/charter?lang=en")
    begin = page.get_by_role("button", name="Begin a draft")
    if begin.count():
        begin.click()
    for where in ("", "/head", "/units", "/file", "/units/vannes", "/sources/cases", "/sources/new",
                  "/commitments/bill",
                  "/indicators/billed", "/indicators/new?below=bill&kind=share-within"):  # fmt: skip
        page.goto(f"/charter/draft{where}{'&' if '?' in where else '?'}lang=en")
        blameless(page)
