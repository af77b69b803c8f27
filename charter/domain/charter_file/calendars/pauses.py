"""When the clock of a case starts, stops and stands: columns, states of an event log, intervals of another source.

And the stages through which an event log leads a case from its start to its stop.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from charter.domain.charter_file.values import DelayField, Key, Number, Strict, Text, Words, by_form

Column = Annotated[str, Field(min_length=1, max_length=200)]


class State(Strict):
    """The first time that a case of an event log is in one of these states."""

    state: Annotated[list[Words], BeforeValidator(lambda said: [said] if isinstance(said, str) else said)] = Field(
        min_length=1
    )


class StopState(State):
    """The first or the last time that it came into one of them; with `last`, a case that left has not stopped."""

    which: Literal["first", "last"] = "last"


class Stage(State):
    """A link of the chain from start to stop: the time that cases spend in these states, whose it is to keep short.

    `share` is its part of the promised delay, between 0 and 1.
    """

    key: Key
    title: Text
    provider: Key | None = None
    share: Annotated[Number, Field(gt=0, le=1)] | None = None


class Waits(Strict):
    """Intervals of another source in which the clock stands; without an end it still stands."""

    source: Key
    case: Column
    from_: Column = Field(alias="from")
    until: Column


def _state_or_source(value: Any) -> str:
    is_state = "state" in value if isinstance(value, dict) else isinstance(value, State)
    return "<state>" if is_state else "<source>"


ColumnOrState = Annotated[Annotated[Column, Tag("<one>")] | Annotated[State, Tag("<keys>")], by_form]
ColumnOrStop = Annotated[Annotated[Column, Tag("<one>")] | Annotated[StopState, Tag("<keys>")], by_form]
Pauses = Annotated[
    Annotated[State, Tag("<state>")] | Annotated[Waits, Tag("<source>")], Discriminator(_state_or_source)
]


Share = Annotated[Number, Field(ge=0, le=1)]


class Tier(Strict):
    """One step of a promise in steps: this share within this delay."""

    within: DelayField
    target: Share


class Ceiling(Strict):
    """The tail: at most this share beyond this delay."""

    beyond: DelayField
    at_most: Share
