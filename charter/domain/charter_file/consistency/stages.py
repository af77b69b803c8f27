"""What one indicator says about its stages: links between states, each state in one, whose they are, their shares."""

from __future__ import annotations

from charter.domain.charter_file.calendars.pauses import Stage
from charter.domain.charter_file.consistency.head import check_unique
from charter.domain.charter_file.findings import Notes
from charter.domain.charter_file.messages import did_you_mean
from charter.domain.charter_file.parts import Parts, PlacedIndicator
from charter.domain.vocabulary.errors import Sentence

_NEARLY = 0.001
"""Shares like thirds are written in few digits."""


def check_stages(indicator: PlacedIndicator, parts: Parts, notes: Notes) -> None:
    """Stages lie between the states of an event log; a state is in one of them; their shares make the whole promise."""
    stages: list[Stage] = indicator.field("stages") or []
    if not stages:
        return
    path = (*indicator.path, "stages")
    if not all(isinstance(indicator.written(name), dict) for name in ("start", "stop")):
        said = Sentence("stages lie between the states of an event log, and start and stop name columns")
        notes.error(path, said, Sentence("write start: {state: […]} and stop: {state: […]}, or remove stages"))
    check_unique((((*path, at, "key"), one.key) for at, one in enumerate(stages)), Sentence("the stage"), notes)
    states = [((*path, at, "state"), state) for at, one in enumerate(stages) for state in one.state]
    remedy = Sentence("name it in one of them: a case is in one stage at a time")
    check_unique(states, Sentence("the state"), notes, remedy)
    _check_shares(indicator, stages, notes)
    units = [one.value.key for one in parts.units if one.value is not None]
    for at, one in enumerate(stages):
        if one.provider is not None and units and one.provider not in units:
            near = did_you_mean(one.provider, units, Sentence("units: %(words)s", words=units))
            notes.error((*path, at, "provider"), Sentence("the unit '%(key)s' does not exist", key=one.provider), near)


def _check_shares(indicator: PlacedIndicator, stages: list[Stage], notes: Notes) -> None:
    path, shares = (*indicator.path, "stages"), [one.share for one in stages]
    known = [float(share) for share in shares if share is not None]
    if not known:
        return
    if indicator.written("within") is None:
        said = Sentence("there is no one promised delay of which a stage could have a share")
        at = next(at for at, share in enumerate(shares) if share is not None)
        notes.error((*path, at, "share"), said, Sentence("remove share"))
    elif None in shares:
        at = shares.index(None)
        said = Sentence("the stage '%(key)s' has no share, and others have", key=stages[at].key)
        notes.error((*path, at), said, Sentence("give each of them its share, or none"))
    elif abs(sum(known) - 1) > _NEARLY:
        said = Sentence("the shares of the stages make %(total)s, not 1", total=round(sum(known), 4))
        notes.error((*path, 0, "share"), said, Sentence("divide the promised delay wholly among them"))
