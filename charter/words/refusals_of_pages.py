"""What pages refuse besides figures, in French: accounts, alerts, reports, posters, posts (words/refusals.py)."""

from __future__ import annotations

FRENCH: tuple[tuple[str, str], ...] = (
    ("There is nothing called {} to do.", "Il n'y a rien à faire qui s'appelle {0}."),
    (
        "Write the e-mail address that the account is opened for.",
        "Écrivez l'adresse électronique pour laquelle le compte s'ouvre.",
    ),
    ("There is no such account.", "Ce compte n'existe pas."),
    ("This account does not exist any more.", "Ce compte n'existe plus."),
    ("There is no such alert.", "Cette alerte n'existe pas."),
    (
        "{} may not answer this alert. Ask whoever holds the accounts.",
        "{0} ne peut pas répondre à cette alerte. Demandez à qui tient les comptes.",
    ),
    (
        "This alert is closed: there is nothing left to answer.",
        "Cette alerte est close : il n'y a plus rien à répondre.",
    ),
    (
        "A pause ends on a day to come, within a year: choose another day.",
        "Une pause finit un jour à venir, dans l'année : choisissez un autre jour.",
    ),
    ("Write the day on which the pause ends, as 2026-11-30.", "Écrivez le jour où la pause finit, comme 2026-11-30."),
    ("There is no list {}: choose one of {}.", "Il n'y a pas de liste {0} : choisissez parmi {1}."),
    (
        "This link opens no survey: look whether it is whole.",
        "Ce lien n'ouvre aucune enquête : vérifiez qu'il est entier.",
    ),
    (
        "The month {} has no edition yet: there is nothing to correct.",
        "Le mois {0} n'a pas encore d'édition : il n'y a rien à corriger.",
    ),
    (
        "Another erratum of {} was published meanwhile: look at it first.",
        "Un autre erratum de {0} a été publié entre-temps : regardez-le d'abord.",
    ),
    (
        "The month {} is not approved: there is no edition of it to send.",
        "Le mois {0} n'est pas approuvé : il n'a pas d'édition à envoyer.",
    ),
    (
        "The month {} is not approved: there is no edition of it to print.",
        "Le mois {0} n'est pas approuvé : il n'a pas d'édition à imprimer.",
    ),
    (
        "The month {} is approved: its edition is what there is to print.",
        "Le mois {0} est approuvé : c'est son édition qui s'imprime.",
    ),
    ("The month {} has no edition {}.", "Le mois {0} n'a pas d'édition {1}."),
    ("The month {} has no unit {}.", "Le mois {0} n'a pas d'entité {1}."),
    (
        "This report has not been rendered yet: flask charter report {} --out report.pdf",
        "Ce rapport n'a pas encore été imprimé : flask charter report {0} --out report.pdf",
    ),
    (
        "{} has not ended yet: a month is sealed from the day after its last.",
        "{0} n'est pas fini : un mois se scelle à partir du lendemain de son dernier jour.",
    ),
    (
        "{} was over before the charter began, on {}: it has no figures.",
        "{0} était fini avant que la charte ne commence, le {1} : il n'a pas de chiffres.",
    ),
    (
        "No charter has been applied yet. Write one and say: flask charter apply FILE",
        "Aucune charte n'est encore en vigueur : écrivez-en une, puis publiez-la.",
    ),
    (
        "There is no charter yet: begin with the text of a charter file.",
        "Il n'y a pas encore de charte : commencez par le texte d'un fichier de charte.",
    ),
    ("The charter has no version {}.", "La charte n'a pas de version {0}."),
    ("The charter has no figures of the unit {} yet.", "La charte n'a pas encore de chiffres de l'entité {0}."),
    ("There is no observation {}.", "L'observation {0} n'existe pas."),
    ("There is no such step with observation {}.", "Cette étape n'existe pas pour l'observation {0}."),
    ("There is no such mail.", "Ce courrier n'existe pas."),
    (
        "This mail has left, or is on its way: it is not sent twice.",
        "Ce courrier est parti, ou en route : il n'est pas envoyé deux fois.",
    ),
    (
        "This action has no indicator: there is no chart to set anew.",
        "Cette action n'a pas d'indicateur : il n'y a pas de courbe à recalculer.",
    ),
    ("The chart of {} is set anew already from {}.", "La courbe de {0} est déjà recalculée depuis {1}."),
    ("The chart of {} is not set anew from {}.", "La courbe de {0} n'est pas recalculée depuis {1}."),
    ("A calendar belongs to a person with an account.", "Un calendrier appartient à une personne qui a un compte."),
    (
        "There is no such calendar: make its address anew on the page of your account.",
        "Ce calendrier n'existe pas : refaites son adresse sur la page de votre compte.",
    ),
    (
        "Long work is asked for by a person with an account, so that it has somebody to report to.",
        "Un long travail se demande avec un compte, pour que quelqu'un en reçoive la suite.",
    ),
    ("There is no long work called {}. There is: {}.", "Aucun long travail ne s'appelle {0}. Il y a : {1}."),
    (
        "There is no done period to count again: a period is counted first when its check is due.",
        "Aucune période faite n'est à recompter : une période se compte d'abord quand son contrôle est dû.",
    ),
    (
        "This poster has not been made yet: ask for it on the page of posters.",
        "Cette affiche n'est pas encore faite : demandez-la sur la page des affiches.",
    ),
    ("A poster is made on {}, not on {}.", "Une affiche se fait en {0}, pas en {1}."),
    ("A poster is written in fr or en, not in {}.", "Une affiche s'écrit en fr ou en, pas en {0}."),
    ("A report is written in fr or en, not in {}.", "Un rapport s'écrit en fr ou en, pas en {0}."),
    (
        "No month is sealed yet: a poster is made from the sealed figures.",
        "Aucun mois n'est encore scellé : une affiche se fait avec les chiffres scellés.",
    ),
    (
        "The month {} is not sealed: its poster is made from the sealed figures.",
        "Le mois {0} n'est pas scellé : son affiche se fait avec les chiffres scellés.",
    ),
    ("Who comes next has no open account.", "Qui vient ensuite n'a pas de compte ouvert."),
    (
        "Who comes next is somebody else than the person itself.",
        "Qui vient ensuite est quelqu'un d'autre que la personne même.",
    ),
    ("{} is not a language of Promesse: give fr or en.", "{0} n'est pas une langue de Promesse : donnez fr ou en."),
    (
        "No commitment of the charter is owned by {}. It has: {}.",
        "Aucun engagement de la charte n'a pour responsable {0}. Elle a : {1}.",
    ),
    ("Choose a day of the week for the digest.", "Choisissez un jour de la semaine pour le résumé."),
    (
        "Quiet hours need a beginning and an end: give both, or neither.",
        "Les heures calmes ont un début et une fin : donnez les deux, ou aucun.",
    ),
    (
        "The digest comes at 04:00 or later: choose another hour.",
        "Le résumé part à 04:00 ou plus tard : choisissez une autre heure.",
    ),
    ("Choose one of {}.", "Choisissez parmi {0}."),
    ("{} is not a time zone: choose one of the list.", "{0} n'est pas un fuseau horaire : choisissez dans la liste."),
    ("{} is not an hour: write it like 08:00.", "{0} n'est pas une heure : écrivez-la comme 08:00."),
    (
        "The calendar “{}” is not known: write a country like FR, or a part of one like FR-57 or US-NY.",
        "Le calendrier « {0} » n'est pas connu : écrivez un pays comme FR, ou une région comme FR-57 ou US-NY.",
    ),
    (
        "The logo {} lies outside the charter's folder: put it beside the charter.",
        "Le logo {0} est hors du dossier de la charte : mettez-le à côté de la charte.",
    ),
    (
        "There is no logo {} in the charter's folder: put it there, or correct the path.",
        "Il n'y a pas de logo {0} dans le dossier de la charte : mettez-l'y, ou corrigez le chemin.",
    ),
    ("The logo {} is larger than 500 kB: make it smaller.", "Le logo {0} dépasse 500 ko : réduisez-le."),
    (
        "The logo {} is neither a PNG nor a JPEG picture: save it as one.",
        "Le logo {0} n'est ni en PNG ni en JPEG : enregistrez-le ainsi.",
    ),
    (
        "The logo {} is {} by {} pixels: at most 4000 are taken.",
        "Le logo {0} fait {1} pixels sur {2} : 4000 au plus sont pris.",
    ),
)
"""Each sentence as the code writes it, a place for each value, and its French."""
