"""What the literature leaves open, settled per charter: each has our value unless the charter file writes another."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from charter.domain.charter_file.basics import Number, Strict, WholeNumber
from charter.domain.charter_file.values import Delay, DelayField

Share = Annotated[Number, Field(gt=0, lt=1)]
Count = Annotated[WholeNumber, Field(ge=1, le=100_000)]


class Choices(Strict):
    """What the literature leaves open, settled per charter (methods.md E, last line)."""

    customer_expiry: DelayField | None = None
    sector_expiry: DelayField | None = None
    expert_expiry: DelayField | None = None
    decision_expiry: DelayField = Delay(count=24, unit="months")
    decay_review: DelayField = Delay(count=3, unit="months")
    majority: Share = Decimal("0.5")
    kano_minimum: Count = 30
    most_questionable: Share = Decimal("0.1")
    most_reversed: Share = Decimal("0.15")
    least_effect: Share = Decimal("0.02")
    asymmetry: Share = Decimal("0.1")
    cell_minimum: Count = 30
    sector_norm: Share = Decimal("0.5")
    sector_rare: Share = Decimal("0.25")
    sector_minimum: Count = 5
    drift_least: Share = Decimal("0.1")
    undetermined: Literal["floor", "apart"] = "floor"
    trust_without_floor: Literal["suspended", "credited"] = "suspended"


OURS = Choices()
"""What holds where the charter file says nothing."""
