"""What is known of a file of a known program beside the roles of its columns: states, pauses, hours, rows left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from charter.domain.file_profile.guesses import plain_name
from charter.domain.file_profile.presets import Preset, named, several
from charter.domain.file_profile.profile import Profile
from charter.domain.vocabulary.terms import ColumnKind, ColumnRole

CALENDAR = "opening-hours"
"""The charter's own calendar that a preset's hours become."""
_BEST = 10

Plain = dict[str, Any]


@dataclass(frozen=True)
class Mark:
    """The column of answers that a first promise is held to, and from which mark on an answer is good.

    `least` is nothing for a column of yes and no.
    """

    column: str
    least: int | None


@dataclass(frozen=True)
class KnownParts:
    """What a preset says of this file: the program, the words, the delay, and what goes into indicator and calendar.

    `source`: how its events are told; `ends`: the states in which a case starts and stops; `pauses` and `paused`: when
    the clock stands; `exclude`: rows left out; `open`: hours of the week; `mark`: of a file of answers, which is read.
    """

    program: str
    within: str
    title: Mapping[str, str]
    promise: Mapping[str, str]
    source: Plain = field(default_factory=dict)
    ends: Plain = field(default_factory=dict)
    pauses: Plain = field(default_factory=dict)
    paused: str = ""
    exclude: Sequence[Plain] = ()
    open: Mapping[str, Sequence[str]] = field(default_factory=dict)
    mark: Mark | None = None

    @property
    def plain(self) -> Plain:
        """As plain values: what a look at a file keeps of it."""
        return asdict(self)


def known_parts(profile: Profile) -> KnownParts | None:
    """What is known of the file; None where it is of no known program, or lacks what its kind counts."""
    preset = profile.preset
    if preset is None:
        return None
    names = [one.name for one in profile.columns]
    events = _events(profile, preset)
    mark = _mark(profile, preset)
    if not _is_counted(profile, preset, events, mark):
        return None
    return KnownParts(
        preset.name, preset.within, dict(preset.title), dict(preset.promise),
        source={"events": events} if events else {},
        ends=_ends(preset) if events else {},
        pauses={"state": preset.events["paused"]} if events and preset.events.get("paused") else {},
        paused=(named(names, (preset.paused,)) or "") if preset.paused else "",
        exclude=_left_out(profile, preset),
        open=preset.open,
        mark=mark,
    )  # fmt: skip


def _left_out(profile: Profile, preset: Preset) -> list[Plain]:
    """The rows left out by the words that the file itself has for them, where it is seen to have any."""
    by_name = {one.name: one for one in profile.columns}
    found = []
    for one in preset.exclude:
        if (name := named(by_name, several(one["column"]))) is not None:
            words = several(one["value"])
            seen = [word for word in words if word in by_name[name].top] or list(words)
            found.append({"where": {name: seen if len(seen) > 1 else seen[0]}, "reason": one["reason"]})
    return found


def _is_counted(profile: Profile, preset: Preset, events: Plain, mark: Mark | None) -> bool:
    if preset.scales:
        return mark is not None and profile.dated is not None
    if preset.events:
        return bool(events)
    return bool(profile.taken(ColumnRole.START) and profile.taken(ColumnRole.STOP))


def _events(profile: Profile, preset: Preset) -> Plain:
    case = profile.taken(ColumnRole.CASE)
    names = [one.name for one in profile.columns]
    told = {part: named(names, (preset.events.get(part, ""),)) for part in ("at", "state")}
    return {"case": case, **told} if preset.events and case and all(told.values()) else {}


def _ends(preset: Preset) -> Plain:
    """The states in which a case starts and stops; a stop that holds once it was is the first of them."""
    which = {"which": preset.events["which"]} if "which" in preset.events else {}
    return {"start": {"state": preset.events["from"]}, "stop": {"state": preset.events["until"], **which}}


def _mark(profile: Profile, preset: Preset) -> Mark | None:
    """The first column of answers with a scale that is known; else the first of yes and no."""
    if not preset.scales:
        return None
    roles = {profile.taken(role) for role in ColumnRole}
    asked = [one for one in profile.columns if plain_name(one.name) not in preset.own and one.name not in roles]
    for one in asked:
        if one.kind is ColumnKind.NUMBER and (least := _least(one.top, preset.scales)) is not None:
            return Mark(one.name, least)
    return next((Mark(one.name, None) for one in asked if one.kind is ColumnKind.YES_NO), None)


def _least(values: Sequence[str], scales: Mapping[int, int]) -> int | None:
    """From which mark on an answer is good: by the smallest scale that holds all of them, which are whole."""
    marks = [int(one) for one in values if one.strip().isdigit()]
    if len(marks) < len(values) or not marks or max(marks) > _BEST:
        return None
    return next((least for best, least in sorted(scales.items()) if max(marks) <= best), None)
