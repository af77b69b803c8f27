"""Opening the sources of a charter: each becomes one table that can be counted, read-only, within its limits."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self

import duckdb
import ibis

from charter.domain.charter_file.sources import (
    CsvSource,
    DatabaseSource,
    HttpJsonSource,
    ManualSource,
    ParquetSource,
    Source,
    XlsxSource,
)
from charter.domain.vocabulary.errors import SourceError
from charter.domain.vocabulary.sentences import in_quotes
from charter.sources.readers import http_json, spreadsheets, text_files
from charter.sources.readers.databases import open_database
from charter.sources.readers.place import FILE_PLACE, LINE_PLACE, files_of, fingerprint_of, places_of
from charter.sources.readers.place import Place as Place
from charter.sources.readers.text_files import named, quoted


@dataclass
class OpenSource:
    """One open source. `read_as_known_on`: a file tells what is known when it is read, to be labelled so.

    `fingerprint` is SHA-256 over the bytes of files or of an answer; of a database over the table's name and rows.
    """

    key: str
    table: Any
    fingerprint: str
    rows_read: int
    read_as_known_on: bool
    _closing: ExitStack = field(default_factory=ExitStack, repr=False)

    @cached_property
    def overlapping(self) -> int:
        """How many different rows stand, equal in all columns, in two files or more: exports that overlap.

        Raises SourceError when the rows cannot be read.
        """
        if FILE_PLACE not in self.table.columns:
            return 0
        own = ", ".join(named(name) for name in self.table.columns if name not in (FILE_PLACE, LINE_PLACE))
        again = f"SELECT 1 FROM rows GROUP BY hash({own}) HAVING min({FILE_PLACE}) < max({FILE_PLACE})"
        connection = self.table.get_backend().con
        told = _asked(self.key, lambda: connection.execute(f"SELECT count(*) FROM ({again})").fetchone())
        return int(told[0])

    def close(self) -> None:
        """Lets go of connections and temporary files."""
        self._closing.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_source(
    key: str, source: Source, place: Place, columns: Collection[str] | None = None, *, in_order: bool = False
) -> OpenSource:
    """Opens a source to be counted; text is loaded once (only `columns`, when given), the rest is read in place.

    Rows of several files keep the place of their file, and their own in it; `in_order`: those of one file too.
    Close it after use (it is a context manager). Raises SourceError in one sentence when it cannot be read.
    """
    if not isinstance(source, CsvSource | ParquetSource | XlsxSource | DatabaseSource | HttpJsonSource):
        if isinstance(source, ManualSource):
            raise SourceError("The source “%(source)s” is entered by people: it has no rows to read.", source=key)
        raise SourceError(
            "The source “%(source)s”: kind %(kind)s is pushed by programs: it has no rows to read.",
            source=key,
            kind=source.kind,
        )
    with ExitStack() as closing:
        engine = own_engine(place, closing)
        opened = _open(key, source, place, engine, (columns, in_order), closing)
        opened._closing = closing.pop_all()
        return opened


def _open(
    key: str,
    source: CsvSource | ParquetSource | XlsxSource | DatabaseSource | HttpJsonSource,
    place: Place,
    engine: Any,
    asked: tuple[Collection[str] | None, bool],
    closing: ExitStack,
) -> OpenSource:
    columns, in_order = asked
    if isinstance(source, DatabaseSource):
        table, close = open_database(key, source, place.environ, engine, columns)
        closing.callback(close)
        rows = _asked(key, lambda: int(table.count().to_pyarrow().as_py()))
        told = hashlib.sha256(f"{source.table}\0{rows}".encode()).hexdigest()
        return OpenSource(key, table, told, rows, read_as_known_on=False)
    if isinstance(source, HttpJsonSource):
        body = http_json.fetch(key, source, place.environ, http_json.Limits(place.http_allow))
        http_json.load(engine.con, "rows", key, body, source.rows)
        table = engine.table("rows")
        rows = _asked(key, lambda: int(table.count().to_pyarrow().as_py()))
        return OpenSource(key, table, hashlib.sha256(body).hexdigest(), rows, read_as_known_on=True)
    files = files_of(key, source.path, place.folder, place.data_folders)
    placed = in_order or len(files) > 1
    if isinstance(source, ParquetSource):
        table = _asked(key, lambda: parquet_table(engine, files, in_order=placed))
    else:
        _load(key, source, files, engine, columns, in_order=placed)
        table = engine.table("rows")
    rows = _asked(key, lambda: int(table.count().to_pyarrow().as_py()))
    return OpenSource(key, table, fingerprint_of(files), rows, read_as_known_on=True)


def own_engine(place: Place, closing: ExitStack) -> Any:
    """The embedded engine, within its memory, with a folder for what does not fit; it loads nothing by itself."""
    spill = closing.enter_context(TemporaryDirectory(prefix="promesse-"))
    engine = ibis.duckdb.connect(
        memory_limit=place.memory,
        threads=place.threads,
        temp_directory=spill,
        autoinstall_known_extensions=False,
        autoload_known_extensions=False,
    )
    closing.callback(engine.disconnect)
    engine.raw_sql(f"SET TimeZone = {quoted(place.zone)}")
    return engine


def parquet_table(engine: Any, files: list[Path], *, in_order: bool = False) -> Any:
    """Parquet files read in place, as the table `rows`; `in_order` with the places of files and rows."""
    ordered = [path for _, path in sorted(zip(places_of(files), files, strict=True))]
    listed = f"[{', '.join(quoted(str(path)) for path in ordered)}]"
    read = f"SELECT * FROM read_parquet({listed})"
    if in_order:
        read = (
            f"SELECT * EXCLUDE (promesse_path, file_row_number), list_position({listed}, promesse_path) - 1 AS "
            f"{FILE_PLACE}, file_row_number + 1 AS {LINE_PLACE} FROM "
            f"read_parquet({listed}, filename = 'promesse_path', file_row_number = true)"
        )
    engine.raw_sql(f"CREATE VIEW rows AS {read}")
    return engine.table("rows")


def _load(
    key: str,
    source: CsvSource | XlsxSource,
    files: list[Path],
    engine: Any,
    columns: Collection[str] | None,
    *,
    in_order: bool,
) -> None:
    header: set[str] = set()
    for number, path in zip(places_of(files), files, strict=True):
        at = number if in_order else None
        if isinstance(source, XlsxSource):
            names = spreadsheets.load(engine.con, "rows", path, source.sheet, columns, at)
        else:
            with text_files.as_utf8(path, source.encoding) as readable:
                file = text_files.look_at_header(readable, path.name, source.separator)
                _refuse_other_columns(key, path, header, file.names)
                text_files.load(engine.con, "rows", file, columns, at)
            names = file.names
        _refuse_other_columns(key, path, header, names)
        header = header or set(names)


def _refuse_other_columns(key: str, path: Path, header: set[str], names: list[str]) -> None:
    if header and header != set(names):
        strange = sorted(header ^ set(names))
        raise SourceError(
            "The source “%(source)s” reads several files, but %(file)s has not the same columns as the first: "
            "%(columns)s.",
            source=key,
            file=path.name,
            columns=in_quotes(strange[:5]),
        )


def _asked(key: str, ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except duckdb.Error as error:
        first = str(error).strip().split("\n")[0][:200]
        raise SourceError("The source “%(source)s” cannot be read: %(reason)s", source=key, reason=first) from error
