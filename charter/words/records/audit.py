"""The audit log in sentences: what somebody did, by the code that is kept of it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from charter.words.formats import format_date, format_period, quoted, text_in
from charter.words.statuses import Pairs, actor_name, word

NOUNS: Pairs = {
    "account": ("Accounts", "Comptes"),
    "action": ("Actions", "Actions"),
    "alert": ("Alerts", "Alertes"),
    "calendar": ("Calendars", "Calendriers"),
    "charter": ("Charter", "Charte"),
    "chart": ("Charts", "Graphiques"),
    "check": ("Checks", "Contrôles"),
    "class": ("Classes", "Classes"),
    "comment": ("Comments", "Commentaires"),
    "reply": ("Replies", "Réponses"),
    "draft": ("Draft charter", "Charte en brouillon"),
    "edition": ("Editions", "Éditions"),
    "estimate": ("Estimates by staff", "Estimations des équipes"),
    "experts": ("Experts", "Experts"),
    "figure": ("Figures", "Chiffres"),
    "job": ("Background tasks", "Tâches en arrière-plan"),
    "month": ("Months", "Mois"),
    "observation": ("Observations", "Observations"),
    "post": ("Mail", "Courriels"),
    "poster": ("Posters", "Affiches"),
    "readings": ("Readings", "Lectures"),
    "report": ("Reports", "Rapports"),
    "rows": ("Rows kept", "Lignes conservées"),
    "sector": ("Sector", "Secteur"),
    "source": ("Sources", "Sources"),
    "survey": ("Surveys", "Enquêtes"),
    "text": ("Texts", "Textes"),
    "token": ("Tokens of programs", "Jetons des programmes"),
    "upload": ("Files of figures", "Fichiers de chiffres"),
    "words": ("Free texts", "Textes libres"),
}
"""What the entries are about, as a reader chooses among them."""

DEEDS: Mapping[str, tuple[str, str]] = {
    "account:change": ("changed an account", "a modifié un compte"),
    "account:invite": ("gave a link to choose a password", "a donné un lien pour choisir un mot de passe"),
    "account:create": ("created an account", "a créé un compte"),
    "account:follow": ("changed what they follow", "a changé ce qu’il ou elle suit"),
    "account:identity": ("linked an account to a sign-in of the company", "a lié un compte à l’annuaire"),
    "account:language": ("changed their language", "a changé de langue"),
    "account:mail": ("changed when mail comes", "a changé la réception de ses courriels"),
    "account:password": ("changed a password", "a changé un mot de passe"),
    "account:reach": ("changed who answers for what", "a changé qui répond de quoi"),
    "account:sign-in-failed": ("failed to sign in", "n’a pas réussi à se connecter"),
    "account:sign-out": ("signed out other places", "a fermé d’autres connexions"),
    "account:unit": ("chose a unit to look at", "a choisi une entité à regarder"),
    "action:change": ("changed an action", "a modifié une action"),
    "action:close": ("closed an action", "a clos une action"),
    "action:plan": ("planned an action", "a planifié une action"),
    "action:remind": ("reminded the owner of an action", "a rappelé une action à son responsable"),
    "action:reopen": ("opened an action again", "a rouvert une action"),
    "alert:acknowledge": ("took on an alert", "a pris en charge une alerte"),
    "alert:close": ("closed an alert", "a fermé une alerte"),
    "alert:escalate": ("asked the next person about an alert", "a signalé une alerte à la personne suivante"),
    "alert:open": ("opened an alert", "a ouvert une alerte"),
    "alert:rearm": ("opened an alert again", "a rouvert une alerte"),
    "alert:snooze": ("paused an alert", "a mis une alerte en pause"),
    "calendar:drop": ("closed their calendar’s address", "a fermé l’adresse de son calendrier"),
    "calendar:renew": ("renewed their calendar’s address", "a renouvelé l’adresse de son calendrier"),
    "chart:lift": ("undid a recalculation of limits", "a annulé un recalcul des limites"),
    "chart:rebase": ("recalculated the limits of a chart", "a recalculé les limites d’un graphique"),
    "charter:apply": ("put a version of the charter in force", "a mis en vigueur une version de la charte"),
    "check:complete": ("completed a check", "a complété un contrôle"),
    "check:fail": ("could not do a check", "n’a pas pu faire un contrôle"),
    "check:run": ("did a check", "a fait un contrôle"),
    "check:take-over": ("took over a check", "a repris un contrôle"),
    "check:waive": ("skipped a check", "a annulé un contrôle"),
    "class:decide": ("decided a class", "a décidé d’une classe"),
    "class:move": ("noticed that a class changed", "a constaté le changement d’une classe"),
    "class:seen": ("noticed a class", "a constaté une classe"),
    "reply:write": ("replied under a miss", "a répondu sous un engagement non tenu"),
    "comment:write": ("commented on a miss", "a commenté un engagement non tenu"),
    "draft:change": ("changed the draft charter", "a modifié la charte en brouillon"),
    "draft:discard": ("discarded the draft charter", "a abandonné la charte en brouillon"),
    "draft:follow": ("brought the draft up to date", "a mis à jour le brouillon"),
    "draft:start": ("began a draft charter", "a commencé une charte en brouillon"),
    "edition:archive": ("archived an edition", "a archivé une édition"),
    "edition:send": ("sent an edition", "a envoyé une édition"),
    "estimate:give": ("gave an estimate", "a donné une estimation"),
    "experts:answer": ("gave an expert’s opinion", "a donné un avis d’expert"),
    "experts:ask": ("asked experts", "a consulté des experts"),
    "figure:correct": ("corrected a figure", "a corrigé un chiffre"),
    "figure:enter": ("entered a figure", "a saisi un chiffre"),
    "figure:push": ("sent figures by program", "a envoyé des chiffres par programme"),
    "job:ask": ("asked for a background task", "a demandé une tâche en arrière-plan"),
    "job:done": ("finished a background task", "a terminé une tâche en arrière-plan"),
    "job:fail": ("could not finish a background task", "n’a pas pu terminer une tâche en arrière-plan"),
    "job:take-over": ("took over a background task", "a repris une tâche en arrière-plan"),
    "month:approve": ("approved a month", "a approuvé un mois"),
    "month:correct": ("approved a correction of a month", "a approuvé la correction d’un mois"),
    "month:freeze": ("froze a month", "a figé un mois"),
    "observation:accept": ("accepted an observation", "a accepté une observation"),
    "observation:answer": ("answered an observation", "a répondu à une observation"),
    "observation:send": ("sent an observation", "a envoyé une observation"),
    "observation:set-aside": ("set an observation aside", "a écarté une observation"),
    "observation:support": ("wrote down the support of a colleague", "a noté le soutien d’un collègue"),
    "post:again": ("had a mail sent again", "a fait renvoyer un courriel"),
    "post:try": ("sent a trial", "a envoyé un essai"),
    "poster:archive": ("archived a poster", "a archivé une affiche"),
    "readings:rebuild": ("worked out all readings again", "a recalculé toutes les lectures"),
    "report:archive": ("archived a report", "a archivé un rapport"),
    "report:draft": ("made a draft report", "a fait un projet de rapport"),
    "rows:adopt": ("took up rows that were there before", "a repris des lignes déjà présentes"),
    "sector:record": ("entered another company’s promise", "a saisi l’engagement d’une autre entreprise"),
    "source:file": ("sent a file", "a envoyé un fichier"),
    "source:recheck": ("noticed that a source changed its past", "a constaté qu’une source a changé son passé"),
    "survey:analyse": ("analysed a survey", "a analysé une enquête"),
    "survey:clean": ("erased old answers of a survey", "a effacé d’anciennes réponses d’une enquête"),
    "survey:close": ("closed a survey", "a clos une enquête"),
    "survey:erase": ("erased answers of a survey", "a effacé des réponses d’une enquête"),
    "survey:import": ("read in answers of a survey", "a importé les réponses d’une enquête"),
    "survey:links": ("made links to a survey", "a créé des liens vers une enquête"),
    "survey:open": ("opened a survey", "a ouvert une enquête"),
    "survey:prefer": ("chose which survey counts", "a choisi l’enquête qui compte"),
    "survey:remind": ("reminded customers of a survey", "a relancé des clients pour une enquête"),
    "survey:told": ("told customers what a survey said", "a dit aux clients ce qu’une enquête a montré"),
    "survey:untold": ("took back what customers were told", "a retiré ce qui était dit aux clients"),
    "survey:withdraw": ("withdrew a survey", "a retiré une enquête"),
    "text:erase": ("erased words", "a effacé des mots"),
    "token:create": ("made a token for a program", "a créé un jeton pour un programme"),
    "token:revoke": ("revoked a token", "a révoqué un jeton"),
    "upload:apply": ("entered the figures of a file", "a saisi les chiffres d’un fichier"),
    "words:pin": ("pinned an expression to a commitment", "a épinglé une expression à un engagement"),
    "words:read": ("read free texts", "a lu des textes libres"),
    "words:unpin": ("took an expression off a commitment", "a détaché une expression d’un engagement"),
}
"""What was done, as it follows the name of who did it."""


def deed(action: str, language: str) -> str:
    """`a saisi un chiffre`; a code of a later release is told as it is kept."""
    found = DEEDS.get(action)
    return found[language == "fr"] if found else action


def audit_sentence(entry: Mapping[str, str], language: str) -> str:
    """`Ana Martin a figé un mois.`"""
    who = actor_name(entry["actor"], language)
    return f"{who[:1].upper()}{who[1:]} {deed(entry['action'], language)}."


THINGS: Mapping[str, tuple[str, str]] = {
    "action": ("action no. {n}", "action n° {n}"),
    "alert": ("alert no. {n}", "alerte n° {n}"),
    "comment": ("comment no. {n}", "commentaire n° {n}"),
    "draft": ("draft no. {n}", "brouillon n° {n}"),
    "edition": ("edition no. {n}", "édition n° {n}"),
    "estimate": ("estimate no. {n}", "estimation n° {n}"),
    "job": ("task no. {n}", "tâche n° {n}"),
    "moderation": ("step no. {n} about an observation", "étape n° {n} d’une observation"),
    "observation": ("observation no. {n}", "observation n° {n}"),
    "pin": ("expression no. {n}", "expression n° {n}"),
    "push": ("figures sent, no. {n}", "envoi de chiffres n° {n}"),
    "rebase": ("limits set anew, no. {n}", "limites recalculées, n° {n}"),
    "reply": ("reply no. {n}", "réponse n° {n}"),
    "run": ("check no. {n}", "contrôle n° {n}"),
    "step": ("step no. {n}", "étape n° {n}"),
    "survey": ("survey no. {n}", "enquête n° {n}"),
    "upload": ("file no. {n}", "fichier n° {n}"),
}
"""What is kept as a noun and a number."""

TOKENS: Pairs = {
    "fr": ("French", "français"),
    "en": ("English", "anglais"),
    "mail": ("mail", "courriel"),
    "webhook": ("programs", "programmes"),
    "periods": ("periods", "périodes"),
}
NAMED = ("account", "calendar", "post", "token")
"""Of these the log keeps names that people gave: they are told as they are."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_PERIOD = re.compile(r"\d{4}(-(\d{2}|Q\d|W\d{2}|\d{2}-\d{2}))?")


