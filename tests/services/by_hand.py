"""The small charter with indicators that people enter and programs push, of several kinds and lengths of period."""

from __future__ import annotations

from charter.domain.figures.entries import Figure
from charter.domain.vocabulary.counts import Number
from charter.domain.vocabulary.permissions import COMMAND_LINE, Actor
from charter.domain.vocabulary.terms import Role
from charter.services.checks.running import run_due
from charter.services.records.access import Access
from tests.services.world import NOW, TEXT, apply

COMMON = """
        source: {source}
        period: {period}
        minimum: 10
        check: {{due: 3 days, at: "06:00", late_after: 1 day, lapses_after: 60 days}}"""


def _indicator(key: str, kind: str, target: str, source: str = "hand", period: str = "month", more: str = "") -> str:
    """One indicator of the charter file."""
    return f"""
      - key: {key}
        title: {{fr: Mesure {key}, en: Measure {key}}}
        kind: {kind}
        targets: [{{from: 2026-01-01, target: {target}}}]{more}{COMMON.format(source=source, period=period)}"""


VISITS = (
    """
  - key: visit
    title: {fr: Un accueil, en: A welcome}
    promise: {fr: Nous vous accueillons., en: We welcome you.}
    owner: Accueil
    components: [benevolence]
    indicators:"""
    + "".join(
        (
            _indicator("welcomed", "share", "0.9", more="\n        mandatory: true"),
            _indicator(
                "called", "share-within", "0.8", "pushed", more="\n        within: 5 days\n        channel: channel"
            ),
            _indicator("felt", "mean", "4"),
            _indicator("advised", "nps", "10"),
            _indicator("lost", "count", "0", more="\n        direction: lower"),
            _indicator("paid", "money", "1000", more="\n        direction: lower"),
            _indicator("open", "availability", "0.99"),
            _indicator("told", "yes-no", "1"),
            _indicator("daily", "share", "0.5", period="day"),
            _indicator("called_off", "rate", "10", more="\n        direction: lower\n        per: 1000"),
            _indicator(
                "answered_in_steps",
                "share-within",
                "0.5",
                more="\n        tiers: [{within: 10 days, target: 0.5}, {within: 20 days, target: 0.85}]",
            ),
            _indicator("slow", "percentile", "5", more="\n        percentile: 90"),
        )
    )
    + "\n"
)

BY_HAND = TEXT.replace("sources:\n", "sources:\n  hand: {kind: manual}\n  pushed: {kind: push}\n") + VISITS

MIA = Actor("Mia", Role.MANAGER, None, user_id=1)
BORIS = Actor("Boris", Role.MANAGER, ("west", "vannes", "brest"), user_id=2)
CARL = Actor("Carl", Role.CONTRIBUTOR, ("vannes",), user_id=3)


def by_hand() -> None:
    """The charter in force, with nothing measured."""
    apply(BY_HAND)


def by_hand_measured() -> None:
    """What is read from files is measured; what is entered waits."""
    apply(BY_HAND)
    run_due(COMMAND_LINE, NOW, Access())


def share(unit: str | None, met: Number, cases: Number, **more: object) -> Figure:
    """A figure of `welcomed` for October 2026."""
    given = {"indicator": "welcomed", "period": "2026-10", "numbers": {"numerator": met, "denominator": cases}}
    return Figure(unit=unit, **{**given, **more})  # type: ignore[arg-type]
