"""A charter as OpenSLO: shapes as its specification asks, levels of the day, and what it cannot say is named."""

from __future__ import annotations

from datetime import date, datetime
from io import StringIO
from typing import Any

from ruamel.yaml import YAML

from charter.domain.charter_file.reading import read_charter
from charter.domain.charter_file.text.openslo import to_openslo

CHARTER = """
charter: {key: a, organisation: A, title: {en: A}, timezone: Europe/Paris, calendar: FR, valid_from: 2026-02-10}
units: [{key: all, name: All, kind: company}]
sources: {cases: {kind: csv, path: cases.csv}}
commitments:
  - key: Quick_answer
    title: {en: "Quick: yes"}
    promise: {en: An answer within 10 working days}
    owner: Ann
    indicators:
      - {key: answered, title: {en: In time}, kind: share-within, source: cases, start: asked,
         stop: done, within: 10 working days,
         targets: [{from: 2026-02-10, target: 0.9}, {from: 2026-06-01, target: 0.95}]}
      - {key: lost, title: {en: Lost}, kind: share, source: cases, date: asked, success: {lost: 1}, direction: lower,
         period: quarter, targets: [{from: 2026-02-10, target: 0.01}]}
      - {key: all.of.them, title: {en: All}, kind: share, source: cases, date: asked, success: {ok: 1},
         targets: [{from: 2026-02-10, target: 1}]}
      - {key: minutes, title: {en: Minutes}, kind: mean, source: cases, date: asked, value: minutes, direction: lower,
         targets: [{from: 2026-02-10, target: 5}]}
"""


def documents(text: str) -> list[dict[str, Any]]:
    return [dict(one) for one in YAML(typ="safe", pure=True).load_all(StringIO(text))]


def test_shares_are_objectives_of_a_service() -> None:
    charter = read_charter(CHARTER).charter
    found = to_openslo(charter, date(2026, 6, 15), "https://p.example.org", "en")
    service, answered, lost = documents(found.text)
    assert {one["apiVersion"] for one in (service, answered, lost)} == {"openslo/v1"}
    assert service["metadata"] == {"name": "quick-answer", "displayName": "Quick: yes"}
    assert (answered["kind"], answered["spec"]["service"]) == ("SLO", "quick-answer")
    assert answered["spec"]["objectives"] == [{"displayName": "In time", "target": 0.95}]
    window = {"startTime": datetime.fromisoformat("2026-02-01"), "timeZone": "Europe/Paris"}
    assert answered["spec"]["timeWindow"] == [{"duration": "1M", "isRolling": False, "calendar": window}]
    ratio = answered["spec"]["indicator"]["spec"]["ratioMetric"]
    assert set(ratio) == {"counter", "good", "total"}
    assert ratio["good"]["metricSource"]["spec"]["address"] == "https://p.example.org/api/v1/indicators/answered/series"
    # Fewer is better: the cases counted are the bad ones, and what is left of all is required.
    assert set(lost["spec"]["indicator"]["spec"]["ratioMetric"]) == {"counter", "bad", "total"}
    assert (lost["spec"]["timeWindow"][0]["duration"], lost["spec"]["objectives"][0]["target"]) == ("1Q", 0.99)
    assert {key: str(why) for key, why in found.left_out.items()} == {
        "all.of.them": "OpenSLO knows no level of 100 %",
        "minutes": "it is no share of cases: mean",
    }
    earlier = documents(to_openslo(charter, date(2026, 3, 1), "https://p.example.org", "en").text)
    assert earlier[1]["spec"]["objectives"][0]["target"] == 0.9
