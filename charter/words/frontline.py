"""The words of what staff tell: kinds, states, reasons, what looks personal."""

from __future__ import annotations

import re
from datetime import datetime

from markupsafe import Markup

from charter.domain.frontline.observations import ObservationKind, ObservationState, SetAsideReason
from charter.domain.overview.model import Overview
from charter.words.formats import as_instant, format_date
from charter.words.overview import unknown_briefly
from charter.words.statuses import Pairs

KINDS: Pairs = {
    ObservationKind.OBSTACLE: ("Obstacle reported", "Obstacle signalé"),
    ObservationKind.CUSTOMER: ("A customer's words", "Paroles d'un client"),
    ObservationKind.THANKS: ("Thanks to a team", "Merci à une équipe"),
    ObservationKind.INCIDENT: ("Incivility", "Incivilité"),
    ObservationKind.WHY: ("A customer's reason, from a survey", "La raison d'un client, dans une enquête"),
}
STATES: Pairs = {
    ObservationState.WAITING: ("waiting to be read", "attend d'être lue"),
    ObservationState.ACCEPTED: ("read", "lue"),
    ObservationState.SET_ASIDE: ("set aside", "mise de côté"),
}
INCIDENT_STATES: Pairs = {
    ObservationState.WAITING: ("waiting for support", "attend un soutien"),
    ObservationState.ACCEPTED: ("colleague supported", "collègue soutenu"),
    ObservationState.SET_ASIDE: ("set aside, not counted", "mis de côté, non compté"),
}
ASIDE: Pairs = {
    SetAsideReason.PERSON: ("it may identify someone", "elle permet d'identifier quelqu'un"),
    SetAsideReason.OTHER_SUBJECT: ("it is about something else", "elle parle d'autre chose"),
    SetAsideReason.TWICE: ("it was reported already", "elle a déjà été signalée"),
    SetAsideReason.UNCLEAR: ("we did not understand it", "nous ne l'avons pas comprise"),
}
PERSONAL: Pairs = {
    "e-mail": ("an e-mail address", "une adresse électronique"),
    "phone": ("a telephone number", "un numéro de téléphone"),
    "account": ("a bank account", "un compte bancaire"),
    "number": ("a customer's number", "un numéro de client"),
    "name": ("a name", "un nom"),
    "address": ("an address", "une adresse"),
    "plate": ("a number plate", "une plaque d'immatriculation"),
    "reference": ("the number of a contract or customer", "un numéro de contrat ou de client"),
}
PAIRS = {
    "observation_word": KINDS,
    "observation_state": STATES,
    "incident_state": INCIDENT_STATES,
    "aside_word": ASIDE,
    "personal_word": PERSONAL,
}


def day_of(instant: datetime | str | None, timezone: str, language: str) -> str:
    """The local day of an instant: when something was told, without the hour."""
    return format_date(as_instant(instant, timezone).date(), language) if instant else ""


def badge_words(overview: Overview, language: str) -> str:
    """What the badge of a charter says: `5 tenus sur 8, socle non tenu`; of no figure at all, that it is not proven."""
    kept, of, floor = overview["headline"]["kept"], overview["headline"]["of"], overview["headline"]["floor"]["state"]
    if language == "fr":
        count = f"{kept} {'tenus' if kept > 1 else 'tenu'} sur {of}" if of else "rien à évaluer"
        count += "".join(f", {said}" for said in unknown_briefly(overview, language))
        return count + {"held": ", socle tenu", "broken": ", socle non tenu", "unproven": ", socle non établi"}.get(
            floor, ""
        )
    count = f"{kept} of {of} kept" if of else "nothing to assess"
    count += "".join(f", {said}" for said in unknown_briefly(overview, language))
    return count + {"held": ", floor held", "broken": ", floor not held", "unproven": ", floor not proven"}.get(
        floor, ""
    )


def glyph_ink(drawn: str, ink: str) -> Markup:
    """A shape with its ink written into it: a badge has no stylesheet of its own."""
    inks = {
        "g-fill": f'fill="{ink}"',
        "g-line": f'fill="none" stroke="{ink}" stroke-width="1.5"',
        "g-thick": f'fill="none" stroke="{ink}" stroke-width="2"',
        "g-dots": f'fill="none" stroke="{ink}" stroke-width="1.6" stroke-dasharray="1.7 1.75"',
    }
    return Markup(re.sub(r'class="(g-[a-z]+)"', lambda found: inks[found[1]], str(drawn)))
