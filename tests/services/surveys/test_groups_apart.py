"""Who answered unlike the others, on a survey's page: units and segments of pairs and of marks."""

from __future__ import annotations

from datetime import date

from flask import Flask

from charter.domain.surveys.marks import Coding
from charter.services.surveys import results_view
from charter.services.surveys.columns import Asked
from charter.services.surveys.groups_apart import BesideTable
from charter.services.surveys.imports import import_answers
from charter.services.surveys.responses import analyse_wave
from tests.services.surveys.test_uploads import sent
from tests.services.surveys.test_waves import MIA
from tests.services.world import NOW


def marks_of(people: list[tuple[str, str, int]], column: str) -> list[int]:
    """The surveys of a file with a row for each: unit, segment and mark of one promise."""
    lines = [f"id;{column};care;bill;Note globale"]
    for n, (unit, segment, care) in enumerate(people):
        said = unit if column == "Agence" else segment
        lines.append(f"{n};{said};{care};{1 + n % 5};{(3 * care + n) % 11}")
    columns = {column.lower(): "unit" if column == "Agence" else "segment"}
    asked = Asked(
        "marks", "Notes", date(2026, 10, 31), overall="Note globale", coding=Coding(scale=(0, 11)), draws=100,
        columns=columns, tool="other",
    )  # fmt: skip
    number = sent("\n".join(lines) + "\n", asked)
    waves = import_answers(MIA, NOW, number, mapping={})
    for wave in waves:
        analyse_wave(MIA, NOW, wave)
    return waves


def table_of(wave: int, kind: str) -> BesideTable | None:
    tables = results_view.wave(MIA, NOW, wave)["beside"]
    return next((one for one in tables if one["kind"] == kind), None)


def test_units_of_a_survey_of_marks_stand_side_by_side(charted: Flask) -> None:
    low, high = [1, 1, 2, 3, 5], [5, 4, 4, 3, 2]
    people = [("nice", "", low[n % 5]) for n in range(100)] + [("west", "", high[n % 5]) for n in range(100)]
    (wave,) = marks_of([*people, *[("company", "", 5)] * 9], "Agence")
    table = table_of(wave, "unit")
    assert table is not None
    lines = {line["group"]: line for line in table["lines"]["care"]}
    told = {name: (line["n"], line["unhappy"], line["happy"], line["differs"]) for name, line in lines.items()}
    assert told == {
        "Agence de Nice": (100, 60, 20, True),
        "Région Ouest": (100, 20, 60, True),
        "Petite Énergie": (None, None, None, False),
    }


def test_segments_of_a_survey_of_marks_stand_side_by_side(charted: Flask) -> None:
    people = [("", "pro", 1 + n % 2) for n in range(60)] + [("", "home", 4 + n % 2) for n in range(60)]
    pro, home = marks_of(people, "Client")
    for wave in (pro, home):
        table = table_of(wave, "segment")
        assert table is not None
        care = {line["group"]: line for line in table["lines"]["care"]}
        assert (care["pro"]["unhappy"], care["home"]["happy"], care["pro"]["differs"]) == (100, 100, True)
