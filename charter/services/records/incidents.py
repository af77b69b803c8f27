"""The log of incidents as rows: what was written down, whether it counts, and what was done for the colleague."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import groupby
from typing import Any

from sqlalchemy import Engine, select

from charter.domain.charter_file.unit_tree import UnitTree
from charter.domain.frontline.incidents import Incident, told_apart
from charter.domain.frontline.observations import ObservationKind, ObservationState, Step, state_after
from charter.domain.vocabulary.errors import Invalid
from charter.models.base import db
from charter.models.frontline import Moderation, Observation

Rows = Sequence[Mapping[str, object]]


@dataclass(frozen=True)
class Logged:
    """One that was written down: its state, and the support that was told last."""

    number: int
    incident: Incident
    state: ObservationState

    @property
    def counts(self) -> bool:
        """What was set aside does not."""
        return self.state is not ObservationState.SET_ASIDE


def logged(connection: Any) -> list[Logged]:
    """All that was written down: one statement."""
    columns = (Observation.id, Observation.happened_on, Observation.unit_key, Observation.touchpoint)
    query = (
        select(*columns, Moderation.step, Moderation.supported_on)
        .outerjoin(Moderation, Moderation.observation_id == Observation.id)
        .where(Observation.kind == ObservationKind.INCIDENT.value)
        .order_by(Observation.id, Moderation.id)
    )
    rows = connection.execute(query).all()
    return [_logged(number, list(steps)) for number, steps in groupby(rows, key=lambda row: int(row[0]))]


def _logged(number: int, rows: Sequence[Any]) -> Logged:
    _, day, unit, touchpoint, _, _ = rows[0]
    steps = [row for row in rows if row.step is not None]
    days: list[date] = [row.supported_on for row in steps if row.step == Step.SUPPORT]
    incident = Incident(day, unit, touchpoint or "", days[-1] if days else None)
    return Logged(number, incident, state_after(Step(row.step) for row in steps))


def told(found: Sequence[Logged], tree: UnitTree, least: int) -> list[Incident]:
    """Those that count, as far as they may be told (`told_apart`)."""
    return told_apart((one.incident for one in found if one.counts), tree, least)


def log_reader() -> Callable[[UnitTree, int], Callable[[], Rows]]:
    """What gives the rows that may be counted, from any thread: a source is read apart from its caller. Where there is
    no database, in a process of its own that looks at files which somebody sent, it raises Invalid once it is read."""
    try:
        return partial(_reader, db.engine)
    except RuntimeError:
        return partial(_reader, None)


def _reader(engine: Engine | None, tree: UnitTree, least: int) -> Callable[[], Rows]:
    def rows() -> Rows:
        if engine is None:
            raise Invalid("The log of incidents is counted by its checks alone: publish the charter first.", "source")
        with engine.connect() as connection:
            found = logged(connection)
        return [
            {"day": one.day, "touchpoint": one.touchpoint or None, "unit": one.unit, "support_day": one.supported_on}
            for one in told(found, tree, least)
        ]

    return rows
