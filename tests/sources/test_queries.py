"""Our own engine is asked in words that are found once; what is kept in it for a while has a name that comes again."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from charter.sources.cells import queries
from charter.sources.cells.known import Known
from charter.sources.cells.queries import answer, drop, keep
from charter.sources.readers.connect import own_engine
from charter.sources.readers.place import Place


def engine_in(folder: Path, closing: ExitStack, numbers: list[int]) -> Any:
    engine = own_engine(Place(folder), closing)
    return engine.create_table("rows", pa.table({"n": numbers, "word": [f"w{n}" for n in numbers]}))


def asked(table: Any, least: int) -> Any:
    return table.filter(table["n"] >= least).aggregate(sum=table["n"].sum())


def test_one_question_to_two_engines_is_put_into_words_once_and_answered_by_each(tmp_path: Path) -> None:
    with ExitStack() as closing:
        first, second = (engine_in(tmp_path, closing, numbers) for numbers in ([1, 2, 3], [10, 20]))
        queries._words.cache_clear()
        assert [answer(asked(table, 2), "x") for table in (first, second)] == [[{"sum": 5}], [{"sum": 30}]]
        assert queries._words.cache_info().misses == 1
        assert answer(asked(first, 3), "x") == [{"sum": 3}]
        assert queries._words.cache_info().misses == 2


def test_tables_of_other_columns_are_asked_in_other_words(tmp_path: Path) -> None:
    with ExitStack() as closing:
        first, engine = engine_in(tmp_path, closing, [1]), own_engine(Place(tmp_path), closing)
        other = engine.create_table("rows", pa.table({"n": [1.5], "word": ["w"]}))
        assert answer(asked(first, 1), "x") == [{"sum": 1}]
        assert answer(asked(other, 1), "x") == [{"sum": 1.5}]


def test_what_is_kept_holds_the_answer_of_its_own_engine_under_the_first_free_name(tmp_path: Path) -> None:
    with ExitStack() as closing:
        first, second = (engine_in(tmp_path, closing, numbers) for numbers in ([1, 2], [7]))
        kept = [keep(table.mutate(twice=table["n"] * 2), "x") for table in (first, first, second)]
        assert [one.op().name for one in kept] == ["promesse_kept_1", "promesse_kept_2", "promesse_kept_1"]
        assert [one.schema() for one in kept] == [kept[0].schema()] * 3
        assert [answer(one.aggregate(sum=one["twice"].sum()), "x") for one in kept] == [
            [{"sum": 6}], [{"sum": 6}], [{"sum": 14}],
        ]  # fmt: skip
        drop(kept[0])
        left = first.get_backend().con.execute("SELECT table_name FROM duckdb_tables() WHERE temporary").fetchall()
        assert left == [("promesse_kept_2",)]
        again = keep(asked(first, 2), "x")
        assert (again.op().name, answer(again, "x")) == ("promesse_kept_1", [{"sum": 2}])
        assert answer(kept[1].aggregate(rows=kept[1].count()), "x") == [{"rows": 2}]


def test_a_refusal_of_the_engine_is_one_sentence(tmp_path: Path) -> None:
    with ExitStack() as closing:
        table = engine_in(tmp_path, closing, [1])
        for ask in (keep, answer):
            with pytest.raises(queries.SourceError, match=r"The source “x” could not be counted: .*w1"):
                ask(table.mutate(wrong=table["word"].cast("int64")), "x")


def test_what_is_known_of_a_source_is_never_answered_of_a_table_that_is_kept(tmp_path: Path) -> None:
    """Its name comes again, and holds something else."""
    known = Known()
    with ExitStack() as closing:
        table = engine_in(tmp_path, closing, [1, 2])
        for least, told in ((1, 3), (2, 2)):
            kept = keep(table.filter(table["n"] >= least), "x")
            assert answer(asked(kept, 0), "x", known) == [{"sum": told}]
            drop(kept)
        assert known.answers == {}
        assert answer(asked(table, 0), "x", known) == [{"sum": 3}]
        assert len(known.answers) == 1
