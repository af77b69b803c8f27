"""What must agree between the parts of a charter file: keys, references, numbers on the right side of one another."""

from __future__ import annotations

from collections.abc import Callable

from charter.domain.charter_file.checks.commitments import check_commitments
from charter.domain.charter_file.checks.composites import check_composites
from charter.domain.charter_file.checks.head import check_head
from charter.domain.charter_file.checks.indicators import check_indicators
from charter.domain.charter_file.checks.sources import check_sources
from charter.domain.charter_file.checks.targets import check_targets
from charter.domain.charter_file.checks.units import check_units
from charter.domain.charter_file.findings import Notes
from charter.domain.charter_file.placed import Parts


def check_parts(parts: Parts, notes: Notes, is_calendar: Callable[[str], bool]) -> None:
    """Note everything that does not agree; parts that are invalid are judged as far as written."""
    check_head(parts, notes, is_calendar)
    check_units(parts, notes, is_calendar)
    check_sources(parts, notes)
    check_commitments(parts, notes)
    for indicator in parts.indicators:
        check_indicators(indicator, notes)
        check_targets(indicator, notes)
    check_composites(parts, notes)
