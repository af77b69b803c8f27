"""What no source can rightly count: more kept than there are, a name as long as a page. The run fails in a sentence."""

from __future__ import annotations

from collections.abc import Iterable

from charter.domain.charter_file.indicators import IndicatorBase
from charter.domain.errors import SourceError
from charter.domain.measures import Cell
from charter.domain.terms import Kind

LONGEST_NAME = 500
"""Letters of the name of a unit, a channel or a segment, as it stands in a source."""


def refuse_impossible(indicator: IndicatorBase, kind: Kind, cells: Iterable[Cell]) -> None:
    """Go on only with cells that can be. Raises SourceError with the first that cannot."""
    source = f"The source “{indicator.source}”"
    for cell in cells:
        for word, name in (("unit", cell.unit), ("channel", cell.channel), ("segment", cell.segment)):
            if len(name) > LONGEST_NAME:
                start = f"of {len(name)} letters that begins with “{name[:20]}”"
                raise SourceError(f"{source} names a {word} {start}: at most {LONGEST_NAME} are taken, mend the row.")
        counts = cell.counts
        if kind.is_share and counts.numerator > counts.denominator:
            said = f"says {counts.numerator} of {counts.denominator} for {cell.unit or 'no unit'} in {cell.period}"
            raise SourceError(f"{source} {said}: the numerator is above the denominator, mend the row.")
