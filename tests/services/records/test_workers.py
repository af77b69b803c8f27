"""The proof shared among processes: each with a connection of its own, what one raises is raised."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from flask import Flask
from sqlalchemy import func, select

from charter.models.base import db
from charter.models.records import Measurement
from charter.services.records.workers import each_share, shared


def counted(periods: Sequence[str]) -> int:
    """How many measurements these months have."""
    query = select(func.count()).select_from(Measurement).where(Measurement.period_key.in_(periods))
    return int(db.session.execute(query).scalar_one())


MONTHS = ["2026-07", "2026-08", "2026-09", "2026-10"]


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_shares_come_to_the_whole(world: Flask, workers: int) -> None:
    whole = counted(MONTHS)
    shares = shared(MONTHS, workers)
    assert sorted(one for share in shares for one in share) == MONTHS
    assert sum(each_share(shares, counted)) == whole
    assert counted(MONTHS) == whole, "the process that asked goes on"


def test_what_a_share_raises_is_raised(world: Flask) -> None:
    def refuse(share: Sequence[str]) -> int:
        if "2026-08" in share:
            raise ValueError("a damaged row")
        return len(share)

    with pytest.raises(ValueError, match="a damaged row"):
        list(each_share(shared(MONTHS, 2), refuse))
