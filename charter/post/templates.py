"""Mails in words: each is a template of its own in text and in HTML, in the language of who reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from charter.words.filters import register_filters

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
TRANSLATIONS = ROOT / "charter" / "translations"


@dataclass(frozen=True)
class Written:
    """A mail in words."""

    subject: str
    text: str
    html: str


def write_mail(template: str, language: str, facts: Mapping[str, Any]) -> Written:
    """The mail of that name (`templates/mail/NAME.subject.txt`, `.txt`, `.html`), said of these facts."""
    env = _environment(language)
    given = {**facts, "language": language, "css": Markup(_css())}
    subject, text, html = (
        env.get_template(f"mail/{template}.{end}").render(given).strip() for end in ("subject.txt", "txt", "html")
    )
    return Written(subject, text + "\n", html)


@lru_cache(maxsize=2)
def _environment(language: str) -> Environment:
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"], default=False),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    catalogue: NullTranslations = Translations.load(TRANSLATIONS, [language])
    env.install_gettext_translations(catalogue, newstyle=True)  # type: ignore[attr-defined]
    register_filters(env, lambda: language)
    return env


@lru_cache(maxsize=1)
def _css() -> str:
    return (TEMPLATES / "mail" / "mail.css").read_text(encoding="utf-8")
