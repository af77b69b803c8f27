"""What is said of surveys: what was left out, what may not be compared, what may not be classed, and why."""

from __future__ import annotations

from dataclasses import fields

from charter.domain.surveys.privacy import Kept, Remark
from charter.words.formats import format_number, french
from charter.words.statuses import Pairs

KINDS: Pairs = {"kano": ("pairs of answers", "paires de réponses"), "marks": ("marks", "notes")}
ORIGINS: Pairs = {"import": ("from a file", "d'un fichier"), "questionnaire": ("questionnaire", "questionnaire")}
WAVE_STATES: Pairs = {
    "open": ("open", "ouverte"),
    "over": ("past its day, about to be counted", "son jour est passé, bientôt comptée"),
    "counted": ("counted", "comptée"),
    "waiting": ("to be analysed", "à analyser"),
    "withdrawn": ("withdrawn", "retirée"),
}
TOOLS: Pairs = {
    "limesurvey": ("LimeSurvey", "LimeSurvey"),
    "google-forms": ("Google Forms", "Google Forms"),
    "qualtrics": ("Qualtrics", "Qualtrics"),
    "surveymonkey": ("SurveyMonkey", "SurveyMonkey"),
    "sphinx": ("Sphinx", "Sphinx"),
    "other": ("another tool", "un autre outil"),
}
COLUMN_PARTS: Pairs = {
    "kept": ("if it is kept", "si elle est tenue"),
    "not-kept": ("if it is not kept", "si elle n'est pas tenue"),
    "weight": ("weight: how many customers a person counts for", "poids : combien de clients une personne représente"),
    "segment": ("segment: each becomes a survey of its own", "segment : chacun devient une enquête à part"),
    "unit": ("unit that served the person", "entité qui a servi la personne"),
    "day": ("day of the answer", "jour de la réponse"),
    "respondent": ("what tells people apart (not stored)", "ce qui distingue les personnes (non conservé)"),
    "-": ("not read", "n'est pas lue"),
}
"""What a column of a survey tool's file is (`answer_columns.Part`)."""
KEPT: Pairs = {
    "answers": ("what you tick, promise by promise", "ce que vous cochez, promesse par promesse"),
    "day": (
        "the day, joined with others until at least five people share it",
        "le jour, réuni à d'autres jusqu'à ce qu'au moins cinq personnes le partagent",
    ),
    "language": (
        "your language, where at least five people answer in it",
        "votre langue, si au moins cinq personnes répondent dans celle-ci",
    ),
}
"""What is kept of one person's answers, by the fields of `domain.surveys.privacy.Kept`."""
KEPT_APART: Pairs = {
    "text": (
        "what you write, apart from your answers (e-mail addresses, telephone, account and other long numbers, and "
        "names after Mr or Ms are replaced by […])",
        "ce que vous écrivez, à part de vos réponses (les adresses électroniques, les numéros de téléphone, de compte "
        "et autres longs numéros, et les noms après M. ou Mme sont remplacés par […])",
    ),
    "commitment": ("the promise you write about", "la promesse dont vous parlez"),
    "language": (
        "the language of the page you wrote on, where at least five people answer in it",
        "la langue de la page où vous avez écrit, si au moins cinq personnes y répondent",
    ),
}
"""What is kept of one person's words, by the fields of `domain.surveys.privacy.Remark`."""
EFFECTS: Pairs = {
    "basic": ("floor", "socle"),
    "performance": ("both", "les deux"),
    "excitement": ("earns trust", "renforce la confiance"),
    "neutral": ("neither", "ni l'un ni l'autre"),
    "undetermined": ("undetermined", "indéterminé"),
    "anomalous": ("wrong sign: not classed", "à contresens : non classé"),
    "insufficient": ("too little: not classed", "trop peu : non classé"),
}
"""What penalty and reward say together."""


def kept_words(language: str, *, asks_why: bool = False) -> list[str]:
    """What is kept of one person's answers, and of their words where these are asked for, field by field, as the page
    says it before the first question."""
    said = [KEPT[one.name] for one in fields(Kept)]
    said += [KEPT_APART[one.name] for one in fields(Remark)] if asks_why else []
    return [french(one[1]) if language == "fr" else one[0] for one in said]


def format_p(value: float, language: str) -> str:
    """The chance of such a difference where there is none; three decimals, never 0."""
    least = 0.001
    return f"< {format_number(least, language, 3)}" if value < least else format_number(value, language, 3)


def format_mark(value: float, language: str) -> str:
    """Points of the overall mark, with two decimals."""
    return format_number(value, language, 2)


