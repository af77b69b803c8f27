"""A look at a file that was sent, a count by columns that were chosen: by a process of its own, without a database."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from glob import escape
from pathlib import Path
from typing import Any, BinaryIO, TypedDict, cast

from charter.domain.charter_file.editing import Plain
from charter.domain.charter_file.indicators import Indicator
from charter.domain.charter_file.reading import read_plain
from charter.domain.file_profile.chosen_columns import without_keys
from charter.domain.file_profile.figures_read import parts_in
from charter.domain.file_profile.file_doubts import dates_asked, doubts_of, left_out, names_left_out, orders_told
from charter.domain.file_profile.first_charter import Organisation, first_charter
from charter.domain.file_profile.guesses import MOST_UNITS
from charter.domain.file_profile.headers import words_in
from charter.domain.file_profile.known_parts import known_parts
from charter.domain.vocabulary.errors import CharterError, Invalid
from charter.domain.vocabulary.periods import years_from
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.domain.vocabulary.sentences import restored, stored
from charter.services.charters.versions import Version, find_indicator
from charter.services.checks.dry_run import CountFacts, counts_of
from charter.services.checks.measuring import Measuring
from charter.services.drafts.look import Look, look_at_file, look_at_source
from charter.services.drafts.trial_run import JudgedRow, alone
from charter.services.drafts.unapplied import as_version, figures_back
from charter.services.records.access import Access
from charter.sources import apart
from charter.sources.apart import LONG, Patience, TooMuch

AT_LEAST = 15
"""Seconds of the processor while somebody waits: the engine that reads files of cases takes two to begin."""
MEMORY = 4 * apart.GIGABYTE
_SETTING = re.compile(r"env:([A-Z][A-Z0-9_]*)")


class Seen(TypedDict):
    """What a look at a file tells: its lines, its columns, for what each may serve and why, the source that reads it.
    `since`: the first day of its months; `because`: sentences, worded when read; `doubts`: told beside the columns
    chosen; `dates`: which of day and month is first, where the file does not tell, and `orders` by column where it
    does; `left_out`: rows that do not count; `figures`: the columns of a part and its whole, of figures of months;
    `words`: `words_in` its columns; `known`: what is known of its kind (`KnownParts`), of a known program."""

    file: str
    rows: int
    columns: list[Plain]
    guesses: dict[str, str | None]
    because: dict[str, Any]
    source: Plain
    indicator: Plain
    since: str
    doubts: list[Plain]
    dates: Plain | None
    orders: dict[str, str]
    months: dict[str, int]
    last: str | None
    left_out: list[Plain]
    sheet: str | None
    known: Plain | None
    figures: Plain | None
    words: list[Plain]


class Earlier(TypedDict):
    """The value of a month before."""

    period: str
    value: float


class FirstCount(CountFacts, total=False):
    """The newest figure by columns that were chosen, with the months before and some rows as they were judged.

    `units` are those of the column of units, to stand below the charter's root. `error`: why there is no figure.
    """

    units: list[str]
    kind: str
    period: str
    undated: int
    contradictory: int
    unknown: list[str]
    rows_read: int
    earlier: list[Earlier]
    examples: list[JudgedRow]
    error: Any


def look_apart(
    file: Path, now: datetime, *, zone: str, access: Access, name: str = "", patience: Patience = LONG
) -> Seen:
    """What a file holds and what its columns may be for, and the source that reads it; `name` is its sender's for it.

    Raises Invalid (what cannot be read or dated, in one sentence), TooMuch where somebody waits.
    """
    asked = {"do": "look", "file": str(file), "zone": zone, "names": {file.name: name} if name else {}}
    return cast("Seen", _apart(asked, now, access, patience))


def look_at_source_apart(
    plain: Plain, source: str, now: datetime, *, folder: str, access: Access, patience: Patience = LONG
) -> Seen:
    """As `look_apart`, of a source of a charter: a database or a web service. Raises Invalid, TooMuch."""
    asked = {"do": "source", "charter": plain, "source": source, "folder": folder}
    return cast("Seen", _apart(asked, now, access, patience))


def count_apart(
    plain: Plain, indicator: str, now: datetime, *, folder: str, access: Access, patience: Patience = LONG
) -> FirstCount:
    """The newest figure that an indicator of a charter would have, with ten rows as they were judged, masked.

    Raises Invalid, TooMuch.
    """
    asked = {"do": "count", "charter": plain, "indicator": indicator, "folder": folder}
    return cast("FirstCount", _apart(asked, now, access, patience))


def _apart(wanted: Mapping[str, Any], now: datetime, access: Access, patience: Patience) -> Plain:
    asked = {**wanted, "now": now.isoformat(), "folders": [str(one) for one in access.data_folders]}
    # Of the settings only those that the charter names; they reach the process by its input, never by a file.
    named = set(_SETTING.findall(json.dumps(wanted, default=str)))
    asked["environment"] = {name: access.environment[name] for name in named if name in access.environment}
    asked["http_allow"] = list(access.http_allow)
    try:
        given = replace(patience, seconds=max(AT_LEAST, patience.seconds), memory=MEMORY)
        found = apart.answer_of("charter.services.drafts.first_look", asked, given)
    except TooMuch as error:
        if patience.is_waited_for:
            raise
        raise Invalid(
            "The file takes too long or too much memory to be read: send a part of it, or have your administrator make "
            "it a source.",
            "file",
        ) from error
    if "refused" in found:
        refused = _called(found["refused"], wanted.get("names", {}))
        raise Invalid(restored(refused), "file")
    return found


def _called(said: Any, names: Mapping[str, str]) -> Any:
    """A stored sentence with files called as their senders call them, not as they lie here."""
    if isinstance(said, dict):
        return {key: _called(one, names) for key, one in said.items()}
    if isinstance(said, list):
        return [_called(one, names) for one in said]
    return names.get(said, said) if isinstance(said, str) else said


def answer_apart(asked: Plain, _: BinaryIO | None = None) -> Plain:
    """What the process of its own answers."""
    folders = [Path(one) for one in asked["folders"]]
    access = Access(folders, asked.get("environment", {}), asked.get("http_allow", []))
    now = datetime.fromisoformat(asked["now"])
    try:
        return _ANSWERS[asked["do"]](asked, now, access)
    except CharterError as error:
        return {"refused": stored(error.sentence)}


def _looked(asked: Plain, now: datetime, access: Access) -> Plain:
    file = Path(asked["file"])
    return _seen(look_at_file(COMMAND_LINE, now, file, access, zone=asked["zone"]), escape(file.name))


def _source_looked_at(asked: Plain, now: datetime, access: Access) -> Plain:
    key, version = asked["source"], as_version(read_plain(asked["charter"]).charter, asked["folder"])
    with years_from(version.charter.charter.first_month):
        seen = _seen(look_at_source(version, now, key, access), key)
    written = {name: seen["source"][name] for name in ("dates",) if name in seen["source"]}
    return seen | {"source": asked["charter"]["sources"][key] | written}


def _seen(seen: Look, path: str) -> Plain:
    """Raises Conflict for what has no dates."""
    first = first_charter(seen.profile, path, "", Organisation())
    (source,), (indicator,) = first.charter["sources"].values(), first.charter["commitments"][0]["indicators"]
    known, parts = known_parts(seen.profile), parts_in(seen.profile)
    return seen.kept | {
        "source": source,
        "indicator": indicator,
        "since": first.charter["charter"]["valid_from"],
        "doubts": [one.plain for one in doubts_of(seen.profile)],
        "dates": dates_asked(seen.profile),
        "orders": orders_told(seen.profile),
        "left_out": left_out(seen.profile, known.exclude if known else ()),
        "sheet": seen.profile.layout.sheet,
        "known": known and known.plain,
        "figures": parts and asdict(parts),
        "words": words_in(seen.profile.columns),
    }


def _counted(asked: Plain, now: datetime, access: Access) -> Plain:
    plain = asked["charter"]
    version = as_version(read_plain(plain).charter, asked["folder"])
    with years_from(version.charter.charter.first_month), Measuring(access) as measuring:
        excluded = list(plain["commitments"][0]["indicators"][0].get("exclude", ()))
        units = _units(measuring, version, find_indicator(version, asked["indicator"])[1], excluded)
        if units:
            plain = plain | {"units": with_units(plain["units"], units)}
            version = as_version(read_plain(plain).charter, asked["folder"])
        _, indicator = find_indicator(version, asked["indicator"])
        return {"units": units, **_figure(measuring, version, indicator, now)}


def with_units(units: list[Plain], names: list[str]) -> list[Plain]:
    """The units of a charter, with those names below the root that are not there."""
    root, known = next(one["key"] for one in units if not one.get("parent")), {str(one["key"]) for one in units}
    more = [name for name in names if name not in known]
    return [*units, *({"key": name, "name": name, "parent": root, "kind": "unit"} for name in more)]


def _units(measuring: Measuring, version: Version, indicator: Indicator, excluded: list[Plain]) -> list[str]:
    """What the column of units says, but for rows left out, where it says few enough things to be units."""
    if not isinstance(indicator.unit, str):
        return []
    table = measuring.opened(version, indicator.source).table
    told = table.select(unit=table[indicator.unit].cast("string")).distinct().limit(MOST_UNITS + 1).to_pyarrow()
    names = sorted({name.strip() for name in told["unit"].to_pylist() if name and name.strip()})
    if len(names) > MOST_UNITS:
        raise Invalid("This column says over %(most)s different things: it names no units.", "unit", most=MOST_UNITS)
    without = names_left_out(excluded, indicator.unit)
    return [name for name in names if len(name) <= 120 and name not in without]


def _figure(measuring: Measuring, version: Version, indicator: Indicator, now: datetime) -> Plain:
    figure, *before = figures_back(measuring, version, indicator, now)
    if figure.error is not None or figure.period is None:
        return {"error": stored(without_keys(figure.error)) if figure.error is not None else None}
    earlier = [(one.period, counts_of(indicator, one.counts)["value"]) for one in reversed(before)]
    return {
        **counts_of(indicator, figure.counts),
        "kind": indicator.kind.value,
        "period": figure.period.key,
        "undated": figure.undated,
        "contradictory": figure.contradictory,
        "unknown": list(figure.unknown)[:20],
        "rows_read": figure.rows_read,
        "earlier": [{"period": one.key, "value": value} for one, value in earlier if one and value is not None],
        "examples": [
            {"fate": one.fate, "reason": one.reason, "value": alone(indicator, one.counts), "columns": one.columns}
            for one in measuring.examples(version, indicator, figure.period, now)
        ],
    }


_ANSWERS = {"look": _looked, "source": _source_looked_at, "count": _counted}


if __name__ == "__main__":
    apart.answering(answer_apart)
