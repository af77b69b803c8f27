"""What the report tells of the parties: the chain of the whole, its providers as the month's figures have them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from charter.domain.charter_file.unit_tree import PROVIDER_KINDS
from charter.domain.overview.parties import PartyChain, Provider, chain_of_parties
from charter.domain.readings.status import commitment_status
from charter.domain.vocabulary.terms import Status

Json = Mapping[str, Any]


def parties_told(snapshot: Json) -> PartyChain | None:
    """The chain of parties of a report on the whole; None where it would tell one pair only, or is on a part of it."""
    overview, units = snapshot["overview"], snapshot["units"]
    if units.get(overview["unit"], {}).get("parent") is not None:
        return None
    views = overview["commitments"]
    named = {view.get("provider") for view in views}
    providers = [key for key in units if _is_provider(units, key) and (key in named or not _is_inside(units, key))]
    at = [Provider(key, units[key]["name"], [_at(view, key, snapshot) for view in views]) for key in providers]
    chain = chain_of_parties(views, at if at else None)
    return chain if len(chain["cards"]) > 1 else None


def _is_provider(units: Json, key: str) -> bool:
    unit = units[key]
    return unit["parent"] is not None and str(unit.get("kind")).strip().casefold() in PROVIDER_KINDS


def _is_inside(units: Json, key: str) -> bool:
    """Whether it lies below another provider."""
    above = units[key]["parent"]
    while above is not None:
        if _is_provider(units, above):
            return True
        above = units[above]["parent"]
    return False


def _at(view: Json, unit: str, snapshot: Json) -> dict[str, Any]:
    """A promise as it stands at a unit beneath: of the indicators as they are listed there."""
    details = snapshot["details"].get(view["key"], {}).get("indicators", {})
    found = []
    for one in view["indicators"]:
        rows = details.get(one["key"], {}).get("breakdown", ())
        status = next((row["status"] for row in rows if row["unit"] == unit), Status.NO_DATA)
        found.append((one["mandatory"], Status(status)))
    return {**view, "status": commitment_status(found)}
