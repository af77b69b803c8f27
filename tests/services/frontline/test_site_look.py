"""The company's own colour and logo on the page that staff read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask

from charter.domain.charter_file.charter import Colours
from charter.domain.vocabulary.permissions import VISITOR
from charter.services.charters.versions import Version, history
from charter.services.frontline.intranet import look, look_of
from tests.reports.test_render_logos import png
from tests.services.world import NOW


def version(folder: Path, **report: Any) -> Version:
    held = history().current
    plan = held.charter.charter.report.model_copy(update=report)
    head = held.charter.charter.model_copy(update={"report": plan})
    return replace(held, charter=held.charter.model_copy(update={"charter": head}), folder=str(folder))


def test_a_charter_that_sets_nothing_has_no_look_of_its_own(world: Flask) -> None:
    assert look(VISITOR, NOW) == {"accent": None, "logo": None}


def test_accent_and_logo_are_those_of_the_report(world: Flask, tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(png(40, 20))
    found = look_of(version(tmp_path, logo="logo.png", colours=Colours(accent="#7A3A06")))
    assert found["accent"] == "#7A3A06"
    assert found["logo"] is not None
    assert found["logo"]["type"] == "image/png"


def test_a_logo_that_cannot_be_taken_leaves_the_name_of_the_company(world: Flask, tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_text("<svg onload='alert(1)'/>")
    assert look_of(version(tmp_path, logo="logo.png"))["logo"] is None
    assert look_of(version(tmp_path, logo="../logo.png"))["logo"] is None
    assert look_of(version(tmp_path, logo="absent.png"))["logo"] is None
