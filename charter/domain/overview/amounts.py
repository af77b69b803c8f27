"""What a figure counts, in words: the unit of a sum or of a share of amounts, or what one case is called."""

from __future__ import annotations

from typing import Any

from charter.domain.charter_file.charter import Commitment
from charter.domain.charter_file.indicators import IndicatorBase, PlainShare, Total
from charter.domain.overview.model import Words, words


def unit_words(indicator: IndicatorBase) -> dict[str, Words]:
    """The word for the unit of a sum, {"of": …}, or of a share of amounts, {"amounts": …}; else nothing."""
    if not isinstance(indicator, Total | PlainShare) or indicator.in_ is None:
        return {}
    return {"of" if isinstance(indicator, Total) else "amounts": words(indicator.in_)}


def case_words(indicator: IndicatorBase, commitment: Commitment) -> dict[str, Any]:
    """The word for what is counted, {"case": …}: the unit of a share of amounts, else the first that an indicator or
    its commitment has; else nothing."""
    if (amounts := unit_words(indicator).get("amounts")) is not None:
        return {"case": {"one": amounts, "many": amounts}}
    own = indicator.case or commitment.case
    return {} if own is None else {"case": {"one": words(own.one), "many": words(own.many)}}
