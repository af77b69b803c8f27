"""The fields of a delay: where it starts and stops, when its clock stands, its stages, and the words for its units."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_babel import ngettext

from charter.web.charters.form_fields import Field

SECONDS = ("seconds", "minutes", "hours", "working minutes", "working hours", "days", "working days")
DELAY_WORDS: dict[str, object] = {
    "seconds": _("seconds"),
    "minutes": _("minutes"),
    "hours": _("hours"),
    "working minutes": _("working minutes"),
    "working hours": _("working hours"),
    "days": _("days"),
    "weeks": _("weeks"),
    "working days": _("working days"),
    "months": _("months"),
}

START, STOP = "{state: [New]}", "{state: [Closed], which: last}"
STARTS = Field(
    "start", _("Start column"), "notation", _("When the delay starts: a column, or %(states)s.", states=START)
)
STOPS = Field("stop", _("Stop column"), "notation", _("When the delay stops: a column, or %(states)s.", states=STOP))
PAUSES = Field(
    "pauses",
    _("When the clock is stopped"),
    "notation",
    _(
        "Of another source, %(waits)s, or in states of the log, %(states)s.",
        waits="{source: waits, case: id, from: asked, until: received}",
        states="{state: [Waiting]}",
    ),
)


STAGE_COLUMNS = (
    Field("key", _("Key")),
    Field("title", _("Title"), "notation", _("Words, or %(both)s.", both="{fr: Tri, en: Sorting}")),
    Field("state", _("States"), "notation", _("Like %(states)s.", states="[New, Assigned]")),
    Field("provider", _("Provider: the key of a unit")),
    Field("share", _("Its share of the delay, in %"), "share"),
)
STAGES = Field(
    "stages",
    _("Stages"),
    "rows",
    _("Of an event log: the links between start and stop, so that the weakest is named."),
    columns=STAGE_COLUMNS,
)


def delay_said(count: str, unit: str) -> str:
    """A delay as people say it: one day, two days; what is no number stays as it was typed."""
    if not count.isdecimal():
        return f"{count} {DELAY_WORDS.get(unit, unit)}"
    number = int(count)
    said = {
        "seconds": ngettext("%(num)s second", "%(num)s seconds", number),
        "minutes": ngettext("%(num)s minute", "%(num)s minutes", number),
        "hours": ngettext("%(num)s hour", "%(num)s hours", number),
        "working minutes": ngettext("%(num)s working minute", "%(num)s working minutes", number),
        "working hours": ngettext("%(num)s working hour", "%(num)s working hours", number),
        "days": ngettext("%(num)s day", "%(num)s days", number),
        "weeks": ngettext("%(num)s week", "%(num)s weeks", number),
        "working days": ngettext("%(num)s working day", "%(num)s working days", number),
        "months": ngettext("%(num)s month", "%(num)s months", number),
    }
    return said.get(unit, f"{count} {unit}")
