"""The monthly report as one HTML page, from a snapshot alone: same snapshot and language, same text.

The stylesheet of the report: our CSS file, the colours of the charts, the shapes of statuses and classes.

A shape beside its word is decoration: as a background image it stays out of the tags of the PDF, where a figure would
need a text of its own.

A logo for the report: a PNG or JPEG file beside the charter, small, and what it says it is.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from base64 import b64encode
from collections.abc import Mapping
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from charter.charts.svg import TEMPLATES, Charts, chart_css, chart_globals
from charter.domain.overview.groups import told_of
from charter.domain.overview.model import in_place, main_indicator, place_in
from charter.domain.overview.parties import is_between_partners
from charter.domain.statistics.units import longer_of
from charter.domain.vocabulary.errors import Invalid
from charter.domain.vocabulary.terms import CommitmentClass, Status
from charter.reports.classes_page import class_parts, clipped
from charter.reports.contents import (
    LISTED,
    actions_on,
    comments_on,
    exceptions,
    funnel_beneath,
    grid_marks,
    least_coverage,
    majority,
    origin_rows,
    owed,
    payments,
    perceived,
    telling,
    trust_is_credited_anyway,
    unit_names,
)
from charter.reports.matrix import grid_of
from charter.reports.parties import parties_told
from charter.reports.printable_text import directed
from charter.words.class_terms import class_words
from charter.words.classes import sentence
from charter.words.filters import register_filters
from charter.words.records.links import pages_address


def report_css() -> str:
    """Our file and the colours of the status words, which paper shares with the charts."""
    return (TEMPLATES / "report" / "report.css").read_text(encoding="utf-8") + chart_css(on_paper=True)


def look_css(colours: Mapping[str, str]) -> str:
    """The charter's own colours for text, headings and rules; what says a status keeps its own."""
    found = ""
    if "ink" in colours:
        found += f"html{{color:{_colour(colours['ink'])}}}"
    if "accent" in colours:
        accent = _colour(colours["accent"])
        found += f"h1,h2,h3,a{{color:{accent}}}h2,th{{border-color:{accent}}}.said{{border-color:{accent}}}"
    return found


def _colour(written: str) -> str:
    """A colour and nothing else: what stands here stands in a stylesheet. Raises ValueError."""
    if re.fullmatch("#[0-9A-Fa-f]{6}", written) is None:
        raise ValueError(f"{written} is not a colour")
    return written


def mark_css(draft: str | None) -> str:
    """Shapes by class name (`m-kept`, `m-trust`), and the draft mark across every page when it is given."""
    return _shapes() + (_draft_mark(draft) if draft else "")


@lru_cache(maxsize=1)
def _shapes() -> str:
    charts = Charts(Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True), lambda: "en", on_paper=True)
    drawn = {status.value: charts.status_shape(status.value) for status in Status}
    drawn |= {one.value: charts.class_shape(one.value) for one in CommitmentClass}
    return "".join(f".m-{code}{{background-image:{_inside(str(svg))}}}" for code, svg in sorted(drawn.items()))


def _draft_mark(word: str) -> str:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="600" height="800" viewBox="0 0 600 800">'
        '<text x="300" y="430" text-anchor="middle" font-family="Inter,Open Sans,DejaVu Sans" '
        'font-weight="700" font-size="120" '
        f'fill="#EFECE4" transform="rotate(-52 300 400)">{escape(word)}</text></svg>'
    )
    return f"@page{{background:{_inside(svg)} no-repeat center / contain}}"


def _inside(svg: str) -> str:
    text = svg if "xmlns" in svg else svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return f'url("data:image/svg+xml;base64,{b64encode(text.encode("utf-8")).decode()}")'


LANGUAGES = ("fr", "en")
TRANSLATIONS = Path(__file__).resolve().parents[1] / "translations"


