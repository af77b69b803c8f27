"""A row that points to another loads it too: a command loads the rows it needs, and must be able to write them."""

import re

import pytest

from tests.project.code import Source, parse, sources

TABLE = re.compile(r'__tablename__ = "(\w+)"')
POINTER = re.compile(r'ForeignKey\("(\w+)\.')


def pointed_and_not_loaded(found: list[Source]) -> list[str]:
    """Tables that a module of rows points to without holding or importing them."""
    homes = {table: source.module for source in found for table in TABLE.findall(source.text)}
    lacking = []
    for source in found:
        loaded = {source.module, *(arrow.module for arrow in source.imports() if arrow.at_start)}
        tables = dict.fromkeys(POINTER.findall(source.text))
        lacking += [f"{source.path}: {table}" for table in tables if homes[table] not in loaded]
    return lacking


def test_rows_load_what_they_point_to() -> None:
    assert pointed_and_not_loaded(sources("charter/models")) == []


@pytest.mark.parametrize(("line", "lacking"), [("", ["b.py: as"]), ("import a\n", [])])
def test_pointer_to_rows_that_are_not_loaded_is_found(line: str, lacking: list[str]) -> None:
    pointed = parse('__tablename__ = "as"', "a.py")
    pointing = parse(f'{line}__tablename__ = "bs"\na_id = ForeignKey("as.id")', "b.py")
    assert pointed_and_not_loaded([pointed, pointing]) == lacking
