"""What a plan changes, in words: the labels of the forms, the values as people write them.

What a thing says in one line, where a plan adds it or takes it away: a promise, what is counted, where rows are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from charter.domain.charter_file.calendars.charter_calendars import week_told
from charter.domain.charter_file.charter import Charter, calendar_named
from charter.domain.charter_file.indicators import IndicatorBase
from charter.domain.charter_file.plan import Change, Plan, indicators_of
from charter.domain.charter_file.text.canonical import plain_charter
from charter.domain.charter_file.text.yaml_writer import one_line
from charter.domain.vocabulary.terms import Kind
from charter.web.charters import forms
from charter.web.charters.form.delays import delay_said
from charter.web.charters.form_fields import Field
from charter.web.charters.indicator_form import KINDS, indicator_form
from charter.web.charters.source_form import SOURCE_KINDS, SOURCES, source_form, texts_form
from charter.web.frame.layout import current_language
from charter.words.calendars import week_words
from charter.words.formats import format_date, format_level, text_in


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
    if thing == "calendar":
        calendar = calendar_named(key, charter)
        return week_words(week_told(calendar, charter.charter.valid_from), language)
    if thing == "grid":
        return text_in(charter.grids[key].name.model_dump(), language)
    if thing == "text":
        return text_in(charter.words[key].name.model_dump(), language)
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


MANY = 12
THINGS: Mapping[str, object] = {
    "charter": _("The charter"),
    "unit": _("Unit"),
    "source": _("Source"),
    "calendar": _("Calendar"),
    "grid": _("Grid"),
    "text": _("Free texts"),
    "commitment": _("Commitment"),
    "indicator": _("Indicator"),
    "target": _("Indicator"),
}
ACTIONS: Mapping[str, object] = {"add": _("added"), "change": _("changed"), "remove": _("taken away")}
SPECIAL: Mapping[str, object] = {
    "kind": _("Kind"),
    "valid_from": _("In force from"),
    "example": _("Marked as an example"),
    "commitment": _("Belongs to"),
    "order of units": _("Order of the units"),
    "order of commitments": _("Order of the commitments"),
    "order of indicators": _("Order of the indicators"),
}


@dataclass(frozen=True)
class Line:
    """One change as it is read: `what` of `name`, and its value before and after; `of` and `key` say of which thing."""

    action: str
    action_word: str
    thing: str
    name: str
    what: str
    before: str
    after: str
    of: str = ""
    key: str = ""


def lines_of(plan: Plan, old: Charter | None, new: Charter) -> list[Line]:
    """The changes of a plan in words."""
    return change_lines(plan.changes, old, new)


def change_lines(all_: Iterable[Change], old: Charter | None, new: Charter) -> list[Line]:
    """Changes in words; many units at once make one line."""
    names, labels, found = _names(old, new), _labels(new), []
    for (action, thing, is_whole), group in groupby(all_, lambda one: (one.action, one.thing, not one.field)):
        changes = list(group)
        if is_whole and thing == "unit" and len(changes) > MANY:
            some = ", ".join(one.key for one in changes[:3])
            said = gettext("%(count)s units: %(some)s, …", count=len(changes), some=some)
            found.append(Line(action, str(ACTIONS[action]), str(THINGS[thing]), said, "", "", ""))
        else:
            found += [_line(one, names, labels) if one.field else _whole(one, names, old, new) for one in changes]
    return found


def _whole(change: Change, names: Mapping[tuple[str, str], Any], old: Charter | None, new: Charter) -> Line:
    """A thing that comes or goes, with what it says."""
    language, is_new = current_language(), change.action == "add"
    said = text_in(names.get((change.thing, change.key), ""), language) or change.key
    what = essence(new if is_new else old, change.thing, change.key, language)
    words = str(ACTIONS[change.action]), str(THINGS[change.thing])
    before, after = ("", what) if is_new else (what, "")
    return Line(change.action, *words, said, "", before, after, change.thing, change.key)


def _line(change: Change, names: Mapping[tuple[str, str], Any], labels: Mapping[str, Field]) -> Line:
    thing = "indicator" if change.thing == "target" else change.thing
    said = text_in(names.get((thing, change.key), ""), current_language()) or change.key
    what, field = _what(change, labels)
    return Line(
        change.action,
        str(ACTIONS[change.action]),
        str(THINGS[change.thing]),
        said,
        what,
        _value(change, change.before, field) if change.action != "add" else "",
        _value(change, change.after, field) if change.action != "remove" else "",
        thing,
        change.key,
    )


def _what(change: Change, labels: Mapping[str, Field]) -> tuple[str, Field | None]:
    """The words for a field; a field that no form knows is named as the charter file names it."""
    field = labels.get(f"targets.{change.field}" if change.thing == "target" else change.field)
    said = str(field.label) if field else str(SPECIAL.get(change.field, change.field))
    if change.since:
        said = gettext("%(level)s, from %(day)s", level=said, day=format_date(change.since, current_language()))
    return said, field


def _value(change: Change, value: Any, field: Field | None) -> str:
    language = current_language()
    if value is None:
        return gettext("nothing")
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if change.is_share and isinstance(value, (int, float)):
        return format_level(value, Kind.SHARE, language)
    options = {str(code): str(words) for code, words in field.options} if field else {}
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(options.get(str(one), str(one)) for one in value)
    if isinstance(value, str) and field is not None and field.kind == "delay":
        count, unit, *_rest = [*value.split(" ", 1), ""]
        return delay_said(count, unit if unit.endswith("s") else f"{unit}s")
    return options.get(value, value) if isinstance(value, str) else one_line(value)


def _names(old: Charter | None, new: Charter) -> dict[tuple[str, str], Any]:
    """What each thing is called; a thing taken away keeps the name it had."""
    names: dict[tuple[str, str], Any] = {}
    for charter in (one for one in (old, new) if one is not None):
        names |= {("unit", one.key): one.name for one in charter.units}
        names |= {("grid", key): one.name.model_dump() for key, one in charter.grids.items()}
        names |= {("text", key): one.name.model_dump() for key, one in charter.words.items()}
        for commitment in charter.commitments:
            names["commitment", commitment.key] = commitment.title.model_dump()
            names |= {("indicator", one.key): one.title.model_dump() for one in commitment.indicators}
    return names


def _labels(new: Charter) -> dict[str, Field]:
    """Every field of every form, by its name in the charter file."""
    plain = plain_charter(new)
    unit = {"units": plain["units"]}
    sections = [
        *forms.head_form(),
        *forms.unit_form(unit, is_new=False),
        *forms.calendar_form(is_new=False),
        *forms.grid_form(is_new=False),
        *texts_form(plain, current_language(), is_new=False),
        *(section for kind in SOURCES for section in source_form(kind, is_new=False)),
        *(section for kind in Kind for section in indicator_form(plain, kind.value, is_new=False)),
        *forms.commitment_form(plain, is_new=False, language=current_language()),
    ]
    return {name: field for _, fields in sections for one in fields for name, field in _named(one)}


def _named(field: Field) -> Iterator[tuple[str, Field]]:
    yield field.name, field
    for column in field.columns:
        yield f"{field.name}.{column.name}", column
