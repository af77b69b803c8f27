"""A charter as OpenSLO (https://openslo.com, apiVersion openslo/v1): what that language can say of promises.

It knows shares of good cases within calendar windows, and levels below 100 %. A promise is a Service, each indicator
that is such a share is an SLO; what it cannot say is named, and left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from charter.domain.charter_file.charter import Charter, Commitment
from charter.domain.charter_file.indicators import Indicator
from charter.domain.charter_file.text.yaml_writer import emit
from charter.domain.readings.status import target_in_force
from charter.domain.vocabulary.errors import Sentence
from charter.domain.vocabulary.periods import period_at
from charter.domain.vocabulary.terms import Direction, Kind, PeriodKind

VERSION = "openslo/v1"
SHARES = (Kind.SHARE_WITHIN, Kind.SHARE, Kind.AVAILABILITY)
WINDOWS: Mapping[PeriodKind, str] = {
    PeriodKind.DAY: "1d",
    PeriodKind.WEEK: "1w",
    PeriodKind.MONTH: "1M",
    PeriodKind.QUARTER: "1Q",
    PeriodKind.YEAR: "1Y",
}
LONGEST_NAME, LONGEST_TEXT = 63, 1050


@dataclass(frozen=True)
class OpenSlo:
    """The documents as YAML, and why an indicator is in none of them, by its key."""

    text: str
    left_out: Mapping[str, Sentence]


def to_openslo(charter: Charter, on: date, address: str, language: str) -> OpenSlo:
    """The charter with the levels of a day; figures are read at `address` (`/api/v1/indicators/KEY/series`)."""
    names, left_out = _Names(), dict[str, Sentence]()
    documents: list[dict[str, Any]] = []
    for commitment in charter.commitments:
        service = names.of(commitment.key)
        found = []
        for indicator in commitment.indicators:
            why = _unsayable(indicator, on)
            if why is not None:
                left_out[indicator.key] = why
            else:
                found.append(_slo(charter, indicator, _Place(service, names.of(indicator.key), on, address, language)))
        if found:
            documents += [_service(commitment, service, language), *found]
    return OpenSlo("---\n".join(map(emit, documents)), left_out)


class _Names:
    """Names as RFC 1123 wants them: small letters, digits and hyphens, each once."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def of(self, key: str) -> str:
        plain = re.sub(r"[^a-z0-9]+", "-", key.lower()).strip("-") or "x"
        for name in self._tries(plain):
            if name not in self._given:
                self._given.add(name)
                return name
        raise AssertionError  # there is always a next number

    @staticmethod
    def _tries(plain: str) -> Iterator[str]:
        yield plain[:LONGEST_NAME].rstrip("-")
        number = 2
        while True:
            end = f"-{number}"
            yield plain[: LONGEST_NAME - len(end)].rstrip("-") + end
            number += 1


@dataclass(frozen=True)
class _Place:
    service: str
    name: str
    on: date
    address: str
    language: str


def _unsayable(indicator: Indicator, on: date) -> Sentence | None:
    """Why OpenSLO cannot say an indicator; None where it can."""
    if indicator.kind not in SHARES:
        return Sentence("it is no share of cases: %(kind)s", kind=indicator.kind)
    if getattr(indicator, "tiers", None):
        return Sentence("it is promised in steps")
    target = target_in_force(indicator.targets, on)
    if target is None:
        return Sentence("nothing is required of all units that day")
    if not 0 <= _good(indicator, target.target) < 1:
        return Sentence("OpenSLO knows no level of 100 %%")
    return None


def _good(indicator: Indicator, level: Decimal) -> Decimal:
    return level if indicator.direction is Direction.HIGHER else 1 - level


def _service(commitment: Commitment, name: str, language: str) -> dict[str, Any]:
    return {
        "apiVersion": VERSION,
        "kind": "Service",
        "metadata": {"name": name, "displayName": commitment.title.in_language(language)},
        "spec": {"description": commitment.promise.in_language(language)[:LONGEST_TEXT]},
    }


def _slo(charter: Charter, indicator: Indicator, place: _Place) -> dict[str, Any]:
    target = target_in_force(indicator.targets, place.on)
    assert target is not None
    head = charter.charter
    start = period_at(indicator.period, head.valid_from).start
    window = {"startTime": f"{start} 00:00:00", "timeZone": head.timezone}
    metadata = {"name": place.name, "displayName": indicator.title.in_language(place.language)}
    return {
        "apiVersion": VERSION,
        "kind": "SLO",
        "metadata": metadata,
        "spec": {
            "service": place.service,
            "indicator": {"metadata": metadata, "spec": {"ratioMetric": _ratio(indicator, place.address)}},
            "timeWindow": [{"duration": WINDOWS[indicator.period], "isRolling": False, "calendar": window}],
            "budgetingMethod": "Occurrences",
            "objectives": [{"displayName": metadata["displayName"], "target": _good(indicator, target.target)}],
        },
    }


def _ratio(indicator: Indicator, address: str) -> dict[str, Any]:
    """Good (or bad) cases of all judged ones; read by a program of one's own, for no tool knows our figures by name."""
    counted = "good" if indicator.direction is Direction.HIGHER else "bad"
    read = f"{address}/api/v1/indicators/{indicator.key}/series"
    return {
        "counter": False,
        counted: {"metricSource": {"type": "promesse", "spec": {"address": read, "field": "numerator"}}},
        "total": {"metricSource": {"type": "promesse", "spec": {"address": read, "field": "denominator"}}},
    }
