"""Where each commitment stands today: in the floor, in trust, in both, or apart. Alerts come in this order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from charter.domain.headline import place_of
from charter.domain.monthly import PLACES
from charter.services.charters import Version
from charter.services.classification import classify
from charter.services.proofs import proofs


def places_today(version: Version, now: datetime) -> dict[str, str]:
    """The place of each commitment by its class of today."""
    head, known = version.charter.charter, proofs()
    today = now.astimezone(ZoneInfo(head.timezone)).date()
    return {
        one.key: place_of(classify(one, head, today, known).class_, head.choices) for one in version.charter.commitments
    }


def turn_of(place: str | None) -> int:
    """The floor first, what stands apart last, and after it what belongs to no commitment."""
    return PLACES.index(place) if place in PLACES else len(PLACES)


def placed(commitment: str | None, places: Mapping[str, str]) -> str | None:
    """The place of a commitment; None for what belongs to none."""
    return places.get(commitment) if commitment else None
