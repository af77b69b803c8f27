"""In which language a page speaks: asked in the address, remembered, the person's own, the browser's, else French."""

from __future__ import annotations

from flask import Flask, current_app, request, session, url_for
from flask_babel import get_locale
from flask_login import current_user

from charter.web.extensions import babel
from charter.words.filters import register_filters
from config import LANGUAGES, Settings

KEY = "language"


def choose_language() -> str:
    """`?lang=` → session → the signed-in person → Accept-Language → the installation's default."""
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        return asked
    remembered = session.get(KEY)
    if remembered in LANGUAGES:
        return str(remembered)
    if current_user and current_user.is_authenticated and current_user.actor.language in LANGUAGES:
        return str(current_user.actor.language)
    return request.accept_languages.best_match(LANGUAGES) or str(current_app.config["BABEL_DEFAULT_LOCALE"])


def current_language() -> str:
    """The language of the answer under way."""
    locale = get_locale()
    return locale.language if locale else str(current_app.config["BABEL_DEFAULT_LOCALE"])


def _remember_language() -> None:
    asked = request.args.get("lang")
    if asked in LANGUAGES and session.get(KEY) != asked:
        session[KEY] = asked


def language_links() -> list[dict[str, str | bool]]:
    """The same page in each language."""
    endpoint = request.endpoint if request.endpoint and request.method == "GET" else "intranet.page"
    same = {**(request.view_args or {}), **request.args.to_dict()} if endpoint == request.endpoint else {}
    names = {"fr": "Français", "en": "English"}
    return [
        {
            "code": code,
            "name": names[code],
            "href": url_for(endpoint, **{**same, "lang": code}),
            "is_current": code == current_language(),
        }
        for code in LANGUAGES
    ]


def register_language(app: Flask, settings: Settings) -> None:
    """Bind the choice of language to gettext, to our filters and to the links that change it."""
    app.config["BABEL_DEFAULT_LOCALE"] = settings.default_language
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    babel.init_app(app, locale_selector=choose_language)
    register_filters(app.jinja_env, current_language)
    app.before_request(_remember_language)
    app.context_processor(lambda: {"language": current_language(), "language_links": language_links})
