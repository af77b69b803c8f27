"""The company's own look on the page that staff read: the logo and the accent of its charter's report."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TypedDict

from charter.domain.vocabulary.errors import Invalid
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission
from charter.reports.render import read_logo
from charter.services.charters.versions import Version, history
from charter.services.frontline.observations import local_day


class Look(TypedDict):
    """The accent as #RRGGBB, the logo as {"type", "data" in base64, "sha256"}; none where the charter sets none, or
    where its file cannot be taken, which the month's report tells."""

    accent: str | None
    logo: dict[str, str] | None


def look(actor: Actor, now: datetime) -> Look:
    """As the charter in force today sets it. Raises NotAllowed."""
    require(actor, Permission.READ_PAGES)
    found = history()
    return look_of(found.on(local_day(now, found)[0]))


def look_of(version: Version) -> Look:
    """The look of a version of the charter."""
    plan = version.charter.charter.report
    logo = None
    if plan.logo is not None:
        try:
            logo = read_logo(Path(version.folder), plan.logo)
        except (Invalid, OSError):
            logo = None
    return {"accent": plan.colours.accent if plan.colours else None, "logo": logo}
