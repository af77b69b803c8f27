"""Pages in a real browser: no fault for axe, nothing refused by the policy, narrow screens, keyboard."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

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
    "/commitments",
    "/commitments/answer",
    "/commitments/bill",
    "/commitments/nothing",
    "/commitments/advice",
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
    "/nowhere",
)
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def in_language(address: str, language: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}lang={language}"


def visit(page: Page, address: str) -> None:
    """Open a page, which must not fail, with what is folded in it."""
    answer = page.goto(address)
    assert answer is not None
    assert answer.status < 500, address
    page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES)
    return [
        f"{one['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for one in found.response["violations"]
        for node in one["nodes"][:3]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("where", PAGES)
def test_page_has_no_fault_for_those_who_read_otherwise(page: Page, where: str, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if "Content Security Policy" in said.text else None)
    visit(page, in_language(where, "fr" if scheme == "light" else "en"))
    assert violations(page) == []
    assert refused == []


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("where", PAGES)
def test_page_fits_a_narrow_screen(phone: Page, where: str, language: str) -> None:
    visit(phone, in_language(where, language))
    assert phone.evaluate("document.documentElement.scrollWidth") == 320


@pytest.mark.parametrize("where", ["/", "/desk", "/commitments/bill", "/classification"])
def test_narrow_page_has_no_fault_for_those_who_read_otherwise(phone: Page, where: str) -> None:
    visit(phone, in_language(where, "fr"))
    assert violations(phone) == []


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


def test_on_a_phone_the_table_becomes_cards_in_the_same_order(phone: Page) -> None:
    phone.goto("/desk?lang=fr")
    card = phone.locator(".ledger.desk tbody tr").nth(1)
    tops = [cell.bounding_box()["y"] for cell in card.locator("th, td").all()]  # type: ignore[index]
    assert tops == sorted(tops)
    assert card.get_by_role("cell").count() == 9
    expect(phone.get_by_role("table")).to_be_visible()


def test_text_twice_as_large_still_fits(browser: Browser, address: str, session: str) -> None:
    """Zoom of 200 % on a screen of 1280 px is a window of 640 px."""
    context = browser.new_context(viewport={"width": 640, "height": 400}, base_url=address, device_scale_factor=2)
    context.add_cookies([{"name": "session", "value": session, "url": address}])
    page = context.new_page()
    for where in PAGES:
        page.goto(where)
        assert page.evaluate("document.documentElement.scrollWidth") == 640, where
    context.close()
