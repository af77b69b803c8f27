"""What axe says of a page: its rules for WCAG 2.2 AA and its best practice, told short."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    # Every rule is run; only what it finds is written down, which takes most of the time on a long page.
    "resultTypes": ["violations"],
    "selectors": False,
}


def unfold(page: Page) -> None:
    """Open what is folded, so that it is looked at too."""
    page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")


def violations(page: Page) -> list[str]:
    return [
        f"{one['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for one in Axe().run(page, options=OPTIONS).response["violations"]
        for node in one["nodes"][:3]
    ]
