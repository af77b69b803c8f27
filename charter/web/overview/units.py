"""Finding a unit among hundreds: typed text with parents beside it, those used last first, else the tree.

The page behind every picker of units; with a script its results stand beneath the field, without one it is a page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from charter.domain.vocabulary.errors import NotFound
from charter.domain.vocabulary.terms import Permission
from charter.services.charters.versions import UnitRow, history
from charter.services.desk.desk import units_open_to
from charter.services.frontline.observations import open_sites
from charter.web.frame.access import current_actor, is_here, needs, now
from charter.web.frame.listing import folded, is_match, listing, wanted
from charter.web.frame.pickers import remember_unit, units_used

SITES = "sites"
"""The scope of pages for staff: every site that is open today, whoever asks."""

pages = Blueprint("units", __name__)


@dataclass(frozen=True)
class Found:
    """A unit as a line of results: with the names of those above it."""

    key: str
    name: str
    above: tuple[str, ...]


@dataclass
class Branch:
    """A unit of the tree with those beneath; `count`: how many these are in all."""

    row: Found
    depth: int
    beneath: list[Branch] = field(default_factory=list)
    is_open: bool = False

    @property
    def count(self) -> int:
        return len(self.beneath) + sum(one.count for one in self.beneath)


@pages.get("/units")
@needs(Permission.READ_PAGES)
def page() -> ResponseReturnValue:
    """What the typed text finds; without any, the units used last and the tree."""
    scope, rows = _scope()
    found = with_parents(rows)
    by_key = {one.key: one for one in found}
    return render_template(
        "units/units.html",
        back=_back(),
        scope=scope,
        list=listing(by_likeness(found, wanted().search), lambda one: " ".join((one.name, *one.above))),
        recent=[by_key[key] for key in units_used() if key in by_key],
        tree=tree_of(found, rows),
    )


@pages.get("/units/choose")
@needs(Permission.READ_PAGES)
def choose() -> ResponseReturnValue:
    """Back to the page that asked, of the chosen unit; this browser remembers it. Raises NotFound."""
    unit = request.args.get("unit", "")
    if unit not in {row["key"] for row in _scope()[1]}:
        raise NotFound("There is no unit %(unit)s that you may open.", unit=unit[:80])
    remember_unit(unit)
    return redirect(of_unit(_back(), unit), 303)


def _scope() -> tuple[str, Sequence[UnitRow]]:
    if request.args.get("of") == SITES:
        return SITES, open_sites(now())
    return "", units_open_to(current_actor(), history().current)


def _back() -> str:
    """The page that asked; the desk where it is none of ours."""
    asked = request.args.get("back", "")
    return asked if is_here(asked) else url_for("desk.page")


def of_unit(back: str, unit: str) -> str:
    """The address with another unit; where a page of a list stood, the first."""
    parts = urlsplit(back)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name not in ("unit", "page")]
    return f"{parts.path}?{urlencode([*kept, ('unit', unit)])}"


def with_parents(rows: Sequence[UnitRow]) -> list[Found]:
    """Each row of a walk (parents first) with the names above it, the nearest last."""
    found: list[Found] = []
    above: list[UnitRow] = []
    for row in rows:
        while above and above[-1]["depth"] >= row["depth"]:
            above.pop()
        found.append(Found(row["key"], row["name"], tuple(one["name"] for one in above)))
        above.append(row)
    return found


def by_likeness(found: Sequence[Found], search: str) -> list[Found]:
    """The unit of that very name first, then those with all its words, then those that begin so, then those beneath a
    unit of that name; else in the order of the tree."""
    sought = folded(search)
    words = set(sought.split())

    def unlike(one: Found) -> int:
        name = folded(one.name)
        if name == sought:
            return 0
        return 1 if words <= set(name.split()) else 2 if is_match(search, one.name) else 3

    return sorted(found, key=unlike) if sought else list(found)


def tree_of(found: Sequence[Found], rows: Sequence[UnitRow]) -> list[Branch]:
    """The same rows as a tree, its roots open."""
    roots: list[Branch] = []
    above: list[Branch] = []
    for one, row in zip(found, rows, strict=True):
        branch = Branch(one, row["depth"])
        while above and above[-1].depth >= branch.depth:
            above.pop()
        (above[-1].beneath if above else roots).append(branch)
        branch.is_open = not above
        above.append(branch)
    return roots
