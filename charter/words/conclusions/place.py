"""What a commitment's state means by its class: what breaks the floor is said otherwise than what costs a credit."""

from __future__ import annotations

from collections.abc import Mapping

from charter.words.formats import french
from charter.words.statuses import Pairs

WORDS: Pairs = {
    "floor": ("floor", "socle"),
    "both": ("floor and trust", "socle et confiance"),
    "trust": ("trust", "confiance"),
    "apart": ("set apart", "à part"),
}

STATES: Mapping[str, str] = {
    "missed": "failed",
    "unacceptable": "failed",
    "no-data": "unknown",
    "unproven": "unknown",
    "near": "near",
}
SENTENCES: Mapping[str, Pairs] = {
    "floor": {
        "failed": (
            "Floor commitment: while it is missed, the floor does not hold.",
            "Engagement du socle : tant qu'il n'est pas tenu, le socle ne tient pas.",
        ),
        "unknown": ("Floor commitment: without a figure the floor is not established.",
                    "Engagement du socle : sans chiffre, le socle n'est pas établi."),
        "near": ("Floor commitment: the floor still holds.", "Engagement du socle : le socle tient encore."),
    },
    "trust": {
        "failed": (
            "Trust commitment: it does not count; the floor is not affected.",
            "Engagement de confiance : il ne compte pas ; le socle n'est pas en cause.",
        ),
        "unknown": ("Trust commitment: without a figure it does not count.",
                    "Engagement de confiance : sans chiffre, il ne compte pas."),
        "near": ("Trust commitment: it counts once kept.", "Engagement de confiance : il compte une fois tenu."),
    },
    "apart": dict.fromkeys(
        ("failed", "unknown", "near"),
        ("Set apart: neither floor nor trust depends on it.",
         "Il est à part : ni le socle ni la confiance n'en dépendent."),
    ),
}  # fmt: skip
"""By place and state. What is both is floor at its promised level."""


def place_sentence(status: str | None, place: str | None, language: str) -> str:
    """What it means that a commitment of this place stands so; nothing where it is kept, or belongs nowhere."""
    said = SENTENCES.get("floor" if place == "both" else place or "", {}).get(STATES.get(status or "", ""))
    if said is None:
        return ""
    return french(said[1]) if language == "fr" else said[0]
