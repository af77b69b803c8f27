"""The routes of the programs' door, each with its description: one place says what is asked and answered."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask import Blueprint, Response

View = TypeVar("View", bound=Callable[..., Any])

PERIOD = (
    "^((19[0-9]{2}|2[01][0-9]{2})("
    "-Q[1-4]|-W(0[1-9]|[1-4][0-9]|5[0-3])|-(0[1-9]|1[0-2])|"
    "-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-9])|-(0[13-9]|1[0-2])-30|-(0[13578]|1[02])-31)?)?$"
)
"""2026, 2026-Q4, 2026-10, 2026-W41 or 2026-10-05; empty as if it were left out."""

pages = Blueprint("api", __name__, url_prefix="/api/v1")


@dataclass(frozen=True)
class Parameter:
    """What may stand in the address or a header."""

    name: str
    place: str
    says: str
    example: str
    is_required: bool = False
    pattern: str | None = None
    """What it must look like, as in OpenAPI; more than the pattern says may still be refused (a week 53)."""


@dataclass(frozen=True)
class Operation:
    """One route for a reader: what it does, what it takes, what it answers by code, how one is let in."""

    summary: str
    answers: Mapping[int, tuple[str, Any]]
    body: Any = None
    parameters: Sequence[Parameter] = ()
    lets_in: Sequence[Mapping[str, list[str]]] = field(default_factory=list)
    media: str = "application/json"
    """What is answered when all is well; refusals are JSON."""


OPERATIONS: dict[str, Operation] = {}


def described(operation: Operation) -> Callable[[View], View]:
    """Keep the description of a view."""

    def keep(view: View) -> View:
        OPERATIONS[view.__name__] = operation
        return view

    return keep


def as_json(value: Any, code: int = 200) -> Response:
    """One JSON value, in the order that it is written in."""
    return Response(json.dumps(value, ensure_ascii=False, allow_nan=False), code, mimetype="application/json")
