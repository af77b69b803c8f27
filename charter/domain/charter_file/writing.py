"""Writing a charter: YAML that people read and change, and one stable text to store and to hash."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from charter.domain.charter_file.emitter import emit
from charter.domain.charter_file.manual import with_manual_columns
from charter.domain.charter_file.models import Charter
from charter.domain.charter_file.plain import plain_charter


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
