"""Valid files of every kind, damaged at random: a sentence or counts, never a crash."""

from __future__ import annotations

import gzip
import io
import random
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

from charter.domain.charter_file.findings import CharterFileError
from charter.domain.charter_file.reading import read_charter
from charter.domain.charter_file.sources import CsvSource, ParquetSource, XlsxSource
from charter.domain.vocabulary.errors import Invalid, SourceError
from charter.domain.vocabulary.periods import parse_period
from charter.sources.apart import AT_HAND, GIGABYTE, Patience, TooMuch
from charter.sources.cells.context import Setting
from charter.sources.counting.measure import measure_many
from charter.sources.readers import http_json, uploaded_files
from charter.sources.readers.connect import Place, open_source
from charter.sources.readers.uploaded_files import LARGEST_UNPACKED, rows_of_file
from tests.services.world import TEXT

COLUMNS = ("received", "answered", "amount", "agency")
ROWS = [(f"2026-10-{day:02}", f"2026-10-{day + 3:02} 14:30", f"{day}.5", f"a{day % 3}") for day in range(1, 25)]
FRENCH = [(f"{day:02}/10/2026", f"{day + 3:02}/10/2026 14:30", f"1 {day:03},5", "à") for day in range(1, 25)]
ODD = [
    b"NaN", b"inf", b"-1", b"1e309", b"\x00", b"\xff", b'"', b";;", b",", b"\r", b"=1+1", b"9" * 400, "é".encode(),
    b"\n", b"2026-13-45", b"31/02/2026", b"0001-01-01", b"1,234", b"\xef\xbb\xbf", b"\x1a", b"null", b"{",
]  # fmt: skip


def mutated(content: bytes, turn: random.Random) -> bytes:
    """One to four places damaged: a byte, a span, a value that is none, a part twice, an end too early."""
    for _ in range(turn.randint(1, 4)):
        at = turn.randrange(len(content) + 1)
        to = min(len(content), at + turn.choice((0, 1, 1, 5, 40)))
        content = content[:at] + turn.choice([*ODD, bytes([turn.randrange(256)]), content[at:to] * 2]) + content[to:]
    return content[: turn.randrange(len(content) + 1)] if turn.random() < 0.05 else content


