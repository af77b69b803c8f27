"""A clerk on a phone of 320 px finds her site and reports; a reader answers; she finds what became of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.axe import violations
from tests.web.world import PASSWORD


@pytest.fixture
def clerk(browser: Browser, address: str) -> Iterator[Page]:
    """Somebody without an account, on a phone, and without scripts."""
    context = browser.new_context(
        viewport={"width": 320, "height": 640}, base_url=address, locale="fr-FR", java_script_enabled=False
    )
    yield context.new_page()
    context.close()


def reader_of(browser: Browser, address: str) -> tuple[BrowserContext, Page]:
    context = browser.new_context(base_url=address, locale="fr-FR")
    page = context.new_page()
    page.goto("/sign-in")
    page.get_by_label("Adresse électronique").fill("carl@example.org")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    return context, page


def test_a_clerk_finds_her_site_reports_and_finds_the_answer(clerk: Page, browser: Browser, address: str) -> None:
    outside: list[str] = []
    clerk.on("request", lambda asked: outside.append(asked.url) if not asked.url.startswith(address) else None)
    clerk.goto("/")
    clerk.get_by_label("Mon site").select_option(label="\u2003\u2003Agence de Vannes")
    clerk.get_by_role("button", name="Afficher").click()
    expect(clerk.get_by_role("heading", level=1)).to_contain_text("Agence de Vannes")
    clerk.goto("/")
    expect(clerk.get_by_role("heading", level=1)).to_contain_text("Agence de Vannes")  # remembered
    clerk.locator("summary").filter(has_text="Une facture juste").click()
    clerk.get_by_role("link", name="Ce qui nous empêche de tenir cet engagement (Une facture juste)").click()
    expect(clerk.get_by_label("La promesse")).to_have_value("bill")
    clerk.get_by_role("button", name="Envoyer").click()
    expect(clerk.locator(".error-summary")).to_contain_text("ce texte est vide")
    clerk.get_by_label("En quelques mots").fill("Les relevés ne nous arrivent plus.")
    clerk.get_by_role("button", name="Envoyer").click()
    expect(clerk.get_by_role("heading", level=1)).to_have_text("Merci, c’est bien reçu")
    number = clerk.url.partition("number=")[2].partition("&")[0]

    context, carl = reader_of(browser, address)
    carl.goto("/observations?lang=fr")
    expect(carl.get_by_text("Les relevés ne nous arrivent plus.")).to_be_visible()
    assert violations(carl) == []
    one = carl.locator(f"#observation-{number}")
    one.get_by_role("button", name="Accepter").click()
    expect(carl.get_by_role("status")).to_contain_text(f"L’observation {number} est affichée")
    carl.goto("/observations?state=all&lang=en")
    assert violations(carl) == []
    one = carl.locator(f"#observation-{number}")
    one.get_by_text("Answer or change").click()
    one.get_by_label("The outcome, in public words").fill("Le lien est rétabli.")
    one.get_by_role("button", name="Answer").click()
    context.close()

    clerk.get_by_role("link", name="Retour à la page de mon site").click()
    expect(clerk.locator("#bill")).to_contain_text("Les relevés ne nous arrivent plus.")
    expect(clerk.locator("#bill")).to_contain_text("Le lien est rétabli.")
    assert outside == []


def test_the_form_is_filled_by_keyboard_alone(phone: Page) -> None:
    phone.goto("/observe?unit=vannes&commitment=bill&lang=fr")
    phone.get_by_label("Mon site").focus()
    for _ in range(2):
        phone.keyboard.press("Tab")
    expect(phone.get_by_label("Ce qui nous empêche de tenir cet engagement")).to_be_focused()
    phone.keyboard.press("ArrowDown")
    expect(phone.get_by_label("Les mots d’un client")).to_be_checked()
    phone.keyboard.press("Tab")
    expect(phone.get_by_label("En quelques mots")).to_be_focused()
    phone.keyboard.press("Tab")
    expect(phone.get_by_role("button", name="Envoyer")).to_be_focused()  # the trap is no stop


def test_what_looks_personal_is_asked_about_without_a_fault(phone: Page) -> None:
    phone.goto("/observe?unit=vannes&commitment=bill&lang=fr")
    phone.get_by_label("En quelques mots").fill("Mme Dupont, 06 12 34 56 78, attend")
    phone.get_by_role("button", name="Envoyer").click()
    expect(phone.locator(".preview blockquote")).to_have_text("[…], […], attend")
    assert violations(phone) == []
    assert phone.evaluate("document.documentElement.scrollWidth") == 320
