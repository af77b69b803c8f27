"""The monthly report as one HTML page, from a snapshot alone: same snapshot and language, same text."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from charter.domain.errors import Invalid
from charter.domain.monthly import in_place, main_indicator, place_in
from charter.reports.charts.drawing import TEMPLATES, Charts, chart_globals
from charter.reports.classes_page import class_parts, clipped
from charter.reports.contents import (
    actions_on,
    comments_on,
    exceptions,
    least_coverage,
    majority,
    origin_rows,
    payments,
    perceived,
    trust_is_credited_anyway,
    unit_names,
)
from charter.reports.directions import directed
from charter.reports.style import look_css, mark_css, report_css
from charter.words.class_terms import class_words
from charter.words.classes import sentence
from charter.words.filters import register_filters

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
    given = {
        "snapshot": snapshot,
        "overview": snapshot["overview"],
        "charter": snapshot["charter"],
        "details": snapshot["details"],
        "language": language,
        "edition": snapshot.get("edition"),
        "look": {"logo": None, "introduction": None} | (snapshot.get("look") or {}),
        "exceptions": exceptions(snapshot),
        "payments": payments(snapshot),
        "perceived": perceived(snapshot),
        "coverage": least_coverage(snapshot),
        "snapshot_hash": snapshot.get("sha256") or snapshot_hash(snapshot),
        "style": Markup(report_css() + look_css((snapshot.get("look") or {}).get("colours") or {})),
        "marks": lambda draft: Markup(mark_css(draft)),
        "main_indicator": main_indicator,
        "origin_rows": origin_rows,
        "unit_names": unit_names,
        "weakest": lambda view, whole: unit_names([view["weakest_unit"]], whole)[0],
        "comments_on": lambda view: comments_on(snapshot, view["key"]),
        "actions_on": lambda view: actions_on(snapshot, view["key"]),
        "evidence_of": lambda view: sentence(view["because"], language),
        "in_place": in_place,
        "place_in": place_in,
        "apart": trust_is_credited_anyway(snapshot),
        "majority": majority(snapshot),
    } | class_parts(snapshot)
    return directed(env.get_template("report/report.html").render(given | class_words(language)))
