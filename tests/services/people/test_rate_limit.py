"""How often an address and a unit may send within an hour."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from charter.models.frontline import Observation, RecentSender
from charter.services.people.rate_limit import FOR_ONE_UNIT, FROM_ONE_ADDRESS, TooMany, forget_senders
from tests.services.frontline.test_observations import count, send
from tests.services.world import NOW


def test_an_address_and_a_unit_have_their_fill_within_an_hour(charted: Flask) -> None:
    units = ("vannes", "brest", "nice")
    for n in range(FROM_ONE_ADDRESS["words"]):
        send(f"a{n}", unit=units[n % 3])
    with pytest.raises(TooMany, match="This address has sent 20 within an hour"):
        send("a-more")
    for n in range(FOR_ONE_UNIT - 7):
        send(f"b{n}", sender=f"other {n}")
    with pytest.raises(TooMany, match="This site has been sent 30 texts within an hour"):
        send("b-more", sender="another")
    assert count(Observation) == FROM_ONE_ADDRESS["words"] + FOR_ONE_UNIT - 7
    send("later", now=NOW + timedelta(hours=1, seconds=1))


def test_an_address_is_forgotten_after_an_hour(charted: Flask) -> None:
    send()
    forget_senders(NOW + timedelta(minutes=59))
    assert count(RecentSender) == 1
    forget_senders(NOW + timedelta(hours=1))
    assert count(RecentSender) == 0
