"""A survey in a real browser: opened by a manager, answered on a phone without JavaScript, read by axe all along."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import NARROW, WIDE
from tests.browser.test_pages import in_language, visit
from tests.web.world import PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def manager(browser: Browser, address: str) -> Iterator[Page]:
    """Mia, signed in."""
    context = browser.new_context(viewport={"width": WIDE, "height": 800}, base_url=address, locale="fr-FR")
    page = context.new_page()
    page.goto("/sign-in?lang=fr")
    page.get_by_label("Adresse électronique").fill("mia@example.org")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url("**/desk")
    yield page
    context.close()


@pytest.fixture(scope="module")
def links(manager: Page, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The links of a questionnaire that Mia opens in her browser, as she downloads them this once."""
    manager.goto("/surveys/new?lang=fr")
    manager.get_by_label("Nom de l’enquête").fill("Clients, automne 2026")
    manager.get_by_label("English").check()
    manager.get_by_label("Dernier jour pour répondre").fill("2026-12-01")
    manager.get_by_label("Combien de clients vous interrogez").fill("6")
    manager.get_by_role("button", name="Ouvrir l’enquête").click()
    expect(manager.get_by_role("heading", level=1)).to_have_text("Clients, automne 2026")
    with manager.expect_download() as waiting:
        manager.get_by_role("button", name="Faire les liens, en liste (CSV)").click()
    path = tmp_path_factory.mktemp("links") / "links.csv"
    waiting.value.save_as(path)
    with Path(path).open(encoding="utf-8") as file:
        return [row["link"] for row in csv.DictReader(file)]


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_pages_of_surveys_have_no_fault_and_fit_a_phone(manager: Page, links: list[str], language: str) -> None:
    assert len(links) == 6
    for address in ("/surveys", "/surveys/1", "/surveys/new", "/surveys/import", links[5]):
        visit(manager, in_language(address, language))
        assert violations(manager) == [], address
        manager.set_viewport_size({"width": NARROW, "height": 800})
        assert fits(manager), address
        manager.set_viewport_size({"width": WIDE, "height": 800})


def test_a_customer_answers_on_a_phone_without_javascript(browser: Browser, links: list[str]) -> None:
    context = browser.new_context(
        viewport={"width": NARROW, "height": 640}, locale="fr-FR", java_script_enabled=False, has_touch=True
    )
    page = context.new_page()
    page.goto(links[0])
    first = page.get_by_role("group").first
    first.get_by_label("Cela me plairait").check()
    page.get_by_role("button", name="Envoyer mes réponses").click()
    expect(page.get_by_text("Seules les paires entières comptent")).to_be_visible()
    expect(page.get_by_role("group").first.get_by_label("Cela me plairait")).to_be_checked()
    page.get_by_role("group").nth(1).get_by_label("Cela me déplairait").check()
    page.get_by_role("button", name="Envoyer mes réponses").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Merci")
    page.goto(links[0])
    expect(page.get_by_role("heading", level=1)).to_have_text("Ce lien a déjà servi")
    context.close()


def test_answers_are_chosen_with_the_keyboard(manager: Page, links: list[str]) -> None:
    manager.goto(in_language(links[1], "fr"))
    manager.get_by_label("Cela me plairait").first.focus()
    manager.keyboard.press("Space")
    manager.keyboard.press("ArrowDown")
    expect(manager.get_by_label("Pour moi, c’est normal").first).to_be_checked()
    size = manager.locator("label.choice").first.bounding_box()
    assert size is not None
    assert size["height"] >= 44
