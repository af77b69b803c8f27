"""What approving a month will publish and to whom, looked at before it is: its draft in print, its readers, its words.

Nothing is promised here that approving does not do: the readers are those of `send_edition`.
"""

from __future__ import annotations

import re
import zlib
from datetime import datetime
from typing import TypedDict

from charter.domain.vocabulary.errors import Conflict
from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission
from charter.services.charters.versions import history
from charter.services.people.following import told_of
from charter.services.reports.distribution import ReaderLine, reader_lines
from charter.services.reports.files import find_draft
from charter.services.reports.pages import MonthPage
from charter.services.reports.view import month_page


class PrintedDraft(TypedDict):
    """The draft in print in one language; None where it is not printed. `is_older`: words were written since."""

    language: str
    made_at: str | None
    pages: int | None
    is_older: bool


class Preview(TypedDict):
    """The month, its draft in print, who is written to once it is approved, and how many words and deeds go with it."""

    month: MonthPage
    drafts: list[PrintedDraft]
    readers: list[ReaderLine]
    followers: list[str]
    comments: int
    statuses: dict[str, int]


def preview(actor: Actor, now: datetime, period: str) -> Preview:
    """What the director looks at before approving. Raises NotAllowed, Invalid, Conflict (not sealed, approved)."""
    require(actor, Permission.APPROVE_REPORT)
    found = history()
    month = month_page(actor, now, period, unit=found.on(parse_period(period).start).tree.root.key)
    if month["sealed"] is None:
        raise Conflict(
            "The month %(period)s is not frozen yet: its figures are frozen before it is approved.",
            period=parse_period(period),
        )
    if month["editions"]:
        raise Conflict(
            "The month %(period)s is approved already: a later change is an erratum.", period=parse_period(period)
        )
    views = (month["overview"] or {}).get("commitments", [])
    statuses: dict[str, int] = {}
    for view in views:
        statuses[view["status"]] = statuses.get(view["status"], 0) + 1
    last = _last_words(month)
    return {
        "month": month,
        "drafts": [_draft(month, language, last) for language in month["languages"]],
        "readers": reader_lines(found, month["languages"]),
        "followers": [person.name for person in told_of("approvals")],
        "comments": sum(1 for miss in month["misses"] if miss["comment"]),
        "statuses": statuses,
    }


def _last_words(month: MonthPage) -> datetime | None:
    """When the newest comment was written, or action planned or moved."""
    said = [miss["comment"]["at"] for miss in month["misses"] if miss["comment"]]
    for row in month["actions"]:
        said += [row["planned_at"], *(step["at"] for step in row.get("steps", ()))]
    return max((datetime.fromisoformat(one) for one in said), default=None)


def _draft(month: MonthPage, language: str, last: datetime | None) -> PrintedDraft:
    held = find_draft(month["period"], month["unit"], language)
    if held is None:
        return {"language": language, "made_at": None, "pages": None, "is_older": False}
    is_older = last is not None and last > held.made_at
    made_at = held.made_at.isoformat()
    return {"language": language, "made_at": made_at, "pages": pages_in(held.content), "is_older": is_older}


STREAM = re.compile(rb"/ObjStm\b.*?stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
PAGE = re.compile(rb"/Type\s*/Page\b")


def pages_in(content: bytes) -> int | None:
    """How many pages a PDF of ours has: its page objects, packed or not; None where none is found."""
    count = len(PAGE.findall(content))
    for packed in STREAM.findall(content):
        try:
            count += len(PAGE.findall(zlib.decompress(packed)))
        except zlib.error:
            continue
    return count or None
