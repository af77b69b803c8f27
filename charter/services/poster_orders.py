"""Asking for a poster without an account: the same queue as other long work, one order for each poster."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from charter.domain.permissions import Actor, require
from charter.domain.terms import JobState, Permission
from charter.models.base import db
from charter.models.jobs import Job
from charter.reports.poster import PAPERS
from charter.services import jobs
from charter.services.posters import archived, newest_sealed

FROM_THE_PAGE = Actor(name="page of posters", role=None, is_operator=True)
"""Who asks for whoever reads the page: the queue bounds how much."""
LOOKED_AT = 200


def order_poster(actor: Actor, now: datetime, *, period: str, unit: str, language: str, paper: str) -> int:
    """Ask for a poster and return the number of the work. Raises what the making of posters says of these arguments."""
    require(actor, Permission.READ_PAGES)
    arguments = {"period": period, "unit": unit, "language": language, "paper": paper}
    return jobs.ask(FROM_THE_PAGE, now, kind="make-poster", arguments=arguments)


def poster_states(actor: Actor, *, unit: str, language: str) -> dict[str, Any]:
    """For each paper: archived, on its way, failed with its sentence, or not asked for; and the month it is of."""
    period = newest_sealed()
    if period is None:
        return {"period": None, "papers": {}}
    there = archived(actor, period=period, unit=unit, language=language)
    newest = select(Job).where(Job.kind == "make-poster").order_by(Job.id.desc()).limit(LOOKED_AT)
    orders: dict[str, Job] = {}
    for job in db.session.execute(newest).scalars():
        if {**job.arguments, "paper": ""} == {"period": period, "unit": unit, "language": language, "paper": ""}:
            orders.setdefault(str(job.arguments["paper"]), job)
    return {"period": period, "papers": {paper: _state(paper in there, orders.get(paper)) for paper in PAPERS}}


def _state(is_there: bool, job: Job | None) -> dict[str, Any]:
    if is_there:
        return {"state": "archived", "said": None}
    if job is None or job.state == JobState.DONE:
        return {"state": "absent", "said": None}
    return {"state": "failed" if job.state == JobState.FAILED else "coming", "said": job.said or job.failure}
