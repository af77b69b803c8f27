"""In which groups the commitments of a month are read: all at once where they are few, else what calls for somebody
first and what is as it was under one line each. Nothing is left out, and nothing is ranked by its value."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from charter.domain.overview.model import CommitmentView
from charter.domain.overview.parties import is_between_partners
from charter.domain.readings.status import WORST_FIRST
from charter.domain.vocabulary.terms import Status

Name = Literal["all", "first", "more", "near", "kept", "not-applicable", "partners"]
Heap = Literal["all", "missed", "rest", "unproven", "no-data", "kept", "not-applicable"]

FEW = 12
"""So many are read one by one, in the charter's order."""

FIRST = 8
"""Of more: so many of those that call for somebody stand open."""

LINES = 5
"""Of what changed, who acts and what was not measured: so many lines stand open."""

AS_IT_WAS: dict[str, Name] = {Status.NEAR: "near", Status.KEPT: "kept", Status.NOT_APPLICABLE: "not-applicable"}


class Group(NamedTuple):
    """Commitments that are read together, by their keys; `first` and `all` stand open."""

    name: Name
    keys: list[str]

    @property
    def is_open(self) -> bool:
        return self.name in ("all", "first")


def groups_of(views: Sequence[CommitmentView]) -> list[Group]:
    """None empty. Missed, unproven, without data or of another status than the month before first, worst first; then,
    by their status, those that are as they were."""
    if len(views) <= FEW:
        return _few(views)
    asking = [view for view in views if view["status"] not in AS_IT_WAS or is_changed(view)]
    asking.sort(key=lambda view: WORST_FIRST.index(Status(view["status"])))
    keys = [view["key"] for view in asking]
    found = [Group("first", keys[:FIRST]), Group("more", keys[FIRST:])]
    found += [Group(name, _unchanged(views, status)) for status, name in AS_IT_WAS.items()]
    return [group for group in found if group.keys]


def groups_of_side(views: Sequence[CommitmentView]) -> list[Group]:
    """What one party owes another: one by one where that is little, else in the groups of a desk."""
    return groups_of(views) if len(views) > FEW else [Group("all", [view["key"] for view in views])]


class Told(NamedTuple):
    """Commitments as those read them who have the month alone before them, at a counter or on a wall; `all` and
    `missed` stand open, the rest is one line that opens."""

    name: Heap
    views: list[CommitmentView]

    @property
    def is_open(self) -> bool:
        return self.name in ("all", "missed")


BELOW = (Status.UNACCEPTABLE, Status.MISSED, Status.NEAR)
ALIKE: tuple[Heap, ...] = ("unproven", "no-data", "kept", "not-applicable")


def told_of(views: Sequence[CommitmentView], among: int) -> list[Told]:
    """A part of the `among` promises of a charter, none empty, nothing left out: all in order where they are few, else
    those below their level first, worst first, so many of them open; then by status what cannot be judged, what has no
    figure, what is kept."""
    if among <= FEW:
        return [Told("all", list(views))] if views else []
    below = sorted((view for view in views if view["status"] in BELOW), key=lambda view: BELOW.index(view["status"]))
    alike = [Told(name, [view for view in views if view["status"] == name]) for name in ALIKE]
    found = [Told("missed", below[:FEW]), Told("rest", below[FEW:]), *alike]
    return [one for one in found if one.views]


def _few(views: Sequence[CommitmentView]) -> list[Group]:
    """One by one; what is kept between partners, in which customers have no say, is one line."""
    kept = [view for view in views if view["status"] == Status.KEPT and is_between_partners(view)]
    if len(kept) in (0, len(views)):
        kept = []
    others = [view["key"] for view in views if view not in kept]
    groups = [Group("all", others), Group("partners", [view["key"] for view in kept])]
    return [group for group in groups if group.keys]


def is_changed(view: CommitmentView) -> bool:
    """Of another status than the month before."""
    return view["previous_status"] is not None and view["previous_status"] != view["status"]


def _unchanged(views: Iterable[CommitmentView], status: str) -> list[str]:
    return [view["key"] for view in views if view["status"] == status and not is_changed(view)]
