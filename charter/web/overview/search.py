"""Search over commitments, units, pages and help: one page, and what the field of Ctrl K shows.

Nothing is found that its reader may not open: commitments and units by the right to their desk, else the page of a
site; pages as in the menu.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from charter.domain.overview.model import words
from charter.domain.vocabulary.permissions import Actor, may_somewhere
from charter.domain.vocabulary.terms import Permission
from charter.services.charters.versions import UnitRow, history
from charter.services.desk.desk import units_open_to
from charter.services.frontline.observations import open_sites
from charter.web.frame.access import current_actor, needs, now
from charter.web.frame.layout import current_language, menu
from charter.web.frame.listing import folded, is_match
from charter.web.overview.units import by_likeness, with_parents
from charter.words.formats import text_in
from charter.words.help.pages import INDEX, TERMS, help_pages
from charter.words.help.terms import terms

MOST = 12
"""So many lines a group shows; a longer one says how many there are."""
LONGEST = 200

pages = Blueprint("search", __name__)


@dataclass(frozen=True)
class Line:
    """What was found: where it leads, its name, and what tells it from others; `more` is only searched."""

    href: str
    name: str
    under: str = ""
    more: str = ""


@dataclass(frozen=True)
class Group:
    """Lines of one sort, those whose name fits first; `count` is how many fit in all."""

    name: str
    lines: list[Line]
    count: int


@pages.get("/search")
@needs(Permission.READ_PAGES)
def page() -> ResponseReturnValue:
    """What `?q=` finds, in groups."""
    asked = request.args.get("q", "")[:LONGEST].strip()
    return render_template("search/page.html", asked=asked, groups=_groups(asked) if folded(asked) else [])


def _groups(asked: str) -> list[Group]:
    actor, language = current_actor(), current_language()
    sorts = {
        _("Commitments"): commitments_for(actor, language),
        _("Units"): units_for(actor, asked),
        _("Pages"): pages_for(actor),
        _("Help"): help_for(language),
    }
    groups = (fitting(name, list(lines), asked) for name, lines in sorts.items())
    return [group for group in groups if group.lines]


def fitting(name: str, lines: list[Line], asked: str) -> Group:
    """The lines whose words begin as what was typed; those where the name alone does so stand first."""
    found = [line for line in lines if is_match(asked, f"{line.name} {line.under} {line.more}")]
    found.sort(key=lambda line: not is_match(asked, line.name))
    return Group(name, found[:MOST], len(found))


def commitments_for(actor: Actor, language: str) -> Iterator[Line]:
    """Each promise in force: its own page for those who read the desk, the page for staff for others."""
    reads = may_somewhere(actor, Permission.READ_DESK)
    for number, one in enumerate(history().current.charter.commitments, 1):
        href = url_for("commitments.page", key=one.key) if reads else url_for("intranet.page")
        measured = " ".join(text_in(words(each.title), language) for each in one.indicators)
        promise = text_in(words(one.promise), language)
        yield Line(href, f"{number}. {text_in(words(one.title), language)}", promise, measured)


def units_for(actor: Actor, asked: str) -> Iterator[Line]:
    """The units in one's scope, with the names above them; visitors find the sites whose page is public."""
    reads = may_somewhere(actor, Permission.READ_DESK)
    for one in by_likeness(with_parents(_units_of(actor, reads=reads)), asked):
        href = url_for("desk.page", unit=one.key) if reads else url_for("intranet.page", unit=one.key)
        yield Line(href, one.name, " › ".join(one.above))


def _units_of(actor: Actor, *, reads: bool) -> list[UnitRow]:
    if reads:
        return list(units_open_to(actor, history().current))
    return [row for row in open_sites(now()) if actor.units is None or row["key"] in actor.units]


def pages_for(actor: Actor) -> Iterator[Line]:
    """The pages of the menu, and one's own."""
    yield from (Line(url_for(endpoint), name) for endpoint, name in menu(actor))
    yield Line(url_for("intranet.page"), _("Page for staff"))
    if actor.role:
        yield Line(url_for("account.page"), _("Your account"))


def help_for(language: str) -> Iterator[Line]:
    """Each term by its sentence, then each page of help by its title and its text."""
    address = url_for("help.page", name=TERMS)
    yield from (Line(f"{address}#{one.key}", one.name, one.sentence) for one in terms(language).values())
    for one in help_pages(language).values():
        if one.name not in (INDEX, TERMS):
            yield Line(url_for("help.page", name=one.name), one.title, more=one.plain)
