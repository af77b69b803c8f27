"""The logo of a report: beside the charter, small, and what it says it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from charter.domain.charter_file.consistency.head import contrast_on_white
from charter.domain.vocabulary.errors import Invalid
from charter.reports.render import look_css, read_logo


def png(width: int = 8, height: int = 4) -> bytes:
    size = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    return b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + size + b"\x08\x02\0\0\0" + bytes(8)


def jpeg(width: int = 8, height: int = 4) -> bytes:
    size = height.to_bytes(2, "big") + width.to_bytes(2, "big")
    return b"\xff\xd8\xff\xe0\0\x04ab\xff\xc0\0\x0b\x08" + size + bytes(8)


@pytest.mark.parametrize(("content", "kind"), [(png(), "image/png"), (jpeg(), "image/jpeg")])
def test_a_picture_beside_the_charter_is_taken(tmp_path: Path, content: bytes, kind: str) -> None:
    (tmp_path / "logo.png").write_bytes(content)
    assert read_logo(tmp_path, "logo.png")["type"] == kind


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "neither a PNG nor a JPEG"),
        (b"\x89PNG\r\n\x1a\n", "neither a PNG nor a JPEG"),
        (b"\xff\xd8\xff\xd9" + bytes(20), "neither a PNG nor a JPEG"),
        (png(4001, 2), "4001 by 2 pixels"),
        (png(0, 0), "0 by 0 pixels"),
        (png() + bytes(500_001), "larger than 500 kB"),
    ],
)
def test_what_is_no_small_picture_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "logo.png").write_bytes(content)
    with pytest.raises(Invalid, match=said):
        read_logo(tmp_path, "logo.png")


def test_nothing_outside_the_charters_folder_is_read(tmp_path: Path) -> None:
    home = tmp_path / "charter"
    home.mkdir()
    (tmp_path / "logo.png").write_bytes(png())
    (home / "link.png").symlink_to(tmp_path / "logo.png")
    for written in ("../logo.png", "link.png", str(tmp_path / "logo.png"), "/etc/passwd"):
        with pytest.raises(Invalid, match="lies outside the charter's folder"):
            read_logo(home, written)
    for written in ("absent.png", "https://example.org/logo.png"):
        with pytest.raises(Invalid, match="There is no logo"):
            read_logo(home, written)


def test_colours_are_dark_enough_and_nothing_else() -> None:
    assert contrast_on_white("#000000") == pytest.approx(21)
    assert contrast_on_white("#767676") == pytest.approx(4.54, abs=0.01)
    assert "#22478F" in look_css({"accent": "#22478F"})
    assert look_css({}) == ""
    with pytest.raises(ValueError, match="is not a colour"):
        look_css({"ink": "red}@import"})