def inside(content: bytes, turn: random.Random) -> bytes:
    """A spreadsheet whose sheet is damaged, packed again."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, mutated(part, turn) if name.startswith("xl/worksheets/") else part)
    return stream.getvalue()


def text(rows: list[Any], separator: str = ",") -> str:
    return "".join(separator.join(row) + "\n" for row in [COLUMNS, *rows])


def sheet() -> bytes:
    book, stream = Workbook(), io.BytesIO()
    for row in [COLUMNS, *ROWS]:
        book.active.append(row)
    book.save(stream)
    return stream.getvalue()


def parquet() -> bytes:
    stream = io.BytesIO()
    pq.write_table(pa.table({name: [row[at] for row in ROWS] for at, name in enumerate(COLUMNS)}), stream)
    return stream.getvalue()


CSV = CsvSource(kind="csv", path="cases.csv")
KINDS: dict[str, tuple[Any, bytes, Callable[[bytes, random.Random], bytes], int]] = {
    "csv": (CSV, text(ROWS).encode(), mutated, 60),
    "french csv": (CSV, text(FRENCH, ";").encode("cp1252"), mutated, 40),
    "utf-16": (CSV, text(FRENCH, ";").encode("utf-16"), mutated, 20),
    "xlsx": (XlsxSource(kind="xlsx", path="cases.xlsx"), sheet(), mutated, 40),
    "sheet": (XlsxSource(kind="xlsx", path="cases.xlsx"), sheet(), inside, 40),
    "parquet": (ParquetSource(kind="parquet", path="cases.parquet"), parquet(), mutated, 60),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_damaged_source_is_a_sentence_or_counts(
    kind: str, tmp_path: Path, make_indicator: Callable[..., Any], paris: Setting
) -> None:
    source, valid, damage, times = KINDS[kind]
    indicators = [make_indicator("mean", date="received", value="amount", unit="agency")]
    turn, seen = random.Random(kind), Counter[str]()
    for _ in range(times):
        (tmp_path / source.path).write_bytes(damage(valid, turn))
        try:
            with open_source("cases", source, Place(tmp_path, zone="Europe/Paris")) as opened:
                as_of = datetime(2026, 12, 1, tzinfo=UTC)
                found = measure_many(indicators, opened.table, [parse_period("2026-10")], as_of, paris)
        except SourceError as error:
            seen["refused" if str(error).strip() else "silent"] += 1
        else:
            assert 0 <= found[0].counts().denominator <= found[0].rows_read
            seen["counted"] += 1
    assert seen["silent"] == 0
    assert seen["refused"] > 5
    assert seen["counted"] > 0 or kind in ("xlsx", "parquet")


def test_a_damaged_answer_is_a_sentence_or_rows() -> None:
    rows = ",".join(f'{{"received":"{a}","answered":"{b}","amount":{c},"agency":"{d}"}}' for a, b, c, d in ROWS[:6])
    turn, seen = random.Random("json"), Counter[str]()
    with duckdb.connect() as engine:
        for at in range(300):
            try:
                names = http_json.load(engine, f"rows{at}", "cases", mutated(f"[{rows}]".encode(), turn), None)
            except SourceError as error:
                seen["refused" if str(error).strip() else "silent"] += 1
            else:
                assert names
                seen["read"] += 1
    assert seen["silent"] == 0
    assert min(seen["refused"], seen["read"]) > 10


def empty_rows(count: int) -> bytes:
    """A workbook of a header and so many rows that hold nothing: few bytes, much work."""
    book = io.BytesIO()
    made = Workbook()
    made.active.append(["indicator", "period"])  # type: ignore[union-attr]
    made.save(book)
    packed = io.BytesIO()
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == "xl/worksheets/sheet1.xml":
                content = content.replace(b"</sheetData>", b"<row/>" * count + b"</sheetData>")
            new.writestr(entry, content)
    return packed.getvalue()


def test_eight_workbooks_of_millions_of_empty_rows_at_once_hold_nothing_up() -> None:
    """They are read apart, one while somebody waits: the others are long work at once, and this process goes on."""
    content, said = empty_rows(7_000_000), Counter[str]()
    assert len(content) < 100_000

    def send() -> None:
        try:
            assert rows_of_file(content, "x.xlsx", patience=AT_HAND) == (["indicator", "period"], [])
            said["read"] += 1
        except TooMuch:
            said["later"] += 1

    sending = [threading.Thread(target=send) for _ in range(8)]
    for one in sending:
        one.start()
    longest = 0.0
    while any(one.is_alive() for one in sending):
        began = time.monotonic()
        time.sleep(0.01)
        longest = max(longest, time.monotonic() - began)
    assert sum(said.values()) == 8
    assert said["later"] >= 6
    assert longest < 5


@pytest.mark.parametrize("little", [Patience(seconds=0.05), Patience(memory=GIGABYTE // 4)], ids=["time", "memory"])
def test_a_file_that_takes_too_much_is_ended(little: Patience) -> None:
    """As many rows as no machine reads in a second, and as a quarter of a gigabyte does not hold."""
    with pytest.raises(Invalid, match=r"x\.csv takes too long or too much memory to be read"):
        rows_of_file(b"a;b\n" + b"1;2\n" * 4_000_000, "x.csv", most=5_000_000, patience=little)


def test_a_long_file_tells_how_many_rows_were_seen_and_stops_when_it_is_told_to() -> None:
    """Told twice a second; what the listener raises ends the process that reads."""
    told, lines = [], b"a;b\n" + b"1;2\n" * 2_000_000

    def listen(done: int, total: int) -> None:
        told.append((done, total))
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rows_of_file(lines, "x.csv", most=3_000_000, patience=Patience(told=listen))
    assert (0 < told[-1][0] < told[-1][1], told[-1][1]) == (True, 2_000_001)


def test_a_packed_file_that_is_sent_is_unpacked_within_bounds() -> None:
    assert rows_of_file(gzip.compress("a;b\n1,5;é\n".encode("cp1252")), "x.csv.gz") == (
        ["a", "b"],
        [(2, {"a": "1,5", "b": "é"})],
    )
    for content in (gzip.compress(b"a;b\n1;2\n")[:-5], b"\x1f\x8bnothing"):
        with pytest.raises(Invalid, match=r"x\.csv\.gz is damaged"):
            rows_of_file(content, "x.csv.gz")
    with pytest.raises(Invalid, match="unpacks to more than 50 MB"):
        rows_of_file(gzip.compress(b"0" * (LARGEST_UNPACKED + 2)), "x.csv.gz")


MANY_UNITS = "".join(f"  - {{key: u{number}, name: Agence, kind: agency, parent: company}}\n" for number in range(400))


def test_a_long_charter_is_read_apart_as_it_is_read_here() -> None:
    text = TEXT.replace("sources:\n", MANY_UNITS + "sources:\n", 1)
    assert len(text) > uploaded_files.LARGEST_CHARTER_AT_HAND
    assert uploaded_files.charter_of(text) == read_charter(text).charter
    wrong = text.replace("kind: company", "knd: company", 1).replace("u17,", "u16,")
    with pytest.raises(CharterFileError) as apart:
        uploaded_files.charter_of(wrong)
    with pytest.raises(CharterFileError) as here:
        read_charter(wrong)
    assert apart.value.findings == here.value.findings


def test_a_text_that_reads_for_ever_is_ended() -> None:
    with pytest.raises(Invalid, match="takes too long or too much memory"):
        uploaded_files.charter_of("a: [" + "1," * 900_000 + "1]", Patience(seconds=1))
