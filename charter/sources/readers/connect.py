"""Opening the sources of a charter: each becomes one table that can be counted, read-only, within its limits."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
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
from charter.sources.cells.context import Wanted
from charter.sources.cells.known import Known
from charter.sources.cells.queries import Rows
from charter.sources.readers import http_json, spreadsheets, text_files
from charter.sources.readers.databases import open_database
from charter.sources.readers.place import Place as Place
from charter.sources.readers.place import files_of, fingerprint_of, known_of
from charter.sources.readers.text_files import quoted


@dataclass
class OpenSource:
    """One open source. `read_as_known_on`: a file tells what is known when it is read, to be labelled so.

    `fingerprint` is SHA-256 over the bytes of files or of an answer; of a database over the table's name and columns.
    A table of a database that is read by parts is `given` as what gives all of it.
    """

    key: str
    given: Any
    fingerprint: str
    counted: int | None
    read_as_known_on: bool
    known: Known | None = None
    part: Callable[[Wanted], Any] | None = None
    names: Sequence[str] = ()
    _closing: ExitStack = field(default_factory=ExitStack, repr=False)

    @cached_property
    def table(self) -> Any:
        """All its rows."""
        return self.given() if self.part else self.given

    @cached_property
    def rows_read(self) -> int:
        """How many rows it has; those of a database are counted when somebody asks."""
        if self.counted is not None:
            return self.counted
        return int(_asked(self.key, lambda: self.table.count().to_pyarrow().as_py()))

    @property
    def rows(self) -> Rows:
        """Its rows, of which each pass reads those it needs."""
        return Rows(lambda: self.table, self.part, self.known, self.names)

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
        found = open_database(key, source, place.environ, engine, columns)
        closing.callback(found.close)
        schema = "" if found.part else repr(found.whole.schema())
        told = hashlib.sha256(f"{source.table}\0{schema}".encode()).hexdigest()
        return OpenSource(key, found.whole, told, None, read_as_known_on=False, part=found.part, names=found.names)
    if isinstance(source, HttpJsonSource):
        body = http_json.fetch(key, source, place.environ, http_json.Limits(place.http_allow))
        http_json.load(engine.con, "rows", key, body, source.rows)
        table = engine.table("rows")
        rows = _asked(key, lambda: int(table.count().to_pyarrow().as_py()))
        told = hashlib.sha256(body).hexdigest()
        return OpenSource(key, table, told, rows, read_as_known_on=True, known=Known())
    files = files_of(key, source.path, place.folder, place.data_folders)
    known = closing.enter_context(known_of(files, source.model_dump_json(), place.kept))
    names: Sequence[str] = ()
    with ThreadPoolExecutor(1) as beside:
        # The engine reads the file with all its threads, but waits for the disk now and then.
        fingerprint = beside.submit(known.of, "fingerprint", lambda: fingerprint_of(files))
        if isinstance(source, ParquetSource):
            table = _asked(key, lambda: parquet_table(engine, files))
        else:
            names = _load(key, source, files, engine, columns)
            table = engine.table("rows")
        rows = _asked(key, lambda: int(table.count().to_pyarrow().as_py()))
        told = fingerprint.result()
    return OpenSource(key, table, told, rows, read_as_known_on=True, known=known, names=names)


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
) -> Sequence[str]:
    """Loads the rows as text; returns the names of all columns."""
    header: set[str] = set()
    names: Sequence[str] = ()
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
    return names


def _refuse_other_columns(key: str, path: Path, header: set[str], names: Sequence[str]) -> None:
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
