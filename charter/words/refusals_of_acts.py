"""What refuses a comment, an action, an approval or an edition, in French: each sentence as the code writes it."""

from __future__ import annotations

ACTS: tuple[tuple[str, str], ...] = (
    (
        "Write what happened: a comment says it in your own words.",
        "Écrivez ce qui s'est passé : un commentaire le dit avec vos mots.",
    ),
    (
        "This text has {} characters: at most {} are kept.",
        "Ce texte compte {0} caractères : au plus {1} sont gardés.",
    ),
    ("{} is not a month: write it as 2026-10.", "{0} n'est pas un mois : écrivez-le comme 2026-10."),
    (
        "{} has not begun yet: there is nothing to say of it.",
        "{0} n'a pas encore commencé : il n'y a rien à en dire.",
    ),
    ("{} has not begun yet.", "{0} n'a pas encore commencé."),
    ("Write what will be done.", "Écrivez ce qui sera fait."),
    ("Write the effect that is expected.", "Écrivez l'effet attendu."),
    (
        "Write who does it: a function, or a person's name.",
        "Écrivez qui s'en charge : une fonction, ou le nom d'une personne.",
    ),
    ("The due date {} has passed: choose a day to come.", "L'échéance du {0} est passée : choisissez un jour à venir."),
    (
        "The due date {} is more than ten years away: look whether it is what you meant.",
        "L'échéance du {0} est à plus de dix ans : vérifiez qu'elle est bien celle que vous vouliez.",
    ),
    ("{} is not a day: write it as 2026-12-15.", "{0} n'est pas un jour : écrivez-le comme 2026-12-15."),
    ("Choose a day: until when will it be done?", "Choisissez un jour : pour quand sera-ce fait ?"),
    (
        "The action {} was closed already, on {}: reopen it first.",
        "L'action {0} est déjà close, depuis le {1} : rouvrez-la d'abord.",
    ),
    (
        "{} is still to come: an action is closed on the day it was done.",
        "Le {0} est encore à venir : une action se clôt au jour où elle a été faite.",
    ),
    ("On {} the action was not planned yet.", "Le {0}, l'action n'était pas encore prévue."),
    ("The action {} is open: there is nothing to reopen.", "L'action {0} est ouverte : il n'y a rien à rouvrir."),
    ("An action is reopened with a reason: say why.", "On rouvre une action avec un motif : dites pourquoi."),
    (
        "The action {} is closed: reopen it before you change it.",
        "L'action {0} est close : rouvrez-la avant de la modifier.",
    ),
    (
        "Nothing is changed: give another owner or another due date.",
        "Rien ne change : donnez un autre responsable ou une autre échéance.",
    ),
    ("A change needs a reason: say why.", "Une modification demande un motif : dites pourquoi."),
    ("There is no action {}.", "Il n'y a pas d'action {0}."),
    ("The commitment {} has no indicator {}.", "L'engagement {0} n'a pas d'indicateur {1}."),
    (
        "A chart is set anew with a reason: say what changed.",
        "On repart de nouvelles limites avec un motif : dites ce qui a changé.",
    ),
    (
        "Say why the chart is read as before again.",
        "Dites pourquoi le graphique se lit de nouveau comme avant.",
    ),
    ("{} is measured by {}: {} is not one.", "{0} se mesure autrement ({1}) : {2} n'en est pas une période."),
    (
        "The chart of {} is set anew already from {}.",
        "Le graphique de {0} repart déjà de nouvelles limites depuis {1}.",
    ),
    ("The chart of {} is not set anew from {}.", "Le graphique de {0} ne repart pas de nouvelles limites depuis {1}."),
    (
        "An approval says in a sentence what it rests on: write the reason.",
        "Une approbation dit en une phrase sur quoi elle repose : écrivez le motif.",
    ),
    (
        "An erratum says why the month is corrected: write the reason.",
        "Un erratum dit pourquoi le mois est corrigé : écrivez le motif.",
    ),
    (
        "No. {} is missed and nobody has said why: ask for a comment, or say why the month is approved without one.",
        "Le n° {0} est manqué et personne n'a dit pourquoi : demandez un commentaire, ou dites pourquoi le mois est "
        "approuvé sans lui.",
    ),
    (
        "The month {} is approved already: a later change is an erratum.",
        "Le mois {0} est déjà approuvé : un changement ultérieur est un erratum.",
    ),
    (
        "The month {} is not sealed yet: its figures are frozen before it is approved.",
        "Le mois {0} n'est pas encore figé : ses chiffres se figent avant l'approbation.",
    ),
    (
        "Nothing differs from edition {} of {}: there is nothing to correct.",
        "Rien ne diffère de l'édition {0} de {1} : il n'y a rien à corriger.",
    ),
    (
        "The PDF of {} has not been made yet: make it before you send it.",
        "Le PDF de {0} n'est pas encore fait : faites-le avant de l'envoyer.",
    ),
    (
        "{} is not on the distribution list of the charter (report: to).",
        "{0} n'est pas sur la liste de diffusion de la charte (report: to).",
    ),
)
