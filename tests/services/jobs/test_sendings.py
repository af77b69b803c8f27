"""What people send to be read: kept while it waits, read at once where that is short, else as long work, then gone."""

from __future__ import annotations

import gzip
import io
import os
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from charter.domain.vocabulary.errors import Conflict, Invalid, NotAllowed, NotFound
from charter.domain.vocabulary.permissions import COMMAND_LINE, Actor
from charter.domain.vocabulary.terms import Role
from charter.services.jobs import sendings
from charter.services.jobs.queue import job
from charter.services.records.access import Access
from charter.services.surveys.columns import packed_choices
from charter.sources import apart
from tests.services.surveys.test_uploads import FILE
from tests.services.surveys.test_waves import ASKED
from tests.services.world import NOW

ROWS = b"id,day\n1,2026-10-01\n"
ABOUT = {"asked": packed_choices(ASKED), "left_out": []}


@pytest.fixture
def access(tmp_path: Path) -> Access:
    return Access(home=tmp_path)


def waiting(access: Access) -> list[str]:
    return sorted(one.suffix for one in (sendings.folder_of(access) / "sent/.waiting").iterdir())


def receive(access: Access, content: bytes = ROWS, most: int = 10_000_000) -> sendings.Received:
    return sendings.receive(COMMAND_LINE, io.BytesIO(content), "../a.csv", access, most=most, about=ABOUT)


@pytest.mark.parametrize(("content", "said"), [(b"", "empty"), (ROWS * 100, "larger")])
def test_nothing_and_too_much_are_refused_and_leave_nothing(access: Access, content: bytes, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        receive(access, content, most=1000)
    assert waiting(access) == []
    with pytest.raises(NotFound, match="VAR_FOLDER"):
        sendings.folder_of(Access())


def test_where_nothing_can_be_written_it_is_told(access: Access) -> None:
    sendings.folder_of(access).mkdir()
    (sendings.folder_of(access) / "sent").write_bytes(b"no folder")
    with pytest.raises(Conflict, match=r"The file cannot be saved \((File exists|Not a directory)\)"):
        receive(access)


def test_what_waits_is_its_senders_and_for_two_hours(access: Access) -> None:
    found = receive(access)
    assert (found.name, found.content, oct(found.path.stat().st_mode & 0o777)) == ("a.csv", ROWS, "0o600")
    for actor, token in ((Actor("Eva", Role.MANAGER, None, 9), found.token), (COMMAND_LINE, "../a")):
        with pytest.raises(Conflict, match="read, or left too long"):
            sendings.sent(actor, token, access)
    for path in found.path.parent.iterdir():
        os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    sendings.forget_old(access, NOW + timedelta(hours=1, minutes=59))
    assert sendings.sent(COMMAND_LINE, found.token, access) == found
    sendings.forget_old(access, NOW + timedelta(hours=2, minutes=1))
    assert waiting(access) == []


def test_what_is_short_is_read_at_once_and_gone(charted: Flask, access: Access) -> None:
    found = sendings.read_sent(
        COMMAND_LINE, NOW, kind="read-answers", file=receive(access, FILE.encode()), access=access
    )
    assert (found.job, found.result) == (None, {"upload": 1})
    assert waiting(access) == []
    with pytest.raises(Invalid):
        sendings.read_sent(COMMAND_LINE, NOW, kind="read-answers", file=receive(access, b"x"), access=access)
    clara = Actor("clara", Role.FRONTLINE, None, 3)
    with pytest.raises(NotAllowed):
        sendings.read_sent(clara, NOW, kind="read-answers", file=receive(access), access=access)
    assert waiting(access) == []


def test_what_is_large_or_comes_while_another_is_read_is_long_work(charted: Flask, access: Access) -> None:
    """And it waits for it; nothing of what it says stands in the queue but its name."""
    large = receive(access, FILE.encode() + b" " * sendings.LARGEST_AT_HAND)
    found = sendings.read_sent(COMMAND_LINE, NOW, kind="read-answers", file=large, access=access)
    assert (found.result, job(COMMAND_LINE, found.job or 0)["arguments"]["file"]) == (None, "a.csv")
    with apart._ONE_AT_A_TIME:
        packed = receive(access, gzip.compress(FILE.encode()))
        later = sendings.read_sent(COMMAND_LINE, NOW, kind="read-answers", file=packed, access=access)
    assert (later.result, later.job) == (None, 2)
    assert waiting(access) == [".about", ".about", ".file", ".gz"]
