"""Sources whose figures are entered or pushed need no columns: Promesse names them itself."""

from __future__ import annotations

from typing import Any

from charter.domain.charter_file.charter import Charter
from charter.domain.charter_file.indicators import IndicatorBase, YesNo
from charter.domain.vocabulary.terms import Kind

COLUMNS: dict[str, dict[str, Any]] = {
    Kind.SHARE_WITHIN: {"start": "start", "stop": "stop"},
    Kind.SHARE: {"date": "date", "numerator": "numerator", "denominator": "denominator"},
    Kind.MEAN: {"date": "date", "value": "value"},
    Kind.NPS: {"date": "date", "value": "value"},
    Kind.EFFORT: {"date": "date", "value": "value"},
    Kind.COUNT: {"date": "date"},
    Kind.SUM: {"date": "date", "value": "value"},
    Kind.RATE: {"date": "date", "volume": "volume"},
    Kind.AVAILABILITY: {"date": "date", "up": "up", "total": "total"},
    Kind.PERCENTILE: {"date": "date", "value": "value"},
    Kind.YES_NO: {"success": "manual"},
    Kind.MONEY: {"date": "date", "value": "value"},
}
INSTEAD = {"value": ("start", "stop", "in"), "numerator": ("success",), "denominator": ("success",)}
ENTERED = ("manual", "push")


def is_entered(charter: Charter, indicator: IndicatorBase) -> bool:
    """Whether people enter or programs push the figures; all others are read from a source, or from their parts."""
    source = charter.sources.get(indicator.source or "")
    if source is None:
        return isinstance(indicator, YesNo) and indicator.success == "manual"
    return source.kind in ENTERED


def with_manual_columns(data: Any) -> Any:
    """The plain values of a file, columns filled in for indicators of a manual or push source."""
    commitments = data.get("commitments")
    entered = entered_sources(data.get("sources"))
    if not entered or not isinstance(commitments, list):
        return data
    return data | {"commitments": [_filled_commitment(one, entered) for one in commitments]}


def entered_sources(sources: Any) -> set[str]:
    """The keys of the sources whose figures a person enters or a program pushes."""
    written = sources if isinstance(sources, dict) else {}
    return {key for key, one in written.items() if isinstance(one, dict) and one.get("kind") in ENTERED}


def _filled_commitment(commitment: Any, entered: set[str]) -> Any:
    if not isinstance(commitment, dict) or not isinstance(commitment.get("indicators"), list):
        return commitment
    return commitment | {"indicators": [_filled(one, entered) for one in commitment["indicators"]]}


def _filled(indicator: Any, entered: set[str]) -> Any:
    source = indicator.get("source") if isinstance(indicator, dict) else None
    if not isinstance(source, str) or source not in entered:
        return indicator
    return implied_columns(indicator) | indicator


def implied_columns(indicator: dict[str, Any]) -> dict[str, Any]:
    """The columns that need not be written for this indicator when its figures are entered or pushed."""
    columns = COLUMNS.get(str(indicator.get("kind")), {})
    # Of a sum, `in` is a word for its unit.
    indicator = {name: said for name, said in indicator.items() if name != "in" or indicator.get("kind") != Kind.SUM}
    return {
        name: column
        for name, column in columns.items()
        if not any(other in indicator for other in INSTEAD.get(name, ()))
    }
