"""A file of figures, row by row: which columns say what, in French or English, and why a row cannot be read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from charter.domain.figures.entries import ANSWER, ASKED, STEP, Figure, number_of
from charter.domain.vocabulary.counts import Number
from charter.domain.vocabulary.errors import CharterError, Invalid, Sentence
from charter.domain.vocabulary.periods import parse_period, period_at
from charter.domain.vocabulary.terms import PeriodKind

NAMES: Mapping[str, str] = {
    "indicateur": "indicator",
    "periode": "period",
    "mois": "period",
    "month": "period",
    "entite": "unit",
    "unite": "unit",
    "agence": "unit",
    "canal": "channel",
    "motif": "reason",
    "raison": "reason",
    "numerateur": "numerator",
    "denominateur": "denominator",
    "nombre": "n",
    "somme": "sum",
    "somme_des_carres": "sum_of_squares",
    "promoteurs": "promoters",
    "passifs": "passives",
    "detracteurs": "detractors",
    "centimes": "cents",
    "effectif": "volume",
}
"""The French names of columns; the English ones are those of the fields."""

NUMBERS = frozenset(name for names in ASKED.values() for name in names)
PLACES = ("indicator", "period", "unit", "channel", "segment", "reason")
LONGEST_CELL = 1000
_DAY_FIRST = re.compile(r"(?:(\d{1,2})[/.])?(\d{1,2})[/.](\d{4})")

Row = tuple[int, Mapping[str, str]]


@dataclass(frozen=True)
class RowRefused:
    """Why the row at a line cannot be read."""

    line: int
    error: CharterError


@dataclass(frozen=True)
class Read:
    """What a file of figures says: figures, rows refused, columns that were left alone."""

    figures: Sequence[Figure]
    refused: Sequence[RowRefused]
    ignored: Sequence[str]


def read_figures(
    names: Sequence[str], rows: Iterable[Row], lengths: Mapping[str, PeriodKind], indicator: str | None
) -> Read:
    """The figures of a file with these columns. `indicator` is the one chosen for rows that name none.

    `lengths` are the indicators' kinds of period: a spreadsheet writes October as its first day. Raises Invalid when
    a column that is needed is missing or stands twice.
    """
    columns = _columns(names, indicator)
    figures: list[Figure] = []
    refused: list[RowRefused] = []
    for line, row in rows:
        cells = {field: row.get(name, "").strip() for name, field in columns.items()}
        if not any(cells.values()):
            continue
        try:
            figures.append(_figure(line, cells, lengths, indicator))
        except CharterError as error:
            refused.append(RowRefused(line, error))
    return Read(figures, refused, [name for name in names if name not in columns])


def _columns(names: Sequence[str], indicator: str | None) -> dict[str, str]:
    """The columns that are read, with the field each one stands for."""
    columns: dict[str, str] = {}
    for name in names:
        field = _plain(name)
        field = NAMES.get(field, field)
        if not _is_number(field) and field not in PLACES:
            continue
        if field in columns.values():
            raise two_columns(field, name)
        columns[name] = field
    if "period" not in columns.values():
        raise no_column("period", names)
    if not indicator and "indicator" not in columns.values():
        raise Invalid(
            "The file has no column indicator: add it, or choose the indicator on the page. "
            "Its first line says %(names)s.",
            "indicator",
            names=_shown(names),
        )
    if not any(_is_number(field) for field in columns.values()):
        raise Invalid("The file has no column of numbers, such as numerator and denominator.", "numerator")
    return columns


def two_columns(field: str, name: str) -> Invalid:
    """Two columns stand for the same field."""
    return Invalid("Two columns say %(field)s: leave out “%(name)s” or the other.", field, field=field, name=name)


def no_column(field: str, names: Sequence[str], column: str | None = None) -> Invalid:
    """The column of a field is not there under its name, or under the one that was asked for."""
    return Invalid(
        "The file has no column %(column)s: add it. Its first line says %(names)s.",
        field,
        column=column or field,
        names=_shown(names),
    )


def unprintable(field: str, most: int) -> Invalid:
    """A cell is too long, or cannot be shown."""
    return Invalid(
        "%(field)s: over %(most)s characters, or a character that cannot be printed.", field, field=field, most=most
    )


def _shown(names: Sequence[str]) -> list[Sentence]:
    """The first columns of a file, each in quotation marks."""
    return [Sentence("“%(name)s”", name=name[:30]) for name in names[:8]]


def _is_number(field: str) -> bool:
    return field in NUMBERS or field.startswith((STEP, ANSWER))


def _plain(name: str) -> str:
    """A name without accents, capitals and spaces."""
    letters = unicodedata.normalize("NFKD", name.strip().lower())
    return re.sub(r"[\s_\-]+", "_", "".join(sign for sign in letters if not unicodedata.combining(sign)))


def _figure(line: int, cells: Mapping[str, str], lengths: Mapping[str, PeriodKind], indicator: str | None) -> Figure:
    for field, text in cells.items():
        if len(text) > LONGEST_CELL or not " ".join(text.split()).isprintable():
            raise unprintable(field, LONGEST_CELL)
    key = cells.get("indicator") or indicator
    if not key:
        raise Invalid("The row names no indicator, and none is chosen on the page.", "indicator")
    if not cells["period"]:
        raise Invalid("The row names no period.", "period")
    return Figure(
        key,
        _period(cells["period"], lengths.get(key)),
        cells.get("unit") or None,
        dict(_numbers(cells)),
        cells.get("reason") or None,
        cells.get("channel", ""),
        cells.get("segment", ""),
        line,
    )


def _numbers(cells: Mapping[str, str]) -> Iterator[tuple[str, Number]]:
    for field, text in cells.items():
        if _is_number(field) and text:
            yield field, number_of(text, field)


def _period(written: str, length: PeriodKind | None) -> str:
    """The period's key; 10/2026 and the first day of a period, as spreadsheets write them, are understood."""
    if found := _DAY_FIRST.fullmatch(written):
        day, month, year = found.groups()
        written = f"{year}-{int(month):02}" + (f"-{int(day):02}" if day else "")
    period = parse_period(written)
    if period.kind is PeriodKind.DAY and length is not None and period_at(length, period.start).start == period.start:
        return period_at(length, period.start).key
    return period.key
