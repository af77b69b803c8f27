"""A file of many figures: how it looks is worked out once, in long work, and kept with it; of few, each time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from charter.domain.vocabulary.errors import Conflict
from charter.models.base import db
from charter.models.figures import FigureUpload
from charter.services.figures import look
from charter.services.figures.uploads import apply_file, is_long, look_again, preview_file, see_file, send_file
from charter.services.figures.write import enter_figure
from charter.sources.apart import AT_HAND, TooMuch
from tests.services.by_hand import share
from tests.services.databases import new_url, opened, template_of
from tests.services.figures.test_uploads import GOOD, MIA, with_people
from tests.services.world import NOW

ROWS = look.MOST_AT_HAND + 1


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Flask]:
    with opened(new_url("sqlite", tmp_path, template_of("sqlite", with_people)), tmp_path) as app:
        yield app


def many(rows: int = ROWS, more: str = "", of: str = "c") -> bytes:
    """Figures of a channel each, in two months."""
    head = "indicator;period;unit;channel;numerator;denominator\n"
    lines = (f"called;2026-{9 + n % 2:02d};{('vannes', 'nice')[n // 2 % 2]};{of}{n};45;50\n" for n in range(rows))
    return (head + "".join(lines) + more).encode()


def sent(content: bytes) -> int:
    return send_file(MIA, NOW, content, "many.csv")


def test_what_takes_long_is_not_worked_out_while_somebody_waits(here: Flask) -> None:
    with pytest.raises(TooMuch):
        send_file(MIA, NOW, many(), "many.csv", patience=AT_HAND)
    assert db.session.query(FigureUpload).count() == 0
    few = send_file(MIA, NOW, many(look.MOST_AT_HAND), "few.csv", patience=AT_HAND)
    assert (is_long(MIA, NOW, few), is_long(MIA, NOW, sent(many()))) == (False, True)


def test_what_is_kept_is_what_would_be_worked_out(here: Flask) -> None:
    """To the letter, but for the figures beyond those that are shown."""
    number = sent(many())
    kept, worked_out = see_file(MIA, NOW, number).look, look.look_of(preview_file(MIA, NOW, number))
    assert kept == worked_out
    assert [one["count_figures"] for one in worked_out.effects] == [251, 250]
    assert [len(one["figures"]) for one in worked_out.effects] == [look.MOST_SHOWN // 2] * 2
    assert (worked_out.rows, worked_out.periods, worked_out.refused) == (ROWS, 2, 0)


def test_rows_that_are_refused_are_kept_as_sentences_and_counted(here: Flask) -> None:
    wrong = "called;2026-10;paris;c;1;2\n" * (look.MOST_REFUSALS + 5) + "called;2026-10;nice;c;x;2\n"
    kept = see_file(MIA, NOW, sent(many(more=wrong))).look
    assert kept is not None
    assert (kept.refused, len(kept.refusals), kept.effects) == (look.MOST_REFUSALS + 6, look.MOST_REFUSALS, [])
    assert (kept.refusals[0].line, str(kept.refusals[0].error)) == (ROWS + 2, "The charter has no unit paris.")


def test_it_is_looked_at_again_where_something_changed_and_goes_once_applied(here: Flask) -> None:
    number = sent(many())
    before = see_file(MIA, NOW, number).look
    assert before is not None
    enter_figure(MIA, NOW, replace(share("vannes", 45, 50), indicator="called", channel="c0", period="2026-09"))
    with pytest.raises(Conflict, match="changed since"):
        apply_file(MIA, NOW, number, expected=before.digest)
    db.session.rollback()
    look_again(MIA, NOW, number)
    again = see_file(MIA, NOW, number).look
    assert again is not None
    assert [one["figures"][0]["is_same"] for one in again.effects] == [True, False]
    found = apply_file(MIA, NOW, number, expected=again.digest)
    assert [(one.entered, one.same) for one in found] == [(250, 1), (250, 0)]
    content = db.session.get_one(FigureUpload, number).content
    assert (content.count(b"\n"), look.kept_look(content)) == (1, None)
    assert see_file(MIA, NOW, number).look is None


def test_a_short_file_keeps_no_look(here: Flask) -> None:
    number = send_file(MIA, NOW, GOOD.encode(), "good.csv", indicator="welcomed")
    assert look.kept_look(db.session.get_one(FigureUpload, number).content) is None
    found = see_file(MIA, NOW, number).look
    assert found is not None
    assert (found.rows, found.periods) == (3, 2)
