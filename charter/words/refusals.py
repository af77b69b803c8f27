"""The refusals of figures in French: services speak English, a page speaks the language of its reader."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from gettext import NullTranslations
from pathlib import Path

from babel.support import Translations

from charter.domain.errors import Sentence, filled
from charter.domain.periods import Period
from charter.domain.sentences import restored
from charter.words import (
    class_refusals,
    failures,
    findings,
    frontline,
    mending,
    refusals_of_pages,
    refusals_of_post,
    refusals_of_rights,
    refusals_of_surveys,
    refusals_of_work,
)
from charter.words.codes import code_word
from charter.words.formats import format_date, format_period
from charter.words.refusals_of_acts import ACTS
from charter.words.typography import french

TRANSLATIONS = Path(__file__).resolve().parents[1] / "translations"

_FRENCH: tuple[tuple[str, str], ...] = (
    ("{}: “{}” is a formula: write its result.", "{0} : « {1} » est une formule ; écrivez son résultat."),
    (
        "{}: “{}” is a percentage: a figure is given as counts.",
        "{0} : « {1} » est un pourcentage ; un chiffre se donne en nombres de cas.",
    ),
    ("{}: “{}” is not a number, such as 37 or 12,5.", "{0} : « {1} » n'est pas un nombre, comme 37 ou 12,5."),
    (
        "A figure of kind {} cannot be entered: it is computed at each level from its rows.",
        "Un chiffre de type {0} ne se saisit pas : il se calcule à chaque niveau à partir des lignes.",
    ),
    (
        "The number {} is missing: a figure of kind {} needs {}.",
        "Le nombre {0} manque : un chiffre de type {1} demande {2}.",
    ),
    ("The number {} is missing: a figure needs {}.", "Le nombre {0} manque : un chiffre demande {1}."),
    ("A figure of kind {} has no {}: it needs {}.", "Un chiffre de type {0} n'a pas de {1} : il demande {2}."),
    ("The number {} is {}: it must be a finite number.", "Le nombre {0} vaut {1} : il doit être fini."),
    ("The number {} is {}: it cannot be less than 0.", "Le nombre {0} vaut {1} : il ne peut pas être inférieur à 0."),
    ("The number {} is {}: it must be whole.", "Le nombre {0} vaut {1} : il doit être entier."),
    (
        "The number {} is above {} cases: look whether it is what you meant.",
        "Le nombre {0} dépasse {1} cas : vérifiez qu'il est bien celui que vous vouliez.",
    ),
    (
        "The number {} is above {}: look whether it is what you meant.",
        "Le nombre {0} dépasse {1} : vérifiez qu'il est bien celui que vous vouliez.",
    ),
    ("The number {} has more than 9 decimals: round it.", "Le nombre {0} a plus de 9 décimales : arrondissez-le."),
    (
        "The number {} is {}, above the denominator {}.",
        "Le nombre {0} vaut {1}, plus que le dénominateur {2}.",
    ),
    ("The numerator {} is above the denominator {}.", "Le numérateur {0} dépasse le dénominateur {1}."),
    ("There is a sum of {} but no value: n is 0.", "Il y a une somme de {0} mais aucune valeur : n vaut 0."),
    ("There are {} cents but no payment: n is 0.", "Il y a {0} centimes mais aucun paiement : n vaut 0."),
    (
        "The sum of squares {} is too small for {} values that add up to {}.",
        "La somme des carrés {0} est trop petite pour {1} valeurs dont la somme est {2}.",
    ),
    ("There is no figure here.", "Il n'y a aucun chiffre ici."),
    ("There are {} figures: send at most {} at once.", "Il y a {0} chiffres : envoyez-en au plus {1} à la fois."),
    (
        "{} is read from a source: its figures are not entered by hand.",
        "{0} est lu dans une source : ses chiffres ne se saisissent pas.",
    ),
    ("{} is measured by {}: {} is not one.", "{0} se mesure par {1} : {2} n'en est pas une période."),
    (
        "{} has not ended yet: its figure can be entered from the day after its last.",
        "{0} n'est pas terminé : son chiffre se saisit à partir du lendemain de son dernier jour.",
    ),
    (
        "{} began before the charter, on {}: it has no place.",
        "{0} a commencé avant la charte, en vigueur depuis le {1} : elle n'a pas de place ici.",
    ),
    ("The figure of {} for {} stands twice.", "Le chiffre de {0} pour {1} figure deux fois."),
    (
        "The unit {} did not exist in {}: look at its dates in the charter.",
        "L'entité {0} n'existait pas en {1} : voyez ses dates dans la charte.",
    ),
    (
        "{} has no {} in the charter: leave it out, or add {}: there.",
        "{0} n'a pas de {1} dans la charte : retirez cette colonne, ou ajoutez {2}: dans la charte.",
    ),
    (
        "The {} has a sign that does not print, or more than {} letters.",
        "Le champ {0} a un signe qui ne s'imprime pas, ou plus de {1} lettres.",
    ),
    ("{} has no figure of {} to correct. There is: {}.", "{0} n'a pas de chiffre de {1} à corriger. Il y a : {2}."),
    (
        "There is a figure of {} already: {} would count the same cases twice.",
        "Il y a déjà un chiffre de {0} : {1} compterait deux fois les mêmes cas.",
    ),
    (
        "There is a figure for this period and unit already: say why it is corrected.",
        "Il y a déjà un chiffre pour cette période et cette entité : dites pourquoi il est corrigé.",
    ),
    (
        "The reason is over {} letters, or has a sign that does not print.",
        "Le motif dépasse {0} lettres, ou a un signe qui ne s'imprime pas.",
    ),
    (
        "The figures have changed since you saw the effect: look at it again before you confirm.",
        "Les chiffres ont changé depuis que vous avez vu l'effet : revoyez-le avant de confirmer.",
    ),
    ("Two columns say {}: leave out “{}” or the other.", "Deux colonnes disent {0} : retirez « {1} » ou l'autre."),
    (
        "The file has no column {}: add it, or choose the indicator on the page. Its first line says {}.",
        "Le fichier n'a pas de colonne {0} : ajoutez-la, ou choisissez l'indicateur ici. Sa première ligne dit {1}.",
    ),
    (
        "The file has no column {}: add it. Its first line says {}.",
        "Le fichier n'a pas de colonne {0} : ajoutez-la. Sa première ligne dit {1}.",
    ),
    (
        "The file has no column of numbers, such as numerator and denominator.",
        "Le fichier n'a pas de colonne de nombres, comme numérateur et dénominateur.",
    ),
    (
        "{}: over {} letters, or a sign that does not print.",
        "{0} : plus de {1} lettres, ou un signe qui ne s'imprime pas.",
    ),
    (
        "The row names no indicator, and none is chosen on the page.",
        "La ligne ne nomme pas d'indicateur, et aucun n'est choisi sur la page.",
    ),
    ("The row names no period.", "La ligne ne nomme pas de période."),
    (
        "The file {} is in the old Excel format: save it as .xlsx or CSV.",
        "Le fichier {0} est dans l'ancien format d'Excel : enregistrez-le en .xlsx ou en CSV.",
    ),
    (
        "The file {}, line {}: it is not a line of CSV ({}).",
        "Le fichier {0}, ligne {1} : ce n'est pas une ligne de CSV ({2}).",
    ),
    (
        "The file {} is damaged: open it, and save it again as .xlsx.",
        "Le fichier {0} est abîmé : ouvrez-le et enregistrez-le de nouveau en .xlsx.",
    ),
    ("The file {} has {} columns: keep at most {}.", "Le fichier {0} a {1} colonnes : gardez-en au plus {2}."),
    (
        "The file {} has more than {} rows: send it in parts.",
        "Le fichier {0} a plus de {1} lignes : envoyez-le en plusieurs fois.",
    ),
    (
        "The file {}, line {}: {} values where the header has {} columns: mend the line.",
        "Le fichier {0}, ligne {1} : {2} valeurs pour {3} colonnes ; corrigez la ligne.",
    ),
    (
        "The file {} is larger than {} MB: send it in parts.",
        "Le fichier {0} dépasse {1} Mo : envoyez-le en plusieurs fois.",
    ),
    ("The file {} has no row with figures.", "Le fichier {0} n'a aucune ligne avec des chiffres."),
    ("The file {} is empty: {}", "Le fichier {0} est vide : sa première ligne doit nommer les colonnes."),
    (
        "The file {} has no header: its first line holds the value “{}” where the name of a column should be.",
        "Le fichier {0} n'a pas d'en-tête : sa première ligne porte la valeur « {1} » à la place d'un nom de colonne.",
    ),
    (
        "The file {} has two columns named “{}”: rename one of them.",
        "Le fichier {0} a deux colonnes nommées « {1} » : renommez l'une d'elles.",
    ),
    (
        "The file {} cannot be read as a spreadsheet: save it as .xlsx.",
        "Le fichier {0} ne se lit pas comme un classeur : enregistrez-le en .xlsx.",
    ),
    (
        "The file {} unpacks to more than {} MB: send it in parts.",
        "Le fichier {0} dépasse {1} Mo une fois décompressé : envoyez-le en plusieurs parties.",
    ),
    (
        "The file {} is damaged: it cannot be unpacked. Send it as CSV.",
        "Le fichier {0} est abîmé : il ne se décompresse pas. Envoyez-le en CSV.",
    ),
    (
        "The file {} unpacks to {} MB, more than the {} MB allowed: save it as CSV.",
        "Le fichier {0} se déplie en {1} Mo, plus que les {2} Mo admis : enregistrez-le en CSV.",
    ),
    (
        "The file {} is neither UTF-8 nor {}: save it as UTF-8, or write its encoding.",
        "Le fichier {0} n'est ni en UTF-8 ni en {1} : enregistrez-le en UTF-8.",
    ),
    (
        "The file is not what was sent: send it again.",
        "Le fichier n'est pas celui qui a été envoyé : envoyez-le de nouveau.",
    ),
    ("There is no such file of yours: send it again.", "Vous n'avez pas de tel fichier : envoyez-le de nouveau."),
    (
        "The file {} was applied, discarded or left too long: send it again.",
        "Le fichier {0} a été appliqué, écarté ou laissé trop longtemps : envoyez-le de nouveau.",
    ),
    ("Choose a file: CSV or XLSX.", "Choisissez un fichier, CSV ou XLSX."),
    ("{} may not enter figures.", "{0} ne peut pas saisir de chiffres."),
    *ACTS,
    ("The charter has no unit {}.", "La charte n'a pas d'entité {0}."),
    ("The charter has no indicator {}. It has: {}.", "La charte n'a pas d'indicateur {0}. Elle a : {1}."),
    (
        "“{}” is out of range: periods lie in the years 1900 to 2200.",
        "« {0} » est hors limites : une période se trouve entre les années 1900 et 2200.",
    ),
    (
        "“{}” is not a period: {}",
        "« {0} » n'est pas une période : écrivez 2026, 2026-Q4, 2026-10, 2026-W41 ou 2026-10-05.",
    ),
)
"""Each sentence as the code writes it, a place for each value, and its French."""


def _pattern(english: str) -> re.Pattern[str]:
    return re.compile(re.escape(english).replace(r"\{\}", "(.*?)"), re.DOTALL)


TABLES = (
    _FRENCH,
    refusals_of_surveys.FRENCH,
    refusals_of_work.FRENCH,
    frontline.FRENCH,
    findings.FRENCH,
    failures.FRENCH,
    mending.REMEDIES,
    class_refusals.CLASS_REFUSALS,
    refusals_of_pages.FRENCH,
    refusals_of_rights.FRENCH,
    refusals_of_post.FRENCH,
)
"""Each room's sentences in a table of its own; the first that fits is taken."""

