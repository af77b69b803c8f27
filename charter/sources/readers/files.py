"""The rows of files as they are published: loaded as text, or read in place; what each file tells of all its rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from charter.domain.charter_file.sources import (
    PERIOD,
    CsvSource,
    FileSource,
    JsonSource,
    ParquetSource,
    XlsxSource,
)
from charter.domain.file_profile.file_dates import dates_in
from charter.domain.file_profile.headers import doubled_names
from charter.domain.file_profile.profile import Layout
from charter.domain.vocabulary.errors import Sentence, SourceError
from charter.domain.vocabulary.sentences import in_quotes
from charter.sources.readers import http_json, spreadsheets, text_files
from charter.sources.readers.place import (
    FILE_PLACE,
    LINE_PLACE,
    places_of,
)
from charter.sources.readers.place import Place as Place
from charter.sources.readers.text_files import named, quoted

LARGEST_JSON = 200 << 20


@dataclass(frozen=True)
class Loaded:
    """The rows of files, how they lay there, and the names of all their columns, loaded or not."""

    table: Any
    layout: Layout
    names: Sequence[str]


def load_files(
    engine: Any,
    key: str,
    source: FileSource,
    files: Sequence[Path],
    columns: Collection[str] | None = None,
    *,
    in_order: bool = False,
) -> Loaded:
    """The rows of files of one source as the table `rows`, and how they lay there: text loaded, Parquet read in place.

    Lines that say the names of the columns again are left out. `in_order`: each row has its place. Raises SourceError.
    """
    told = partial(_told_of, key, source, places_of(files) if in_order else {})
    if isinstance(source, ParquetSource):
        said = {path: told(path) for path in files}
        table = asked_of(key, lambda: parquet_table(engine, files, said, in_order=in_order))
        return Loaded(table, Layout(source.kind), list(table.columns))
    heads, seen = list[Head](), (Counter[str](), Counter[str]())
    for path in files:
        if isinstance(source, JsonSource):
            heads.append(_load_json(key, source, path, engine, columns, told(path)))
        elif isinstance(source, XlsxSource):
            heads.append(_load_sheet(key, source, path, engine, columns, heads, told, seen))
        else:
            heads.append(_load_text(key, source, path, engine, columns, heads, told))
    given, names = heads[0].given, heads[0].names
    layout = Layout(
        source.kind,
        getattr(source, "header_row", 1),
        repeated=0 if isinstance(source, JsonSource) else _without_repeated_names(engine, given, names),
        renamed=doubled_names(given, names),
        filled=dict(seen[0]),
        unreckoned=dict(seen[1]),
        above=heads[0].above,
    )
    return Loaded(_placed(engine) if in_order else engine.table("rows"), layout, names)


def _placed(engine: Any) -> Any:
    """The rows with the place of each."""
    engine.raw_sql(f"CREATE VIEW rows_in_order AS SELECT *, rowid AS {named(LINE_PLACE)} FROM rows")
    return engine.table("rows_in_order")


def _told_of(
    key: str, source: FileSource, places: Mapping[Path, str], path: Path, above: Sequence[Sequence[str]] = ()
) -> dict[str, str]:
    """What a file tells of all its rows: its day, and its place among the files, where they are put in order."""
    place = {FILE_PLACE: places[path]} if path in places else {}
    return _day_of(key, source, path, above) | place


@dataclass(frozen=True)
class Head:
    """The names of a file's columns as they are given and called, and the rows above them."""

    given: Sequence[str]
    names: Sequence[str]
    above: Sequence[Sequence[str]] = ()


def _load_sheet(
    key: str, source: XlsxSource, path: Path, engine: Any, columns: Collection[str] | None, heads: Sequence[Head],
    told: Callable[..., Mapping[str, str]], seen: tuple[Counter[str], Counter[str]],
) -> Head:  # fmt: skip
    sheet = spreadsheets.opened(path, source.sheet, source.header_row)
    _refuse_other_columns(key, path, heads, sheet.head.names)
    spreadsheets.load(engine.con, "rows", sheet, columns, told(path, sheet.head.above))
    sheet.add_to(*seen)
    return Head(sheet.head.given, sheet.head.names, sheet.head.above)


def _load_text(
    key: str,
    source: CsvSource,
    path: Path,
    engine: Any,
    columns: Collection[str] | None,
    heads: Sequence[Head],
    told: Callable[..., Mapping[str, str]],
) -> Head:
    with text_files.as_utf8(path, source.encoding) as readable:
        file = text_files.look_at_header(readable, path.name, source.separator, source.header_row)
        _refuse_other_columns(key, path, heads, file.names)
        text_files.load(engine.con, "rows", file, columns, told(path, file.above))
    return Head(file.given, file.names, file.above)


