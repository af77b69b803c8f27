"""What is stored, as a person reads it."""

from __future__ import annotations

from collections.abc import Mapping

from charter.words.formats import NONE, text_in


def spelled(value: object, language: str) -> str:
    """A stored value in full, without the signs of its storage: words in the reader's language, lists with semicolons.

    >>> spelled({"title": {"en": "A bill", "fr": "Une facture"}, "units": ["west", "south"]}, "en")
    'title: A bill; units: west, south'
    """
    if isinstance(value, Mapping):
        if value and set(value) <= {"fr", "en"}:
            return text_in(value, language)
        said = "; ".join(f"{name}: {spelled(one, language)}" for name, one in value.items())
    elif isinstance(value, list | tuple):
        between = "; " if any(isinstance(one, Mapping) for one in value) else ", "
        said = between.join(spelled(one, language) for one in value)
    else:
        said = "" if value is None else str(value)
    return said or NONE


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
