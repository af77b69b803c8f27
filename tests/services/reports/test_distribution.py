"""The distribution list gets the edition once, and again when somebody asks."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from charter.domain.vocabulary.errors import Conflict, Invalid, NotAllowed
from charter.models.base import db
from charter.models.jobs import Post
from charter.services.reports.distribution import deliveries, send_edition
from charter.services.reports.files import make_editions
from tests.services.reports.test_editions import ANA, DAN, MIA, OCTOBER, approved
from tests.services.world import NOW, TEXT, apply

REPORT_TO = 'report: {day: 12, at: "08:00", languages: [fr], to: [ana@example.org, comite@example.org]}'


@pytest.mark.pdf
def test_the_list_gets_the_edition_once_and_again_when_asked(world: Flask) -> None:
    apply(TEXT.replace('report: {day: 12, at: "08:00", languages: [fr]}', REPORT_TO), now=NOW)
    approved()
    with pytest.raises(Conflict, match="has not been made yet"):
        send_edition(ANA, NOW, period=OCTOBER)
    make_editions(ANA, NOW, period=OCTOBER)
    assert send_edition(ANA, NOW, period=OCTOBER) == 2
    assert send_edition(ANA, NOW, period=OCTOBER) == 0
    assert send_edition(MIA, NOW, period=OCTOBER, to=["ana@example.org"], again=True) == 1
    with pytest.raises(Invalid, match="is not on the distribution list"):
        send_edition(ANA, NOW, period=OCTOBER, to=["eva@example.org"])
    with pytest.raises(NotAllowed):
        send_edition(DAN, NOW, period=OCTOBER)
    log = deliveries(DAN, OCTOBER)
    assert [(one["recipient"], one["state"]) for one in log] == [
        ("ana@example.org", "waiting"),
        ("comite@example.org", "waiting"),
        ("ana@example.org", "waiting"),
    ]
    post = db.session.execute(select(Post).where(Post.channel == "mail").order_by(Post.id)).scalars().first()
    assert post is not None
    assert (post.params["file_name"], post.person_id) == ("small-2026-10.pdf", None)
