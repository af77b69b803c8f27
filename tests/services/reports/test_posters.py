"""Posters: ordered without an account, made by the alarm clock from the sealed month, archived, proven."""

from __future__ import annotations

import pytest
from flask import Flask

from charter.domain.vocabulary.errors import Conflict, Invalid, NotAllowed, NotFound
from charter.domain.vocabulary.permissions import ANONYMOUS, COMMAND_LINE, SCHEDULER, VISITOR
from charter.services.records.access import Access
from charter.services.reports.posters import order_poster, poster_bytes, poster_states
from charter.services.reports.snapshots import freeze_month
from charter.services.work.worker import run_jobs
from tests.services.verification.test_verify import broken, rewrite
from tests.services.world import NOW

A4 = {"period": "2026-10", "unit": "nice", "language": "fr", "paper": "A4"}


def state() -> str | None:
    papers: dict[str, dict[str, str | None]] = poster_states(VISITOR, unit="nice", language="fr")["papers"]
    return papers["A4"]["state"]


@pytest.mark.pdf
def test_a_poster_is_made_when_somebody_asks_and_kept(world: Flask, engine: str) -> None:
    freeze_month(COMMAND_LINE, NOW, period="2026-10")
    assert state() == "absent"
    with pytest.raises(NotFound, match="has not been made yet"):
        poster_bytes(VISITOR, **A4)
    assert order_poster(VISITOR, NOW, **A4) == order_poster(VISITOR, NOW, **A4), "one order for each poster"
    assert state() == "coming"
    assert run_jobs(SCHEDULER, lambda: NOW, Access()) == 1
    assert state() == "archived"
    content = poster_bytes(VISITOR, **A4)
    assert content.startswith(b"%PDF-")
    order_poster(VISITOR, NOW, **A4)
    run_jobs(SCHEDULER, lambda: NOW, Access())
    assert poster_bytes(VISITOR, **A4) == content
    assert broken() == ""
    rewrite(engine, "poster_files", "DELETE FROM poster_files")
    assert broken() == "The archived poster 2026-10 nice fr A4 is not there any more."


@pytest.mark.parametrize(
    ("given", "refusal", "said"),
    [
        ({"period": "2026-09"}, Conflict, "The month 2026-09 is not sealed"),
        ({"period": ""}, Conflict, "No month is sealed yet"),
        ({"unit": "nowhere"}, NotFound, "has no unit nowhere"),
        ({"paper": "A5"}, Invalid, "A poster is made on A4 or A3, not on A5"),
        ({"language": "de"}, Invalid, "A poster is written in fr or en, not in de"),
    ],
)
def test_an_order_that_cannot_be_kept_is_refused(
    world: Flask, given: dict[str, str], refusal: type[Exception], said: str
) -> None:
    freeze_month(COMMAND_LINE, NOW, period="2026-10")
    with pytest.raises(refusal, match=said):
        order_poster(VISITOR, NOW, **(A4 | given))
    with pytest.raises(NotAllowed):
        order_poster(ANONYMOUS, NOW, **A4)


def test_without_a_sealed_month_the_page_is_printed_instead(world: Flask) -> None:
    assert poster_states(VISITOR, unit="nice", language="fr") == {"period": None, "papers": {}}
