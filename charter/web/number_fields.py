"""The numbers that a figure is entered as: what each is called on a page, and the help beneath its field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

from charter.domain.entries import STEP
from charter.words.formats import format_number

LABELS: Mapping[str, Any] = {
    "numerator": _("Cases that met the promise"),
    "denominator": _("Cases judged"),
    "n": _("Number of cases"),
    "sum": _("Sum of the values"),
    "sum_of_squares": _("Sum of their squares"),
    "promoters": _("Promoters (9 and 10)"),
    "passives": _("Passives (7 and 8)"),
    "detractors": _("Detractors (0 to 6)"),
    "cents": _("Money paid, in cents"),
    "volume": _("Volume that the cases are set against"),
}
"""By the number's name in files and in the API."""

HELP: Mapping[str, Any] = {
    "numerator": _("A count, not a percentage: 45 of 50 is written 45 here."),
    "denominator": _("All cases that could be judged, met or not."),
    "sum_of_squares": _("Each value multiplied by itself, then added: it gives the margin of error."),
    "cents": _("12.50 is written 1250."),
}


def label_of(name: str) -> Any:
    """What a number is called; of a promise in steps, by its delay."""
    if name.startswith(STEP):
        return _("Cases met within %(delay)s", delay=name.removeprefix(STEP).replace("_", " "))
    return LABELS[name]


def labels() -> dict[str, Any]:
    """Both, for templates."""
    return {"number_label": label_of, "number_help": HELP}


def written(numbers: Mapping[str, float] | None, language: str) -> str:
    """The numbers of a figure in short: `45 / 50`, or each with its name's first words."""
    if numbers is None:
        return "–"
    if set(numbers) == {"numerator", "denominator"}:
        return f"{_number(numbers['numerator'], language)} / {_number(numbers['denominator'], language)}"
    colon = "\u00a0: " if language == "fr" else ": "
    return ", ".join(f"{label_of(name)}{colon}{_number(number, language)}" for name, number in numbers.items())


def _number(number: float, language: str) -> str:
    text = repr(number)
    decimals = len(text.partition(".")[2]) if "." in text and "e" not in text else 0
    return format_number(number, language, decimals)
