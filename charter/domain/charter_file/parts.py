"""A charter file taken apart: each part is validated by itself, so that one mistake does not hide the next.

The parts of a charter file, each with its place: what is written, and its value as far as that is valid.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from charter.domain.charter_file.calendars.charter_calendars import OwnCalendar
from charter.domain.charter_file.charter import CharterHead, Commitment, Grid
from charter.domain.charter_file.evidence import FreeTexts
from charter.domain.charter_file.fields import models_at
from charter.domain.charter_file.findings import Notes, Path, missing
from charter.domain.charter_file.indicators import Indicator, Target
from charter.domain.charter_file.messages import say, unknown_key
from charter.domain.charter_file.sources import Source, Unit
from charter.domain.charter_file.text.yaml_reader import Document
from charter.domain.charter_file.values import Key, shown
from charter.domain.vocabulary.errors import Sentence

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
    grids: dict[str, Placed[Grid]] = field(default_factory=dict)
    calendars: dict[str, Placed[OwnCalendar]] = field(default_factory=dict)
    units: list[Placed[Unit]] = field(default_factory=list)
    sources: dict[str, Placed[Any]] = field(default_factory=dict)
    words: dict[str, Placed[FreeTexts]] = field(default_factory=dict)
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


SECTIONS = ("charter", "grids", "calendars", "units", "sources", "words", "commitments")
TAGGED = (Indicator, Source)


@cache
def _adapter(annotation: Any) -> TypeAdapter[Any]:
    return TypeAdapter(annotation)


def validated(annotation: Any, raw: Any, path: Path, notes: Notes) -> Any:
    """The value of one part, or None: then every refusal is noted on its line."""
    try:
        return _adapter(annotation).validate_python(raw)
    except ValidationError as refusals:
        for error in refusals.errors(include_url=False):
            below = _below(annotation, error["loc"])
            where = (*path, *below)
            notes.error(where, *say(error, annotation, raw, below or path[-1:], written=notes.written.get(where)))
        return None


def _below(annotation: Any, loc: Path) -> Path:
    """The path of a refusal below its part, without the names of the branches that were tried."""
    if annotation in TAGGED:
        loc = loc[1:]
    return tuple(step for step in loc if not (isinstance(step, str) and (step.startswith("<") and step.endswith(">"))))


def take_apart(document: Document, raw_units: list[Any], notes: Notes) -> Parts:
    """The parts of a file whose sections have the right shape. Notes every refusal."""
    data = document.data
    for name in data:
        if name not in SECTIONS:
            notes.error((name,), *unknown_key(str(name), SECTIONS))
    head = data.get("charter")
    if "charter" not in data:
        remedy = Sentence("add charter: with key, organisation, title, timezone, calendar and valid_from")
        notes.error((), missing("charter"), remedy)
    value = validated(CharterHead, head, ("charter",), notes) if "charter" in data else None
    parts = Parts(Placed(("charter",), head, value, CharterHead))
    for index, raw in enumerate(raw_units):
        where: Path = ("units", index)
        parts.units.append(Placed(where, raw, validated(Unit, raw, where, notes), Unit))
    _take_grids(parts, data, notes)
    _take_calendars(parts, data, notes)
    _take_sources(parts, data, notes)
    _take_words(parts, data, notes)
    for index, raw in enumerate(_items(data, (), "commitments", notes)):
        parts.commitments.append(_commitment(raw, ("commitments", index), notes))
    if not parts.commitments and isinstance(data.get("commitments", []), list):
        remedy = Sentence("add at least one under commitments:")
        notes.error(("commitments",), Sentence("there is no commitment"), remedy)
    return parts


def _take_grids(parts: Parts, data: dict[str, Any], notes: Notes) -> None:
    grids = data.get("grids", {})
    if not isinstance(grids, dict):
        remedy = Sentence("write each grid under its key: pillars: {name: Five pillars, items: [{key: …, text: …}]}")
        notes.error(("grids",), Sentence("%(value)s is written where grids are expected", value=shown(grids)), remedy)
        return
    for key, raw in grids.items():
        path = ("grids", key)
        validated(Key, key, path, notes)
        parts.grids[key] = Placed(path, raw, validated(Grid, raw, path, notes), Grid)


def _take_calendars(parts: Parts, data: dict[str, Any], notes: Notes) -> None:
    calendars = data.get("calendars", {})
    if not isinstance(calendars, dict):
        said = Sentence("%(value)s is written where calendars are expected", value=shown(calendars))
        remedy = Sentence('write each calendar under its key: centre: {open: {mon-fri: ["09:00-18:00"]}}')
        notes.error(("calendars",), said, remedy)
        return
    for key, raw in calendars.items():
        path = ("calendars", key)
        validated(Key, key, path, notes)
        parts.calendars[key] = Placed(path, raw, validated(OwnCalendar, raw, path, notes), OwnCalendar)


def _take_sources(parts: Parts, data: dict[str, Any], notes: Notes) -> None:
    sources = data.get("sources", {})
    if not isinstance(sources, dict):
        said = Sentence("%(value)s is written where sources are expected", value=shown(sources))
        remedy = Sentence("write each source under its key: cases: {kind: csv, path: cases.csv}")
        notes.error(("sources",), said, remedy)
        return
    for key, raw in sources.items():
        path = ("sources", key)
        validated(Key, key, path, notes)
        parts.sources[key] = Placed(path, raw, validated(Source, raw, path, notes))


def _take_words(parts: Parts, data: dict[str, Any], notes: Notes) -> None:
    words = data.get("words", {})
    if not isinstance(words, dict):
        said = Sentence("%(value)s is written where free texts are expected", value=shown(words))
        remedy = Sentence("write each under its key: complaints: {name: …, source: …, text: …, date: …}")
        notes.error(("words",), said, remedy)
        return
    for key, raw in words.items():
        path = ("words", key)
        validated(Key, key, path, notes)
        parts.words[key] = Placed(path, raw, validated(FreeTexts, raw, path, notes), FreeTexts)


def _commitment(raw: Any, path: Path, notes: Notes) -> PlacedCommitment:
    alone, below = _apart(raw, "indicators")
    placed = PlacedCommitment(path, raw, validated(Commitment, alone, path, notes), Commitment)
    for index, one in enumerate(below):
        where = (*path, "indicators", index)
        alone, targets = _apart(one, "targets")
        indicator = PlacedIndicator(where, one, validated(Indicator, alone, where, notes), Indicator)
        for nth, target in enumerate(targets):
            here = (*where, "targets", nth)
            indicator.targets.append(Placed(here, target, validated(Target, target, here, notes)))
        placed.indicators.append(indicator)
    return placed


def _apart(raw: Any, name: str) -> tuple[Any, list[Any]]:
    """A part without its list of smaller parts, and that list; a list of the wrong shape stays, to be refused."""
    if not isinstance(raw, dict) or not isinstance(raw.get(name), list):
        return raw, []
    return {key: value for key, value in raw.items() if key != name}, raw[name]


def _items(data: dict[str, Any], path: Path, name: str, notes: Notes) -> list[Any]:
    items = data.get(name, [])
    if isinstance(items, list):
        return items
    said = Sentence("%(value)s is written where a list is expected", value=shown(items))
    notes.error((*path, name), said, Sentence("write one line with '- ' per item"))
    return []
