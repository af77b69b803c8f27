"""What may be entered, what waits, what was entered: the figures of people and programs, for pages and programs."""

from __future__ import annotations

from typing import Any

from charter.domain.entries import ASKED
from charter.domain.permissions import Actor, require
from charter.domain.terms import Permission
from charter.services.charters import history
from charter.services.entering import is_by_hand
from charter.services.views import words


def indicator_lines(actor: Actor) -> list[dict[str, Any]]:
    """The indicators of the charter in force, with the numbers that a figure of each needs."""
    require(actor, Permission.READ_PAGES)
    version = history().current
    return [
        {
            "key": key,
            "commitment": commitment.key,
            "title": words(indicator.title),
            "kind": indicator.kind.value,
            "period": indicator.period.value,
            "source": version.charter.sources[indicator.source].kind if indicator.source else None,
            "takes_figures": is_by_hand(version, indicator) and indicator.kind in ASKED,
            "numbers": list(ASKED.get(indicator.kind, ())),
            "has_channel": indicator.channel is not None,
            "has_segment": indicator.segment is not None,
        }
        for key, (commitment, indicator) in version.indicators.items()
    ]
