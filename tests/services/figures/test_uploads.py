"""Files of figures: previewed with each refusal, confirmed by their sender, applied whole or not at all."""

from __future__ import annotations

import hashlib
import io
import random
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openpyxl import Workbook
from sqlalchemy import func, select

from charter.domain.vocabulary.errors import CharterError, Conflict, Invalid, NotAllowed, NotFound
from charter.domain.vocabulary.permissions import COMMAND_LINE, Actor
from charter.domain.vocabulary.terms import Role
from charter.models.base import db
from charter.models.checks import DueCheck
from charter.models.figures import FigureUpload
from charter.models.readings import ReadingRow
from charter.models.records import AuditEntry, Measurement, Run
from charter.services.figures.preview import effects_of
from charter.services.figures.uploads import LARGEST, apply_file, discard_file, preview_file, send_file
from charter.services.figures.write import enter_figure
from charter.services.people.accounts import create_account
from charter.services.verification.verify import verify
from tests.services.by_hand import by_hand, share
from tests.services.databases import new_url, opened, template_of
from tests.services.world import NOW

GOOD = "period;unit;numerator;denominator\n2026-10;vannes;45;50\n2026-10;nice;20;40\n2026-09;nice;9;10\n"


def with_people() -> None:
    """The charter with figures by hand, and two people."""
    by_hand()
    for name, units in (("mia", ()), ("carl", ("vannes",))):
        create_account(
            COMMAND_LINE,
            NOW,
            email=f"{name}@example.org",
            name=name.capitalize(),
            role=Role.MANAGER if name == "mia" else Role.CONTRIBUTOR,
            password="correct horse battery",
            units=units,
        )


MIA = Actor("Mia", Role.MANAGER, None, user_id=1)


CARL = Actor("Carl", Role.CONTRIBUTOR, ("vannes",), user_id=2)


@pytest.fixture
def hand(engine: str, tmp_path: Path) -> Iterator[Flask]:
    with opened(new_url(engine, tmp_path, template_of(engine, with_people)), tmp_path) as app:
        yield app


@pytest.fixture
def light(tmp_path: Path) -> Iterator[Flask]:
    """On SQLite only, where only the file matters."""
    with opened(new_url("sqlite", tmp_path, template_of("sqlite", with_people)), tmp_path) as app:
        yield app


def written() -> tuple[int, ...]:
    return tuple(
        db.session.execute(select(func.count()).select_from(model)).scalar_one()
        for model in (Measurement, Run, AuditEntry, ReadingRow, DueCheck)
    )


def send(content: bytes | str, actor: Actor = MIA, **more: Any) -> int:
    return send_file(actor, NOW, content.encode() if isinstance(content, str) else content, "octobre.csv",
                     **({"indicator": "welcomed"} | more))  # fmt: skip


def sheet(*rows: list[Any]) -> bytes:
    book, stream = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(stream)
    return stream.getvalue()


def test_a_file_counts_only_when_it_is_confirmed(hand: Flask) -> None:
    before = written()
    number = send(GOOD)
    seen = preview_file(MIA, NOW, number)
    assert (seen.rows, list(seen.refusals), seen.is_open) == (3, [], True)
    assert written() == before
    found = apply_file(MIA, NOW, number, expected=seen.plan.digest)
    assert [(one.period, one.entered) for one in found] == [("2026-10", 2), ("2026-09", 1)]
    rows = db.session.execute(select(Measurement.unit_key, Measurement.numerator).order_by(Measurement.id)).all()
    assert [tuple(row) for row in rows] == [("vannes", 45), ("nice", 20), ("nice", 9)]
    upload = db.session.get(FigureUpload, number)
    assert upload is not None
    assert upload.state == "applied"
    entry = db.session.execute(select(AuditEntry).where(AuditEntry.action == "upload:apply")).scalar_one()
    facts = {"name": "octobre.csv", "sha256": upload.sha256, "runs": [one.run for one in found]}
    facts["rows"] = hashlib.sha256(upload.content).hexdigest()
    assert entry.after == facts | {"entered": 3, "corrected": 0, "same": 0}
    assert verify(COMMAND_LINE)["broken"] is None
    with pytest.raises(Conflict, match="was applied, discarded or left too long"):
        apply_file(MIA, NOW, number, expected=seen.plan.digest)


