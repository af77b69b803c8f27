"""What pages load beside themselves: one sheet, one script, few requests, little weight, kept for long."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from charter.web.frame.assets import FIRST_SHEETS, FOLDER, LAST_SHEETS
from config import PROJECT

MOST_REQUESTS, MOST_BYTES = 6, 100_000
SHEET = re.compile(r'<link rel="stylesheet" href="([^"]*)"')
LOADED = re.compile(r'<(?:link rel="(?:stylesheet|icon)"|script|img)[^>]* (?:href|src)="(/[^"]*)"')


@pytest.mark.parametrize(
    "address", ["/", "/desk", "/commitments/bill", "/charter", "/classification", "/alerts", "/sign-in", "/nowhere"]
)
def test_a_page_is_few_requests_and_little_weight(ana: FlaskClient, address: str) -> None:
    packed = {"Accept-Encoding": "gzip"}
    page = ana.get(address, follow_redirects=True).text
    loaded = {one.replace("&amp;", "&") for one in LOADED.findall(page)}
    (sheet,) = [one for one in loaded if "/promesse.css" in one]
    letters = re.findall(r'url\("([^"]*)"\)', ana.get(sheet).text)
    loaded |= {f"/assets/{one}" for one in letters}
    assert len(SHEET.findall(page)) <= 2, "one sheet, and at most the company's own colours"
    assert 1 + len(loaded) <= MOST_REQUESTS, loaded
    weight = len(ana.get(address, headers=packed, follow_redirects=True).data)
    for one in loaded:
        with ana.get(one, headers=packed) as answer:
            assert answer.status_code == 200, one
            weight += len(answer.data)
    assert weight <= MOST_BYTES


def test_a_sheet_that_changes_has_another_address(client: FlaskClient, tmp_path: Path) -> None:
    where = SHEET.findall(client.get("/sign-in").text)[0]
    with client.get(where) as marked, client.get("/assets/promesse.css") as plain:
        assert "immutable" in marked.headers["Cache-Control"]
        assert plain.headers["Cache-Control"] == "no-cache"
        assert marked.data == plain.data
    one = FOLDER / "css/print.css"
    before = one.stat()
    os.utime(one, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    try:
        assert SHEET.findall(client.get("/sign-in").text)[0] == where, "the same words have the same address"
    finally:
        os.utime(one, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_every_sheet_and_script_is_in_the_one(client: FlaskClient) -> None:
    sheet, script = client.get("/assets/promesse.css").text, client.get("/assets/promesse.js").text
    for path in FOLDER.rglob("*.css"):
        assert path.read_text("utf-8") in sheet, path.name
    for path in (FOLDER / "js").glob("*.js"):
        assert path.read_text("utf-8") in script, path.name
    assert ".c-text" in sheet, "the charts' own"


def selectors(text: str) -> list[str]:
    plain = re.sub(r"/\*.*?\*/|@[^{;]*\{|@[^{;]*;", "", text, flags=re.DOTALL)
    return [
        one.strip()
        for found in re.findall(r"([^{}]+)\{", plain)
        for one in re.split(r",(?![^(]*\))", found)
        if one.strip()
    ]


def test_no_two_sheets_say_something_of_the_same_thing() -> None:
    """All stand on every page: what two of them say would hold by the order of their names."""
    alone = list((FOLDER / "css").rglob("*.css"))
    alone = [path for path in alone if str(path.relative_to(FOLDER / "css").with_suffix("")) not in LAST_SHEETS]
    told = defaultdict(set)
    for path in alone:
        for one in selectors(path.read_text("utf-8")):
            told[one].add(path.stem)
    assert {one: names for one, names in told.items() if len(names) > 1} == {}
    first = {name.rpartition("/")[2] for name in FIRST_SHEETS}
    bare = {one: names for one, names in told.items() if not re.search(r"[.#\[:]", one) and not names <= first}
    assert set(bare) <= {"blockquote"}, "what holds for an element wherever it stands is said at the start"


SHARED = frozenset(["ask", "column", "delay", "filters", "fold", "hint", "pledge", "terms"])
"""Words that a sheet speaks of for all, and another one within something of its own, on purpose."""


def test_a_word_of_one_sheet_means_nothing_else_in_another() -> None:
    """A class that a sheet styles wherever it stands is no other sheet's word for something else."""
    alone, told = defaultdict(set), defaultdict(set)
    first = {name.rpartition("/")[2] for name in (*FIRST_SHEETS, *LAST_SHEETS)}
    for path in (FOLDER / "css").rglob("*.css"):
        for one in selectors(path.read_text("utf-8")) if path.stem not in first else ():
            for name in re.findall(r"\.([a-z][\w-]*)", one):
                told[name].add(path.stem)
            if re.fullmatch(r"\.[\w-]+", one):
                alone[one[1:]].add(path.stem)
    assert {name: told[name] for name, sheets in alone.items() if told[name] - sheets}.keys() - SHARED == set()


def test_no_template_loads_a_sheet_or_script_of_its_own() -> None:
    found = Counter[str]()
    for path in (PROJECT / "templates").rglob("*.html"):
        text = path.read_text("utf-8")
        found[str(path.relative_to(PROJECT / "templates"))] += len(
            re.findall(r"rel=\"stylesheet\"|<script|block sheets", text)
        )
    assert {name: times for name, times in found.items() if times} == {
        "layout/base.html": 2,
        "errors/fault.html": 1,
        "intranet/page.html": 1,
    }


@pytest.mark.pdf
def test_the_letters_are_made_from_the_installed_font_always_alike(tmp_path: Path) -> None:
    from fontTools.ttLib import TTFont  # noqa: PLC0415 heavy

    made = []
    for name in ("one", "two"):
        subprocess.run([sys.executable, PROJECT / "bin/letters", tmp_path / name], check=True, cwd=PROJECT)
        made.append({path.name: path.read_bytes() for path in (tmp_path / name).glob("*")})
    assert made[0] == made[1]
    assert set(made[0]) == {"inter-400.woff2", "inter-600.woff2"}
    assert sum(map(len, made[0].values())) < 45_000
    for path in (tmp_path / "one").glob("*"):
        signs = TTFont(path).getBestCmap()
        assert {ord(sign) for sign in "AaÉéœ«»’–…\u202f\u00a0€≤→0123456789"} <= set(signs)
