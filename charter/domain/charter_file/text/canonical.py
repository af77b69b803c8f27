"""A charter as plain values in the order of the contract, defaults left out: what is written, compared and hashed.

Writing a charter: YAML that people read and change, and one stable text to store and to hash.
"""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from pydantic import BaseModel

from charter.domain.charter_file.charter import Charter
from charter.domain.charter_file.entered_sources import entered_sources, implied_columns, with_manual_columns
from charter.domain.charter_file.indicators import IndicatorBase
from charter.domain.charter_file.text.yaml_writer import emit
from charter.domain.charter_file.values import Delay, Text

INDICATOR_ORDER = (
    "key", "title", "nature", "proves", "basis", "mandatory", "source", "kind", "date", "start", "stop", "within",
    "tiers", "ceiling", "paused", "pauses", "stages", "success", "numerator", "denominator", "value", "question",
    "scale", "words", "currency", "in", "percentile", "volume", "per", "up", "total", "of", "distinct", "where",
    "exclude", "unit", "channel", "segment", "period", "direction", "targets", "judged_by", "minimum", "case", "check",
)  # fmt: skip


def plain_charter(charter: Charter) -> dict[str, Any]:
    """The whole charter as it is written: columns that a manual source implies are left out."""
    plain: dict[str, Any] = plain_value(charter)
    entered = entered_sources(plain.get("sources"))
    for commitment in plain["commitments"]:
        for indicator in commitment.get("indicators", []):
            if indicator.get("source") in entered:
                _leave_out(indicator)
    return plain


def _leave_out(indicator: dict[str, Any]) -> None:
    for name, column in implied_columns(indicator).items():
        if indicator.get(name) == column:
            del indicator[name]


def plain_value(value: Any, *, whole: bool = False) -> Any:
    """Text, numbers, truth values, lists and mappings only; numbers without trailing zeros.

    `whole` keeps defaults and both languages of a text apart, so that two values can be compared field by field.
    """
    if isinstance(value, Text):
        words = {name: said for name in ("en", "fr") if (said := getattr(value, name))}
        return value.fr if value.fr == value.en and not whole else words
    if isinstance(value, Delay):
        return str(value)
    if isinstance(value, BaseModel):
        return _plain_model(value, whole)
    if isinstance(value, dict):
        return {key: plain_value(one, whole=whole) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_value(one, whole=whole) for one in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else value.normalize()
    return value.isoformat() if isinstance(value, date) else value


def _plain_model(model: BaseModel, whole: bool) -> dict[str, Any]:
    plain = {}
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        if whole or field.is_required() or value != field.get_default(call_default_factory=True):
            plain[field.alias or name] = plain_value(value, whole=whole)
    if isinstance(model, IndicatorBase):
        return {name: plain[name] for name in INDICATOR_ORDER if name in plain}
    return plain


def write_charter(charter: Charter) -> str:
    """The charter as a YAML file: in the order of the contract, defaults left out, texts intact.

    Reading it again gives an equal charter; writing that one gives the same text.
    """
    return emit(plain_charter(charter))


def canonical(charter: Charter) -> str:
    """One JSON text per charter, keys sorted and defaults left out: equal charters, equal texts."""
    return json.dumps(
        plain_charter(charter), ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_number
    )


def from_canonical(text: str) -> Charter:
    """The charter of a canonical text; numbers are read exactly. Raises ValueError where it is not one."""
    return Charter.model_validate(with_manual_columns(json.loads(text, parse_float=Decimal)))


def _number(value: Any) -> float:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{type(value).__name__} is not a plain value")