def test_each_refused_row_is_named_and_nothing_can_be_confirmed(hand: Flask) -> None:
    text = GOOD + "2026-10;paris;1;2\n2026-10;brest;3;2\n;brest;1;2\n2026-10;brest;NaN;2\n2026-10;brest;=1+1;2\n"
    text += "2026-10;brest;95%;100\n2026-12;brest;1;2\n2026-10;brest;1;\n2026-10;west;1;2\n"
    number = send(text)
    seen = preview_file(MIA, NOW, number)
    assert [(one.line, str(one.error).split(":")[0].split(".")[0]) for one in seen.refusals] == [
        (5, "The charter has no unit paris"),
        (6, "The numerator 3 is above the denominator 2"),
        (7, "The row names no period"),
        (8, "numerator"),
        (9, "numerator"),
        (10, "numerator"),
        (11, "2026-12 has not ended yet"),
        (12, "The number denominator is missing"),
        (13, "There is a figure of vannes already"),
    ]
    assert seen.rows == 12
    before = written()
    with pytest.raises(CharterError):
        apply_file(MIA, NOW, number, expected=seen.plan.digest)
    assert written() == before


def test_what_changed_meanwhile_must_be_looked_at_again(hand: Flask) -> None:
    number = send(GOOD)
    seen = preview_file(MIA, NOW, number)
    enter_figure(MIA, NOW, share("brest", 1, 2))
    with pytest.raises(Conflict, match="look at it again"):
        apply_file(MIA, NOW, number, expected=seen.plan.digest)
    assert apply_file(MIA, NOW, number, expected=preview_file(MIA, NOW, number).plan.digest)


def test_only_its_sender_sees_a_file_and_not_for_ever(hand: Flask) -> None:
    number = send(GOOD.replace("nice", "vannes").replace("2026-10;vannes;20;40\n", ""), CARL)
    for ask in (preview_file, discard_file):
        with pytest.raises(NotFound, match="no such file of yours"):
            ask(MIA, NOW, number)
    digest = preview_file(CARL, NOW, number).plan.digest
    later = NOW + timedelta(hours=2)
    assert not preview_file(CARL, later, number).is_open
    with pytest.raises(Conflict, match="left too long"):
        apply_file(CARL, later, number, expected=digest)
    other = send_file(CARL, later, GOOD.encode(), "x.csv", indicator="welcomed")
    assert db.session.get(FigureUpload, number).content == b""  # type: ignore[union-attr]
    discard_file(CARL, later, other)
    with pytest.raises(Conflict):
        apply_file(CARL, later, other, expected=digest)


def test_another_unit_s_rows_are_refused(hand: Flask) -> None:
    seen = preview_file(CARL, NOW, send(GOOD, CARL))
    assert [(one.line, type(one.error)) for one in seen.refusals] == [(3, NotAllowed), (4, NotAllowed)]
    with pytest.raises(NotAllowed):
        send(GOOD, Actor("Dan", Role.AUDITOR, user_id=1))


FRENCH = (
    "Période;Entité;Numérateur;Dénominateur;Commentaire\n10/2026;vannes;1 045;2 050;bien\n01/10/2026;nice;20,0;40\n"
)


@pytest.mark.parametrize(
    "content",
    [
        FRENCH.encode(),
        FRENCH.encode("cp1252"),
        FRENCH.encode("utf-8-sig"),
        FRENCH.encode("utf-16"),
        FRENCH.replace(";", "\t").encode(),
        FRENCH.replace("\n", "\r\n").encode("cp1252"),
        FRENCH.replace("1 045", "1\u202f045").encode(),
    ],
)
def test_french_spreadsheets_are_understood(light: Flask, content: bytes) -> None:
    seen = preview_file(MIA, NOW, send(content))
    assert list(seen.refusals) == []
    (october,) = effects_of(seen.plan)
    assert [(one["unit"], one["numbers"]) for one in october["figures"]] == [
        ("vannes", {"numerator": 1045, "denominator": 2050}),
        ("nice", {"numerator": 20, "denominator": 40}),
    ]
    assert seen.ignored == ["Commentaire"]


def test_a_spreadsheet_gives_its_dates_and_refuses_its_formulas(light: Flask) -> None:
    from datetime import date  # noqa: PLC0415

    head = ["indicator", "period", "unit", "numerator", "denominator"]
    rows = [["welcomed", date(2026, 10, 1), "vannes", 45, 50], ["told", "2026-10", "nice", 3.0, "3"]]
    seen = preview_file(MIA, NOW, send(sheet(head, *rows), indicator=None))
    assert [batch.indicator.key for batch in seen.plan.batches] == ["welcomed", "told"]
    assert list(seen.refusals) == []
    formula = preview_file(MIA, NOW, send(sheet(head, ["welcomed", "2026-10", "vannes", "=40+5", 50]), indicator=None))
    assert [str(one.error) for one in formula.refusals] == ["numerator: “=40+5” is a formula: write its result."]


