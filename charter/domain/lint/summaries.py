"""Many findings, told so that a person reads them: each once for a thing, and how many there are of each kind."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from charter.domain.charter_file.findings import Finding, Severity

SUMMED_FROM = 12
"""Of fewer findings than these a summary says nothing that the list does not."""


@dataclass(frozen=True)
class Once:
    """A finding as it stands first, and in how many more places of the same thing it stands."""

    finding: Finding
    more: int


@dataclass(frozen=True)
class KindOf:
    """Findings that say the same of different things."""

    severity: Severity
    said: str
    count: int


def once_per_thing(findings: Sequence[Finding]) -> list[Once]:
    """A commitment whose two indicators lack the same is told once. Errors are told each: each must be mended."""
    places: dict[tuple[str, str, str], list[Finding]] = {}
    for at, one in enumerate(findings):
        thing = str(at) if one.severity is Severity.ERROR or not one.about else one.about
        places.setdefault((one.file, thing, str(one.message)), []).append(one)
    return [Once(found[0], len(found) - 1) for found in places.values()]


def kinds_of(findings: Sequence[Finding]) -> list[KindOf]:
    """How many findings say the same with other names in it; errors first, then what is most frequent."""
    counts: dict[tuple[Severity, str], int] = {}
    for one in findings:
        key = one.severity, re.sub(r"%\(\w+\)[sd]", "…", one.message.template)
        counts[key] = counts.get(key, 0) + 1
    order = list(Severity)
    found = [KindOf(severity, said, count) for (severity, said), count in counts.items()]
    return sorted(found, key=lambda one: (order.index(one.severity), -one.count))
