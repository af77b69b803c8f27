"""The options of the pickers, written once for a list that does not change: hundreds of units cost a page nothing."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape

from charter.words.formats import format_period

Options = tuple[tuple[str, str], ...]


def unit_options(units: Sequence[dict[str, Any]], selected: str | None) -> Markup:
    """The units with their depth, the chosen one marked."""
    indent = "\N{EM SPACE}"
    return _marked(tuple((unit["key"], indent * unit["depth"] + unit["name"]) for unit in units), selected)


def period_options(periods: Sequence[str], selected: str, language: str) -> Markup:
    """The periods, newest first; the one asked for stands first where it is none of them."""
    keys = tuple(periods) if selected in periods else (selected, *periods)
    return _marked(_named(keys, language), selected)


@lru_cache(maxsize=64)
def _named(periods: tuple[str, ...], language: str) -> Options:
    names = ((period, format_period(period, language)) for period in periods)
    return tuple((period, name[:1].upper() + name[1:]) for period, name in names)


@lru_cache(maxsize=64)
def _written(options: Options) -> str:
    return "".join(f'<option value="{escape(value)}">{escape(name)}</option>' for value, name in options)


def _marked(options: Options, selected: str | None) -> Markup:
    written = _written(options)
    if selected is not None:
        chosen = f'<option value="{escape(selected)}"'
        written = written.replace(f"{chosen}>", f"{chosen} selected>", 1)
    return Markup(written)
