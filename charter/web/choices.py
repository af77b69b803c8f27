"""What the pickers offer: the months since the charter began, and the units that this person may open."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from charter.domain.permissions import Actor
from charter.services.charters import history
from charter.services.desk import months_of, units_open_to


def choices(actor: Actor, now: datetime) -> dict[str, Any]:
    """`periods`, newest first; `units`, parents first; the zone of instants; whether all is an example."""
    found = history()
    return {
        "periods": months_of(found, now),
        "units": units_open_to(actor, found.current),
        "timezone": found.current.charter.charter.timezone,
        "is_example": found.current.charter.charter.is_example,
    }
