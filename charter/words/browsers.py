"""What a browser calls itself, as a person knows it: `Firefox (Windows)`."""

from __future__ import annotations

BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
"""The first sign that is found counts: most browsers name the others besides themselves."""
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def browser_word(agent: str | None, language: str) -> str:
    """The browser and the machine; what is not known is told by its own first word.

    >>> browser_word("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "fr")
    'Firefox (Windows)'
    """
    told = agent or ""
    browser = next((name for sign, name in BROWSERS if sign in told), told.partition("/")[0][:40])
    system = next((name for sign, name in SYSTEMS if sign in told), "")
    return f"{browser} ({system})" if browser and system else browser
