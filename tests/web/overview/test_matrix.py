"""Units and promises side by side, as people read them: shapes with words, only one's own units, the same as a file."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from io import StringIO

from flask.testing import FlaskClient

from tests.web.overview.test_desk import words


def lines_of(client: FlaskClient, address: str) -> list[list[str]]:
    return list(csv.reader(StringIO(client.get(address).get_data().decode("utf-8-sig"))))


def test_each_cell_has_a_shape_and_its_word_in_both_languages(ana: FlaskClient) -> None:
    for language, head, moved in (
        ("fr", "Entités et promesses", "Non tenu (le mois précédent : tenu)"),
        ("en", "Units and promises", "Missed (the month before: kept)"),
    ):
        html = ana.get(f"/matrix?period=2026-10&lang={language}").text
        page = words(html)
        assert head in page
        assert moved in re.sub("[\u202f\xa0]", " ", html)
        cells = re.findall(r"<td.*?</td>", html, re.DOTALL)
        shapes = [re.search(r'href="#m-([a-z-]+)"', cell) for cell in cells]
        assert len(cells) > 20
        assert all(one and f'id="m-{one[1]}"' in html for one in shapes)
        assert all(words(f"<main>{cell}</main>").strip("> ") for cell in cells)


def test_the_desk_leads_to_it_where_there_are_units_to_lay_side_by_side(
    as_person: Callable[[str], FlaskClient],
) -> None:
    assert "/matrix?unit=west" in as_person("boris").get("/desk?unit=west").text
    assert "/matrix" not in as_person("carl").get("/desk").text


def test_nobody_finds_a_foreign_unit(as_person: Callable[[str], FlaskClient]) -> None:
    page = as_person("boris").get("/matrix?lang=en").text
    assert "Brest" in page
    assert "Nice" not in page
    assert [line[0] for line in lines_of(as_person("boris"), "/matrix.csv")[1:]] == ["west", "vannes", "brest"]


def test_the_file_says_what_the_page_says(ana: FlaskClient) -> None:
    head, *lines = lines_of(ana, "/matrix.csv?period=2026-10&lang=en")
    assert head[:2] == ["Unit", "Name"]
    assert {len(line) for line in lines} == {len(head)}
    bill = next(at for at, name in enumerate(head) if name.startswith("2. "))
    assert {line[0]: line[bill] for line in lines}["nice"] == "Kept"
    assert {line[0]: line[bill] for line in lines}["west"] in ("Missed", "Unacceptable")
    narrowed = lines_of(ana, "/matrix.csv?period=2026-10&lang=en&show=kept")
    assert all("Kept" in line for line in narrowed[1:])


def test_the_matrix_is_narrowed_to_promises_which_are_read_downwards_on_a_phone(ana: FlaskClient) -> None:
    head, *lines = lines_of(ana, "/matrix.csv?period=2026-10&lang=en&of=promise:bill")
    assert len(head) == 3
    assert len(lines) > 3
    page = ana.get("/matrix?period=2026-10&lang=fr&of=promise:bill").text
    assert re.findall(r'data-n="(\d+)"', page)[:1] == [re.match(r"(\d+)", head[2])[1]]  # type: ignore[index]
    assert 'value="promise:bill" selected' in page
    owner = re.findall(r'value="(owner:[^"]+)"', ana.get("/matrix?lang=fr").text)
    for of in (*owner[:1], "place:floor"):
        narrowed = ana.get("/matrix", query_string={"of": of, "lang": "fr"}).text
        assert 0 < len(re.findall(r'<th scope="col">', narrowed)) - 1 < len(lines_of(ana, "/matrix.csv")[0]) - 2
        assert all("of=" in one for one in re.findall(r'href="(/matrix.csv[^"]*)"', narrowed)), "so is the file"
    assert "No unit has such a place" in ana.get("/matrix?of=promise:gone&lang=en").text
    assert ana.get("/matrix?of=%3Cb%3E").status_code == 200