SURVEY_SENTENCES: dict[str, tuple[str, str]] = {
    "respondent-twice": (
        "Answers of somebody who had answered already, left out: {count}. One person counts once.",
        "Réponses de personnes qui avaient déjà répondu, écartées : {count}. Une personne compte une fois.",
    ),
    "comparison-refused": (
        "{attribute}: the waves {first} and {second} are not compared. They offered the answers in other words "
        "(“{one}” and “{other}”), and the words move the result as much as years might.",
        "{attribute} : les vagues {first} et {second} ne se comparent pas. Les réponses y étaient proposées en "
        "d'autres mots (« {one} » et « {other} »), et les mots déplacent le résultat autant que des années.",
    ),
    "comparison-unknown": (
        "{attribute}: the waves {first} and {second} are not compared. The words in which the answers were offered "
        "are not written down for both.",
        "{attribute} : les vagues {first} et {second} ne se comparent pas. Les mots dans lesquels les réponses étaient "
        "proposées ne sont pas notés pour les deux.",
    ),
    "marks-partial": (
        "People with a mark missing, left out: {count}.",
        "Personnes dont une note manque, écartées : {count}.",
    ),
    "wave-aside-smaller": (
        "The newer survey {wave} changes nothing: {n} people answered, {more} the one that speaks. It speaks once the "
        "older one has expired, or somebody decides so on its page.",
        "L'enquête plus récente {wave} ne change rien : {n} personnes ont répondu, {more} à celle qui parle. Elle "
        "parlera quand l'ancienne sera périmée, ou si quelqu'un le décide sur sa page.",
    ),
    "wave-aside-unusable": (
        "The newer survey {wave} may not be used ({n} answers count) and changes nothing.",
        "L'enquête plus récente {wave} n'est pas utilisable ({n} réponses comptent) et ne change rien.",
    ),
    "marks-no-interval": (
        "The effects could not be measured.",
        "Les effets n'ont pas pu être mesurés.",
    ),
    "marks-off-scale": (
        "{attribute}: marks off the scale, taken as missing: {count}.",
        "{attribute} : notes hors de l'échelle, prises pour manquantes : {count}.",
    ),
    "marks-no-mark": (
        "{attribute}: cells that are no marks, taken as missing: {count}.",
        "{attribute} : cases qui ne sont pas des notes, prises pour manquantes : {count}.",
    ),
    "marks-no-overall": (
        "People without an overall mark, left out: {count}.",
        "Personnes sans note globale, écartées : {count}.",
    ),
    "marks-not-applicable": (
        "People who said “not applicable” where fewer than {minimum} did, left out: {count}.",
        "Personnes ayant répondu « sans objet » là où moins de {minimum} l'ont fait, écartées : {count}.",
    ),
    "marks-constant": (
        "Everybody gave the same mark: nothing can be told from it.",
        "Tout le monde a donné la même note : on ne peut rien en tirer.",
    ),
    "marks-one-sided": (
        "Low marks: {n_low}, high marks: {n_high}. Without both ends neither penalty nor reward can be told.",
        "Notes basses : {n_low}, notes hautes : {n_high}. Sans les deux bouts, ni pénalité ni gain ne se mesurent.",
    ),
    "marks-alike": (
        "Always marked like “{attribute}”: the two cannot be told apart. Merge them.",
        "Toujours noté comme « {attribute} » : les deux ne se distinguent pas. Réunissez-les.",
    ),
    "marks-tangled": (
        "“{attribute}” follows from the other marks: its own effect cannot be told.",
        "« {attribute} » se déduit des autres notes : son effet propre ne se mesure pas.",
    ),
    "marks-too-few-people": (
        "Whole answers: {n}. At least {minimum} are needed before anything is classed.",
        "Réponses complètes : {n}. Il en faut au moins {minimum} avant de classer quoi que ce soit.",
    ),
    "marks-one-grouping": (
        "Marks can be grouped in one way only: whether the class holds under another cannot be seen.",
        "Les notes ne se regroupent que d'une façon : on ne peut voir si la classe tient sous une autre.",
    ),
    "marks-negative-penalty": (
        "Low marks go with a better overall mark: the penalty is taken as nothing.",
        "Les notes basses vont avec une meilleure note globale : la pénalité est prise pour nulle.",
    ),
    "marks-negative-reward": (
        "High marks go with a lower overall mark: the reward is taken as nothing.",
        "Les notes hautes vont avec une moins bonne note globale : le gain est pris pour nul.",
    ),
    "marks-halo": (
        "Marks move together (mean correlation {correlation}): effects shrink or turn. Look at the plain means too.",
        "Les notes bougent ensemble (corrélation moyenne {correlation}) : les effets rétrécissent ou se retournent. "
        "Regardez aussi les moyennes simples.",
    ),
    "respondents-unknown": (
        "The file does not say who answered: somebody who answered twice cannot be seen.",
        "Le fichier ne dit pas qui a répondu : on ne peut voir si quelqu'un a répondu deux fois.",
    ),
}
"""English and French, by code."""
