"""Tables as files: the same bytes for the same table, on any day."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from making.tables import Table


def write_parquet(table: Table, path: Path, in_utc: tuple[str, ...] = ()) -> None:
    """Parquet; the columns named in in_utc hold local instants, written as instants with a zone."""
    columns = {name: _instants_in_utc(column) if name in in_utc else _column(column) for name, column in table.items()}
    pa.parquet.write_table(pa.table(columns), path, compression="zstd")


def write_csv(table: Table, path: Path, separator: str = ",") -> None:
    """CSV with a line of names; compressed when the name ends in .gz."""
    text = io.BytesIO()
    options = pa.csv.WriteOptions(delimiter=separator, quoting_style="needed", quoting_header="none")
    pa.csv.write_csv(pa.table({name: _column(column) for name, column in table.items()}), text, options)
    path.write_bytes(gzip.compress(text.getvalue(), 5, mtime=0) if path.suffix == ".gz" else text.getvalue())


def write_xlsx(table: Table, path: Path, sheet: str) -> None:
    """A spreadsheet with one sheet; the instants that openpyxl writes into it are taken out."""
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet(sheet)
    page.append(list(table))
    for row in zip(*(column.astype(object) for column in table.values()), strict=True):
        page.append([None if value is None or value != value else value for value in row])
    written = io.BytesIO()
    book.save(written)
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda part: (part != "[Content_Types].xml", part)):
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2025-01-01T00:00:00Z", content)
            new.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)


def _column(column: np.ndarray) -> pa.Array:
    if column.dtype.kind == "f" and (np.isnan(column) | (column == np.floor(column))).all():
        return pa.array(column, from_pandas=True).cast(pa.int64())
    return pa.array(column, from_pandas=True)


def _instants_in_utc(column: np.ndarray) -> pa.Array:
    local = pa.array(column.astype("datetime64[s]"), from_pandas=True)
    return pa.compute.assume_timezone(local, "Europe/Paris", ambiguous="earliest", nonexistent="earliest").cast(
        pa.timestamp("us", "UTC")
    )