def _load_json(
    key: str,
    source: JsonSource,
    path: Path,
    engine: Any,
    columns: Collection[str] | None,
    told: Mapping[str, str],
) -> Head:
    if path.stat().st_size > LARGEST_JSON:
        raise SourceError(
            "The file %(file)s is larger than the %(most)s MB that are read of JSON: save it as CSV.",
            file=path.name,
            most=LARGEST_JSON >> 20,
        )
    body = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    names = http_json.load(engine.con, "json_rows", key, body, source.rows)
    chosen = [name for name in names if columns is None or name in columns] or names[:1]
    said = [f"{quoted(value)} AS {named(name)}" for name, value in told.items()]
    read = f"SELECT {', '.join([*(named(name) for name in chosen), *said])} FROM json_rows"
    known = {name for (name,) in engine.con.execute("SHOW TABLES").fetchall()}
    if "rows" in known:
        read = f"SELECT * FROM rows UNION ALL BY NAME {read}"
    engine.raw_sql(f"CREATE OR REPLACE TABLE rows AS {read}")
    engine.raw_sql("DROP TABLE json_rows")
    return Head(names, names)


def parquet_table(
    engine: Any,
    files: Sequence[Path],
    told: Mapping[Path, Mapping[str, str]] | None = None,
    *,
    in_order: bool = False,
) -> Any:
    """Parquet files read in place, as the table `rows`; with what each file tells of its rows."""
    listed = ", ".join(quoted(str(path)) for path in files)
    read, path_of = f"SELECT * FROM read_parquet([{listed}])", named("promesse_path")
    names = dict.fromkeys(name for said in (told or {}).values() for name in said)
    if names:
        more = [_by_file(path_of, name, told or {}) for name in names]
        left = [path_of, *(["file_row_number"] if in_order else [])]
        more += [f"file_row_number AS {named(LINE_PLACE)}"] if in_order else []
        read = (
            f"SELECT * EXCLUDE ({', '.join(left)}), {', '.join(more)} FROM read_parquet([{listed}], "
            f"filename = 'promesse_path'{', file_row_number = true' if in_order else ''})"
        )
    engine.raw_sql(f"CREATE VIEW rows AS {read}")
    table = engine.table("rows")
    if any(kind.is_floating() for kind in table.schema().values()):
        # A Parquet file's summary leaves NaN out: the engine would take every number for one within its bounds.
        ((left_out,),) = engine.con.execute("SELECT current_setting('disabled_optimizers')").fetchall()
        engine.raw_sql(f"SET disabled_optimizers = '{left_out},statistics_propagation'")
    return table


def _by_file(path_of: str, name: str, told: Mapping[Path, Mapping[str, str]]) -> str:
    cases = " ".join(f"WHEN {quoted(str(path))} THEN {quoted(said[name])}" for path, said in told.items())
    return f"CASE {path_of} {cases} END AS {named(name)}"


def _without_repeated_names(engine: Any, given: Sequence[str], names: Sequence[str]) -> int:
    """Leaves out the rows that say the names of the columns again, as they were given; returns how many."""
    there = set(engine.table("rows").columns)
    said = [(name, old.strip()) for old, name in zip(given, names, strict=True) if name in there]
    first = next((f"contains({named(name)}, {quoted(old)})" for name, old in said if old), None)
    if first is None or not engine.con.execute(f"SELECT 1 FROM rows WHERE {first} LIMIT 1").fetchall():
        return 0
    alike = " AND ".join([first, *(f"coalesce(trim({named(name)}), '') = {quoted(old)}" for name, old in said)])
    return int(engine.con.execute(f"DELETE FROM rows WHERE {alike}").fetchall()[0][0])


def _day_of(key: str, source: FileSource, path: Path, above: Sequence[Sequence[str]] = ()) -> dict[str, str]:
    """The day that a file tells of all its rows, as the value of their column. Raises SourceError for none."""
    said = source.date_from
    if said is None:
        return {}
    if said.file_name is not None:
        days, told = dates_in(path.name, said.file_name), Sentence("its name")
        written = said.file_name
    else:
        cell, written = getattr(said, "cell", ""), getattr(said, "format", None) or "%Y-%m-%d"
        text = spreadsheets.cell_of(above, cell)
        days = dates_in(text[:10], "%Y-%m-%d") or dates_in(text, written)
        told = Sentence("its cell %(cell)s, “%(text)s”,", cell=cell, text=text[:80])
    if len(days) == 1:
        return {PERIOD: days[0].isoformat()}
    if days:
        raise SourceError(
            "The source “%(source)s”: of the file %(file)s %(told)s tells more than one date like %(format)s: say more "
            "of the name in date_from.",
            source=key,
            file=path.name,
            told=told,
            format=written,
        )
    raise SourceError(
        "The source “%(source)s”: of the file %(file)s %(told)s tells no date like %(format)s: fix it, or "
        "correct date_from.",
        source=key,
        file=path.name,
        told=told,
        format=written,
    )


def _refuse_other_columns(key: str, path: Path, heads: Sequence[Head], names: Sequence[str]) -> None:
    if heads and set(heads[0].names) != set(names):
        strange = sorted(set(heads[0].names) ^ set(names))
        raise SourceError(
            "The source “%(source)s” reads several files, but %(file)s has not the same columns as the first: "
            "%(columns)s.",
            source=key,
            file=path.name,
            columns=in_quotes(strange[:5]),
        )


def asked_of(key: str, ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except duckdb.Error as error:
        first = str(error).strip().split("\n")[0][:200]
        raise SourceError("The source “%(source)s” cannot be read: %(reason)s", source=key, reason=first) from error
