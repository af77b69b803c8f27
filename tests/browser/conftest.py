"""A real server on this machine and a real Chromium before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.serving import serve
from tests.web.world import PASSWORD, make_world

CHROMIUM = "/usr/bin/chromium"
WIDE, NARROW = 1280, 320
# A busy machine answers late, and no less right.
expect.set_options(timeout=60_000)


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
def cookie_of(browser: Browser, address: str) -> Callable[[str], str]:
    """The session of one of the cast, signed in through the form once, for a new context to take over."""

    @cache
    def sign_in(name: str) -> str:
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{address}/sign-in?lang=fr")
        page.get_by_label("Adresse électronique").fill(f"{name}@example.org")
        page.get_by_label("Mot de passe").fill(PASSWORD)
        page.get_by_role("button", name="Se connecter").click()
        page.wait_for_url(f"{address}/desk")
        cookie = next(one["value"] for one in context.cookies() if one["name"] == "session")
        context.close()
        return cookie

    return sign_in


@pytest.fixture(scope="session")
def session(cookie_of: Callable[[str], str]) -> str:
    """The session of the director."""
    return cookie_of("ana")


@pytest.fixture(scope="session")
def window_of(browser: Browser, address: str, cookie_of: Callable[[str], str]) -> Iterator[Callable[[str], Page]]:
    """One window for each of the cast, kept open: what every page loads alike is loaded once."""
    opened: dict[str, BrowserContext] = {}

    def window(name: str) -> Page:
        if name not in opened:
            opened[name] = _context(browser, address, cookie_of(name), WIDE)
            opened[name].new_page()
        return opened[name].pages[0]

    yield window
    for context in opened.values():
        context.close()


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
