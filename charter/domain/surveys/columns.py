"""Files as survey tools write them: one row a person, one column a question; turned into pairs, one row a promise.

LimeSurvey, Google Forms, Qualtrics (three header lines), Sphinx and SurveyMonkey (two) are told apart by what their
columns say. What a tool adds of the person or the visit (addresses, names, places, hours) is never read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from charter.domain.figures.file_rows import Row
from charter.domain.surveys.answer_files import plain
from charter.domain.surveys.questionnaire import SCALES

OF_THE_TOOL = frozenset(
    """
    startdate enddate status ipaddress ip_address ipaddr progress duration_in_seconds finished recordeddate
    recipientlastname recipientfirstname recipientemail externalreference locationlatitude locationlongitude
    duration_(in_seconds) distributionchannel userlanguage timestamp horodateur username nom_d_utilisateur
    nom_d'utilisateur adresse_e_mail email_address email e_mail mail courriel first_name last_name prenom nom name
    collector_id start_date end_date custom_data_1 submitdate date_de_soumission lastpage derniere_page
    startlanguage langue_de_depart seed token code_d_acces code_d'acces datestamp date_de_la_derniere_action
    date_de_lancement refurl url_referente date_saisie date_enreg temps_saisie origine_saisie lang_saisie
    appareil_saisie telephone phone adresse address q_recaptchascore q_relevantidduplicate
    """.split()  # noqa: SIM905
)
"""Columns that tools add of the person or the visit, by their plain names."""

RESPONDENTS = frozenset(
    ("responseid", "response_id", "respondent_id", "id_de_la_reponse", "id_reponse", "cle", "id", "identifiant")
)
_NOT_KEPT = re.compile(
    r"\b(?:if (?:the|this|our) promise (?:is|was|were) not kept|si (?:cette|la|notre) promesse n.\w+ pas tenue"
    r"|if (?:we|it) (?:(?:do|does|did) not|(?:do|does|did)n.?t)(?: (?:keep|kept)[^?:]*)?|if (?:it is )?not kept"
    r"|(?:et )?si (?:nous|on) ne (?:la )?tenons pas[^?:]*|(?:et )?si (?:elle|ce) n.est pas tenue?[^?:]*|si non tenue?"
    r"|dys ?fonctionnel(?:le)?|dysfunctional|dysf?|neg(?:ative?)?|absence|not ?kept|non ?tenue?|without)\b\??",
    re.I,
)
_KEPT = re.compile(
    r"\b(?:if (?:the|this|our) promise (?:is|was|were) kept|si (?:cette|la|notre) promesse \w+ tenue"
    r"|if (?:we|it) (?:keep|kept)[^?:]*|if (?:it is )?kept|si (?:nous|on) (?:la )?tenons[^?:]*"
    r"|si (?:elle|ce|c)[ ’']?(?:est)? tenue?[^?:]*|si tenue?|fonctionnel(?:le)?|functional|func|fonc"
    r"|pos(?:itive?|itif)?|presence|kept|tenue?|with)\b\??",
    re.I,
)
_LETTER = re.compile(r"[\s_\-.\[(:|]([FD])[\])]?\s*$")
_BRACKETED = re.compile(r"\[([^\[\]]+)\]\s*$")
_LEVEL = re.compile(r"(?:A?0*([1-5])(?:[.,]0+)?)(?:\s*[-–.:=)]\s*.*)?", re.S)
_IMPORT_ID = '{"importid"'


def words_in(text: str) -> str:
    """An answer's words without accents, capitals and signs."""
    return plain(re.sub(r"[^\w\s]", " ", text)).strip("_")


LEVELS: Mapping[str, str] = {
    words_in(text): str(level) for scale in SCALES.values() for level, text in enumerate(scale, 1)
} | {
    "i_like_it": "1", "i_like_it_that_way": "1", "i_expect_it": "2", "it_must_be_that_way": "2", "i_am_neutral": "3",
    "neutral": "3", "i_can_live_with_it": "4", "i_can_live_with_it_that_way": "4", "i_dislike_it": "5",
    "i_dislike_it_that_way": "5", "cela_me_plait": "1", "ca_me_plairait": "1", "cela_me_ferait_plaisir": "1",
    "c_est_normal": "2", "je_m_y_attends": "2", "cela_va_de_soi": "2", "ca_m_est_egal": "3", "neutre": "3",
    "plairait": "1", "me_plairait": "1", "normal": "2", "m_est_egal": "3", "indifferent": "3",
    "m_en_accommoderais": "4", "deplairait": "5", "me_deplairait": "5",
    "like": "1", "expect": "2", "expect_it": "2", "live_with_it": "4", "dislike": "5",
    "je_m_en_accommode": "4", "je_peux_m_en_accommoder": "4", "cela_me_deplait": "5", "ca_me_deplairait": "5",
}  # fmt: skip
"""The five answers by their words: those of the product, and those that questionnaires print most."""