def _bomb() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * (60 * 1024 * 1024))
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "octobre.csv is empty"),
        (b"2026-10;vannes;45;50\n", "no column period: add it. Its first line says “2026-10”"),
        (b"period;unit\n2026-10;vannes\n", "has no column of numbers"),
        (b"unit;numerator;denominator\nvannes;1;2\n", "has no column period"),
        (b"period;unit;unit;numerator\n", "two columns named"),
        (b"period;mois;unit;numerator\n", "Two columns say period"),
        (b"period;unit;numerator;denominator\n2026-10;vannes;1;2;3\n", "line 2: 5 values where the header has 4"),
        (b"period;unit;numerator\n" + b"2026-10;v;1\n" * 10_001, "has more than 10000 rows"),
        (b"period;unit;numerator\n2026-10;" + b"v" * 4_000_000 + b";1\n", "line 2: it is not a line of CSV"),
        (b"0" * (LARGEST + 1), "is larger than 5 MB"),
        (b"PK\x03\x04 no zip", "cannot be read as a spreadsheet"),
        (b"\xd0\xcf\x11\xe0 old", "old Excel format"),
        (_bomb(), "unpacks to 60 MB, more than the 50 MB allowed"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_sentence(light: Flask, content: bytes, sentence: str) -> None:
    with pytest.raises(Invalid) as refusal:
        send(content)
    assert sentence in str(refusal.value)
    assert db.session.execute(select(func.count(FigureUpload.id))).scalar_one() == 0


def test_a_file_without_rows_or_an_indicator_is_refused(light: Flask) -> None:
    with pytest.raises(Invalid, match="has no row with figures"):
        preview_file(MIA, NOW, send("period;unit;numerator;denominator\n;;;\n"))
    with pytest.raises(Invalid, match="has no column indicator: add it, or choose the indicator"):
        send(GOOD, indicator=None)
    with pytest.raises(NotFound, match="no indicator gone"):
        send(GOOD, indicator="gone")


def mutated(content: bytes, turn: random.Random) -> bytes:
    """The file with one to four places damaged: a byte, a span, a value that is none, a line twice."""
    odd = [b"NaN", b"inf", b"-1", b"1e309", b"\x00", b"\xff", b'"', b";;", b"\r", b"=1+1", b"9" * 400, "é".encode(),
           b"\n", b"2026-13", b"company", b"1;2;3", b"\xef\xbb\xbf", b"\x1a"]  # fmt: skip
    for _ in range(turn.randint(1, 4)):
        at = turn.randrange(len(content) + 1)
        to = min(len(content), at + turn.choice((0, 1, 1, 5, 40)))
        content = content[:at] + turn.choice([*odd, bytes([turn.randrange(256)]), content[at:to] * 2]) + content[to:]
    return content


def inside(content: bytes, turn: random.Random) -> bytes:
    """The spreadsheet with its sheet damaged, packed again."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, mutated(part, turn) if name.startswith("xl/worksheets/") else part)
    return stream.getvalue()


@pytest.mark.parametrize("kind", ["csv", "cp1252", "xlsx", "sheet"])
def test_a_damaged_file_never_crashes_and_is_never_half_an_import(light: Flask, kind: str) -> None:
    """300 mutations of a valid file of each form, 24 of packed ones, which a process of their own reads: refused in a
    sentence, or applied whole."""
    head, *lines = [line.split(";") for line in GOOD.splitlines()]
    valid = {"csv": GOOD.encode(), "cp1252": FRENCH.encode("cp1252"), "xlsx": sheet(head, *lines)}.get(
        kind, sheet(head, *lines)
    )
    damage = inside if kind == "sheet" else mutated
    turn, seen = random.Random(f"figures {kind}"), {"refused": 0, "applied": 0}
    count = 300 if kind in ("csv", "cp1252") else 24
    for _ in range(count):
        content, before = damage(valid, turn), written()
        entered = db.session.execute(select(func.count(Measurement.id))).scalar_one()
        try:
            number = send(content, reason="A trial")
            plan = preview_file(MIA, NOW, number).plan
            wanted = sum(len(batch.fresh) for batch in plan.batches)
            apply_file(MIA, NOW, number, expected=plan.digest)
        except CharterError:
            assert written() == before
            seen["refused"] += 1
        else:
            now_entered = db.session.execute(select(func.count(Measurement.id))).scalar_one()
            assert now_entered == entered + wanted
            seen["applied"] += 1
    assert seen["refused"] > count / 15
    assert verify(COMMAND_LINE)["broken"] is None
