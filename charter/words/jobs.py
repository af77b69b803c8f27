"""Long work in words: what it is, where it stands, what came of it.

The words of what is sent: where a sending stands, by which way, and what it is about.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from charter.domain.alerts.mail_hours import Channel, PostState
from charter.domain.alerts.webhook import Form
from charter.domain.vocabulary.terms import JobState
from charter.words.formats import NBSP, NONE, Figure, format_count, format_number, format_period, french
from charter.words.statuses import Pairs, word

STATES: Pairs = {
    JobState.WAITING: ("waiting", "en attente"),
    JobState.RUNNING: ("under way", "en cours"),
    JobState.DONE: ("done", "fait"),
    JobState.FAILED: ("failed", "en échec"),
}

_TITLES: Pairs = {
    "run-checks": ("Checks run now", "Contrôles lancés maintenant"),
    "newer": ("The newer file is counted", "Comptage du nouveau fichier"),
    "verify": ("Proof that nothing was rewritten", "Preuve que rien n'a été réécrit"),
    "make-report": ("Making a report", "Fabrication d'un rapport"),
    "make-draft": ("Printing a draft", "Impression d'un projet"),
    "make-editions": ("Printing an edition", "Impression d'une édition"),
    "publish-erratum": ("Publishing an erratum", "Publication d'un erratum"),
    "try-draft": ("A look at what the draft would count", "Essai de ce que le brouillon compterait"),
    "read-hard-words": ("The words of those who found it hard", "Les mots de ceux qui ont trouvé cela difficile"),
    "look-at-source": ("A look at the data of a source", "Un regard sur les données d'une source"),
    "make-poster": ("Making a poster", "Fabrication d'une affiche"),
    "make-card": ("Making the sheet that a provider signs", "Fabrication de la feuille qu'un prestataire signe"),
    "make-sheets": ("Printing the sheets for team meetings", "Impression des fiches pour les réunions d'équipe"),
    "analyse-survey": ("Marks of a survey analysed", "Analyse des notes d'une enquête"),
    "import-survey": ("A large file of answers kept", "Un grand fichier de réponses gardé"),
    "read-figures": ("Reading a file of figures", "Lecture d'un fichier de chiffres"),
    "apply-figures": ("A large file of figures entered", "Saisie d'un grand fichier de chiffres"),
    "look-at-answers": ("A look at a large file of answers", "Un regard sur un grand fichier de réponses"),
    "read-answers": ("Reading a file of answers", "Lecture d'un fichier de réponses"),
    "read-charter": ("Reading a charter file", "Lecture d'un fichier de charte"),
    "read-first-file": ("Reading a file of cases", "Lecture d'un fichier de dossiers"),
    "read-newer-file": ("Reading the newer file of cases", "Lecture du nouveau fichier de dossiers"),
    "look-at-first-source": ("A look at the data of a source", "Un regard sur les données d'une source"),
    "read-words": ("Reading free texts", "Lecture de textes libres"),
    "count-first": ("Counting by the columns chosen", "Comptage selon les colonnes choisies"),
}

_RESULTS: Pairs = {
    "run-checks": (
        "{due} checks were due: {done} done, {failed} failed.",
        "{due} contrôles étaient à faire : {done} faits, {failed} en échec.",
    ),
    "newer": (
        "Months counted from it: {done}; failed: {failed}. Months counted before that it counts otherwise: {changed} "
        "of {again}; they keep their figures until somebody corrects them.",
        "Mois qui en sont tirés : {done} ; en échec : {failed}. Mois déjà comptés qu’il compte autrement : {changed} "
        "sur {again} ; leurs chiffres restent jusqu’à ce que quelqu’un les corrige.",
    ),
    "newer-first": (
        "Months counted from it: {done}; failed: {failed}. None was counted before: nothing was compared.",
        "Mois qui en sont tirés : {done} ; en échec : {failed}. Aucun n'était compté avant : rien n'a été comparé.",
    ),
    "newer-alike": (
        "Months counted from it: {done}; failed: {failed}. It says the same of the months counted before ({again}).",
        "Mois qui en sont tirés : {done} ; en échec : {failed}. Il dit la même chose des mois déjà comptés ({again}).",
    ),
    "make-report": ("The PDF is made and archived.", "Le PDF est fait et archivé."),
    "make-draft": ("The draft is printed.", "Le projet est imprimé."),
    "make-editions": (
        "PDFs made and archived: {made}; there before: {there}; mails to send: {sent}.",
        "PDF faits et archivés : {made} ; déjà là : {there} ; courriels à envoyer : {sent}.",
    ),
    "publish-erratum": (
        "Edition {number} is published. PDFs made: {made}; mails to send: {sent}.",
        "L'édition {number} est publiée. PDF faits : {made} ; courriels à envoyer : {sent}.",
    ),
    "verify": (
        "Nothing was rewritten. {audit_entries} entries of the audit log follow one another; {rows} rows are those "
        "that they tell of; {measurements} measurements are those that {runs} runs recorded; {readings} readings, "
        "counted again from these, say the same; {snapshots} frozen months and {files} PDFs are those that were made.",
        "Rien n'a été réécrit. {audit_entries} entrées du journal se suivent ; {rows} lignes sont celles dont elles "
        "parlent ; {measurements} mesures sont celles que {runs} exécutions ont enregistrées ; {readings} relevés, "
        "recomptés à partir d'elles, disent la même chose ; {snapshots} mois figés et {files} PDF sont ceux qui ont "
        "été faits.",
    ),
    "try-draft": ("It is counted; nothing is stored.", "C'est compté ; rien n'est enregistré."),
    "read-hard-words": (
        "Read from the source; nothing is stored.",
        "Lus dans la source ; rien n’est enregistré.",
    ),
    "look-at-source": (
        "{rows} rows were looked at; nothing is stored.",
        "{rows} lignes regardées ; rien n'est enregistré.",
    ),
    "make-poster": ("The poster is made and archived.", "L'affiche est faite et archivée."),
    "make-card": ("The sheet is made and archived.", "La feuille est faite et archivée."),
    "make-sheets": (
        "PDFs made and archived: {made}; there before: {there}.",
        "PDF faits et archivés : {made} ; déjà là : {there}.",
    ),
    "apply-figures": (
        "The file is applied. Figures entered: {entered}, corrected: {corrected}, already there: {same}.",
        "Le fichier est appliqué. Chiffres saisis : {entered}, corrigés : {corrected}, déjà là : {same}.",
    ),
    "import-survey": (
        "{rows} rows are kept; surveys made: {surveys}.",
        "{rows} lignes sont enregistrées ; enquêtes faites : {surveys}.",
    ),
    "read-words": (
        "{texts} texts are read and {kept} are kept, masked; expressions more often written than before: {rising}.",
        "{texts} textes sont lus et {kept} sont gardés, masqués ; expressions en hausse : {rising}.",
    ),
    "analyse-survey": (
        "The marks of {people} people are analysed, drawn again {draws} times.",
        "Les notes de {people} personnes sont analysées, retirées au sort {draws} fois.",
    ),
}
_BROKEN: Pairs = {
    "one": ("One link of the chain is broken.", "Un maillon de la chaîne est rompu."),
    "many": ("{broken} links are broken.", "{broken} maillons sont rompus."),
}
_NOTHING_DUE = ("Nothing was left to run.", "Il n'y avait plus rien à lancer.")


def job_title(job: Mapping[str, Any], language: str) -> str:
    """What a piece of work is: `Fabrication d'un rapport, octobre 2026`."""
    kind = "newer" if "source" in job["arguments"] and job["kind"] == "run-checks" else job["kind"]
    title = _said(_TITLES.get(kind, (kind, kind)), language)
    period = job["arguments"].get("period")
    return f"{title}, {format_period(period, language)}" if period else title


def job_result(job: Mapping[str, Any], language: str) -> str:
    """What came of it, in one sentence; nothing before it is done."""
    result = job["result"]
    if not result or job["kind"] not in _RESULTS:
        return ""
    if result.get("due") == 0 and "again" not in result:
        return _said(_NOTHING_DUE, language)
    told = _RESULTS[job["kind"]]
    if "again" in result:
        told = _RESULTS["newer" if result["changed"] else "newer-alike" if result["again"] else "newer-first"]
    if result.get("breaks"):
        told = _BROKEN["one" if result["broken"] == 1 else "many"]
    figures = {
        name: format_count(value, language) if isinstance(value, int) else value for name, value in result.items()
    }
    return _said(told, language).format(**figures)


def _said(pair: tuple[str, str], language: str) -> str:
    return french(pair[1]) if language == "fr" else pair[0]


POST_STATES: Pairs = {
    PostState.WAITING: ("waiting", "en attente"),
    PostState.SENDING: ("being sent", "en cours d'envoi"),
    PostState.SENT: ("sent", "envoyé"),
    PostState.FAILED: ("given up", "abandonné"),
    PostState.REFUSED: ("address refused", "adresse refusée"),
    PostState.OFF: ("not sent", "non envoyé"),
    PostState.DROPPED: ("nothing left to say", "plus rien à dire"),
}
CHANNELS: Pairs = {Channel.MAIL: ("e-mail", "courriel"), Channel.WEBHOOK: ("programs", "programmes")}
FORMS: Pairs = {
    Form.PROMESSE: ("Promesse's JSON", "JSON de Promesse"),
    Form.SLACK: ("Slack", "Slack"),
    Form.TEAMS: ("Teams", "Teams"),
    Form.MATTERMOST: ("Mattermost", "Mattermost"),
    Form.GOOGLE_CHAT: ("Google Chat", "Google Chat"),
}
POST_SUBJECTS: Pairs = {
    "trial": ("trial", "essai"),
    "alerts": ("alerts", "alertes"),
    "digest": ("digest", "récapitulatif"),
    "alert": ("alert", "alerte"),
    "action": ("reminder of an action", "rappel d'une action"),
    "class_review": ("class to look at again", "classe à revoir"),
    "report": ("report", "rapport"),
    "action_given": ("action given to somebody", "action confiée à quelqu'un"),
    "invitation": ("invitation to choose a password", "invitation à choisir un mot de passe"),
    "reply": ("question or answer under a miss", "question ou réponse sous un engagement non tenu"),
    "month_waits": ("month that waits for approval", "mois à approuver"),
    "address_refused": ("address that is refused", "adresse refusée"),
    "month_approved": ("month that was approved", "mois approuvé"),
    "address": ("address that is refused", "adresse refusée"),
    "observation": ("observation", "observation"),
    "month": ("month", "mois"),
    "month:sealed": ("figures frozen", "chiffres figés"),
    "month:approved": ("report approved", "rapport approuvé"),
    "month:published": ("report published", "rapport publié"),
    "month:corrected": ("report corrected", "rapport corrigé"),
    "action:planned": ("action planned", "action planifiée"),
    "action:close": ("action done", "action faite"),
    "action:reopen": ("action open again", "action rouverte"),
    "class_move": ("class that moved", "classe qui a changé"),
    "week": ("line of the week", "point de la semaine"),
}


def post_state_word(code: str | None, language: str) -> str:
    """Where a sending stands: `en attente`."""
    return word(POST_STATES, code, language)


def channel_word(code: str | None, language: str) -> str:
    """By which way: `courriel`."""
    return word(CHANNELS, code, language)


def form_word(code: str | None, language: str) -> str:
    """As what a program is told: `JSON de Promesse`."""
    return word(FORMS, code, language)


def post_word(code: str | None, language: str) -> str:
    """What a sending is about: `essai`; a program is told what happened besides (`alert:opened`)."""
    known = code if code in POST_SUBJECTS else (code or "").partition(":")[0]
    return word(POST_SUBJECTS, known, language)


def format_seconds(seconds: Figure | None, language: str) -> str:
    """How long a run took: `0,4 s`, `3 min 05 s`."""
    if seconds is None:
        return NONE
    if seconds < 60:
        return f"{format_number(seconds, language, 1 if seconds >= 0.05 else 2)}{NBSP}s"
    minutes, rest = divmod(int(seconds), 60)
    return f"{format_number(minutes, language)}{NBSP}min{NBSP}{rest:02d}{NBSP}s"
