"""A charter that keeps a log of incidents and promises its staff support within three days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from charter.domain.vocabulary.permissions import VISITOR, Actor
from charter.domain.vocabulary.terms import Role
from charter.services.frontline.incidents import Support, Written, support, write_incident
from charter.services.frontline.moderation import set_aside
from tests.services.world import NOW, TEXT

MIA = Actor(name="Mia", role=Role.MANAGER)

LOG = """
  log:
    kind: incidents
    within: 3 days
    kinds:
      - {key: insult, text: {fr: Insultes, en: Insults}}
      - {key: threat, text: {fr: Menaces, en: Threats}}
    support:
      - {key: talk, text: {fr: Un entretien, en: A talk}}
      - {key: relief, text: {fr: Une relève, en: Relief}}
"""

PROMISE = """
  - key: stand-by
    title: {fr: Nous soutenons nos équipes, en: We stand by our staff}
    promise: {fr: Après une incivilité vous êtes soutenu en 3 jours., en: After incivility you are supported in 3 days.}
    owner: Direction
    promisee: staff
    touchpoint: counter
    indicators:
      - key: supported
        title: {fr: Soutiens en 3 jours, en: Support in 3 days}
        source: log
        kind: share-within
        start: day
        stop: support_day
        within: 3 days
        unit: unit
        channel: touchpoint
        minimum: 5
        targets: [{from: 2026-01-01, target: 0.90, tolerance: 0.05}]
        check: {due: 3 days, at: "06:00", late_after: 1 day, lapses_after: 60 days}
"""

LOGGED = (
    TEXT.replace("commitments:\n", f"{LOG}commitments:\n", 1).replace(
        "components: [competence]", "touchpoint: phone\n    components: [competence]", 1
    )
    + PROMISE
)


def note(
    form: str, day: date = date(2026, 10, 5), *, actor: Actor = VISITOR, now: datetime = NOW, **given: object
) -> int:
    """One that is written down by somebody without an account."""
    said = {"unit": "vannes", "kind": "insult", "touchpoint": "phone", "text": "", "language": "fr"} | given
    return write_incident(actor, now, Written(day=day, **said), sender=form, form=form)  # type: ignore[arg-type]


def stood_by(numbers: Sequence[int], day: date, *, now: datetime = NOW) -> None:
    """Support for each of them on a day."""
    for number in numbers:
        support(MIA, now, number, Support(day, "talk"))


def month_of_incidents() -> dict[str, list[int]]:
    """October: seven on the phone in Vannes, three in Brest; six at the counter in Nice; one more is set aside."""
    found = {
        "vannes": [note(f"v{at}", date(2026, 10, 1 + at)) for at in range(7)],
        "brest": [note(f"b{at}", date(2026, 10, 11 + at), unit="brest") for at in range(3)],
        "nice": [note(f"n{at}", date(2026, 10, 21), unit="nice", touchpoint="counter") for at in range(6)],
    }
    set_aside(MIA, NOW, note("twice", unit="brest"), reason="twice")
    return found
