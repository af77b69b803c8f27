"""The words of what is sent: where a sending stands, by which way, and what it is about."""

from __future__ import annotations

from charter.domain.alerts.mail_hours import Channel, PostState
from charter.words.statuses import Pairs, word

STATES: Pairs = {
    PostState.WAITING: ("waiting", "en attente"),
    PostState.SENDING: ("being sent", "en cours d'envoi"),
    PostState.SENT: ("sent", "envoyé"),
    PostState.FAILED: ("given up", "abandonné"),
    PostState.OFF: ("not sent", "non envoyé"),
}
CHANNELS: Pairs = {Channel.MAIL: ("e-mail", "courriel"), Channel.WEBHOOK: ("webhook", "webhook")}
SUBJECTS: Pairs = {
    "trial": ("trial", "essai"),
    "alerts": ("alerts", "alertes"),
    "digest": ("digest", "récapitulatif"),
    "alert": ("alert", "alerte"),
    "action": ("reminder of an action", "rappel d'une action"),
    "class_review": ("class to look at again", "classe à revoir"),
    "report": ("report", "rapport"),
}


def post_state_word(code: str | None, language: str) -> str:
    """Where a sending stands: `en attente`."""
    return word(STATES, code, language)


def channel_word(code: str | None, language: str) -> str:
    """By which way: `courriel`."""
    return word(CHANNELS, code, language)


def post_word(code: str | None, language: str) -> str:
    """What a sending is about: `essai`; a program is told what happened besides (`alert:opened`)."""
    return word(SUBJECTS, (code or "").partition(":")[0], language)
