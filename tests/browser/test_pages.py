"""Pages in a real browser: no fault for axe, nothing refused by the policy, narrow screens, keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.browser.axe import unfold, violations
from tests.browser.conftest import NARROW, WIDE

PAGES = (
    "/",
    "/?unit=vannes",
    "/embed",
    "/observe?unit=vannes&commitment=bill",
    "/thank?unit=vannes",
    "/sent?kind=obstacle&number=3&unit=vannes",
    "/estimate?unit=vannes",
    "/poster?unit=vannes",
    "/desk",
    "/matrix",
    "/matrix?show=changed",
    "/parties",
    "/commitments",
    "/commitments/answer",
    "/commitments/bill",
    "/commitments/nothing",
    "/commitments/advice",
    "/commitments/bill/history",
    "/commitments/bill/comment",
    "/commitments/bill/action",
    "/commitments/answer/limits",
    "/actions?show=all",
    "/actions/1",
    "/actions/2",
    "/checks",
    "/checks/billed/2026-10",
    "/jobs",
    "/classification",
    "/classification?commitment=answer",
    "/classification?commitment=bill",
    "/classification/bill/decision",
    "/classification/bill/sector",
    "/classification/bill/experts",
    "/reports",
    "/alerts",
    "/account/mail",
    "/reports/2026-10",
    "/reports/2026-09",
    "/post",
    "/audit",
    "/account",
    "/account/places",
    "/search?q=facture",
    "/help/terms",
    "/effort",
    "/symmetry",
    "/commitments/bill/replies",
    "/commitments/bill/why",
    "/nowhere",
)
NARROW_TOO = ("/", "/desk", "/commitments/bill", "/classification", "/matrix")
"""Where axe looks at the cards of a phone as well."""
OTHERS = {
    "mia": (
        "/accounts",
        "/figures",
        "/figures/choose?indicator=billed",
        "/observations",
        "/charter",
        "/charter/files",
        "/surveys",
        "/surveys/new",
        "/words",
        "/checks",
    ),
    "adam": ("/accounts", "/accounts/new", "/desk"),
    "dan": ("/desk", "/commitments/bill", "/commitments/bill/history", "/charter", "/charter/versions/1", "/surveys"),
    "carl": ("/desk", "/commitments/bill", "/figures", "/observations"),
}
"""What others of the cast see that the director does not, or see otherwise."""
EVERY = [("ana", where) for where in PAGES] + [(name, where) for name, pages in OTHERS.items() for where in pages]


def in_language(address: str, language: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}lang={language}"


def visit(page: Page, address: str) -> None:
    """Open a page, which must not fail, with what is folded in it."""
    answer = page.goto(address)
    assert answer is not None
    assert answer.status < 500, address
    unfold(page)


SIDEWAYS = """[...document.querySelectorAll('main *')].filter((one) => one.scrollWidth > one.clientWidth + 1
  && ['auto', 'scroll'].includes(getComputedStyle(one).overflowX) && !one.matches('.wide-table, textarea')
  && one.checkVisibility()).map((one) => one.outerHTML.slice(0, 120))"""
"""What scrolls sideways on a phone: nothing but the matrix, which is a map of all units by all promises."""


def width(page: Page, window: int) -> int:
    """How wide the page is in a window of that width."""
    page.set_viewport_size({"width": window, "height": 800})
    return int(page.evaluate("document.documentElement.scrollWidth"))


@pytest.mark.parametrize(("name", "where"), EVERY)
def test_page_has_no_fault_and_fits_every_window(window_of: Callable[[str], Page], name: str, where: str) -> None:
    """Light in French, dark in English: axe and the policy; then 640 px (1280 px at 200 %) and 320 px."""
    page = window_of(name)
    refused: list[str] = []

    def note(said: ConsoleMessage) -> None:
        if "Content Security Policy" in said.text:
            refused.append(said.text)

    page.on("console", note)
    for language, scheme in (("fr", "light"), ("en", "dark")):
        page.set_viewport_size({"width": WIDE, "height": 800})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        visit(page, in_language(where, language))
        assert violations(page) == [], scheme
        assert [width(page, window) for window in (WIDE, 640, NARROW)] == [WIDE, 640, NARROW], language
        assert page.evaluate(SIDEWAYS) == [], language
        if where in NARROW_TOO and language == "fr":
            assert violations(page) == [], "narrow"
    page.remove_listener("console", note)
    assert refused == []


def test_menu_opens_by_keyboard_and_leads_on(page: Page) -> None:
    page.goto("/desk?lang=fr")
    more = page.locator("header summary")
    expect(page.get_by_role("navigation", name="Principal").get_by_role("link")).to_have_count(5)
    more.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Contrôles", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/checks")
    expect(page.locator("header summary")).to_have_text("Plus\u00a0: Contrôles")


def test_nothing_moves_for_those_who_ask_for_it(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    for where in ("/desk", "/commitments/bill", "/?unit=vannes"):
        page.goto(where)
        moving = """[...document.querySelectorAll('*')].map((one) => getComputedStyle(one)).filter(
            (style) => parseFloat(style.transitionDuration) > 0.01 || style.animationName !== 'none').length"""
        assert page.evaluate(moving) == 0, where


def test_the_first_key_leads_to_the_content(page: Page) -> None:
    page.goto("/desk?lang=fr")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Aller au contenu")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_the_keyboard_reaches_the_stones_and_opens_one(page: Page) -> None:
    page.goto("/desk?lang=fr")
    stone = page.locator("svg.house a").first
    for _ in range(40):
        page.keyboard.press("Tab")
        if stone.evaluate("(element) => element === document.activeElement"):
            break
    expect(stone).to_be_focused()
    assert stone.evaluate("(element) => getComputedStyle(element).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Un conseil")


def test_a_pointer_s_choice_applies_at_once_a_key_s_waits_for_the_button(page: Page) -> None:
    page.goto("/desk?lang=fr")
    page.get_by_label("Mois", exact=True).select_option("2026-09")
    page.wait_for_url("**/desk?period=2026-09&unit=company")
    page.get_by_label("Entité", exact=True).focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="Afficher")).to_be_visible()
    assert page.url.endswith("unit=company")
    page.keyboard.press("Tab")
    expect(page.locator("summary", has_text="Filtrer")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**unit=west")


def test_the_month_is_chosen_without_scripts_too(browser: Browser, address: str, session: str) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=address)
    context.add_cookies([{"name": "session", "value": session, "url": address}])
    page = context.new_page()
    page.goto("/desk?lang=fr")
    page.get_by_label("Mois", exact=True).select_option("2026-09")
    page.get_by_role("button", name="Afficher").click()
    expect(page.locator(".over")).to_contain_text("septembre 2026")
    context.close()


def test_targets_of_the_intranet_page_are_large(phone: Page) -> None:
    phone.goto("/?lang=fr")
    for control in phone.locator("select, button, nav a").all():
        box = control.bounding_box()
        assert box is not None
        assert box["height"] >= 44


def test_on_a_phone_a_promise_is_its_name_status_value_and_course(phone: Page) -> None:
    phone.goto("/desk?lang=fr")
    card = phone.locator(".ledger.desk tbody tr").nth(1)
    for shown in (".rank", "th a", ".state", ".worth", ".course svg"):
        expect(card.locator(shown)).to_be_visible()
    expect(card.locator(".beside").first).to_be_hidden()
    expect(phone.get_by_role("table").first).to_be_visible()
