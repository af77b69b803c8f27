"""Files that people send: kept by version with hash, day and sender; nothing of one that was not kept is left."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import pytest
from flask import Flask

from charter.domain.vocabulary.errors import Conflict, Invalid, NotAllowed
from charter.domain.vocabulary.permissions import COMMAND_LINE, Actor
from charter.domain.vocabulary.terms import Role
from charter.services.drafts import sent_files
from charter.services.jobs.sendings import folder_of, forget, receive
from charter.services.records.access import Access
from tests.services.world import NOW

ROWS = b"id,day\n1,2026-10-01\n"


@pytest.fixture
def access(tmp_path: Path) -> Access:
    return Access(home=tmp_path)


def send(access: Access, content: bytes, name: str = "cases.csv") -> sent_files.SentFile:
    found = receive(COMMAND_LINE, io.BytesIO(content), name, access, most=1000)
    try:
        return sent_files.keep_version(COMMAND_LINE, NOW, "cases", found, access)
    finally:
        forget(found.token, access)


def test_versions_stand_beside_each_other_the_newest_first(empty: Flask, access: Access) -> None:
    first, second = send(access, ROWS), send(access, ROWS + b"2,2026-10-02\n", "C:\\files\\neu.csv")
    assert sent_files.versions_of("cases") == [second, first]
    assert (second.number, second.name, second.sent_by) == (2, "neu.csv", COMMAND_LINE.name)
    home = folder_of(access)
    assert (home / first.stored).read_bytes() == ROWS
    assert sorted((home / first.stored).parent.glob("*"))[-1] == home / second.stored, "the newest sorts last"
    assert (home / second.stored).match(sent_files.pattern_of("cases", "csv"))
    assert list((home / "sent/.waiting").iterdir()) == []


def test_the_newest_sent_again_is_no_version(empty: Flask, access: Access) -> None:
    send(access, ROWS)
    with pytest.raises(Conflict, match="read already"):
        send(access, ROWS, "other.csv")
    assert len(sent_files.versions_of("cases")) == 1


def test_packed_text_keeps_its_ending(empty: Flask, access: Access) -> None:
    assert send(access, gzip.compress(ROWS), "cases.csv.gz").stored.endswith(".csv.gz")


def test_who_may_not_run_checks_makes_no_version(empty: Flask, access: Access) -> None:
    found = receive(COMMAND_LINE, io.BytesIO(ROWS), "a.csv", access, most=1000)
    with pytest.raises(NotAllowed):
        sent_files.keep_version(Actor("clara", Role.FRONTLINE), NOW, "cases", found, access)


def test_what_a_look_told_is_kept_until_it_is_thrown_away(empty: Flask, access: Access) -> None:
    file = send(access, ROWS)
    with pytest.raises(Invalid, match="once more"):
        sent_files.look_kept(file.sha256, access)
    sent_files.keep_look(file.sha256, {"rows": 1}, access)
    with pytest.raises(Invalid, match="once more"):
        sent_files.look_kept(file.sha256, access)  # of a release that told less
    sent_files.keep_look(file.sha256, {"rows": 1, "doubts": [], "orders": {}, "left_out": [], "figures": None}, access)
    assert sent_files.look_kept(file.sha256, access)["rows"] == 1
