"""What may be concluded of two figures of the same units, in words: with how many units, and how often in error."""

from __future__ import annotations

from charter.domain.statistics.symmetry import ERROR, FEWEST_UNITS, Together, Verdict
from charter.words.formats import format_number, french


def together_sentence(found: Together, looks: int, language: str) -> str:
    """`The two go together in 40 units (rank correlation 0.61).` and how often that would be said by chance alone; or
    that nothing is concluded. `looks`: the pairs that the page offers."""
    english, in_french = _sentences(found, looks, language)
    return french(in_french) if language == "fr" else english


def _sentences(found: Together, looks: int, language: str) -> tuple[str, str]:
    units = found.units
    if found.verdict is Verdict.TOO_FEW:
        return (
            f"Nothing is concluded: {units} of the units have both figures, and at least {FEWEST_UNITS} are needed.",
            f"Rien n’est conclu : {units} des entités ont les deux chiffres, et il en faut au moins {FEWEST_UNITS}.",
        )
    if found.verdict is Verdict.NOTHING or found.correlation is None:
        return (
            f"Nothing is concluded: in {units} units, chance alone could lay the dots like this.",
            f"Rien n’est conclu : sur {units} entités, le hasard seul pourrait disposer les points ainsi.",
        )
    rank = format_number(found.correlation, language, 2)
    is_with = found.verdict is Verdict.TOGETHER
    error = format_number(ERROR * 100, language)
    what = (
        f"Where staff live it better, so do customers: the two go together in {units} units (rank correlation {rank})."
        if is_with
        else f"Where staff live it better, customers live it worse, in {units} units (rank correlation {rank}).",
        f"Là où les équipes le vivent mieux, les clients aussi : les deux vont ensemble dans {units} entités "
        f"(corrélation des rangs {rank})."
        if is_with
        else f"Là où les équipes le vivent mieux, les clients le vivent moins bien, dans {units} entités "
        f"(corrélation des rangs {rank}).",
    )
    pairs = (
        ("", "")
        if looks < 2
        else (f", whichever of the {looks} pairs is chosen", f", quel que soit le couple choisi parmi {looks}")
    )
    return (
        f"{what[0]} Without any link, a month would say so at most {error} times in 100{pairs[0]}, if units do not "
        "depend on each other. It does not say that one makes the other.",
        f"{what[1]} Sans aucun lien, un mois le dirait au plus {error} fois sur 100{pairs[1]}, si les entités ne "
        "dépendent pas l’une de l’autre. Cela ne dit pas que l’un produit l’autre.",
    )
