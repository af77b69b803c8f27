"""Sealed figures are read part by part, and each part is proven when it is read."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from charter.domain.figures.entries import Figure
from charter.domain.vocabulary.permissions import COMMAND_LINE
from charter.models.base import db
from charter.models.records import SealedPart
from charter.services.figures.write import correct_figure
from charter.services.records.sealing import packed, unpacked
from charter.services.reports.editions import approve_month, figures_of, publish_erratum
from charter.services.reports.parts import PartedFigures, figures_in, stored
from charter.services.reports.snapshots import freeze_month
from tests.services.databases import statements
from tests.services.world import NOW

OCTOBER = "2026-10"


def count() -> int:
    return db.session.execute(select(func.count(SealedPart.id))).scalar_one()


def test_one_unit_costs_its_own_part_and_the_shared_words(world: Flask) -> None:
    figures = figures_in(freeze_month(COMMAND_LINE, NOW, period=OCTOBER).document)
    with statements() as sent:
        assert figures.unit("west")["overview"]["unit"] == "west"
    assert len(sent) == 2


def test_a_part_that_is_not_what_was_sealed_is_never_shown(world: Flask) -> None:
    figures = figures_in(freeze_month(COMMAND_LINE, NOW, period=OCTOBER).document)
    assert isinstance(figures, PartedFigures)
    parts = figures.index["parts"]
    for wrong in ({}, {parts["unit west"]: packed({"forged": True}).content}, {parts["unit west"]: b"text"}):
        there = stored(list(parts.values())) | {parts["unit west"]: b""} | wrong
        with pytest.raises(ValueError, match="part"):
            PartedFigures(figures.index, lambda hashes, there=there: there).unit("west")  # type: ignore[misc]


def test_what_claims_to_be_larger_than_any_part_is_not_unpacked_whole() -> None:
    bomb = packed("0" * 120_000_000)
    with pytest.raises(ValueError, match="another part"):
        unpacked(bomb.sha256, bomb.content)


def test_an_erratum_keeps_only_the_parts_that_differ(world: Flask) -> None:
    freeze_month(COMMAND_LINE, NOW, period=OCTOBER)
    before = count()
    approve_month(COMMAND_LINE, NOW, period=OCTOBER, reason="Relu.", without_comment={"answer": "Travaux."})
    figure = Figure("billed", OCTOBER, "vannes", {"numerator": 10, "denominator": 20}, "Recompté.")
    correct_figure(COMMAND_LINE, NOW, figure)
    second = publish_erratum(COMMAND_LINE, NOW, period=OCTOBER, reason="Factures recomptées.")
    assert {name for name, sha256 in figures_of(second)[0].index["parts"].items() if sha256 in new_parts(before)} == {
        "unit company", "unit west", "unit vannes", "figures billed", "words",
    }  # fmt: skip


def new_parts(before: int) -> set[str]:
    return set(db.session.execute(select(SealedPart.sha256).order_by(SealedPart.id).offset(before)).scalars())
