"""A first charter from what a file of rows tells: one source, one commitment, one indicator; to be read and changed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from charter.domain.charter_file.sources import PERIOD
from charter.domain.file_profile.date_remarks import why_undated
from charter.domain.file_profile.guesses import plain_name
from charter.domain.file_profile.headers import says_failure, yes_or_no_column
from charter.domain.file_profile.known_parts import CALENDAR, KnownParts, known_parts
from charter.domain.file_profile.profile import Profile, total_at_the_foot
from charter.domain.file_profile.totals import is_called_total
from charter.domain.vocabulary.errors import Conflict, Sentence
from charter.domain.vocabulary.periods import period_at, periods_back
from charter.domain.vocabulary.terms import ColumnRole, PeriodKind

WITHIN = "10 working days"
SOURCE, COMMITMENT, CONTENT = "cases", "answered-in-time", "customers-content"
_MONTHS = 12
_ODD_DATES = 0.02
"""Beyond this share dates that fit the other order alone are no slips: how those are meant that fit both is unknown."""
_LONGEST_KEY = 120

Plain = dict[str, Any]


@dataclass(frozen=True)
class Organisation:
    """Whose charter it is: what no file of rows can tell."""

    name: str = "My organisation"
    timezone: str = "Europe/Paris"
    calendar: str = "FR"


@dataclass(frozen=True)
class FirstCharter:
    """The charter as plain values, the units that stand beside it, and what a person should look at first."""

    charter: Plain
    units: list[Plain]
    notes: list[Sentence]


def first_charter(profile: Profile, path: str, units_file: str, organisation: Organisation) -> FirstCharter:
    """The charter of a file that lies at a path below its folder.

    Raises Conflict for a file that has no dates, and tells none in its name or above its rows.
    """
    _refuse(profile, path)
    from_, known = _valid_from(profile), known_parts(profile)
    indicator, notes = _indicator(profile, known, from_)
    opened = {CALENDAR: {"country": organisation.calendar, "open": dict(known.open)}} if known and known.open else {}
    charter = {
        "charter": {
            "key": _key(path),
            "organisation": organisation.name,
            "title": {"en": "Our promises", "fr": "Nos engagements"},
            "timezone": organisation.timezone,
            "calendar": next(iter(opened), organisation.calendar),
            "valid_from": from_.isoformat(),
            "report": {"day": 5, "languages": ["fr", "en"]},
        },
        **({"calendars": opened} if opened else {}),
        "units": {"file": units_file},
        "sources": {SOURCE: _source(profile, path) | (known.source if known else {})},
        "commitments": [_commitment(indicator, known)],
    }
    return FirstCharter(charter, _units(profile, organisation), notes)


def _refuse(profile: Profile, path: str) -> None:
    if profile.told is None and (profile.dated is None or profile.last is None):
        why = next(why_undated(profile), None)
        if why is None:
            raise Conflict("No column of %(file)s holds dates: its rows cannot be put in a month.", file=path)
        raise Conflict("No column of %(file)s is read as dates. %(why)s", file=path, why=why)


def _key(path: str) -> str:
    name = re.sub(r"\.(csv|tsv|txt|gz|xlsx|xlsm|parquet|json)\b", "", path.rpartition("/")[2].lower())
    return "-".join(plain_name(name).split())[:60] or "charter"


def _valid_from(profile: Profile) -> date:
    """The first of the last twelve months that the file tells of; none before its first row."""
    told = profile.told.day if profile.told else date.min
    first, last = profile.first or told, profile.newest or told
    newest = period_at(PeriodKind.MONTH, last)
    return max(period_at(PeriodKind.MONTH, first), periods_back(newest, _MONTHS)[-1]).start


def _source(profile: Profile, path: str) -> Plain:
    """Only what is not found by itself is written: where names or rows stand, a sheet that is not the first, the order
    of doubtful dates, unless they are written in both."""
    source: Plain = {"kind": profile.layout.kind, "path": path}
    if profile.layout.header_line > 1:
        source["header_row"] = profile.layout.header_line
    if profile.layout.path:
        source["rows"] = profile.layout.path
    if profile.layout.sheet and profile.layout.sheet != profile.layout.sheets[0]:
        source["sheet"] = profile.layout.sheet
    if (told := profile.told) is not None:
        where = {"cell": told.cell, "format": told.format} if told.cell else {"file_name": told.format}
        source["date_from"] = where
    dates = [profile.column(name) for name in _dates(profile)]
    orders = {one.order for one in dates if one.order and not one.either} or {one.order for one in dates if one.order}
    is_mixed = any(one.doubt and one.unreadable > _ODD_DATES * (profile.rows - one.missing) for one in dates)
    if any(one.doubt for one in dates) and not is_mixed and len(orders) == 1 and profile.layout.kind != "parquet":
        source["dates"] = orders.pop()
    return source


def _dates(profile: Profile) -> list[str]:
    stop = profile.taken(ColumnRole.STOP)
    return [name for name in (profile.dated, stop) if name is not None]


def _commitment(indicator: Plain, known: KnownParts | None) -> Plain:
    is_delay = indicator["kind"] == "share-within"
    if known is not None:
        said = {"title": dict(known.title), "promise": dict(known.promise)}
        key = CONTENT if known.mark else COMMITMENT
        return {"key": key, **said, "owner": "Head of customer relations", "indicators": [indicator]}
    said = {
        True: {
            "title": {"en": "An answer within 10 working days", "fr": "Une réponse sous 10 jours ouvrés"},
            "promise": {
                "en": "We answer every customer within 10 working days.",
                "fr": "Nous répondons à chaque client sous 10 jours ouvrés.",
            },
        },
        False: {
            "title": {"en": "What we promise", "fr": "Ce que nous promettons"},
            "promise": {
                "en": "Every customer can count on it: write here what you promise.",
                "fr": "Chaque client peut y compter : écrivez ici ce que vous promettez.",
            },
        },
    }[is_delay]
    return {"key": COMMITMENT, **said, "owner": "Head of customer relations", "indicators": [indicator]}


def _indicator(profile: Profile, known: KnownParts | None, from_: date) -> tuple[Plain, list[Sentence]]:
    counted, notes = _counted(profile, known)
    if (told := profile.told) is not None:
        notes.append(Sentence("That all rows are of %(day)s is a guess: see date_from in the source.", day=told.day))
    indicator: Plain = {
        "key": "in-time" if counted["kind"] == "share-within" else "counted",
        "title": counted["title"],
        "source": SOURCE,
        **counted,
        **{role.value: profile.taken(role) for role in (ColumnRole.UNIT, ColumnRole.CHANNEL) if profile.taken(role)},
    }
    if (case := profile.taken(ColumnRole.CASE)) and not (known and known.source):
        indicator["distinct"] = case
    if excluded := _excluded(profile, known):
        indicator["exclude"] = excluded
    if counted["kind"] == "count":
        indicator["mandatory"] = False
    else:
        indicator["targets"] = [{"from": from_.isoformat(), "target": 0.8, "unacceptable": 0.5}]
    return indicator, notes


def _counted(profile: Profile, known: KnownParts | None) -> tuple[Plain, list[Sentence]]:
    """What is counted: a delay between two dates; else what a column says yes or no to; else rows."""
    if known is not None:
        return _by_preset(profile, known), [_looks_like(known)]
    start = profile.taken(ColumnRole.START) or profile.dated or PERIOD
    stop = profile.taken(ColumnRole.STOP)
    if stop is not None:
        title = {"en": "Closed within 10 working days", "fr": "Clos sous 10 jours ouvrés"}
        return {"title": title, "kind": "share-within", "start": start, "stop": stop, "within": WITHIN}, [
            Sentence(
                "The delay is a guess: %(within)s from “%(start)s” to “%(stop)s”.",
                within=WITHIN,
                start=start,
                stop=stop,
            )
        ]
    if (answer := yes_or_no_column(profile.columns)) is not None:
        return _said(answer.name, start)
    title = {"en": "Rows", "fr": "Lignes"}
    return {"title": title, "kind": "count", "date": start}, [
        Sentence(
            "The file has no second date and no column of yes and no: the indicator only counts its rows. Say what "
            "counts as kept."
        )
    ]


def _said(column: str, start: str) -> tuple[Plain, list[Sentence]]:
    """What a column of yes and no says; where a yes is bad news, no is what was promised."""
    if says_failure(column):
        title = {"en": f"Rows where {column} is no", "fr": f"Lignes où {column} vaut non"}
        note = Sentence("What counts as kept is a guess: no in the column “%(column)s”.", column=column)
    else:
        title = {"en": f"Rows where {column} is yes", "fr": f"Lignes où {column} vaut oui"}
        note = Sentence("What counts as kept is a guess: yes in the column “%(column)s”.", column=column)
    return {"title": title, "kind": "share", "date": start, "success": {column: not says_failure(column)}}, [note]


def _looks_like(known: KnownParts) -> Sentence:
    if known.mark is not None:
        return Sentence(
            "The file looks like one of %(program)s: the words are those of its kind; that the column “%(column)s” is "
            "the one that counts, and which of its answers are good, is a guess.",
            program=known.program,
            column=known.mark.column,
        )
    if known.open:
        return Sentence(
            "The file looks like one of %(program)s: columns, delay (%(within)s), opening hours and words are those of "
            "its kind.",
            program=known.program,
            within=known.within,
        )
    return Sentence(
        "The file looks like one of %(program)s: columns, delay (%(within)s) and words are those of its kind.",
        program=known.program,
        within=known.within,
    )


def _by_preset(profile: Profile, known: KnownParts) -> Plain:
    """What is counted of a known kind of file."""
    title = {"title": dict(known.title)}
    if known.mark is not None:
        good: Any = True if known.mark.least is None else {"at_least": known.mark.least}
        asked = {"nature": "perceived", "basis": "sample"}
        return title | {"kind": "share", **asked, "date": profile.dated, "success": {known.mark.column: good}}
    ends = known.ends or {"start": profile.taken(ColumnRole.START), "stop": profile.taken(ColumnRole.STOP)}
    stands = {"pauses": known.pauses} if known.pauses else {"paused": known.paused} if known.paused else {}
    return title | {"kind": "share-within", **ends, "within": known.within, **stands}


def _excluded(profile: Profile, known: KnownParts | None) -> list[Plain]:
    """Rows that add up others do not count; of one column its first total."""
    found = {one.column: one.value for one in reversed(profile.totals) if one.is_sum} | total_at_the_foot(profile)
    return [*(known.exclude if known else ())] + [
        {"where": {column: value or {"missing": True}}, "reason": f"total in {column}"}
        for column, value in found.items()
    ]


def _units(profile: Profile, organisation: Organisation) -> list[Plain]:
    """The organisation, and below it each value of the unit column; a value that is a total is no unit."""
    summed = [one for one in profile.totals if one.is_sum or is_called_total(one.value)]
    totals = {one.value for one in summed if one.column == profile.taken(ColumnRole.UNIT)}
    names = [one for one in profile.units if one not in totals and one == one.strip() and len(one) <= _LONGEST_KEY]
    root = next(key for key in ("all", "organisation", "whole-organisation") if key not in names)
    below = [{"key": name, "name": name, "parent": root, "kind": "unit"} for name in names]
    return [{"key": root, "name": organisation.name, "parent": "", "kind": "company"}, *below]
