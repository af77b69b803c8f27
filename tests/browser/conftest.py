"""A real server on this machine and a real Chromium before it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.serving import serve
from tests.web.world import PASSWORD, make_world

CHROMIUM = "/usr/bin/chromium"
WIDE, NARROW = 1280, 320


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the pages are served."""
    with serve(make_world(Path(tmp_path_factory.mktemp("browser")))) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def session(browser: Browser, address: str) -> str:
    """The cookie of the director, signed in through the form, as a file's content that a new context takes over."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/sign-in?lang=fr")
    page.get_by_label("Adresse électronique").fill("ana@example.org")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url(f"{address}/desk")
    cookie = next(one["value"] for one in context.cookies() if one["name"] == "session")
    context.close()
    return cookie


def _context(browser: Browser, address: str, session: str, width: int) -> BrowserContext:
    context = browser.new_context(viewport={"width": width, "height": 800}, base_url=address, locale="fr-FR")
    context.add_cookies([{"name": "session", "value": session, "url": address}])
    return context


@pytest.fixture
def page(browser: Browser, address: str, session: str) -> Iterator[Page]:
    """A wide window, signed in."""
    context = _context(browser, address, session, WIDE)
    yield context.new_page()
    context.close()


@pytest.fixture
def phone(browser: Browser, address: str, session: str) -> Iterator[Page]:
    """A window of 320 px, signed in."""
    context = _context(browser, address, session, NARROW)
    yield context.new_page()
    context.close()
