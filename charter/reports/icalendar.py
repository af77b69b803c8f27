"""A calendar as calendar programs read it (RFC 5545): lines folded at 75 octets, text escaped, instants in UTC."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

WIDTH = 75
SHOWN_FOR = timedelta(minutes=30)


@dataclass(frozen=True)
class Entry:
    """One due check. `uid` is the same whenever it is written again, so that programs change it in place."""

    uid: str
    at: datetime
    changed_at: datetime
    title: str
    text: str
    link: str
    category: str


def write_calendar(name: str, entries: Iterable[Entry], language: str) -> str:
    """The whole calendar, lines ended by CR LF."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//Promesse//Checks//{language.upper()}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(name)}",
        f"NAME:{escaped(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        *(line for entry in entries for line in _event(entry)),
        "END:VCALENDAR",
    ]
    return "".join(f"{folded(line)}\r\n" for line in lines)


def _event(entry: Entry) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{escaped(entry.uid)}"
    yield f"DTSTAMP:{_utc(entry.changed_at)}"
    yield f"LAST-MODIFIED:{_utc(entry.changed_at)}"
    yield f"DTSTART:{_utc(entry.at)}"
    yield f"DTEND:{_utc(entry.at + SHOWN_FOR)}"
    yield f"SUMMARY:{escaped(entry.title)}"
    yield f"DESCRIPTION:{escaped(entry.text)}"
    yield f"CATEGORIES:{escaped(entry.category)}"
    yield f"URL:{entry.link}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _utc(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def escaped(text: str) -> str:
    """Backslash, semicolon, comma and line end, as the format asks; other signs that do not print are left out."""
    said = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    said = said.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    return "".join(sign for sign in said if sign >= " " and sign != "\x7f")


def folded(line: str) -> str:
    """At most 75 octets a line, never within a sign; what follows begins with a space."""
    parts, part, width = [], "", 0
    for sign in line:
        octets = len(sign.encode("utf-8"))
        if width + octets > WIDTH:
            parts.append(part)
            part, width = " ", 1
        part += sign
        width += octets
    return "\r\n".join([*parts, part])
