"""What a newer file has less than the one before it, told before anything is counted from it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from charter.domain.vocabulary.errors import Sentence
from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.sentences import restored
from charter.domain.vocabulary.terms import ColumnKind

_MOST_NAMED, _SLIGHTLY = 12, 0.002
Look = Mapping[str, Any]
"""A look at a file as plain values: rows, columns, months, the last day, its doubts and rows that are left out."""


def worse_than(
    before: Look | None, newer: Look, read: Collection[str], order: str | None, *, as_words: Collection[str] = ()
) -> list[Sentence]:
    """Why figures may be lost or change: what of the columns that are `read` cannot be read any more, rows and months
    that are gone, a last day before the last one, dates in another `order` than is read, rows that are a total.

    `as_words`: those among them of which any kind is good (cases, units). Where the look at the file before is not
    kept, only what the newer one says of itself.
    """
    found = [
        *_on_order(newer, read, order),
        *_on_columns(before, newer, set(read) - set(as_words)),
        *_on_cells(before, newer, read),
    ]
    if before is not None:
        found += _on_rows(before, newer)
        known = before["left_out"]
        found += [_on_left_out(one) for one in newer["left_out"] if one not in known]
    return found


def _on_order(newer: Look, read: Collection[str], order: str | None) -> Iterator[Sentence]:
    for name, written in newer["orders"].items():
        if name in read and written != (order or "day-first"):
            yield Sentence(
                "In the column “%(column)s” day and month seem to stand in another order than they are read in: dates "
                "would be read wrongly, or not at all.",
                column=name,
            )


def _on_columns(before: Look | None, newer: Look, read: Collection[str]) -> Iterator[Sentence]:
    """Columns that held something else, or something at all."""
    kinds = {one["name"]: ColumnKind(one["kind"]) for one in (before or newer)["columns"]}
    for one in newer["columns"]:
        name, kind = one["name"], ColumnKind(one["kind"])
        if name not in read or name not in kinds or _alike(kinds[name], kind):
            continue
        if kind is ColumnKind.EMPTY:
            yield Sentence("The column “%(column)s” is empty; in the file before it was not.", column=name)
        else:
            yield Sentence(
                "The column “%(column)s” is of another kind than in the file before: %(kind)s, not %(before)s.",
                column=name,
                before=kinds[name],
                kind=kind,
            )


def _on_cells(before: Look | None, newer: Look, read: Collection[str]) -> Iterator[Sentence]:
    """What is said of the cells of a column, where it holds of more of them than in the file before."""
    known = {_place(one): share for one, share in _doubts(before or {"doubts": ()}, read)}
    for one, share in _doubts(newer, read):
        if share > known.get(_place(one), 0.0) + _SLIGHTLY:
            yield restored(one["said"])


def _doubts(look: Look, read: Collection[str]) -> Iterator[tuple[Mapping[str, Any], float]]:
    """Each doubt about a column that is read, with the share of the lines that it speaks of."""
    for one in look["doubts"]:
        if one["columns"] and set(one["columns"]) <= set(read):
            yield one, float(one["said"]["values"].get("count", 0)) / max(look["rows"], 1)


def _place(doubt: Mapping[str, Any]) -> tuple[str, ...]:
    return (doubt["said"]["template"], *doubt["columns"])


def _alike(before: ColumnKind, now: ColumnKind) -> bool:
    return before is now or before is ColumnKind.EMPTY or (before.is_moment and now.is_moment)


def _on_rows(before: Look, newer: Look) -> Iterator[Sentence]:
    if newer["rows"] < before["rows"]:
        yield Sentence(
            "Fewer lines: %(count)s; the file before had %(before)s.", count=newer["rows"], before=before["rows"]
        )
    if gone := [parse_period(key) for key in before["months"] if key not in newer["months"]]:
        yield Sentence(
            "No line is left of %(months)s, which the file before had.",
            months=[*gone[:_MOST_NAMED], *["…"][: len(gone) > _MOST_NAMED]],
        )
    last, earlier = newer["last"], before["last"]
    if last and earlier and last < earlier:
        yield Sentence(
            "Its last day is %(day)s; that of the file before was %(before)s.",
            day=date.fromisoformat(last),
            before=date.fromisoformat(earlier),
        )


def _on_left_out(row: Mapping[str, Any]) -> Sentence:
    """Rows that are a total and would be counted."""
    column, value = next(iter(row["where"].items()))
    return Sentence(
        "“%(value)s” in the column “%(column)s” seems to be a total, which would be counted as a case.",
        column=column,
        value=value if isinstance(value, str) else "",
    )
