"""A first charter from a data file, and its units: written beside the data, never over what is there."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from datetime import datetime
from glob import escape
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from charter.domain.charter_file.reading import read_charter
from charter.domain.charter_file.text.units_file import NEEDED
from charter.domain.charter_file.text.yaml_writer import emit
from charter.domain.file_profile.first_charter import Organisation, first_charter
from charter.domain.vocabulary.errors import Conflict, Invalid, Sentence
from charter.domain.vocabulary.permissions import Actor
from charter.services.drafts.look import Look, look_at_file
from charter.services.records.access import Access

UNITS = "units.csv"


@dataclass(frozen=True)
class Wanted:
    """Where the charter and its units are to be written, whose they are, and which sheet is read."""

    out: Path | None = None
    units: Path | None = None
    organisation: Organisation = field(default_factory=Organisation)
    sheet: str | None = None


@dataclass(frozen=True)
class Started:
    """What was written, what was looked at for it, and what a person should look at first."""

    charter: Path
    units: Path
    look: Look
    notes: list[Sentence]


def start_charter(actor: Actor, now: datetime, file: Path, access: Access, wanted: Wanted) -> Started:
    """Write a charter that reads the file, and the units that it names.

    Units that are there already are used as they are. Raises Conflict (the charter is there already, or the file cannot
    be promised on), Invalid (a place that the charter could not read from), SourceError.
    """
    out = (wanted.out or file.parent / "charter.yaml").resolve()
    units = (wanted.units or out.parent / UNITS).resolve()
    path, beside = _below(file.resolve(), out.parent, access), _beside(units, out.parent)
    if out.exists():
        raise Conflict("%(file)s is there already: name another with --out.", file=str(out))
    if units.exists() and wanted.units is None:
        raise Conflict("%(file)s is there already: name it with --units to use it, or name another.", file=str(units))
    zone = _known(wanted.organisation.timezone)
    seen = look_at_file(actor, now, file, access, sheet=wanted.sheet, zone=zone)
    first = first_charter(seen.profile, escape(path), beside, wanted.organisation)
    listed, text = _csv(first.units), emit(first.charter)
    there = units.read_text(encoding="utf-8-sig") if units.exists() else listed
    read_charter(text, load_units=lambda _: there)
    if not units.exists():
        _write(units, listed)
    _write(out, text)
    return Started(out, units, seen, first.notes)


def _known(zone: str) -> str:
    try:
        ZoneInfo(zone)
    except (ValueError, OSError, ZoneInfoNotFoundError) as error:
        raise Invalid("%(zone)s is no time zone: write one like Europe/Paris.", "timezone", zone=zone) from error
    return zone


def _below(file: Path, folder: Path, access: Access) -> str:
    """The path of the file as a charter in that folder writes it."""
    for home in (folder, *access.data_folders):
        if file.is_relative_to(home.resolve()):
            return file.relative_to(home.resolve()).as_posix()
    raise Invalid(
        "The charter must lie in the folder of %(file)s, or above it: name it so with --out, or add the file's folder "
        "to the setting DATA_FOLDERS.",
        "out",
        file=file.name,
    )


def _beside(units: Path, folder: Path) -> str:
    if not units.is_relative_to(folder):
        raise Invalid("%(file)s is not beside the charter: name a file there with --units.", "units", file=str(units))
    return units.relative_to(folder).as_posix()


def _csv(units: list[dict[str, Any]]) -> str:
    text = io.StringIO()
    rows = csv.DictWriter(text, NEEDED, lineterminator="\n")
    rows.writeheader()
    rows.writerows(units)
    return text.getvalue()


def _write(path: Path, text: str) -> None:
    with path.open("x", encoding="utf-8", newline="") as file:
        file.write(text)