def snapshot_hash(snapshot: Mapping[str, Any]) -> str:
    """SHA-256 of the snapshot as canonical JSON: keys sorted, no spaces, UTF-8."""
    text = json.dumps(snapshot, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


@lru_cache(maxsize=4)
def report_environment(language: str, translations: Path = TRANSLATIONS) -> Environment:
    """A Jinja environment of its own, without the web: words by Babel, filters of charter.words, charts for paper."""
    if language not in LANGUAGES:
        raise Invalid("No report in the language '%(given)s': write fr or en.", "language", given=language)
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    catalogue: NullTranslations = Translations.load(translations, [language])
    env.install_gettext_translations(catalogue, newstyle=True)  # type: ignore[attr-defined]
    register_filters(env, lambda: language)
    env.filters["clipped"] = clipped
    env.globals.update(chart_globals(Charts(env, lambda: language, on_paper=True)))
    env.globals.update(listed=LISTED, in_place=in_place, place_in=place_in, told_of=told_of)
    return env


def render_report_html(snapshot: Mapping[str, Any], language: str, *, translations: Path = TRANSLATIONS) -> str:
    """The report of a sealed or draft month, one unit's edition of it.

    The hash in its foot is the seal given with the snapshot; a snapshot without one is hashed here.
    Raises Invalid for an unknown language or a snapshot of another schema.
    """
    if snapshot.get("schema") != 1:
        schema = repr(snapshot.get("schema"))
        raise Invalid("This snapshot has schema %(schema)s; this version prints schema 1.", "schema", schema=schema)
    env = report_environment(language, translations)
    given = (
        {
            "snapshot": snapshot,
            "overview": snapshot["overview"],
            "charter": snapshot["charter"],
            "details": snapshot["details"],
            "language": language,
            "edition": snapshot.get("edition"),
            "look": {"logo": None, "introduction": None} | (snapshot.get("look") or {}),
            "exceptions": exceptions(snapshot),
            "marks_in_grids": grid_marks(snapshot),
            "coverage": least_coverage(snapshot),
            "snapshot_hash": snapshot.get("sha256") or snapshot_hash(snapshot),
            "style": Markup(report_css() + look_css((snapshot.get("look") or {}).get("colours") or {})),
            "marks": lambda draft: Markup(mark_css(draft)),
            "main_indicator": main_indicator,
            "origin_rows": origin_rows,
            "funnel_beneath": lambda detail, view: funnel_beneath(detail, view, snapshot),
            "unit_names": unit_names,
            "weakest": lambda view, whole: unit_names([view["weakest_unit"]], whole)[0],
            "comments_on": lambda view: comments_on(snapshot, view["key"]),
            "actions_on": lambda view: actions_on(snapshot, view["key"]),
            "evidence_of": lambda view: sentence(view["because"], language),
            "apart": trust_is_credited_anyway(snapshot),
            "majority": majority(snapshot),
        }
        | class_parts(snapshot)
        | _of_size(snapshot)
    )
    return directed(env.get_template("report/report.html").render(given | class_words(language)))


def _of_size(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    """What depends on how many promises and units there are: what is told in full, side by side, or on pages."""
    told = telling(snapshot)
    parties = parties_told(snapshot)
    # What customers have no say in is told with the parties, where the report has that part.
    apart = [view for view in told.lines if parties is not None and is_between_partners(view)]
    grid = grid_of(snapshot, is_short=told.is_short, apart={view["key"] for view in apart})
    told = told._replace(lines=[view for view in told.lines if view not in apart])
    told_of = {"parties": parties, "with_parties": apart}
    shown = told_of | {"payments": payments(snapshot), "owed": owed(snapshot), "perceived": perceived(snapshot)}
    return shown | {"telling": told, "grid": grid, "longer_of": longer_of, "address": pages_address()}


LARGEST = 500_000
MOST_PIXELS = 4_000
PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"


def read_logo(folder: Path, written: str) -> dict[str, str]:
    """The file as a report holds it: {"type", "data", "sha256"}.

    Raises Invalid: outside the charter's folder (also through a link), no such file, more than 500 kB, not a PNG or
    JPEG whatever its name says, more than 4000 pixels either way.
    """
    home = folder.resolve()
    path = (home / written).resolve()
    if not path.is_relative_to(home):
        raise Invalid(
            "The logo %(path)s lies outside the charter's folder: put it beside the charter.", "logo", path=written
        )
    if not path.is_file():
        raise Invalid(
            "There is no logo %(path)s in the charter's folder: put it there, or correct the path.",
            "logo",
            path=written,
        )
    if path.stat().st_size > LARGEST:
        raise Invalid("The logo %(path)s is larger than 500 kB: make it smaller.", "logo", path=written)
    content = path.read_bytes()
    size = _size(content)
    if size is None:
        raise Invalid("The logo %(path)s is neither a PNG nor a JPEG picture: save it as one.", "logo", path=written)
    if not 0 < max(size) <= MOST_PIXELS:
        raise Invalid(
            "The logo %(path)s is %(width)s by %(height)s pixels: at most 4000 are taken.",
            "logo",
            path=written,
            width=size[0],
            height=size[1],
        )
    kind = "image/png" if content.startswith(PNG) else "image/jpeg"
    data = base64.b64encode(content).decode()
    return {"type": kind, "data": data, "sha256": hashlib.sha256(content).hexdigest()}


def _size(content: bytes) -> tuple[int, int] | None:
    """Width and height as the picture's head says; None where it is no whole head."""
    if content.startswith(PNG) and content[12:16] == b"IHDR" and len(content) > 24:
        return int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")
    return _jpeg_size(content) if content.startswith(JPEG) else None


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    """From the frame's head: segments are walked until it comes."""
    at = 2
    while at + 9 < len(content) and content[at] == 0xFF:
        mark, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
        if 0xC0 <= mark <= 0xCF and mark not in (0xC4, 0xC8, 0xCC):
            return int.from_bytes(content[at + 7 : at + 9], "big"), int.from_bytes(content[at + 5 : at + 7], "big")
        at += 2 + length
    return None
