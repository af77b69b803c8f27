"""What a thing says in one line, where a plan adds it or takes it away: a promise, what is counted, where rows are."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext

from charter.domain.charter_file.changes import indicators_of
from charter.domain.charter_file.indicators import IndicatorBase
from charter.domain.charter_file.models import Charter
from charter.web.editing.indicator_form import KINDS
from charter.web.editing.source_form import SOURCE_KINDS
from charter.words.formats import format_date, format_level
from charter.words.typography import text_in


def essence(charter: Charter | None, thing: str, key: str, language: str) -> str:
    """One line of what the thing says in this charter; empty where there is nothing to add to its name."""
    if charter is None:
        return ""
    if thing == "charter":
        return text_in(charter.charter.title.model_dump(), language)
    if thing == "commitment":
        found = next(one for one in charter.commitments if one.key == key)
        return text_in(found.promise.model_dump(), language)
    if thing == "indicator":
        return _indicator(indicators_of(charter)[key][1], language)
    if thing == "source":
        return _source(charter.sources[key])
    names = {one.key: one.name for one in charter.units}
    parent = next((one.parent for one in charter.units if one.key == key), None)
    return gettext("belongs to %(parent)s", parent=names[parent]) if parent else ""


def _indicator(indicator: IndicatorBase, language: str) -> str:
    kind = str(getattr(indicator, "kind", ""))
    said = [str(KINDS[kind][0])] if kind in KINDS else []
    for level in indicator.targets:
        if level.target is not None:
            day = format_date(level.from_, language)
            said.append(gettext("%(level)s, from %(day)s", level=format_level(level.target, kind, language), day=day))
    return " · ".join(said)


def _source(source: Any) -> str:
    where = getattr(source, "path", None) or getattr(source, "table", None) or getattr(source, "url", None)
    return " · ".join(str(part) for part in (SOURCE_KINDS[source.kind], where) if part)
