"""What misses owe in a unit: told at each commitment that owes for them, from the readings of its two indicators."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select

from charter.domain.charter_file.charter import owing_indicator
from charter.domain.overview.model import CommitmentView
from charter.domain.readings.compensation import Kept, compensation_view
from charter.models.base import db
from charter.models.readings import ReadingRow
from charter.services.charters.versions import Version


def tell_compensation(version: Version, views: list[CommitmentView], unit: str, until: date, now: datetime) -> None:
    """Adds what its misses owe to each commitment of a month that owes for them; one statement for all of them."""
    said = {each.key: (each.compensation, owing_indicator(each)) for each in version.charter.commitments}
    plain = {key: (one, of) for key, (one, of) in said.items() if one is not None and of is not None}
    wanted = [view for view in views if view["key"] in plain]
    if not wanted:
        return
    keys = {name for one, of in plain.values() for name in (of.key, one.paid) if name is not None}
    kept = _kept(sorted(keys), unit, until, now)
    for view in wanted:
        one, of = plain[view["key"]]
        paid = kept.get(one.paid, []) if one.paid is not None else []
        view["compensation"] = compensation_view(one, of.key, kept.get(of.key, []), paid, until)


def _kept(keys: Sequence[str], unit: str, until: date, now: datetime) -> dict[str, list[Kept]]:
    """By indicator what is kept of a unit, oldest first, as far as it was known."""
    table = ReadingRow.__table__.c
    asked = (table.indicator_key, table.period_key, table.period_start, table.period_end)
    query = select(*asked, table.denominator, table.value, table.owed).where(
        table.indicator_key.in_(keys), table.unit_key == unit, table.period_end <= until, table.known_at <= now
    )
    found: dict[str, list[Kept]] = {}
    for row in db.session.execute(query.order_by(table.period_end)):
        judged, cents = int(row.denominator), round(row.value or 0)
        one = Kept(row.period_key, row.period_start, row.period_end, judged, cents, row.owed)
        found.setdefault(row.indicator_key, []).append(one)
    return found