_QUOTED = re.compile("“([^”]*)”")
_WHOLLY_QUOTED = re.compile("'([^']*)'")


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Made at the first refusal: a process that refuses nothing need not wait for them."""
    return tuple((_pattern(english), words) for table in TABLES for english, words in table)


def refusal_sentence(error: object, language: str) -> str:
    """What a refusal says, in the language: its template translated by gettext, its values in their own words.

    It may be as a row keeps it (`stored`). A plain text (what the first release kept of a run) stays as it is.
    """
    sentence = restored(error) if isinstance(error, Mapping) else getattr(error, "sentence", error)
    if not isinstance(sentence, Sentence):
        return _of_tables(str(error), language)
    said = translation(sentence.template, language)
    if said == sentence.template and language == "fr":
        return _of_tables(str(sentence), language)
    whole = filled(said, {name: value_in_words(value, language) for name, value in sentence.values.items()})
    return french(whole) if language == "fr" else whole


def value_in_words(value: object, language: str) -> str:
    """A value of a sentence: codes by their word, days and periods by their name, lists with commas."""
    if isinstance(value, Sentence):
        return refusal_sentence(value, language)
    if isinstance(value, StrEnum):
        return code_word(value, language)
    if isinstance(value, Period):
        return format_period(value.key, language)
    if isinstance(value, date):
        return format_date(value.date() if isinstance(value, datetime) else value, language)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(value_in_words(one, language) for one in value)
    return str(value)


def translation(template: str, language: str) -> str:
    """The template in the language of the catalogue; one that it lacks stays English."""
    return _catalogue(language).gettext(template)


@lru_cache(maxsize=4)
def _catalogue(language: str) -> NullTranslations:
    return Translations.load(TRANSLATIONS, [language])


# What has no template yet: the tables above, by what was recognised of the English.


def _of_tables(said: str, language: str) -> str:
    if language != "fr":
        return said
    for pattern, words in _patterns():
        if found := pattern.fullmatch(said):
            return french(words.format(*map(_in_french, found.groups())))
    return said


def _in_french(value: str) -> str:
    """The names that a value holds, between the marks of French."""
    if found := _WHOLLY_QUOTED.fullmatch(value):
        return f"« {found[1]} »"
    return _QUOTED.sub(r"« \1 »", value.replace("” or “", "” ou “"))
