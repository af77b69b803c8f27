"""Opening the sources of a charter: each becomes one table that can be counted, read-only, within its limits."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

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
from charter.sources.readers.place import Place as Place
from charter.sources.readers.place import files_of, fingerprint_of
from charter.sources.readers.text_files import quoted


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
    address: str = ""
    _closing: ExitStack = field(default_factory=ExitStack, repr=False)

    def close(self) -> None:
        """Lets go of connections and temporary files."""
        self._closing.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_source(key: str, source: Source, place: Place, columns: Collection[str] | None = None) -> OpenSource:
    """Opens a source to be counted; text is loaded once (only `columns`, when given), the rest is read in place.

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
        opened = _open(key, source, place, engine, columns, closing)
        opened._closing = closing.pop_all()
        return opened


def _open(
    key: str,
    source: CsvSource | ParquetSource | XlsxSource | DatabaseSource | HttpJsonSource,
    place: Place,
    engine: Any,
    columns: Collection[str] | None,
    closing: ExitStack,
) -> OpenSource:
    if isinstance(source, DatabaseSource):
        table, close = open_database(key, source, place.environ, engine, columns)
        closing.callback(close)
        rows = _asked(key, lambda: int(table.count().to_pyarrow().as_py()))
        told = hashlib.sha256(f"{source.table}\0{rows}".encode()).hexdigest()
        return OpenSource(key, table, told, rows, read_as_known_on=False, address=source.url)
    if isinstance(source, HttpJsonSource):
        body = http_json.fetch(key, source, place.environ, http_json.Limits(place.http_allow))
        http_json.load(engine.con, "rows", key, body, source.rows)
        table = engine.table("rows")
        rows = _asked(key, lambda: int(table.count().to_pyarrow().as_py()))
        return OpenSource(key, table, hashlib.sha256(body).hexdigest(), rows, read_as_known_on=True)
    files = files_of(key, source.path, place.folder, place.data_folders)
    if isinstance(source, ParquetSource):
        table = _asked(key, lambda: parquet_table(engine, files))
    else:
        _load(key, source, files, engine, columns)
        table = engine.table("rows")
    rows = _asked(key, lambda: int(table.count().to_pyarrow().as_py()))
    return OpenSource(key, table, fingerprint_of(files), rows, read_as_known_on=True)


def beside(counted: OpenSource, other: OpenSource) -> Any:
    """The table of another source in the engine that counts the first one. Raises SourceError.

    What stands in another database than the rows cannot be joined with them: only our own engine takes tables in.
    """
    here, there = counted.table.get_backend(), other.table.get_backend()
    if here is there:
        return other.table
    if here.name == "duckdb":
        rows = _asked(other.key, lambda: other.table.to_pyarrow())
        return here.create_table(f"promesse_{uuid4().hex}", rows, temp=True)
    if counted.address and counted.address == other.address:
        named = other.table.op()
        return here.table(named.name, database=(named.namespace.catalog, named.namespace.database))
    raise SourceError(
        "The rows of “%(source)s” stand in a database, and their pauses in “%(other)s” do not: put both into the same "
        "database, or both into files.",
        source=counted.key,
        other=other.key,
    )


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


def parquet_table(engine: Any, files: list[Path]) -> Any:
    """Parquet files read in place, as the table `rows`."""
    listed = ", ".join(quoted(str(path)) for path in files)
    engine.raw_sql(f"CREATE VIEW rows AS SELECT * FROM read_parquet([{listed}])")
    return engine.table("rows")


def _load(
    key: str, source: CsvSource | XlsxSource, files: list[Path], engine: Any, columns: Collection[str] | None
) -> None:
    header: set[str] = set()
    for path in files:
        if isinstance(source, XlsxSource):
            names = spreadsheets.load(engine.con, "rows", path, source.sheet, columns)
        else:
            with text_files.as_utf8(path, source.encoding) as readable:
                file = text_files.look_at_header(readable, path.name, source.separator)
                _refuse_other_columns(key, path, header, file.names)
                text_files.load(engine.con, "rows", file, columns)
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
