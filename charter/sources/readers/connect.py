"""Opening the sources of a charter: each becomes one table that can be counted, read-only, within its limits."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self

import ibis
import pyarrow as pa

from charter.domain.charter_file.evidence import INCIDENT_COLUMNS
from charter.domain.charter_file.sources import (
    DatabaseSource,
    FileSource,
    HttpJsonSource,
    IncidentsSource,
    ManualSource,
    ParquetSource,
    Source,
)
from charter.domain.file_profile.profile import Layout
from charter.domain.vocabulary.errors import SourceError
from charter.sources.cells.context import Wanted
from charter.sources.cells.known import Known, known_of
from charter.sources.cells.queries import Rows, new_name
from charter.sources.readers import http_json, text_files
from charter.sources.readers.databases import open_database
from charter.sources.readers.files import asked_of, load_files
from charter.sources.readers.http_answers import Asking, Limits
from charter.sources.readers.http_pages import PageWalk
from charter.sources.readers.place import (
    FILE_PLACE,
    LINE_PLACE,
    fingerprint_of,
    read_of,
    refuse_changed,
    stamps_of,
)
from charter.sources.readers.place import Place as Place
from charter.sources.readers.text_files import named, quoted

_PACKED = 8


@dataclass
class OpenSource:
    """One open source. `read_as_known_on`: a file tells what is known when it is read, to be labelled so.

    `fingerprint` is SHA-256 over the bytes of files or of an answer; of a database over the table's name and columns.
    `layout` says how its rows lay there, and what was done to them while they were read. A table of a database that is
    read by parts is `given` as what gives all of it.
    """

    key: str
    given: Any
    fingerprint: str
    counted: int | None
    read_as_known_on: bool
    address: str = ""
    layout: Layout = field(default_factory=lambda: Layout(""))
    known: Known | None = None
    part: Callable[[Wanted], Any] | None = None
    names: Sequence[str] = ()
    _refuse_changed: Callable[[], None] = field(default=lambda: None, repr=False)
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
        return int(asked_of(self.key, lambda: self.table.count().to_pyarrow().as_py()))

    @property
    def rows(self) -> Rows:
        """Its rows, of which each pass reads those it needs."""
        return Rows(lambda: self.table, self.part, self.known, self.names)

    @cached_property
    def overlapping(self) -> int:
        """How many different rows stand, equal in all columns, in two files or more: exports that overlap.

        Raises SourceError when the rows cannot be read.
        """
        if self.part is not None or FILE_PLACE not in self.table.columns:
            return 0
        own = ", ".join(named(name) for name in self.table.columns if name not in (FILE_PLACE, LINE_PLACE))
        again = f"SELECT 1 FROM rows GROUP BY hash({own}) HAVING min({FILE_PLACE}) < max({FILE_PLACE})"
        connection = self.table.get_backend().con
        told = asked_of(self.key, lambda: connection.execute(f"SELECT count(*) FROM ({again})").fetchall())
        return int(told[0][0])

    def refuse_changed(self) -> None:
        """Raises SourceError where a file is no longer what it was when it was opened: what was counted may be half."""
        self._refuse_changed()

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
    if not isinstance(source, DatabaseSource | HttpJsonSource | FileSource | IncidentsSource):
        if isinstance(source, ManualSource):
            raise SourceError("The source “%(source)s” is entered by people: it has no rows to read.", source=key)
        raise SourceError(
            "The source “%(source)s”: kind %(kind)s is pushed by programs: it has no rows to read.",
            source=key,
            kind=source.kind,
        )
    with ExitStack() as closing:
        opened = _open(key, source, place, (columns, in_order), closing)
        opened._closing = closing.pop_all()
        return opened


def _open(
    key: str,
    source: DatabaseSource | HttpJsonSource | FileSource | IncidentsSource,
    place: Place,
    asked: tuple[Collection[str] | None, bool],
    closing: ExitStack,
) -> OpenSource:
    if isinstance(source, DatabaseSource):
        return _open_database(key, source, place, asked[0], closing)
    engine = own_engine(place, closing)
    if isinstance(source, HttpJsonSource):
        return _open_answer(key, source, place, engine)
    if isinstance(source, IncidentsSource):
        return _open_log(key, place, engine)
    return _open_files(key, source, (place, engine), asked, closing)


def _open_database(
    key: str, source: DatabaseSource, place: Place, columns: Collection[str] | None, closing: ExitStack
) -> OpenSource:
    opened = open_database(key, source, place.environ, partial(own_engine, place, closing), columns)
    closing.callback(opened.close)
    schema = "" if opened.part else repr(opened.whole.schema())
    told = hashlib.sha256(f"{source.table}\0{schema}".encode()).hexdigest()
    opened_table = OpenSource(
        key, opened.whole, told, None, read_as_known_on=False, part=opened.part, names=opened.names
    )
    return replace(opened_table, address=source.url)


def _open_answer(key: str, source: HttpJsonSource, place: Place, engine: Any) -> OpenSource:
    walk = PageWalk(source, Asking(key, source, place.environ, Limits(place.http_allow)))
    http_json.load_pages(engine.con, "rows", key, walk)
    table = engine.table("rows")
    rows = asked_of(key, lambda: int(table.count().to_pyarrow().as_py()))
    return OpenSource(key, table, walk.fingerprint, rows, read_as_known_on=True, known=Known())


def _open_log(key: str, place: Place, engine: Any) -> OpenSource:
    """The charter's own log: its rows come from whoever keeps it, so that no small count can be made of them."""
    if place.logged is None:
        raise SourceError("The source “%(source)s” is a log of this installation: it has no rows here.", source=key)
    rows = list(place.logged())
    kinds = {name: pa.date32() if name in ("day", "support_day") else pa.string() for name in INCIDENT_COLUMNS}
    held = pa.table({name: pa.array([row[name] for row in rows], kind) for name, kind in kinds.items()})
    told = hashlib.sha256(repr([[str(row[name]) for name in INCIDENT_COLUMNS] for row in rows]).encode()).hexdigest()
    return OpenSource(key, engine.create_table("rows", held), told, len(rows), read_as_known_on=True, known=Known())


