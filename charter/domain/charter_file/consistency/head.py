"""The head of the charter: time zone, calendar, report, origin.

Nothing may be said twice: one finding for each repetition, naming the first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from charter.domain.alerts.mail_hours import unmailable
from charter.domain.charter_file.calendars.charter_calendars import OwnCalendar
from charter.domain.charter_file.charter import Choices, Colours, Origin, ReportPlan
from charter.domain.charter_file.findings import Notes, Path, line_at
from charter.domain.charter_file.messages import near_word
from charter.domain.charter_file.parts import Parts, Placed
from charter.domain.charter_file.values import Delay
from charter.domain.vocabulary.counts import at_decimals, decimals_apart
from charter.domain.vocabulary.errors import Sentence
from charter.domain.vocabulary.sentences import stands_in_one_line

ITS_OWN = Sentence("give each its own")
KEEP_ONE = Sentence("keep one of them")


def check_unique(named: Iterable[tuple[Path, Any]], what: Sentence, notes: Notes, remedy: Sentence = ITS_OWN) -> None:
    """Each (path, value) again after its first is an error. Values that are missing are skipped."""
    first: dict[Any, Path] = {}
    for path, value in named:
        if value is None or not isinstance(value, (str, int, Sentence)):
            continue
        if value in first:
            line = _line(first[value], notes)
            said = Sentence("%(what)s '%(value)s' is already used (line %(line)s)", what=what, value=value, line=line)
            notes.error(path, said, remedy)
        else:
            first[value] = path


def check_one_line(path: Path, written: Any, notes: Notes) -> None:
    """A name, a title or an owner, in one language or by language, stands in one line: it is printed in headings."""
    texts: Mapping[Any, Any] = written if isinstance(written, dict) else {None: written}
    for language, text in texts.items():
        if isinstance(text, str) and not stands_in_one_line(text):
            where = path if language is None else (*path, language)
            said = Sentence(
                "'%(text)s' runs over several lines, or has a character that cannot be printed", text=_shown(text)
            )
            notes.error(where, said, Sentence("write it in one line"))


def _shown(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:60]


def _line(path: Path, notes: Notes) -> int:
    if notes.units_file and path[0] == "units" and len(path) > 1 and isinstance(path[1], int):
        return notes.units_lines.get(path[1], 1)
    return line_at(notes.lines, path)


EARLIEST = "04:00"
EARLIEST_REMEDY = Sentence(
    "write 04:00 or later: between midnight and 4 o'clock a day may have no such hour, or have it twice"
)
CALENDAR_REMEDY = Sentence("write country[-subdivision], like FR, FR-57 or US-NY, or the key of one under calendars")


def check_head(parts: Parts, notes: Notes, is_calendar: Callable[[str], bool]) -> None:
    """The time zone and the calendar exist; nothing of report, choices and origin contradicts itself."""
    head, path = parts.head, parts.head.path
    zone = head.written("timezone")
    if isinstance(zone, str) and zone and not is_timezone(zone):
        remedy = near_word(zone, available_timezones()) or Sentence("write an IANA name like Europe/Paris")
        notes.error((*path, "timezone"), Sentence("the time zone '%(zone)s' does not exist", zone=zone), remedy)
    calendar = head.field("calendar")
    if calendar is not None:
        check_calendar_name(calendar, (*path, "calendar"), parts, notes, is_calendar)
    for name, own in parts.calendars.items():
        _check_own_calendar(name, own, parts, notes, is_calendar)
    days = [
        ((*path, "closed_days", index), day.isoformat()) for index, day in enumerate(head.field("closed_days") or [])
    ]
    check_unique(days, Sentence("the closed day"), notes, KEEP_ONE)
    _check_report(head.field("report"), (*path, "report"), notes)
    _check_origin(head.field("origin"), (*path, "origin"), notes)
    choices = head.field("choices")
    for name in Choices.model_fields:
        delay = getattr(choices, name, None)
        if isinstance(delay, Delay) and delay.unit not in ("days", "months"):
            said = Sentence("an expiry of %(delay)s cannot be told", delay=delay.sentence)
            notes.error((*path, "choices", name), said, Sentence("write days or months, like 12 months"))


def check_calendar_name(name: str, path: Path, parts: Parts, notes: Notes, is_calendar: Callable[[str], bool]) -> None:
    """A calendar is one of the charter's own, or a country whose holidays are known."""
    if name not in parts.calendars and not is_calendar(name):
        near = near_word(name, parts.calendars) or CALENDAR_REMEDY
        notes.error(path, Sentence("the calendar '%(calendar)s' does not exist", calendar=name), near)


