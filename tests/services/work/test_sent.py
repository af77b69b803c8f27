"""What people send, read as long work of each kind: stopped in its midst, killed after it, done once, then gone."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from charter.domain.charter_file.text.canonical import write_charter
from charter.domain.figures.entries import Figure
from charter.domain.vocabulary.permissions import COMMAND_LINE, SCHEDULER
from charter.models.base import db
from charter.models.drafts import CharterDraft
from charter.models.figures import FigureUpload
from charter.models.jobs import Job
from charter.models.records import Measurement
from charter.models.surveys import SurveyUpload, SurveyWave
from charter.services.charters.versions import history
from charter.services.figures.uploads import see_file, send_file
from charter.services.figures.write import enter_figure
from charter.services.jobs import sendings
from charter.services.jobs.queue import KINDS, ask
from charter.services.records.access import Access
from charter.services.surveys.look import see_answers
from charter.services.verification.verify import verify
from charter.services.work.worker import run_jobs
from tests.services.by_hand import by_hand
from tests.services.databases import new_url, opened, template_of
from tests.services.figures.test_look import ROWS, many
from tests.services.jobs.test_sendings import ABOUT
from tests.services.surveys.test_uploads import FILE
from tests.services.world import NOW, TEXT, applied

FIGURES = "indicator;period;unit;numerator;denominator\nbilled;2026-10;vannes;45;50\n"
SENT: dict[str, tuple[bytes, dict[str, Any]]] = {
    "read-figures": (FIGURES.encode(), {"indicator": None, "reason": None}),
    "read-answers": (FILE.encode(), ABOUT),
    "read-charter": (TEXT.replace("Service clients", "Autre service").encode(), {"revision": None}),
    "read-first-file": (b"", {}),
    "read-newer-file": (b"", {}),
    "look-at-first-source": (b"", {}),
    "count-first": (b"", {}),
    "apply-figures": (b"", {}),
}
"""What is sent for each kind of reading, and what its sender said; the last five have tests of their own."""

COUNTED: dict[str, Callable[[], int]] = {
    "read-figures": lambda: number_of(FigureUpload),
    "read-answers": lambda: number_of(SurveyUpload),
    "read-charter": lambda: number_of(CharterDraft),
}


def number_of(model: Any) -> int:
    return db.session.execute(select(func.count(model.id))).scalar_one()


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Access]:
    """The small charter in force, on SQLite alone: what is sent lies beside every database."""
    with opened(new_url("sqlite", tmp_path, template_of("sqlite", applied)), tmp_path):
        yield Access(home=tmp_path)


def sent(access: Access, kind: str) -> int:
    content, about = SENT[kind]
    file = sendings.receive(COMMAND_LINE, io.BytesIO(content), "a.csv", access, most=10_000_000, about=about)
    return ask(COMMAND_LINE, NOW, kind=kind, arguments={"sending": file.token, "file": file.name})


def stops_at(words: int) -> Callable[[], bool]:
    """Says that the process is asked to stop once so many questions have been asked before."""
    asked = count()
    return lambda: next(asked) >= words


def ended(number: int) -> tuple[str, Any]:
    db.session.expire_all()
    found = db.session.get_one(Job, number)
    return found.state, found.failure


@pytest.mark.parametrize("kind", COUNTED)
def test_a_reading_that_is_stopped_at_each_word_is_done_once(here: Access, kind: str) -> None:
    number, before = sent(here, kind), []
    for words in (1, 2, 3, 1000):
        run_jobs(SCHEDULER, lambda: NOW, here, stops_at(words))
        before.append(ended(number)[0])
    assert (before[0], ended(number)) == ("waiting", ("done", None))
    assert COUNTED[kind]() == 1
    folder = sendings.folder_of(here) / "sent/.waiting"
    assert sorted(one.suffix for one in folder.iterdir()) == [".about", ".done"], "the file itself is gone"
    assert verify(COMMAND_LINE, folder=here.home)["breaks"] == []


def test_a_process_that_dies_after_reading_reads_nothing_twice(here: Access) -> None:
    """The queue does not know yet that it was read: the next process finds what came of it."""
    content, about = SENT["read-answers"]
    file = sendings.receive(COMMAND_LINE, io.BytesIO(content), "a.csv", here, most=10_000, about=about)
    arguments = {"sending": file.token, "file": file.name}
    waited = sendings._Waited(here, NOW, sendings.AT_HAND)
    first = KINDS["read-answers"].run(COMMAND_LINE, NOW, arguments, waited)
    assert KINDS["read-answers"].run(COMMAND_LINE, NOW, arguments, waited) == first == {"upload": 1}
    assert number_of(SurveyUpload) == 1


@pytest.fixture
def by_many(tmp_path: Path) -> Iterator[Access]:
    """The charter with figures by hand, where a file of many figures waits: upload 1."""
    with opened(new_url("sqlite", tmp_path, template_of("sqlite", by_hand)), tmp_path):
        send_file(COMMAND_LINE, NOW, many(), "many.csv")
        yield Access(home=tmp_path)


def applying() -> int:
    look = see_file(COMMAND_LINE, NOW, 1).look
    assert look is not None
    return ask(COMMAND_LINE, NOW, kind="apply-figures", arguments={"upload": 1, "expected": look.digest})


@pytest.mark.parametrize("words", [1, 2])
def test_figures_whose_entering_is_stopped_are_entered_once_and_wholly(by_many: Access, words: int) -> None:
    """At its first word nothing is entered; at its last everything is: the next process finds that."""
    number = applying()
    run_jobs(SCHEDULER, lambda: NOW, by_many, stops_at(words))
    assert (ended(number)[0], number_of(Measurement)) == ("waiting", 0 if words == 1 else ROWS)
    run_jobs(SCHEDULER, lambda: NOW, by_many)
    assert (ended(number), number_of(Measurement)) == (("done", None), ROWS)
    assert db.session.get_one(Job, number).result == {"entered": ROWS, "corrected": 0, "same": 0}
    assert verify(COMMAND_LINE, folder=by_many.home)["breaks"] == []


def test_figures_that_changed_meanwhile_are_not_entered_and_looked_at_again(by_many: Access) -> None:
    number = applying()
    same = {"numerator": 45, "denominator": 50}
    enter_figure(COMMAND_LINE, NOW, Figure("called", "2026-09", "vannes", same, channel="c0"))
    run_jobs(SCHEDULER, lambda: NOW, by_many)
    assert ended(number)[0] == "failed"
    assert "changed since you saw the effect" in ended(number)[1]
    assert number_of(Measurement) == 1
    again = applying()
    assert again != number, "what was looked at again has another digest"
    run_jobs(SCHEDULER, lambda: NOW, by_many)
    assert db.session.get_one(Job, again).result == {"entered": ROWS - 1, "corrected": 0, "same": 1}
    assert number_of(Measurement) == ROWS


def test_names_that_do_not_do_are_not_kept_and_stay_as_they_were_said(here: Access) -> None:
    number = sent(here, "read-answers")
    run_jobs(SCHEDULER, lambda: NOW, here)
    assert ended(number)[0] == "done"
    for stand_for, why in ((["care", "bill", ""], "No promise of the charter"), (["care", "care", "-"], "Two names")):
        arguments = {"upload": 1, "stand_for": stand_for, "leave_refused": True}
        number = ask(COMMAND_LINE, NOW, kind="import-survey", arguments=arguments)
        run_jobs(SCHEDULER, lambda: NOW, here)
        assert ended(number)[0] == "failed"
        assert why in ended(number)[1]
        look = see_answers(COMMAND_LINE, NOW, 1).look
        assert look is not None
        assert list(look.attributes.values()) == ["care", "bill", ""]
    assert number_of(SurveyWave) == 0


def test_a_text_that_is_no_charter_is_told_with_its_places_and_stays_to_be_shown(here: Access) -> None:
    text = write_charter(history().current.charter).replace("timezone:", "timezon:")
    file = sendings.receive(
        COMMAND_LINE, io.BytesIO(text.encode()), "c.yaml", here, most=10**6, about={"revision": None}
    )
    number = ask(COMMAND_LINE, NOW, kind="read-charter", arguments={"sending": file.token, "file": file.name})
    run_jobs(SCHEDULER, lambda: NOW, here)
    found = db.session.get_one(Job, number).result
    assert found is not None
    assert {one["field"] for one in found["findings"]} == {"charter.timezone", "charter.timezon"}
    assert sendings.sent(COMMAND_LINE, file.token, here).content.decode() == text


def test_what_cannot_be_read_ends_in_a_sentence_and_is_gone(here: Access) -> None:
    file = sendings.receive(COMMAND_LINE, io.BytesIO(b"PK\x03\x04x"), "a.xlsx", here, most=1000, about=ABOUT)
    number = ask(COMMAND_LINE, NOW, kind="read-answers", arguments={"sending": file.token, "file": file.name})
    run_jobs(SCHEDULER, lambda: NOW, here)
    assert ended(number) == ("failed", "The file a.xlsx cannot be read as a spreadsheet: save it as .xlsx.")
    assert list(file.path.parent.iterdir()) == []
