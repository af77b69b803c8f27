"""A clerk without an account, on a phone of 360 px and without scripts, notes incivility; a reader follows it up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import violations
from tests.serving import serve
from tests.web.incident_world import make_logged_world
from tests.web.world import PASSWORD


@pytest.fixture(scope="module")
def logged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the pages of a charter with a log are served."""
    with serve(make_logged_world(Path(tmp_path_factory.mktemp("incidents")))) as address:
        yield address


@pytest.fixture
def clerk(browser: Browser, logged: str) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 360, "height": 640}, base_url=logged, locale="fr-FR", java_script_enabled=False
    )
    yield context.new_page()
    context.close()


def width_of(browser: Browser, address: str) -> int:
    """How wide a page is on a phone of 320 px."""
    page = browser.new_page(viewport={"width": 320, "height": 640})
    page.goto(address)
    found = int(page.evaluate("document.documentElement.scrollWidth"))
    page.close()
    return found


def test_a_clerk_notes_incivility_and_a_reader_writes_down_the_support(
    clerk: Page, browser: Browser, logged: str
) -> None:
    clerk.goto("/?unit=vannes")
    clerk.locator("summary").filter(has_text="Un client a manqué de respect").click()
    clerk.get_by_role("link", name="Noter une incivilité").click()
    expect(clerk.get_by_label("Où")).to_have_value("vannes")
    clerk.get_by_label("Quel jour").fill("2026-11-05")
    clerk.get_by_role("button", name="Envoyer").click()
    expect(clerk.locator(".error-summary")).to_contain_text("Choisissez dans la liste ce qui s’est passé")
    expect(clerk.get_by_label("Quel jour")).to_have_value("2026-11-05")
    clerk.get_by_label("Menaces").check()
    clerk.get_by_label("À quel point de contact").select_option("bill")
    clerk.get_by_label("En quelques mots, si vous le souhaitez").fill("Il a levé la main.")
    clerk.get_by_role("button", name="Envoyer").click()
    expect(clerk.get_by_role("heading", level=1)).to_have_text("Merci, c’est bien reçu")
    expect(clerk.locator("main")).to_contain_text("Ni nom, ni compte, ni heure")
    number = clerk.url.partition("number=")[2].partition("&")[0]

    context = browser.new_context(base_url=logged, locale="fr-FR")
    carl = context.new_page()
    carl.goto("/sign-in")
    carl.get_by_label("Adresse électronique").fill("carl@example.org")
    carl.get_by_label("Mot de passe").fill(PASSWORD)
    carl.get_by_role("button", name="Se connecter").click()
    carl.wait_for_url("**/desk")
    carl.get_by_role("link", name="Suivre", exact=True).click()
    expect(carl.get_by_role("heading", level=1)).to_have_text("Incivilités à suivre")
    assert violations(carl) == []
    one = carl.locator(f"#observation-{number}")
    expect(one).to_contain_text("Il a levé la main.")
    one.get_by_label("Soutien donné le").fill("2026-11-06")
    one.get_by_label("Soutien apporté au collègue").select_option("relief")
    one.get_by_role("button", name="Noter").click()
    expect(carl.get_by_role("status")).to_contain_text(f"Incident {number}")
    context.close()
    clerk.goto("/?unit=vannes")
    assert "levé la main" not in clerk.content()


@pytest.mark.parametrize("path", ["/incident?unit=vannes&lang=fr", "/incident?unit=vannes&lang=en"])
def test_the_form_is_whole_on_a_small_phone_and_for_everybody(browser: Browser, logged: str, path: str) -> None:
    assert width_of(browser, logged + path) == 320
    page = browser.new_page()
    page.goto(logged + path)
    assert violations(page) == []
    page.close()
