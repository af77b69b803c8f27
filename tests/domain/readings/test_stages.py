"""The weakest link inside a promise: which stage is named, and when none is."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from charter.domain.charter_file.indicators import Indicator
from charter.domain.readings.stages import as_json, chain_of
from charter.domain.vocabulary.counts import Counts

HOUR = 3600


def make(*shares: float | None, **more: Any) -> Any:
    keys = ("sort", "answer", "pay")
    stages = [
        {"key": key, "title": key, "state": [key], "provider": "desk", **({"share": share} if share else {})}
        for key, share in zip(keys, shares, strict=True)
    ]
    said = {"key": "i", "title": "i", "source": "log", "kind": "share-within", "start": {"state": "sort"}}
    said |= {"stop": {"state": "done"}, "within": "10 working hours", "stages": stages}
    return TypeAdapter(Indicator).validate_python(said | more)


def counts(late: int, **hours: tuple[float, float]) -> Counts:
    """20 cases, some late; by stage the hours that all ran, and those of late ones."""
    stages = {f"{key}/ran": int(ran * HOUR) for key, (ran, _) in hours.items()}
    stages |= {f"{key}/late": int(of_late * HOUR) for key, (_, of_late) in hours.items()}
    return Counts(20 - late, 20, stages=stages | {"answer/stood": 40 * HOUR, "$elsewhere/ran": 500 * HOUR})


SPENT = {"sort": (70.0, 30.0), "answer": (100.0, 50.0), "pay": (110.0, 40.0)}


def test_the_weakest_link_goes_furthest_beyond_what_it_may() -> None:
    # Late cases: 3, 5 and 4 hours; in time: 4, 5 and 7 hours.
    by_share = chain_of(make(0.1, 0.5, 0.4), counts(10, **SPENT))
    assert by_share is not None
    assert [link.allowed for link in by_share.links] == [1, 5, 4, None]
    assert by_share.weakest == 0
    without = chain_of(make(None, None, None), counts(10, **SPENT | {"answer": (90.0, 50.0)}))
    assert without is not None
    assert [round(link.over or 0, 6) for link in without.links[:3]] == [-1, 1, -3]
    assert without.weakest == 1


def test_the_parts_make_the_whole_and_other_states_are_told_but_never_named() -> None:
    chain = chain_of(make(None, None, None), counts(10, **SPENT))
    assert chain is not None
    assert round(sum(link.part for link in chain.links), 9) == 1
    assert (chain.unit, chain.cases, chain.late, chain.stood) == ("working hours", 20, 10, 2)
    told = as_json(chain, {"desk": "Front desk"})
    assert (told["links"][0]["provider_name"], told["links"][3]["stage"]) == ("Front desk", None)


def test_no_link_is_named_of_too_few_late_cases_or_where_none_exceeds() -> None:
    few = chain_of(make(0.1, 0.5, 0.4), counts(4, **SPENT))
    assert few is not None
    assert few.weakest is None
    asked_of_few = chain_of(make(0.1, 0.5, 0.4, minimum=2), counts(4, **SPENT))
    assert asked_of_few is not None
    assert asked_of_few.weakest == 1
    within = chain_of(make(0.3, 0.3, 0.4), counts(20, sort=(20, 20), answer=(20, 20), pay=(20, 20)))
    assert within is not None
    assert within.weakest is None


def test_there_is_no_chain_without_stages_or_cases() -> None:
    assert chain_of(make(0.1, 0.5, 0.4), Counts(3, 4)) is None
    assert chain_of(make(0.1, 0.5, 0.4), Counts()) is None
