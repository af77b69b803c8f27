"""A logo for the report: a PNG or JPEG file beside the charter, small, and what it says it is."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from charter.domain.errors import Invalid

LARGEST = 500_000
MOST_PIXELS = 4_000
PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"


def read_logo(folder: Path, written: str) -> dict[str, str]:
    """The file as a report holds it: {"type", "data", "sha256"}.

    Raises Invalid: outside the charter's folder (also through a link), no such file, more than 500 kB, not a PNG or
    JPEG whatever its name says, more than 4000 pixels either way.
    """
    home = folder.resolve()
    path = (home / written).resolve()
    if not path.is_relative_to(home):
        raise Invalid(
            "The logo %(path)s lies outside the charter's folder: put it beside the charter.", "logo", path=written
        )
    if not path.is_file():
        raise Invalid(
            "There is no logo %(path)s in the charter's folder: put it there, or correct the path.",
            "logo",
            path=written,
        )
    if path.stat().st_size > LARGEST:
        raise Invalid("The logo %(path)s is larger than 500 kB: make it smaller.", "logo", path=written)
    content = path.read_bytes()
    size = _size(content)
    if size is None:
        raise Invalid("The logo %(path)s is neither a PNG nor a JPEG picture: save it as one.", "logo", path=written)
    if not 0 < max(size) <= MOST_PIXELS:
        raise Invalid(
            "The logo %(path)s is %(width)s by %(height)s pixels: at most 4000 are taken.",
            "logo",
            path=written,
            width=size[0],
            height=size[1],
        )
    kind = "image/png" if content.startswith(PNG) else "image/jpeg"
    data = base64.b64encode(content).decode()
    return {"type": kind, "data": data, "sha256": hashlib.sha256(content).hexdigest()}


def _size(content: bytes) -> tuple[int, int] | None:
    """Width and height as the picture's head says; None where it is no whole head."""
    if content.startswith(PNG) and content[12:16] == b"IHDR" and len(content) > 24:
        return int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")
    return _jpeg_size(content) if content.startswith(JPEG) else None


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    """From the frame's head: segments are walked until it comes."""
    at = 2
    while at + 9 < len(content) and content[at] == 0xFF:
        mark, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
        if 0xC0 <= mark <= 0xCF and mark not in (0xC4, 0xC8, 0xCC):
            return int.from_bytes(content[at + 7 : at + 9], "big"), int.from_bytes(content[at + 5 : at + 7], "big")
        at += 2 + length
    return None