def post_about(row: Mapping[str, str], names: Mapping[str, str | Mapping[str, str]], language: str) -> str:
    """What a sending is about, of the cause that is kept with it: `novembre 2025, Ambrelune Énergie, anglais`.

    Causes are made of codes, numbers, periods, days and keys: what has no word is no matter for a reader.
    """
    parts: list[str] = []
    waiting = row["cause"].split()
    while waiting:
        first = waiting.pop(0)
        if first in THINGS and waiting and waiting[0].isdigit():
            parts.append(THINGS[first][language == "fr"].format(n=waiting.pop(0)))
        elif first in names:
            parts.append(text_in(names[first], language))
        elif _DAY.fullmatch(first):
            parts.append(format_date(first, language))
        elif _PERIOD.fullmatch(first):
            parts.append(format_period(first, language))
        elif first in ("fr", "en"):
            parts.append(word(TOKENS, first, language))
    return ", ".join(parts)


def audit_subject(entry: Mapping[str, str], names: Mapping[str, str | Mapping[str, str]], language: str) -> str:
    """What an entry is about, in words: `contrôle n° 249`, `octobre 2026, Région Ouest, français`.

    `names`: by key, those of units, promises, indicators and texts of the charter. What has no words is told as kept.
    """
    if entry["action"].partition(":")[0] in NAMED:
        return entry["subject"]
    parts: list[str] = []
    waiting = entry["subject"].split()
    while waiting:
        first = waiting.pop(0)
        if first in THINGS and waiting and waiting[0].isdigit():
            parts.append(THINGS[first][language == "fr"].format(n=waiting.pop(0)))
            if first == "survey" and waiting:
                parts.append(quoted(" ".join(waiting), language))
                waiting = []
        elif first in names:
            parts.append(text_in(names[first], language))
        elif _PERIOD.fullmatch(first):
            parts.append(format_period(first, language))
        elif first.isdigit() and waiting == ["periods"]:
            parts.append(f"{first} {word(TOKENS, waiting.pop(), language)}")
        elif first not in ("word", "words"):
            parts.append(word(TOKENS, first, language))
    return ", ".join(parts)
