"""A body that a program pushes, damaged 360 times: never a crash, never half of it."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from charter.models.base import db
from charter.models.records import Measurement, Run
from tests.api.test_endpoints import ADDRESS, Bearer, figure

ODD: tuple[Any, ...] = (
    None, "", "NaN", "-1", -1, 1e400, 10**30, 0.1, True, [], {}, [[]], "x" * 3000, "\u202e", "\x00", "=1+1", "2026-13",
    "10/2026", "vannes", "nowhere", "numerator", {"period": "2026-10"},
)  # fmt: skip


def damaged_value(value: Any, chance: random.Random) -> Any:
    """The same JSON with one value, key or item in it made odd, taken away or doubled."""
    if isinstance(value, dict) and value and chance.random() < 0.8:
        key = chance.choice(list(value))
        rest = {name: one for name, one in value.items() if name != key}
        deed = chance.random()
        if deed < 0.1:
            return rest
        if deed < 0.2:
            return rest | {str(chance.choice(ODD)): value[key]}
        return value | {key: damaged_value(value[key], chance)}
    if isinstance(value, list) and value and chance.random() < 0.9:
        at = chance.randrange(len(value))
        if chance.random() < 0.2:
            return [*value, value[at]]
        return [*value[:at], damaged_value(value[at], chance), *value[at + 1 :]]
    return chance.choice(ODD)


def damaged_text(text: str, chance: random.Random) -> str:
    """The same text with a few signs cut out, put in or doubled."""
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(text) + 1)
        to = min(at + chance.randrange(12), len(text))
        text = text[:at] + chance.choice(["", '"', "{", "]", "\\u0000", "1e9", text[at:to] * 2]) + text[to:]
    return text


@pytest.mark.parametrize("seed", range(3))
def test_a_damaged_body_is_taken_whole_or_refused_in_a_sentence(client: FlaskClient, bearer: Bearer, seed: int) -> None:
    chance, headers = random.Random(seed), bearer("west")
    taken = 0
    for number in range(120):
        whole = {"figures": [figure(met=number % 50), figure("brest", 8, 10)], "reason": f"turn {number}"}
        body = json.dumps(damaged_value(whole, chance))
        if number % 2:
            body = damaged_text(json.dumps(whole), chance)
        before = _counted()
        answer = client.post(ADDRESS, data=body, headers=headers, content_type="application/json")
        assert answer.status_code in (200, 201, 400, 403, 404, 409, 413, 422), body
        assert answer.json is not None
        rows, runs = (now - then for now, then in zip(_counted(), before, strict=True))
        if answer.status_code in (200, 201):
            taken += 1
            assert rows == answer.json["entered"] + answer.json["corrected"], body
        else:
            assert (rows, runs) == (0, 0), body
            assert len(str(answer.json)) > 20
    assert taken > 0


def _counted() -> tuple[int, int]:
    return tuple(  # type: ignore[return-value]
        db.session.execute(select(func.count()).select_from(model)).scalar_one() for model in (Measurement, Run)
    )
