"""What a commitment's state means by its class: what breaks the floor is said otherwise than what costs a credit."""

from __future__ import annotations

from collections.abc import Mapping

from charter.words.statuses import Pairs
from charter.words.typography import french

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
            "It is floor: its absence destroys, and breaks the floor.",
            "C'est du socle : son absence détruit, et rompt le socle.",
        ),
        "unknown": ("It is floor: without its figure the floor is not proven.",
                    "C'est du socle : sans son chiffre, le socle n'est pas établi."),
        "near": ("It is floor: the floor still holds.", "C'est du socle : le socle tient encore."),
    },
    "trust": {
        "failed": (
            "It is trust: its credit is lost, the floor is not touched.",
            "C'est de la confiance : son crédit est perdu, le socle n'est pas touché.",
        ),
        "unknown": ("It is trust: nothing is credited without its figure.",
                    "C'est de la confiance : rien n'est crédité sans son chiffre."),
        "near": ("It is trust: it is credited once kept.", "C'est de la confiance : elle est créditée une fois tenue."),
    },
    "apart": dict.fromkeys(
        ("failed", "unknown", "near"),
        ("It stands apart: neither floor nor trust depends on it.",
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