@dataclass(frozen=True)
class Question:
    """One column of answers: the promise as the file names it, and which of the two questions was asked."""

    column: str
    promise: str
    side: str


@dataclass(frozen=True)
class Sheet:
    """A file without the lines that a tool writes below its header: names, what each column asks, rows of answers."""

    names: list[str]
    labels: Mapping[str, str]
    rows: list[Row]


def without_header_lines(names: Sequence[str], rows: Sequence[Row]) -> Sheet:
    """A file whose second line says what each column asks (Qualtrics: and the third its number), or none."""
    labels = {name: name for name in names}
    rest = list(rows)
    if len(rest) > 1 and any(cell.strip().lower().startswith(_IMPORT_ID) for cell in rest[1][1].values()):
        labels = {name: " ".join(rest[0][1].get(name, "").split()) or name for name in names}
        rest = rest[2:]
    elif rest and _is_of_choices(names, rest[0][1]):
        asked = ""
        for name in names:
            asked = asked if re.fullmatch(r"column \d+", name) else name
            below = " ".join(rest[0][1].get(name, "").split())
            own = below if plain(below) not in ("response", "open_ended_response", "reponse", "reponse_libre") else ""
            labels[name] = f"{asked} [{own}]" if own else asked
        rest = rest[1:]
    return Sheet(list(names), labels, [one for one in rest if not _is_preview(one[1])])


def _is_of_choices(names: Sequence[str], first: Mapping[str, str]) -> bool:
    """SurveyMonkey: a question's columns but the first have no name, and the line below says what each stands for."""
    words = {plain(cell) for cell in first.values() if cell.strip()}
    unnamed = [name for name in names if re.fullmatch(r"column \d+", name)]
    return bool(words & {"response", "open_ended_response", "reponse", "reponse_libre"}) or (
        len(unnamed) > 1 and all(first.get(name, "").strip() and level_of(first[name]) is None for name in unnamed)
    )


def _is_preview(row: Mapping[str, str]) -> bool:
    """Qualtrics: a look of whoever made the questionnaire, no answer."""
    return plain(row.get("Status", "")) in ("survey_preview", "survey_test")


def questions_in(sheet: Sheet, left_out: Sequence[str] = ()) -> list[Question]:
    """What each column asks: promise and side, as its label or its code says; columns that say neither are left."""
    aside = {plain(name) for name in left_out} | OF_THE_TOOL
    found: list[Question] = []
    for name in sheet.names:
        if plain(name) in aside or plain(sheet.labels[name]) in aside:
            continue
        question = _question(name, sheet.labels[name]) or _question(name, name)
        if question is not None:
            turn = 1 + sum(one.side == question.side for one in found)
            found.append(question if question.promise else replace(question, promise=f"{turn}"))
    return found


def _question(column: str, label: str) -> Question | None:
    inner = _BRACKETED.search(label)
    for text in (label, inner[1]) if inner else (label,):
        for pattern, side in ((_NOT_KEPT, "dysfunctional"), (_KEPT, "functional")):
            spoken = text.replace("_", " ")
            if pattern.search(spoken):
                return Question(column, _rest(pattern, spoken, inner), side)
    for text in (inner[1], label) if inner else (label,):
        if letter := _LETTER.search(text):
            side = "functional" if letter[1] == "F" else "dysfunctional"
            return Question(column, text[: letter.start()].strip(" _-.[(:|"), side)
    return None


def _rest(pattern: re.Pattern[str], spoken: str, inner: re.Match[str] | None) -> str:
    """What names the promise: the words in brackets where the question stands before them, else what is left."""
    if inner is not None and not pattern.search(inner[1].replace("_", " ")):
        return inner[1].strip()
    left = re.sub(r"\(\d+\)\s*$", "", pattern.sub(" ", spoken))
    return " ".join(re.sub(r"[\[\](){}|]", " ", left).split()).strip(" -–:.,;?")


