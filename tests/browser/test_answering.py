"""A customer answers in a real browser: one promise a screen, saved on the device, in another language, without cookies
or scripts, with words of their own."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Route, expect

from tests.browser.axe import violations
from tests.browser.conftest import NARROW

pytestmark = pytest.mark.browser
PHONE = {"width": NARROW, "height": 640}


@pytest.fixture(scope="module")
def links(window_of: Callable[[str], Page], tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """Links of a questionnaire that asks why, one for each test."""
    manager = window_of("mia")
    manager.goto("/surveys/new?lang=fr")
    manager.get_by_label("Nom de l’enquête").fill("Pourquoi, automne 2026")
    manager.get_by_label("English").check()
    manager.get_by_label("Laisser les clients écrire pourquoi, sur chaque promesse").check()
    manager.get_by_label("Dernier jour pour répondre").fill("2026-12-01")
    manager.get_by_label("Combien de clients vous interrogez").fill("8")
    manager.get_by_role("button", name="Ouvrir l’enquête").click()
    with manager.expect_download() as waiting:
        manager.get_by_role("button", name="Faire les liens, en liste (CSV)").click()
    path = tmp_path_factory.mktemp("links") / "links.csv"
    waiting.value.save_as(path)
    with Path(path).open(encoding="utf-8") as file:
        yield [row["link"] for row in csv.DictReader(file)]


def phone(browser: Browser, **settings: object) -> BrowserContext:
    return browser.new_context(viewport=PHONE, locale="fr-FR", has_touch=True, **settings)  # type: ignore[arg-type]


def screens(page: Page) -> list[bool]:
    """Which promises are on the screen."""
    return [one.is_visible() for one in page.locator(".asked").all()]


def first_pair(page: Page) -> None:
    groups = page.locator(".asked:not([hidden])").first.get_by_role("group")
    groups.nth(0).locator("input").nth(1).check()
    groups.nth(1).locator("input").nth(4).check()


def test_one_promise_a_screen_saved_on_the_device_and_in_another_language(browser: Browser, links: list[str]) -> None:
    context = phone(browser)
    page = context.new_page()
    page.goto(links[0])
    count = len(screens(page))
    assert (count > 1, screens(page).count(True)) == (True, 1)
    send = page.get_by_role("button", name="Envoyer mes réponses")
    expect(send).to_be_hidden()
    first_pair(page)
    page.locator("textarea:visible").fill("Une facture fausse me coûte une journée.")
    assert violations(page) == []
    page.get_by_role("button", name="Promesse suivante").click()
    assert screens(page)[:2] == [False, True]
    expect(page.locator(".asked h2").nth(1)).to_be_focused()
    page.get_by_role("button", name="Retour").click()
    assert screens(page)[0]
    page.close()

    again = context.new_page()
    again.goto(links[0])
    assert screens(again)[:2] == [False, True], "it goes on where it stopped"
    assert again.locator("input:checked").count() == 2
    expect(again.locator("textarea").first).to_have_value("Une facture fausse me coûte une journée.")
    for _ in range(count - 2):
        again.get_by_role("button", name="Promesse suivante").click()
    again.get_by_role("button", name="English").click()
    expect(again.get_by_role("heading", level=1)).to_have_text("What do our promises mean to you?")
    assert again.locator("input:checked").count() == 2
    expect(again.locator("textarea").first).to_have_value("Une facture fausse me coûte une journée.")
    for _ in range(count - 2):
        again.get_by_role("button", name="Next promise").click()
    again.get_by_role("button", name="Send my answers").click()
    expect(again.get_by_role("heading", level=1)).to_have_text("Thank you")
    assert again.evaluate("localStorage.length") == 0, "nothing stays on the device"
    again.goto(links[0])
    expect(again.get_by_role("heading", level=1)).to_have_text("This link has been used")
    context.close()


def test_another_device_knows_nothing_of_what_was_ticked(browser: Browser, links: list[str]) -> None:
    for _ in range(2):
        context = phone(browser)
        page = context.new_page()
        page.goto(links[1])
        assert page.locator("input:checked").count() == 0
        first_pair(page)
        context.close()


def without_cookies(route: Route) -> None:
    """A browser that sends no cookie and takes none."""
    headers = {name: value for name, value in route.request.headers.items() if name != "cookie"}
    # A page that is left while something of it is under way takes no answer any more.
    with suppress(Error):
        answer = route.fetch(headers=headers, max_redirects=0)
        kept = {name: value for name, value in answer.headers.items() if name != "set-cookie"}
        route.fulfill(response=answer, headers=kept)


NO_STORAGE = """
Object.defineProperty(window, "localStorage", {get() { throw new DOMException("no", "SecurityError"); }});
"""


def test_without_cookies_and_without_storage_everything_can_be_sent(browser: Browser, links: list[str]) -> None:
    context = phone(browser)
    context.route("**/*", without_cookies)
    context.add_init_script(NO_STORAGE)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(links[2])
    first_pair(page)
    for _ in range(len(screens(page)) - 1):
        page.get_by_role("button", name="Promesse suivante").click()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What do our promises mean to you?")
    assert page.locator("input:checked").count() == 2, "another language loses nothing"
    send = page.get_by_role("button", name="Send my answers")
    # The whole form stands there until the script has run: only then is one promise a screen.
    expect(page.locator(".asked").filter(visible=True)).to_have_count(1)
    for _ in range(len(screens(page)) - 1):
        if not send.is_visible():
            page.get_by_role("button", name="Next promise").click()
    send.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    assert faults == []
    context.close()


def test_without_scripts_the_whole_form_stands_there_and_keeps_what_was_said(
    browser: Browser, links: list[str]
) -> None:
    context = phone(browser, java_script_enabled=False)
    page = context.new_page()
    page.goto(links[3])
    assert all(screens(page))
    first_pair(page)
    page.locator("textarea").first.fill("Écrivez-moi : jean@example.org")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What do our promises mean to you?")
    assert page.locator("input:checked").count() == 2
    expect(page.locator("textarea").first).to_have_value("Écrivez-moi : jean@example.org")
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    expect(page.get_by_text("is read by somebody before anybody else sees it")).to_be_visible()
    context.close()