def _check_own_calendar(
    name: str, own: Placed[OwnCalendar], parts: Parts, notes: Notes, is_calendar: Callable[[str], bool]
) -> None:
    """Its country is known, it opens, and no day is both closed and opened."""
    country, said = own.field("country"), own.value
    charter_keeps = parts.head.field("calendar")
    if country is not None and not is_calendar(country):
        error = Sentence("the country '%(calendar)s' does not exist", calendar=country)
        notes.error((*own.path, "country"), error, CALENDAR_REMEDY)
    elif country is None and said is not None and charter_keeps in parts.calendars:
        other = parts.calendars[charter_keeps]
        if other.value is not None and other.field("country") is None:
            error = Sentence("nothing says whose public holidays the calendar '%(calendar)s' keeps", calendar=name)
            notes.error(own.path, error, Sentence("add country: like FR or FR-57"))
    if said is None:
        return
    if not said.opens:
        error = Sentence("the calendar '%(calendar)s' never opens", calendar=name)
        notes.error((*own.path, "open"), error, Sentence('write its hours: {mon-fri: ["09:00-18:00"]}'))
    days = [((*own.path, "closed_days", at), day.isoformat()) for at, day in enumerate(said.closed_days)]
    check_unique(days, Sentence("the closed day"), notes, KEEP_ONE)
    for day in said.closed_days:
        if day.isoformat() in said.open_days:
            error = Sentence("%(day)s is both closed and opened", day=day)
            notes.error((*own.path, "open_days", day.isoformat()), error, KEEP_ONE)
    if said.opens and said.week is not None and not any(said.week):
        told = Sentence(
            "the calendar '%(calendar)s' opens on single days alone: after %(day)s it never does",
            calendar=name,
            day=date.fromisoformat(max(day for day, hours in said.open_days.items() if hours)),
        )
        notes.warning((*own.path, "open"), told, Sentence('write its hours: {mon-fri: ["09:00-18:00"]}'))


def too_early(at: str) -> Sentence:
    """What is said of a time between midnight and 4 o'clock."""
    return Sentence("%(time)s is too early", time=at)


def is_timezone(name: str) -> bool:
    """Whether the IANA database knows the time zone."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _check_report(report: ReportPlan | None, path: Path, notes: Notes) -> None:
    if report is None:
        return
    if report.at < EARLIEST:
        notes.error((*path, "at"), too_early(report.at), EARLIEST_REMEDY)
    for name in Colours.model_fields:
        colour = getattr(report.colours, name, None)
        if colour is not None and contrast_on_white(colour) < READABLE:
            exact = Decimal(repr(contrast_on_white(colour)))
            contrast = str(at_decimals(exact, decimals_apart(exact, 1, [Decimal(repr(READABLE))])))
            said = Sentence(
                "%(colour)s is too pale on white paper (contrast %(contrast)s)", colour=colour, contrast=contrast
            )
            notes.error((*path, "colours", name), said, Sentence("choose a darker colour: a contrast of 4.5 at least"))
    addresses = [one.address.lower() for one in report.to]
    for index, address in enumerate(addresses):
        if why := unmailable(address):
            notes.error((*path, "to", index), why, Sentence("write it like name@example.org"))
    for name, what, values in (
        ("languages", Sentence("the language"), report.languages),
        ("to", Sentence("the address"), addresses),
    ):
        listed = [((*path, name, index), value) for index, value in enumerate(values)]
        check_unique(listed, what, notes, KEEP_ONE)


READABLE = 4.5


def contrast_on_white(colour: str) -> float:
    """The contrast of a colour `#RRGGBB` with white, 1 to 21 (WCAG 2.2, relative luminance)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    light = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 1.05 / (0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2] + 0.05)


def _check_origin(origin: Origin | None, path: Path, notes: Notes) -> None:
    if origin is None:
        return
    if origin.survey is not None and origin.survey.answered > origin.survey.asked:
        said = Sentence(
            "%(answered)s answered, but only %(asked)s were asked",
            answered=origin.survey.answered,
            asked=origin.survey.asked,
        )
        notes.error((*path, "survey", "answered"), said, Sentence("correct one of the two"))
    keys = [((*path, "expectations", index, "key"), one.key) for index, one in enumerate(origin.expectations)]
    check_unique(keys, Sentence("the expectation"), notes)
