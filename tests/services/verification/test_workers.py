"""Sharing the proof among processes: nothing is lost, nothing done twice, and what a share raises is raised."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from flask import Flask

from charter.domain.vocabulary.errors import Conflict
from charter.services.verification.workers import each_share, shared


def test_shares_are_even_and_hold_everything_once() -> None:
    shares = shared(range(7), 3)
    assert sorted(number for share in shares for number in share) == list(range(7))
    assert {len(share) for share in shares} <= {2, 3}
    assert shared(range(3), 0) == [range(3)]


@pytest.mark.parametrize("workers", [1, 3])
def test_each_share_comes_to_what_it_comes_to_alone(empty: Flask, workers: int) -> None:
    shares = shared(range(9), workers)
    assert list(each_share(shares, sum)) == [sum(share) for share in shares]


def test_what_a_share_raises_is_raised(empty: Flask) -> None:
    def refuse_the_last(share: Sequence[int]) -> int:
        if 2 in share:
            raise Conflict("This share cannot be done.")
        return len(share)

    with pytest.raises(Conflict, match="cannot be done"):
        list(each_share(shared(range(3), 3), refuse_the_last))
