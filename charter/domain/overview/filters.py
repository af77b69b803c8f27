"""Which commitments of the desk are shown: by class, status, owner and touchpoint, together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

from charter.domain.overview.model import CommitmentView

NOWHERE = "-"
"""The touchpoint of commitments that name none."""


@dataclass(frozen=True)
class Filters:
    """What is asked for; an empty one lets everything through. Nothing here changes the verdict: it is of them all."""

    class_: str = ""
    status: str = ""
    owner: str = ""
    touchpoint: str = ""

    @property
    def is_empty(self) -> bool:
        return not any(getattr(self, one.name) for one in fields(self))

    def lets_through(self, view: CommitmentView) -> bool:
        """Whether a commitment is of the class, status, owner and touchpoint asked for."""
        told = facts_of(view)
        return all(not asked or asked == told[name] for name, asked in vars(self).items())


def facts_of(view: CommitmentView) -> dict[str, str]:
    """What a commitment is filtered by."""
    return {
        "class_": view["class"],
        "status": view["status"],
        "owner": view["owner"],
        "touchpoint": view["touchpoint"] or NOWHERE,
    }


def offered(views: Sequence[CommitmentView]) -> dict[str, list[str]]:
    """The values that each filter can take this month, in the order in which the charter shows them."""
    told = [facts_of(view) for view in views]
    return {one.name: list(dict.fromkeys(facts[one.name] for facts in told)) for one in fields(Filters)}


def chosen_from(views: Sequence[CommitmentView], filters: Filters) -> list[CommitmentView]:
    """The commitments that match every filter."""
    return [view for view in views if filters.lets_through(view)]
