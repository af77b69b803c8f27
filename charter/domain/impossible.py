"""What no source can rightly count: more kept than there are, a name as long as a page. The run fails in a sentence."""

from __future__ import annotations

from collections.abc import Iterable

from charter.domain.charter_file.indicators import IndicatorBase
from charter.domain.errors import Sentence, SourceError
from charter.domain.measures import Cell
from charter.domain.periods import parse_period
from charter.domain.terms import Kind

LONGEST_NAME = 500
"""Letters of the name of a unit, a channel or a segment, as it stands in a source."""

_NAMED = (Sentence("a unit"), Sentence("a channel"), Sentence("a segment"))


def refuse_impossible(indicator: IndicatorBase, kind: Kind, cells: Iterable[Cell]) -> None:
    """Go on only with cells that can be. Raises SourceError with the first that cannot."""
    for cell in cells:
        for what, name in zip(_NAMED, (cell.unit, cell.channel, cell.segment), strict=True):
            if len(name) > LONGEST_NAME:
                raise SourceError(
                    "The source “%(source)s” names %(what)s of %(letters)s letters that begins with “%(start)s”: "
                    "at most %(most)s are taken, mend the row.",
                    source=indicator.source,
                    what=what,
                    letters=len(name),
                    start=name[:20],
                    most=LONGEST_NAME,
                )
        counts = cell.counts
        if kind.is_share and counts.numerator > counts.denominator:
            raise SourceError(
                "The source “%(source)s” says %(numerator)s of %(denominator)s for %(unit)s in %(period)s: "
                "the numerator is above the denominator, mend the row.",
                source=indicator.source,
                numerator=counts.numerator,
                denominator=counts.denominator,
                unit=cell.unit or Sentence("no unit"),
                period=parse_period(cell.period),
            )
