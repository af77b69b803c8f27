"""Units kept in a file beside the charter: what is wrong there is said with that file's own lines."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from charter.domain.charter_file.findings import CharterFileError
from charter.domain.charter_file.reading import ReadCharter, read_charter
from charter.domain.charter_file.sources import Unit
from charter.domain.vocabulary.errors import Invalid

SMALL = (Path(__file__).parent / "charter_files" / "small.yaml").read_text(encoding="utf-8")
INLINE = """\
  - {key: company, name: Example, kind: company}
  - {key: north, name: North, parent: company, kind: agency, calendar: FR-57}
"""
CHARTER = SMALL.replace("units:\n" + INLINE, "units: {file: units.csv}\n")
HEADER = "key,name,parent,kind,calendar,valid_from,valid_until,weight\n"


def read(units: str, charter: str = CHARTER) -> ReadCharter:
    return read_charter(charter, {"units.csv": units}.__getitem__, is_calendar=lambda code: code.startswith("FR"))


def found(units: str) -> list[str]:
    with pytest.raises(CharterFileError) as refused:
        read(units)
    return str(refused.value).splitlines()


def test_units_of_a_file_are_resolved() -> None:
    units = read(
        HEADER + 'co,Company,,company,,,,\n01,"Metz, centre",co,agency,FR-57,2026-02-01,2026-12-31,0.5\n'
    ).charter.units
    assert units == [
        Unit(key="co", name="Company", kind="company"),
        Unit(
            key="01",
            name="Metz, centre",
            parent="co",
            kind="agency",
            calendar="FR-57",
            valid_from=date(2026, 2, 1),
            valid_until=date(2026, 12, 31),
            weight=Decimal("0.5"),
        ),
    ]


def test_units_file_of_a_spreadsheet_is_read() -> None:
    text = "\ufeffkey;name;parent;kind;weight\r\nco;Société;;company;\r\n;;;;\r\nn;Nord;co;agency;0,5\r\n"
    units = read(text).charter.units
    assert [(unit.key, unit.name, unit.weight) for unit in units] == [
        ("co", "Société", None),
        ("n", "Nord", Decimal("0.5")),
    ]


def test_every_error_of_a_units_file_names_its_line() -> None:
    text = HEADER + (
        "co,Company,,company,,,,\n"
        "n,,co,agency,,,,\n"
        "\n"
        "n,North,cp,agency,,,,\n"
        's,"South\nside",co,agency,US,01/02/2026,,x\n'
        "t,,t,agency,,,,,,\n"
    )
    assert found(text) == [
        "units.csv, line 3: units[1].name: 'name' is missing → add name: The name shown.",
        "units.csv, line 5: units[2]: the unit key 'n' is already used (line 3) → give each its own",
        "units.csv, line 5: units[2].parent: the parent 'cp' of 'n' is not a unit → units: co, n, s, t",
        "units.csv, line 6: units[3].valid_from: '01/02/2026' is not a date → write year-month-day, like 2026-01-31",
        "units.csv, line 6: units[3].weight: 'x' is not a number → write a number with a decimal point; a "
        "share is written 0.80 for 80 %",
        "units.csv, line 6: units[3].name: 'South side' runs over several lines, or has a character that cannot be "
        "printed → write it in one line",
        "units.csv, line 6: units[3].calendar: the calendar 'US' does not exist → write "
        "country[-subdivision], like FR, FR-57 or US-NY, or the key of one under calendars",
        "units.csv, line 8: units[4]: 10 cells under 8 columns → put text that holds the separator in double quotes",
        "units.csv, line 8: units[4].name: 'name' is missing → add name: The name shown.",
        "units.csv, line 8: units[4].parent: the parents lead back: t → t → give one of them another parent",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "",
            [
                "column 'key' is missing",
                "column 'name' is missing",
                "column 'parent' is missing",
                "column 'kind' is missing",
            ],
        ),
        ("key,name,parent,kind,calender\n", ["column 'calender' is not known"]),
        ("key,name,parent,kind,key\n", ["column 'key' appears twice"]),
    ],
)
def test_wrong_header_is_one_finding_per_column(text: str, said: list[str]) -> None:
    lines = found(text)
    assert [line.partition("line 1: ")[2].partition(" → ")[0] for line in lines] == said
    assert all(line.startswith("line 10: units.file: units.csv, ") for line in lines)


def test_units_file_without_a_unit_is_refused() -> None:
    assert found("key,name,parent,kind\n") == [
        "line 10: units.file: units.csv holds no unit → write one line per unit under the header"
    ]


def test_units_file_that_is_not_csv_is_refused() -> None:
    assert found("key,name,parent,kind\na,b,c," + "x" * 200_000 + "\n")[0].startswith(
        "line 10: units.file: units.csv, line 2 is not CSV"
    )


def _refuses(path: str) -> str:
    raise Invalid(f"The units file {path} is outside the charter's folder.")


def _misses(path: str) -> str:
    raise FileNotFoundError(path)


@pytest.mark.parametrize(
    ("load", "said"),
    [
        (None, "the units are in units.csv, which cannot be read from here"),
        (_refuses, "The units file units.csv is outside the charter's folder."),
        (_misses, "units.csv cannot be read"),
    ],
)
def test_units_file_that_cannot_be_had_is_one_finding(load: Callable[[str], str] | None, said: str) -> None:
    with pytest.raises(CharterFileError) as refused:
        read_charter(CHARTER, load)
    (finding,) = refused.value.findings
    assert (finding.line, finding.field, str(finding.message)) == (10, "units.file", said)


def test_units_must_be_a_list_or_a_file() -> None:
    with pytest.raises(CharterFileError) as refused:
        read("", SMALL.replace("units:\n" + INLINE, "units: company\n"))
    assert [(one.line, str(one.message)) for one in refused.value.findings] == [
        (10, "'company' is written where units are expected")
    ]
