"""Help where one stands: terms by pointer, keys and finger, search by Ctrl K; help on a narrow screen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import NARROW, WIDE


def opened(browser: Browser, address: str, session: str, **given: object) -> BrowserContext:
    context = browser.new_context(base_url=address, locale="fr-FR", **given)  # type: ignore[arg-type]
    context.add_cookies([{"name": "session", "value": session, "url": address}])
    return context


@pytest.fixture
def page(browser: Browser, address: str, session: str) -> Iterator[Page]:
    context = opened(browser, address, session, viewport={"width": WIDE, "height": 800})
    yield context.new_page()
    context.close()


def test_a_term_is_told_by_pointer_and_by_keys_and_goes_away(page: Page) -> None:
    page.goto("/desk?lang=fr")
    term, tip = page.get_by_role("button", name="socle", exact=True), page.locator("#term-floor")
    expect(tip).to_be_hidden()
    term.hover()
    expect(tip).to_contain_text("Ce que tout client trouve normal.")
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    page.mouse.move(5, 790)
    term.focus()
    page.keyboard.press("Enter")
    expect(tip).to_be_visible()
    assert tip.evaluate("one => one.matches(':popover-open')")
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()


def test_a_term_is_told_by_a_tap_without_scripts(browser: Browser, address: str, session: str) -> None:
    phone = {"width": NARROW, "height": 800}
    context = opened(browser, address, session, viewport=phone, has_touch=True, java_script_enabled=False)
    page = context.new_page()
    page.goto("/desk?lang=fr")
    page.get_by_role("button", name="socle", exact=True).tap()
    expect(page.locator("#term-floor")).to_be_visible()
    page.locator("#term-floor a").tap()
    expect(page.get_by_role("heading", name="socle (confiance normative)")).to_be_visible()
    page.goto("/desk?lang=fr")
    page.get_by_role("link", name="Rechercher").tap()
    page.get_by_label("Engagement, entité, page ou aide").fill("facture")
    page.get_by_role("button", name="Chercher").tap()
    expect(page.get_by_role("link", name="2. Une facture juste")).to_be_visible()
    context.close()


def test_search_opens_by_keys_and_is_walked_by_arrows(page: Page) -> None:
    page.goto("/checks?lang=fr")
    page.keyboard.press("Control+k")
    page.keyboard.type("facture")
    box = page.get_by_role("dialog", name="Rechercher")
    expect(box.get_by_role("link", name="2. Une facture juste")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/commitments/bill")
    page.keyboard.press("Control+k")
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_be_hidden()


@pytest.mark.parametrize("where", ["/help/", "/help/charts", "/help/terms", "/search?q=agence"])
def test_help_and_search_fit_a_narrow_screen_and_are_sound(page: Page, where: str) -> None:
    page.set_viewport_size({"width": NARROW, "height": 800})
    page.goto(where)
    assert page.evaluate("document.documentElement.scrollWidth") == NARROW
    assert violations(page) == []
