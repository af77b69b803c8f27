"""Cancer waiting times counted apart from Promesse, cell by cell from the workbooks as they are published."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

MONTHS = ("2024-10", "2025-03")
NAMES_IN = 9
Pair = tuple[float, float]


def of_providers(data: Path, month: str, sheet: str, kept: str, only: dict[str, str]) -> Pair:
    """Patients in time and all patients of the providers: rows with a code, of the part that is meant."""
    in_time = whole = 0.0
    for row in _rows(data / f"nhs_cancer_providers_{month}_as_published.xlsx", sheet):
        is_meant = all(row.get(name) == value for name, value in only.items())
        if is_meant and str(row.get("ODS CODE (1)") or "").strip() and isinstance(row["TOTAL"], int | float):
            in_time, whole = in_time + float(row[kept]), whole + float(row["TOTAL"])
    return in_time, whole


def _rows(path: Path, sheet: str) -> Iterator[dict[str, Any]]:
    """Each row by the names of line 9; of two names that only blanks part, the first as it is written."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(path, read_only=True, data_only=True)
        page = book[sheet]
        page.reset_dimensions()
        rows = list(page.iter_rows(values_only=True))
        book.close()
    names = rows[NAMES_IN - 1]
    for row in rows[NAMES_IN:]:
        yield {str(name): row[at] if at < len(row) else None for at, name in enumerate(names)}
