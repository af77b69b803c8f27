"""The log of incidents in the charter file: written as read, and measured only so that no small count shows."""

from __future__ import annotations

from datetime import date

import pytest

from charter.domain.charter_file.findings import CharterFileError
from charter.domain.charter_file.plan import plan_change
from charter.domain.charter_file.reading import read_charter
from charter.domain.charter_file.text.canonical import write_charter
from charter.domain.charter_file.values import Delay
from charter.domain.frontline.incidents import log_of, touchpoints_of

PLAIN = """
charter: {key: net, organisation: Net, title: Charter, timezone: Europe/Paris, calendar: FR, valid_from: 2026-01-01,
  chain: [phone, bill]}
units: [{key: net, name: Net, kind: company}]
sources:
  log:
    kind: incidents
    kinds: [{key: insult, text: Insults}, {key: threat, text: Threats}]
    support: [{key: talk, text: A talk}]
    within: 3 working days
commitments:
  - key: stand-by
    title: We stand by you
    promise: After incivility you are supported within 3 working days.
    owner: Service
    promisee: staff
    touchpoint: counter
    indicators:
      - {key: supported, title: Support, source: log, kind: share-within, start: day, stop: support_day,
         within: 3 working days, unit: unit, channel: touchpoint, targets: [{from: 2026-01-01, target: 0.9}]}
"""


def test_a_log_is_written_as_it_was_read_and_told_in_the_plan() -> None:
    charter = read_charter(PLAIN).charter
    log = log_of(charter)
    assert log is not None
    assert (log.within, log.hidden_below) == (Delay(count=3, unit="working days"), 5)
    assert read_charter(write_charter(charter)).charter == charter
    later = read_charter(PLAIN.replace("{key: talk,", "{key: chat,")).charter
    assert [(one.thing, one.key, one.field) for one in plan_change(charter, later).changes] == [
        ("source", "log", "support")
    ]
    assert touchpoints_of(charter) == ["phone", "bill", "counter"]
    assert charter.charter.valid_from == date(2026, 1, 1)


ELSEWHERE = "commitments:\n"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("{key: threat,", "{key: insult,", "the key 'insult' is already used"),
        ("    within: 3 working days\ncomm", "    within: 3 hours\ncomm", "the hour of an incident is not kept"),
        ("    within: 3 working days\ncomm", "    hidden_below: 4\ncomm", "hidden_below"),
        ("kinds: [{key: insult, text: Insults}, {key: threat, text: Threats}]", "kinds: []", "kinds"),
        ("    within: 3 working days\ncomm", "comm", "the log of incidents says 3 days"),
        ("kind: share-within, start: day, stop: support_day,\n         within: 3 working days,",
         "kind: count, date: day,", "of the log of incidents only the support of colleagues is measured"),
        ("start: day,", "start: written,", "the log of incidents has no such column for 'start'"),
        ("channel: touchpoint,", "channel: kind,", "the log of incidents has no such column for 'channel'"),
        ("unit: unit,", "unit: unit, where: {touchpoint: phone},", "'where' would count a part of the incidents"),
        ("unit: unit,", "unit: unit, exclude: [{where: {unit: net}, reason: ours}],", "'exclude' would count a part"),
        ("unit: unit,", "unit: unit, segment: touchpoint,", "'segment' would count a part of the incidents"),
        ("unit: unit,", "unit: unit, period: quarter,", "the log of incidents is counted by month"),
        ("touchpoint: counter", "touchpoint: counter\n    compensation: {amount: 5, currency: EUR}",
         "a compensation would count a part of the incidents"),
        (ELSEWHERE, "  more:\n    kind: incidents\n    kinds: [{key: a, text: A}]\n    support: [{key: b, text: B}]\n"
         + ELSEWHERE, "a second log of incidents"),
    ],
)  # fmt: skip
def test_what_would_show_small_counts_or_an_hour_is_refused(before: str, after: str, said: str) -> None:
    assert before in PLAIN
    with pytest.raises(CharterFileError) as refused:
        read_charter(PLAIN.replace(before, after, 1))
    assert said in str(refused.value)


def test_a_volume_of_another_indicator_is_not_the_log() -> None:
    beside = """
      - {key: rate, title: Rate, source: cases, kind: rate, date: day, per: 100,
         volume: {source: log, column: unit}, targets: [{from: 2026-01-01, target: 0.9}]}
"""
    text = PLAIN.replace("sources:\n", "sources:\n  cases: {kind: csv, path: cases.csv}\n", 1) + beside.lstrip("\n")
    with pytest.raises(CharterFileError) as refused:
        read_charter(text)
    assert "stands beside other rows" in str(refused.value)