def _open_files(
    key: str,
    source: FileSource,
    where: tuple[Place, Any],
    asked: tuple[Collection[str] | None, bool],
    closing: ExitStack,
) -> OpenSource:
    (place, engine), (columns, in_order) = where, asked
    files = read_of(key, source, place)
    stamps = stamps_of(files)
    # Whether a row stands in two files is told by all its columns.
    chosen = columns if len(files) == 1 else None
    is_placed = in_order or len(files) > 1
    again = partial(refuse_changed, key, files, stamps)
    known = closing.enter_context(known_of(files, source.model_dump_json(), place.kept))
    if not isinstance(source, ParquetSource) and sum(map(_size_of, files)) > text_files.LARGE:
        _hold_on_disk(engine)
    with ThreadPoolExecutor(1) as beside:
        # The engine reads the file with all its threads, but waits for the disk now and then.
        fingerprint = beside.submit(known.of, "fingerprint", lambda: fingerprint_of(files))
        found = load_files(engine, key, source, files, chosen, in_order=is_placed)
        rows = asked_of(key, lambda: int(found.table.count().to_pyarrow().as_py()))
        told = fingerprint.result()
    again()
    opened_files = OpenSource(key, found.table, told, rows, True, layout=found.layout, known=known, names=found.names)
    opened_files._refuse_changed = again
    return opened_files


def _size_of(path: Path) -> int:
    """The bytes of a text file, as far as can be told without unpacking it."""
    return path.stat().st_size * (_PACKED if path.suffix.lower() == ".gz" else 1)


_BESIDE_DISK = "400MB"  # while it reads a long text, the engine takes a quarter more than that


def _hold_on_disk(engine: Any) -> None:
    """What is loaded from now on is held packed on disk, in the folder that goes with the engine, not in memory."""
    engine.raw_sql(f"SET memory_limit = {quoted(_BESIDE_DISK)}")
    ((folder,),) = engine.con.execute("SELECT current_setting('temp_directory')").fetchall()
    engine.raw_sql(f"ATTACH {quoted(f'{folder}/rows.duckdb')} AS held")
    engine.raw_sql("USE held")


def beside(counted: OpenSource, other: OpenSource) -> Any:
    """The table of another source in the engine that counts the first one. Raises SourceError.

    What stands in another database than the rows cannot be joined with them: only our own engine takes tables in.
    """
    here, there = counted.table.get_backend(), other.table.get_backend()
    if here is there:
        return other.table
    if here.name == "duckdb":
        rows = asked_of(other.key, lambda: other.table.to_pyarrow())
        return here.create_table(new_name(here), rows, temp=True)
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
    # Whichever folder it has: of one is asked in the words in which another was.
    engine.db_identity = "promesse"
    closing.callback(engine.disconnect)
    engine.raw_sql(f"SET TimeZone = {quoted(place.zone)}")
    # It multiplies out the steps of a query: the plan of a long one took ten times as long as its rows.
    engine.raw_sql("SET disabled_optimizers = 'partial_aggregate_pushdown'")
    return engine
