"""Pictograms in words, for paper that has no font for them."""

from __future__ import annotations

import unicodedata

FRENCH = {
    "😀": "visage rieur", "😁": "large sourire", "😂": "rire aux larmes", "🤣": "fou rire", "😃": "visage joyeux",
    "😄": "visage joyeux", "😅": "sourire gêné", "😆": "grand rire", "😉": "clin d’œil", "😊": "sourire",
    "😍": "yeux en cœur", "😎": "lunettes de soleil", "😏": "sourire en coin", "😐": "visage neutre",
    "😑": "visage sans expression", "😒": "visage blasé", "😓": "sueur froide", "😔": "visage pensif",
    "😕": "visage perplexe", "😟": "visage inquiet", "😠": "visage en colère", "😡": "visage furieux",
    "😢": "visage en larmes", "😤": "visage excédé", "😥": "visage déçu", "😩": "visage épuisé", "😫": "visage las",
    "😭": "gros chagrin", "😮": "visage étonné", "😱": "cri d’effroi", "😳": "visage gêné", "😴": "visage endormi",
    "🙁": "visage triste", "🙂": "léger sourire", "🙃": "sourire à l’envers", "🙄": "yeux au ciel", "🤔": "réflexion",
    "🤗": "accolade", "🤝": "poignée de main", "🤞": "doigts croisés", "🥰": "visage attendri", "🥳": "visage en fête",
    "🙏": "mains jointes", "🙌": "mains levées", "👌": "signe OK", "👍": "pouce levé", "👎": "pouce baissé",
    "👏": "applaudissements", "💪": "bras musclé", "👋": "salut de la main", "👀": "yeux", "👩": "femme", "👨": "homme",
    "❤": "cœur", "💔": "cœur brisé", "💙": "cœur bleu", "💚": "cœur vert", "💛": "cœur jaune", "🎉": "fête",
    "🎁": "cadeau", "🏆": "coupe", "⭐": "étoile", "🌟": "étoile brillante", "🔥": "feu", "💡": "ampoule",
    "⚡": "éclair", "✅": "coche", "❌": "croix", "❓": "point d’interrogation", "❗": "point d’exclamation",
    "⚠": "attention",
    "⏰": "réveil", "⏳": "sablier", "📞": "combiné", "☎": "téléphone", "📱": "portable", "💻": "ordinateur",
    "📧": "courriel", "📩": "courriel", "✉": "enveloppe", "📅": "calendrier", "📈": "courbe qui monte",
    "📉": "courbe qui descend", "📄": "page", "💶": "billet en euros", "💰": "sac d’argent", "🏠": "maison",
    "🏢": "immeuble", "🚗": "voiture", "🚀": "fusée", "💯": "cent", "👉": "doigt vers la droite", "🔴": "rond rouge",
    "🟠": "rond orange", "🟢": "rond vert",
}  # fmt: skip
_FLAG = 0x1F1E6


def sign_in_words(sign: str, language: str) -> str:
    """The name of a pictogram between brackets; in French of the usual ones, of others by their number."""
    code = ord(sign[0])
    if _FLAG <= code < _FLAG + 26:
        letters = "".join(chr(ord("A") + ord(one) - _FLAG) for one in sign)
        return f"[drapeau {letters}]" if language == "fr" else f"[flag {letters}]"
    number = f"U+{code:04X}"
    if language == "fr":
        return f"[{FRENCH.get(sign, f'signe {number}')}]"
    return f"[{unicodedata.name(sign, f'sign {number}').lower()}]"


def unprinted(count: int, language: str) -> str:
    """What stands for a run of letters that no font has."""
    if language == "fr":
        return f"[{count} signe{'s' if count > 1 else ''} sans police]"
    return f"[{count} sign{'s' if count > 1 else ''} without a font]"
