"""The parts of a charter file, each with its place: what is written, and its value as far as that is valid."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from charter.domain.charter_file.fields import models_at
from charter.domain.charter_file.findings import Path
from charter.domain.charter_file.indicators import Target
from charter.domain.charter_file.models import CharterHead, Commitment
from charter.domain.charter_file.sources import Unit

Model = TypeVar("Model")
AnyPlaced = TypeVar("AnyPlaced", bound="Placed[Any]")


@dataclass
class Placed(Generic[Model]):
    """One part: where it stands, what is written, and its value when that is valid."""

    path: Path
    raw: Any
    value: Model | None
    annotation: Any = None

    def written(self, name: str, default: Any = None) -> Any:
        """What is written under a key, valid or not."""
        return self.raw.get(name, default) if isinstance(self.raw, dict) else default

    def field(self, name: str) -> Any:
        """The valid value of one field, even where others are not; None where this one is not either."""
        if self.value is not None:
            return getattr(self.value, name, None)
        models = models_at(self.annotation, (), self.raw)
        if not isinstance(self.raw, dict) or len(models) != 1 or name not in models[0].model_fields:
            return None
        if name not in self.raw:
            info = models[0].model_fields[name]
            return None if info.is_required() else info.get_default(call_default_factory=True)
        try:
            return _field_adapter(models[0], name).validate_python(self.raw[name])
        except ValidationError:
            return None

    @property
    def key(self) -> str | None:
        key = self.written("key")
        return key if isinstance(key, str) else None


@dataclass
class PlacedIndicator(Placed[Any]):
    """An indicator, its targets apart; `value` has none."""

    targets: list[Placed[Target]] = field(default_factory=list)


@dataclass
class PlacedCommitment(Placed[Commitment]):
    """A commitment, its indicators apart; `value` has none."""

    indicators: list[PlacedIndicator] = field(default_factory=list)


@dataclass
class Parts:
    """All the parts of a file."""

    head: Placed[CharterHead]
    units: list[Placed[Unit]] = field(default_factory=list)
    sources: dict[str, Placed[Any]] = field(default_factory=dict)
    commitments: list[PlacedCommitment] = field(default_factory=list)

    @property
    def indicators(self) -> list[PlacedIndicator]:
        return [indicator for commitment in self.commitments for indicator in commitment.indicators]


@cache
def _field_adapter(model: type[BaseModel], name: str) -> TypeAdapter[Any]:
    info = model.model_fields[name]
    annotation: Any = Annotated[(info.annotation, *info.metadata)] if info.metadata else info.annotation
    return TypeAdapter(annotation)


def first_by_key(placed: Iterable[AnyPlaced]) -> dict[str, AnyPlaced]:
    """Parts by their written key; of those that share one, the first."""
    found: dict[str, AnyPlaced] = {}
    for one in placed:
        if one.key is not None:
            found.setdefault(one.key, one)
    return found
