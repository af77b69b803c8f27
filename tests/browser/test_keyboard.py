"""Tasks by keyboard alone: every control is reached and seen, and after a refusal the keys stand at its summary."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

CONTROLS = """[...document.querySelectorAll(
  'main :is(input:not([type=hidden]), select, textarea, button, a[href], summary)')]
  .filter((one) => one.checkVisibility({visibilityProperty: true}) && !one.disabled && !one.closest('.trap')
    && one.tabIndex >= 0 && one.type !== 'radio')"""
REACHED = f"""() => {{ window.seen = new Set(); window.dull = [];
  document.addEventListener('focusin', ({{target}}) => {{ window.seen.add(target);
    const style = getComputedStyle(target);
    const isSeen = target.matches(':focus-visible') && style.outlineStyle !== 'none';
    if (!isSeen) window.dull.push(target.outerHTML.slice(0, 90));
  }});
  return {CONTROLS}.length; }}"""
MISSED = f"() => {CONTROLS}.filter((one) => !window.seen.has(one)).map((one) => one.outerHTML.slice(0, 90))"

TASKS = (
    ("ana", "/commitments/bill/comment", "Enregistrer le commentaire"),
    ("ana", "/commitments/bill/action", "Planifier l’action"),
    ("ana", "/commitments/bill/replies", "Enregistrer"),
    ("ana", "/classification/bill/decision", "Enregistrer cette décision"),
    ("mia", "/surveys/new", "Ouvrir l’enquête"),
    ("adam", "/accounts/new", "Créer le compte"),
    ("ana", "/observe?unit=vannes&commitment=bill", "Envoyer"),
)
"""Who does it, where, and the button that is refused while nothing is written."""


@pytest.mark.browser
@pytest.mark.parametrize(("name", "where", "button"), TASKS)
def test_a_task_is_done_by_keys(window_of: Callable[[str], Page], name: str, where: str, button: str) -> None:
    page = window_of(name)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{where}{'&' if '?' in where else '?'}lang=fr")
    stops = page.evaluate(REACHED)
    assert stops > 2
    # The head of the page, and days that are written in three parts and a button.
    for _ in range(stops + 40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('footer') !== null"):
            break
    assert page.evaluate(MISSED) == []
    assert page.evaluate("window.dull") == []
    for area in page.locator("main textarea").all():
        if area.is_visible():
            area.focus()
            page.keyboard.press("Control+a")
            page.keyboard.press("Delete")
    page.get_by_role("button", name=button).last.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".error-summary").first).to_be_focused()
