"""The log of incidents: one of a charter, each thing to choose once; no small count can be measured."""

from __future__ import annotations

from charter.domain.charter_file.consistency.head import check_unique
from charter.domain.charter_file.evidence import IncidentsSource
from charter.domain.charter_file.findings import Notes
from charter.domain.charter_file.parts import Parts, PlacedIndicator
from charter.domain.charter_file.values import Delay
from charter.domain.vocabulary.errors import Sentence
from charter.domain.vocabulary.terms import Kind, PeriodKind

INCIDENTS = "incidents"
WRITTEN = {"start": "day", "stop": "support_day", "unit": "unit", "channel": "touchpoint"}
"""What stands under each of these keys, where it is written."""
NEVER = ("where", "exclude", "distinct", "segment", "pauses", "paused", "tiers", "ceiling", "stages")
"""What would count a part of the incidents, and so give away the rest."""


def check_incidents(parts: Parts, notes: Notes) -> None:
    """Note what does not agree in the log of incidents and in the indicators that read it."""
    logs = [one for one in parts.sources.values() if isinstance(one.raw, dict) and one.raw.get("kind") == INCIDENTS]
    for other in logs[1:]:
        said = Sentence("a second log of incidents")
        notes.error(other.path, said, Sentence("keep one: staff write into one log"))
    for log in logs:
        for name in ("kinds", "support"):
            listed = getattr(log.value, name, [])
            keys = (((*log.path, name, at, "key"), one.key) for at, one in enumerate(listed))
            check_unique(keys, Sentence("the key"), notes)
        key = log.path[-1]
        for commitment in parts.commitments:
            if commitment.written("compensation") and any(
                one.written("source") == key for one in commitment.indicators
            ):
                said = Sentence("a compensation would count a part of the incidents")
                notes.error((*commitment.path, "compensation"), said, Sentence("remove it"))
        for indicator in parts.indicators:
            if indicator.written("source") == key:
                _check_indicator(indicator, log.value, notes)
            elif any(isinstance(part, dict) and part.get("source") == key for part in _beside(indicator)):
                said = Sentence("the log of incidents stands beside other rows")
                notes.error(indicator.path, said, Sentence("name another source there"))


def _beside(indicator: PlacedIndicator) -> tuple[object, object]:
    return indicator.written("volume"), indicator.written("pauses")


def _check_indicator(indicator: PlacedIndicator, log: IncidentsSource | None, notes: Notes) -> None:
    """Only how soon colleagues were supported, by month, over all incidents: other counts would show small ones."""
    path = indicator.path
    if indicator.written("kind") != Kind.SHARE_WITHIN:
        said = Sentence("of the log of incidents only the support of colleagues is measured")
        notes.error((*path, "kind"), said, Sentence("write kind: share-within, start: day, stop: support_day"))
        return
    for name, column in WRITTEN.items():
        if (written := indicator.written(name)) is not None and written != column:
            said = Sentence("the log of incidents has no such column for '%(name)s'", name=name)
            notes.error((*path, name), said, Sentence("write %(name)s: %(column)s", name=name, column=column))
    for name in NEVER:
        if indicator.written(name):
            said = Sentence("'%(name)s' would count a part of the incidents, and so show small counts", name=name)
            notes.error((*path, name), said, Sentence("remove it: the log is measured as a whole"))
    if indicator.written("period", PeriodKind.MONTH) != PeriodKind.MONTH:
        said = Sentence("the log of incidents is counted by month")
        notes.error((*path, "period"), said, Sentence("write period: month, or remove the line"))
    within = indicator.field("within")
    if log is not None and isinstance(within, Delay) and within != log.within:
        said = Sentence("the log of incidents says %(delay)s", delay=log.within.sentence)
        notes.error((*path, "within"), said, Sentence("write the same delay in both"))
