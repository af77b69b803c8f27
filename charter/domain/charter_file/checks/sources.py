"""Sources and indicators fit together: every source that is named exists, every source is used."""

from __future__ import annotations

from charter.domain.charter_file.findings import Notes, Path, missing
from charter.domain.charter_file.manual import ENTERED
from charter.domain.charter_file.placed import Parts, PlacedIndicator
from charter.domain.charter_file.wording import did_you_mean
from charter.domain.errors import Sentence
from charter.domain.terms import Kind


def check_sources(parts: Parts, notes: Notes) -> None:
    """An indicator names an existing source; a composite has none; a yes-no entered by hand needs none."""
    used: set[str] = set()
    for indicator in parts.indicators:
        source, volume = indicator.written("source"), indicator.written("volume")
        if isinstance(volume, dict) and isinstance(volume.get("source"), str):
            _check_known(volume["source"], (*indicator.path, "volume", "source"), parts, notes)
            _check_read(volume["source"], indicator, parts, notes)
            used.add(volume["source"])
        if isinstance(source, str):
            _check_known(source, (*indicator.path, "source"), parts, notes)
            used.add(source)
        elif source is None and _needs_source(indicator):
            keys = Sentence("add source: one of %(keys)s", keys=list(parts.sources))
            none = Sentence("add source: one of the keys under sources")
            notes.error((*indicator.path, "source"), missing("source"), keys if parts.sources else none)
    for key, placed in parts.sources.items():
        if key not in used:
            said = Sentence("no indicator reads the source '%(key)s'", key=key)
            notes.warning(placed.path, said, Sentence("remove it, or name it in an indicator"))


def _needs_source(indicator: PlacedIndicator) -> bool:
    if not isinstance(indicator.raw, dict) or indicator.written("kind") == Kind.COMPOSITE:
        return False
    return not (indicator.written("kind") == Kind.YES_NO and indicator.written("success") == "manual")


def _check_read(key: str, indicator: PlacedIndicator, parts: Parts, notes: Notes) -> None:
    """A volume that is entered by hand comes with the figure itself, not from a source of its own."""
    if _is_entered(key, parts) and not _is_entered(indicator.written("source"), parts):
        said = Sentence("the figures of the source '%(key)s' are entered, so no volume can be read from it", key=key)
        remedy = Sentence("name a source that is read, or enter the whole rate by hand")
        notes.error((*indicator.path, "volume", "source"), said, remedy)


def _is_entered(key: object, parts: Parts) -> bool:
    placed = parts.sources.get(key) if isinstance(key, str) else None
    return placed is not None and isinstance(placed.raw, dict) and placed.raw.get("kind") in ENTERED


def _check_known(key: str, path: Path, parts: Parts, notes: Notes) -> None:
    if key not in parts.sources:
        keys = list(parts.sources)
        near = did_you_mean(key, keys, Sentence("sources: %(words)s", words=keys))
        remedy = near if keys else Sentence("write it under sources:")
        notes.error(path, Sentence("the source '%(key)s' does not exist", key=key), remedy)
