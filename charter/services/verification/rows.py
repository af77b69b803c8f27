"""Every row that the audit log vouches for: as it was written, none lost, none slipped in; and the guards over them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect, select, text
from sqlalchemy.exc import SQLAlchemyError

from charter.domain.vocabulary.errors import CharterError, Sentence
from charter.models import know_all_rows
from charter.models.base import FUNCTIONS, AppendOnly, db, guards_of
from charter.services.records.audit_log import digest_together
from charter.services.records.sealing import attributes_of, digest_of, vouched_tables

if TYPE_CHECKING:
    from charter.services.verification.entries import Log

UNREADABLE = (CharterError, ValueError, TypeError, ArithmeticError, LookupError, AttributeError, SQLAlchemyError)
"""What a damaged row may raise when it is read or compared: JSON that is none, a text for a number, no period."""

AT_ONCE = 2000


def readable(
    model: Any, names: Sequence[str], found: list[Sentence], *where: Any, at_once: int = AT_ONCE
) -> Iterator[Any]:
    """The rows of a table with these attributes, in order; a damaged one is told and left out."""
    (number,) = inspect(model).local_table.primary_key.columns
    columns = [number.label("number_"), *(getattr(model, name).label(name) for name in names)]
    last = None
    while True:
        after = () if last is None else (number > last,)
        page = select(number).where(*where, *after).order_by(number).limit(at_once)
        try:
            rows: list[Any] = list(db.session.execute(page.with_only_columns(*columns)).all())
            numbers = [row.number_ for row in rows]
        except UNREADABLE:
            numbers = list(db.session.execute(page).scalars())
            rows = [row for one in numbers for row in _one(model, columns, number == one, found, one)]
        yield from rows
        if len(numbers) < at_once:
            return
        last = numbers[-1]


def _one(model: Any, columns: Sequence[Any], of_row: Any, found: list[Sentence], number: int) -> list[Any]:
    try:
        return list(db.session.execute(select(*columns).where(of_row)).all())
    except UNREADABLE:
        table = model.__tablename__
        found.append(Sentence("Row %(number)s of %(table)s cannot be read.", number=number, table=table))
        return []


def compare_rows(log: Log, found: list[Sentence]) -> dict[str, int]:
    """Compare every table with the digests that the log keeps; how many rows were looked at, by table."""
    counts = {}
    for table, mapper in vouched_tables().items() if log.keeps_rows else ():
        vouched = dict(log.digests.get(table, {}))
        parts = iter(log.together.get(table, ()))
        until, wanted = next(parts, (0, ""))
        part: list[str] = []
        counts[table] = 0
        for row in readable(mapper.class_, attributes_of(table), found):
            counts[table] += 1
            digest = _digest(table, row)
            while row.number_ > until and wanted:
                _together(table, until, wanted, part, found)
                part, (until, wanted) = [], next(parts, (0, ""))
            if wanted and str(row.number_) not in vouched:
                part.append(digest)
            else:
                _compare(table, row.number_, digest, vouched, found)
        while wanted:
            _together(table, until, wanted, part, found)
            part, (until, wanted) = [], next(parts, (0, ""))
        for number, digest_then in vouched.items():
            if digest_then is not None:
                found.append(Sentence("Row %(number)s of %(table)s is not there any more.", number=number, table=table))
    return counts


def _digest(table: str, row: Any) -> str:
    try:
        return digest_of(table, row._mapping)
    except UNREADABLE:
        return "unreadable"


def _compare(table: str, number: int, digest: str, vouched: dict[str, str | None], found: list[Sentence]) -> None:
    then = vouched.pop(str(number), "")
    if then == "":
        template = Sentence("No audit entry tells of row %(number)s of %(table)s.", number=number, table=table)
        found.append(template)
    elif then != digest:
        found.append(Sentence("Row %(number)s of %(table)s is not what was written.", number=number, table=table))


def _together(table: str, until: int, wanted: str, part: Sequence[str], found: list[Sentence]) -> None:
    if digest_together(part) != wanted:
        found.append(
            Sentence(
                "Among the rows of %(table)s up to %(number)s one is not what it was when this release took them up, "
                "or is not there any more.",
                table=table,
                number=until,
            )
        )


def compare_guards(found: list[Sentence]) -> None:
    """The guards are there, switched on, in the migrations' own words, and no other trigger stands beside them."""
    know_all_rows()
    engine = db.engine.dialect.name
    present = {_plain(name): _plain(said) for name, said in _triggers(engine)}
    tables = sorted(inspect(model).local_table.name for model in AppendOnly.__subclasses__())
    wanted = {name: said for table in tables for name, said in guards_of(table, engine).items()}
    for name, said in wanted.items():
        if name not in present:
            found.append(
                Sentence(
                    "The guard %(name)s is missing from the database: rows could be rewritten. Say: flask db upgrade",
                    name=name,
                )
            )
        elif present[name] != _plain(said):
            found.append(Sentence("The guard %(name)s is not the one that was put there.", name=name))
    for name in present.keys() - wanted.keys():
        found.append(Sentence("The trigger %(name)s is none of ours: nobody knows what it changes.", name=name))
    if engine == "postgresql":
        _compare_functions(found)
        found += [
            Sentence("The rule %(name)s is none of ours: nobody knows what it changes.", name=name)
            for name in db.session.execute(text(RULES)).scalars()
        ]


def _triggers(engine: str) -> list[tuple[str, str]]:
    if engine == "postgresql":
        query = (
            "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
        )
    else:
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    return [(row[0], row[1]) for row in db.session.execute(text(query))]


RULES = """
SELECT rulename FROM pg_rules WHERE schemaname = current_schema()
UNION ALL SELECT policyname FROM pg_policies WHERE schemaname = current_schema() ORDER BY 1
"""
"""What changes or hides rows without a trigger."""


def _compare_functions(found: list[Sentence]) -> None:
    query = text("SELECT proname, prosrc FROM pg_proc WHERE proname LIKE 'refuse\\_rewriting%'")
    said = {row[0]: _plain(row[1]) for row in db.session.execute(query)}
    for name, body in FUNCTIONS.items():
        if said.get(name) != _plain(body):
            found.append(Sentence("The guard %(name)s is not the one that was put there.", name=f"{name}()"))


def _plain(said: str | None) -> str:
    """The words of a trigger without what engines write in their own way: white space, quotes, the schema."""
    return re.sub(r"\b(ON|FUNCTION) \w+\.", r"\1 ", " ".join((said or "").replace('"', "").split()))
