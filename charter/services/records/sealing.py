"""Canonical texts and the hashes that vouch for them: snapshots, figures, words."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Float
from sqlalchemy.orm import Mapper

from charter.domain.vocabulary.counts import exact
from charter.models import know_all_rows
from charter.models.base import Base, Exact, Vouched
from charter.models.records import Measurement

_secret: list[bytes] = []
"""SECRET_KEY of this installation, for what is closed with a key made of it."""


def use_secret(key: str) -> None:
    """From now on what is closed (boxes of answers) is closed with a key made of the installation's own."""
    _secret[:] = [key.encode()]


def secret_key() -> bytes:
    """The installation's own key, which `use_secret` gave."""
    return _secret[0]


def words_hash(words: str) -> str:
    """SHA-256 of a text: what the audit log keeps of it."""
    return hashlib.sha256(words.encode()).hexdigest()


def canonical_json(value: Any) -> str:
    """JSON with one writing only: sorted keys, no white space, characters as they are."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def seal(document: str, previous: str) -> str:
    """SHA-256 over the hash of the month sealed before, and the document."""
    return hashlib.sha256(f"{previous}\n{document}".encode()).hexdigest()


LARGEST_PART = 100_000_000
"""Signs that a part may have when it is unpacked: what claims to be larger is none of ours."""


class Packed(NamedTuple):
    """A part as it is kept: the hash of its canonical text, and the text packed."""

    sha256: str
    content: bytes


def packed(value: Any) -> Packed:
    """A part of a sealed document, ready to be kept."""
    text = canonical_json(value).encode()
    return Packed(hashlib.sha256(text).hexdigest(), zlib.compress(text, 9))


def unpacked(sha256: str, content: bytes | None) -> Any:
    """What a part says. Raises ValueError where it is not there, or is not what its hash stands for."""
    return json.loads(_text(sha256, content))


def is_part(sha256: str, content: Any) -> bool:
    """Whether what is kept is what the hash stands for."""
    try:
        return bool(_text(sha256, content))
    except ValueError:
        return False


def _text(sha256: str, content: Any) -> bytes:
    try:
        text = zlib.decompressobj().decompress(content or b"", LARGEST_PART)
    except (zlib.error, TypeError) as error:
        raise ValueError("no part") from error
    if hashlib.sha256(text).hexdigest() != sha256:
        raise ValueError("another part")
    return text


def cells_hash(rows: Iterable[Measurement]) -> str:
    """SHA-256 over the counts of a run's cells, in the order they were written; of a correction also what and why."""
    return _lines_hash(map(_of_cell, rows))


_COUNTS = ("unit_key", "channel", "segment", "numerator", "denominator", "pending", "stopped", "total", "squares")
_SURENESS = ("value", "cubes", "low", "high")
_MORE = ("promoters", "detractors", "excluded", "steps", "stages", "owed", *_SURENESS, "corrects_id", "reason")
_CELL = (*_COUNTS, *_MORE)
_of_cell, _of_columns = attrgetter(*_CELL), itemgetter(*_CELL)


def rows_hash(rows: Iterable[Mapping[str, Any]]) -> str:
    """The same over the columns of rows before they are written."""
    return _lines_hash(map(_of_columns, rows))


def _lines_hash(rows: Iterable[tuple[Any, ...]]) -> str:
    cells = []
    for row in rows:
        unit, channel, segment, numerator, denominator, pending, stopped, total, squares, *more = row
        promoters, detractors, excluded, steps, stages, owed, *sureness, corrects_id, reason = more
        line = [unit, channel, segment, str(numerator), str(denominator), pending, stopped, str(total), str(squares)]
        line += (promoters, detractors, excluded)
        if steps:
            line.append({"steps": steps})
        if stages:
            line.append({"stages": stages})
        if owed:
            line.append({"owed": owed})
        line += ({name: str(one)} for name, one in zip(_SURENESS, sureness, strict=True) if one is not None)
        if corrects_id is not None or reason is not None:
            line += (corrects_id, reason)
        cells.append(line)
    return hashlib.sha256(canonical_json(cells).encode()).hexdigest()


def readings_hash(rows: Iterable[Mapping[str, Any]]) -> str:
    """SHA-256 over what a chart of later periods says of these readings, of one indicator and period, by unit.

    Counts may be numbers, or the text that columns keep.
    """
    told = sorted(
        (
            row["unit_key"],
            str(row["status"]),
            repr(row["value"]),
            _counted(row["numerator"]),
            _counted(row["denominator"]),
            canonical_json(row["steps"]) if row["steps"] else "",
            row["definition_hash"] or "",
        )
        for row in rows
    )
    return hashlib.sha256(repr(told).encode()).hexdigest()


def _counted(number: Any) -> str:
    return number if isinstance(number, str) else format(Decimal(number), "f")


DIGEST_LENGTH = 32
"""Signs of a digest that are kept: 128 bits."""


@cache
def vouched_tables() -> dict[str, Mapper[Any]]:
    """The tables whose rows have their digest in the audit log, by name: all of them, used by this process or not."""
    know_all_rows()
    mappers = (mapper for mapper in Base.registry.mappers if issubclass(mapper.class_, Vouched))
    found = {str(mapper.class_.__tablename__): mapper for mapper in mappers if mapper.class_.IS_VOUCHED}
    return dict(sorted(found.items()))


class ToldColumn(NamedTuple):
    """A column of a digest: name, attribute, whether it is a float, whether it is an exact number."""

    name: str
    attribute: str
    is_float: bool
    is_exact: bool


@cache
def _told(table: str) -> tuple[ToldColumn, ...]:
    """The columns of a table's digest."""
    mapper = vouched_tables()[table]
    told, apart = mapper.class_.TOLD, mapper.class_.APART
    return tuple(
        ToldColumn(
            column.name,
            mapper.get_property_by_column(column).key,
            isinstance(column.type, Float),
            isinstance(column.type, Exact),
        )
        for column in mapper.local_table.columns
        if column.name not in apart and (not told or column.name in told)
    )


def digest_of(table: str, row: Mapping[str, Any]) -> str:
    """The digest of a row given by its attributes: the same on every engine, whatever column is added later and empty.

    What is empty is left out; instants are in UTC; numbers are written in one way only.
    """
    later = vouched_tables()[table].class_.LATER
    facts = {
        name: _plain(row[attribute], is_float=is_float, is_exact=is_exact)
        for name, attribute, is_float, is_exact in _told(table)
        if (value := row.get(attribute)) is not None and (name not in later or value != later[name])
    }
    return hashlib.sha256(canonical_json([table, facts]).encode()).hexdigest()[:DIGEST_LENGTH]


def attributes_of(table: str) -> tuple[str, ...]:
    """The attributes that a digest rests on."""
    return tuple(attribute for _, attribute, *_ in _told(table))


def key_of(table: str, row: object) -> str:
    """The number of a row, as entries name it."""
    return str(vouched_tables()[table].primary_key_from_instance(row)[0])


def _plain(value: Any, *, is_float: bool, is_exact: bool) -> Any:
    if is_exact:
        return str(exact(Decimal(value)))
    if is_float:
        return float(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value