def level_of(text: str) -> str | None:
    """The level 1 to 5 that an answer says: its words, `1 - …`, `A1`, a number; None for anything else."""
    said = " ".join(text.replace("\u202f", " ").replace("\u00a0", " ").split())
    if found := _LEVEL.fullmatch(said):
        return found[1]
    return LEVELS.get(words_in(said))


def is_long(names: Iterable[str]) -> bool:
    """Whether a file has a row for each person and promise already."""
    return any(plain(name) in ("attribute", "attribut", "engagement", "commitment", "critere") for name in names)


_MARKED = re.compile(r"(?:A0*|)(-?\d+(?:[.,]\d+)?)(?:\s*[-–:=)]\s*\D.*|\s+\D.*)?", re.S)


def mark_text(text: str) -> str:
    """`4 - Satisfait` and `A4` as the number that they are, `Très satisfait` as 5; anything else as it stands."""
    found = _MARKED.fullmatch(text.strip())
    return found[1] if found else text


SATISFIED: Mapping[str, str] = {
    "tres_insatisfait": "1", "pas_du_tout_satisfait": "1", "very_dissatisfied": "1",
    "insatisfait": "2", "plutot_insatisfait": "2", "peu_satisfait": "2", "dissatisfied": "2",
    "ni_satisfait_ni_insatisfait": "3", "neither_satisfied_nor_dissatisfied": "3",
    "satisfait": "4", "plutot_satisfait": "4", "satisfied": "4",
    "tres_satisfait": "5", "tout_a_fait_satisfait": "5", "very_satisfied": "5",
}  # fmt: skip
"""Marks in words, where marks run from 1 to 5."""

NO_ANSWER = frozenset(
    """
    ne_sait_pas je_ne_sais_pas nsp ne_se_prononce_pas sans_opinion sans_objet non_concerne non_concernee
    sans_reponse pas_de_reponse don_t_know do_not_know dk no_opinion not_applicable prefer_not_to_say no_answer
    """.split()  # noqa: SIM905
)
"""Words that say that there is no answer."""

DAYS = frozenset(
    """
    submitdate date_de_soumission date_submitted recordeddate enddate end_date timestamp horodateur date_saisie
    date_enreg date day jour
    """.split()  # noqa: SIM905
)
"""Columns of the day on which somebody answered: read only where a person says so, without the hour."""

WEIGHTS = frozenset(
    ["weight", "weights", "wt", "poids", "ponderation", "coefficient", "redressement", "poids_de_redressement", "coef"]
)
UNITS = frozenset(("unit", "unite", "agence", "agency"))
SEGMENTS = frozenset(("segment",))


def beside(name: str, label: str) -> str:
    """What a column says besides answers: weight, segment, unit, who answered; empty for any other."""
    for kind, known in (("weight", WEIGHTS), ("segment", SEGMENTS), ("unit", UNITS), ("respondent", RESPONDENTS)):
        if {plain(name), plain(label)} & known:
            return kind
    return ""


_TOOLS: Sequence[tuple[str, frozenset[str]]] = (
    ("qualtrics", frozenset(("responseid", "recordeddate"))),
    ("limesurvey", frozenset(("submitdate", "lastpage"))),
    ("limesurvey", frozenset(("submitdate", "startlanguage"))),
    ("limesurvey", frozenset(("id_de_la_reponse", "date_de_soumission"))),
    ("limesurvey", frozenset(("response_id", "date_submitted"))),
    ("surveymonkey", frozenset(("respondent_id", "collector_id"))),
    ("sphinx", frozenset(("cle", "date_saisie"))),
    ("sphinx", frozenset(("cle", "date_enreg"))),
)


def tool_of(names: Sequence[str]) -> str:
    """Which tool wrote a file, as its columns say; `other` where they do not."""
    said = {plain(name) for name in names}
    if names and plain(names[0]) in ("horodateur", "timestamp"):
        return "google-forms"
    if "responseid" in said and {"startdate", "status"} & said:
        return "qualtrics"
    return next((tool for tool, columns in _TOOLS if columns <= said), "other")


def is_of_the_tool(name: str, label: str) -> bool:
    """Whether a column is of the person or the visit, not of the answers."""
    return bool({plain(name), plain(label)} & OF_THE_TOOL)


def inner_label(label: str) -> str:
    """`How did we do? [care]` as care."""
    inner = _BRACKETED.search(label)
    return inner[1].strip() if inner else label
