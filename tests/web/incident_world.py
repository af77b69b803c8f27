"""The small world of the pages with a log of incidents, and a month of them written down and mostly supported."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from flask import Flask

from charter.domain.vocabulary.permissions import COMMAND_LINE, VISITOR
from charter.services.frontline.incidents import Support, Written, support, write_incident
from tests.web.world import CHARTER, NOW, make_world

LOG = """
  log:
    kind: incidents
    within: 5 days
    kinds:
      - {key: insult, text: {fr: Insultes ou cris, en: Insults or shouting}}
      - {key: threat, text: {fr: Menaces, en: Threats}}
    support:
      - {key: talk, text: {fr: Un entretien le jour même, en: A talk on the same day}}
      - {key: relief, text: {fr: Une relève au guichet, en: Relief at the counter}}
commitments:
"""
PROMISE = """
  - key: stand-by
    title: {fr: Nous soutenons nos équipes, en: We stand by our staff}
    promise: {fr: Après une incivilité vous êtes soutenu en 5 jours., en: After incivility you are supported in 5 days.}
    owner: Direction
    promisee: staff
    touchpoint: back-office
    indicators:
      - key: supported
        title: {fr: Soutiens en 5 jours, en: Support in 5 days}
        source: log
        kind: share-within
        start: day
        stop: support_day
        within: 5 days
        unit: unit
        channel: touchpoint
        minimum: 5
        targets: [{from: 2026-01-01, target: 0.8}]
        check: {due: 0 days, at: "06:00"}
"""


def logged_text() -> str:
    """The small charter with its log."""
    return CHARTER.read_text(encoding="utf-8").replace("commitments:\n", LOG.lstrip("\n"), 1) + PROMISE


def write_october() -> None:
    """Seven in Vannes and three in Brest at the bill, in October; all but the last of Vannes are supported."""
    for turn in range(10):
        unit = "vannes" if turn < 7 else "brest"
        written = Written(unit, date(2026, 10, 6 + turn), "insult", "bill", "", "fr")
        number = write_incident(VISITOR, NOW, written, sender=f"s{turn}", form=f"s{turn}")
        if turn != 6:
            support(COMMAND_LINE, NOW, number, Support(date(2026, 10, 8 + turn), "talk"))


def make_logged_world(folder: Path) -> Flask:
    """The small world whose October tells of ten incidents."""
    return make_world(folder, text=logged_text(), before=write_october)
