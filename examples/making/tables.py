"""A table under way: its columns, and the small faults that every real extract has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from making.stories import PROVIDER

Table = dict[str, np.ndarray]


def stack(months: Iterable[Table]) -> Table:
    """The months of a table one after the other."""
    parts = list(months)
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def rows_of(table: Table, which: np.ndarray) -> Table:
    return {name: column[which] for name, column in table.items()}


def keys(prefix: str, month: str, n: int) -> np.ndarray:
    """Row keys like R2501-000123, in order of arrival."""
    return np.array([f"{prefix}{month}-{place:06d}" for place in range(1, n + 1)], dtype=object)


def yes_no(flags: np.ndarray) -> np.ndarray:
    return np.where(flags, "yes", "no").astype(object)


@dataclass(frozen=True)
class Faults:
    """Which columns the faults of a table touch."""

    key: str
    start: str
    unit: str
    stop: str | None = None
    stops_in: tuple[str, str] | None = None
    """Only rows with this value in this column are given a stop before their start."""


def with_faults(rng: np.random.Generator, table: Table, faults: Faults) -> Table:
    """The table with a few rows repeated, a few undated, and (where there is a stop) a few stopped before they started.

    None of them changes a figure. The rule of one row per key (earliest start, then one with a stop, then the smallest
    unit) keeps the true row; undated rows belong to no period; rows stopped before their start are excluded.
    """
    n = len(table[faults.key])
    few = max(2, round(n * 0.0008))
    chosen = rng.choice(n, size=few * 3, replace=False)
    parts = [
        table,
        _repeated(rows_of(table, chosen[:few]), faults),
        _undated(rows_of(table, chosen[few : few * 2]), faults),
    ]
    if faults.stop is not None:
        stopped = chosen[few * 2 :]
        if faults.stops_in is not None:
            column, value = faults.stops_in
            stopped = rng.choice(np.flatnonzero(table[column] == value), size=few, replace=False)
        parts.append(_stopped_early(rng, rows_of(table, stopped[~np.isnat(table[faults.stop][stopped])]), faults))
    whole = stack(parts)
    return rows_of(whole, np.lexsort((whole[faults.key].astype(str), whole[faults.start])))


def _repeated(rows: Table, faults: Faults) -> Table:
    """The same key again: as it was, without its stop, or with the provider (the last unit of the alphabet)."""
    again = {name: column.copy() for name, column in rows.items()}
    if faults.stop is not None:
        closed = np.flatnonzero(~np.isnat(again[faults.stop]))
        again[faults.stop][closed[::3]] = np.datetime64("NaT")
        known = again[faults.unit][closed[1::3]] < PROVIDER
        again[faults.unit][closed[1::3][known]] = PROVIDER
    return again


def _undated(rows: Table, faults: Faults) -> Table:
    return {
        **rows,
        faults.key: np.array([f"{key}-U" for key in rows[faults.key]], dtype=object),
        faults.start: np.full(len(rows[faults.key]), np.datetime64("NaT"), dtype=rows[faults.start].dtype),
    }


def _stopped_early(rng: np.random.Generator, rows: Table, faults: Faults) -> Table:
    start = rows[faults.start]
    unit = "D" if start.dtype == np.dtype("datetime64[D]") else "m"
    early = start - rng.integers(1, 5, len(start)).astype(f"timedelta64[{unit}]")
    return {
        **rows,
        faults.key: np.array([f"{key}-E" for key in rows[faults.key]], dtype=object),
        str(faults.stop): early.astype(start.dtype),
    }
