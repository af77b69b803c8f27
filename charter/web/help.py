"""Help where one stands: its pages, the page that is about this one, and terms explained at their first place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Flask, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup, escape

from charter.domain.vocabulary.errors import NotFound
from charter.domain.vocabulary.terms import Role
from charter.web.frame.access import current_actor
from charter.web.frame.layout import current_language
from charter.words.help.pages import INDEX, TERMS, HelpPage, help_pages, rendered
from charter.words.help.terms import find_term, terms

pages = Blueprint("help", __name__, url_prefix="/help")

ABOUT: Mapping[str, str] = {
    "desk": "floor",
    "matrix": "floor",
    "commitments": "charts",
    "classification": "suspended",
    "intranet": "frontline",
    "observe": "frontline",
    "estimate": "frontline",
    "symmetry": "frontline",
    "effort": "charts",
    "figures": "contributor",
    "actions": "contributor",
    "observations": "contributor",
    "checks": "manager",
    "charter": "manager",
    "draft": "manager",
    "surveys": "manager",
    "reports": "director",
    "audit": "auditor",
    "accounts": "admin",
    "posting": "admin",
    "first": "founder",
}
"""The page of help that is about a group of pages; elsewhere it is that of one's role."""

BESIDE = ("floor", "suspended", "charts", TERMS)
"""What a page of help lists beside it, before those of the roles."""


@dataclass(frozen=True)
class HelpLink:
    """A page of help as a link; `name` is empty for the list of all."""

    name: str
    title: str


@pages.get("/")
def index() -> ResponseReturnValue:
    """The list of pages. Open to everybody: it says nothing of anybody's figures."""
    return _shown(INDEX)


@pages.get("/<name>")
def page(name: str) -> ResponseReturnValue:
    """One page of help. Raises NotFound."""
    return _shown(name)


def _shown(name: str) -> str:
    language = current_language()
    known = help_pages(language)
    if name not in known:
        raise NotFound("There is no page of help named %(page)s.", page=name[:80])
    beside = [HelpLink(one, known[one].title) for one in (*BESIDE, *Role) if one in known]
    return render_template("help/page.html", page=known[name], body=rendered(name, language), beside=beside)


def help_here() -> HelpLink:
    """The page of help about the page that is open: of its group, else of the reader's role, else the list."""
    known = help_pages(current_language())
    group = (request.endpoint or "").partition(".")[0]
    role = current_actor().role
    name = ABOUT.get(group) or (role.value if role else "")
    found: HelpPage | None = known.get(name)
    return HelpLink(name, found.title) if found else HelpLink("", known[INDEX].title)


def explain(text: object, *keys: str) -> Markup:
    """The text with these terms explained where they stand in it, each once on a page."""
    language = current_language()
    written = str(escape(text))
    said = g.setdefault("explained", set())
    found = ((place, key) for key in keys if key not in said and (place := find_term(written, key, language)))
    done, end = Markup(), 0
    for place, key in sorted(found, key=lambda one: one[0].start()):
        if place.start() >= end:
            said.add(key)
            done += Markup(written[end : place.start()]) + _explained(key, place.group(), language)
            end = place.end()
    return done + Markup(written[end:])


def _explained(key: str, word: str, language: str) -> Markup:
    shown = '<span class="term"><button type="button" popovertarget="term-{key}">{word}</button>'
    tip = '<span class="tip" id="term-{key}" popover>{said} <a href="{address}">{more}</a></span></span>'
    address = url_for("help.page", name=TERMS) + f"#{key}"
    said = terms(language)[key].sentence
    return Markup(shown + tip).format(key=key, word=Markup(word), said=said, address=address, more=gettext("Help"))


def register_help(app: Flask) -> None:
    """Put the way to help, and the filter that explains, in reach of the templates."""
    app.jinja_env.globals.update(help_here=help_here)
    app.jinja_env.filters["explain"] = explain
