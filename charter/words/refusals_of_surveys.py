"""What surveys refuse, in French (words/refusals.py)."""

from __future__ import annotations

FRENCH: tuple[tuple[str, str], ...] = (
    (
        "{}: “{}” is not an answer; write 1 (like) to 5 (dislike), or nothing.",
        "{0} : « {1} » n'est pas une réponse ; écrivez 1 (cela me plairait) à 5 (cela me déplairait), ou rien.",
    ),
    (
        "{}: “{}” is not an answer; write 1 to {}, or nothing.",
        "{0} : « {1} » n'est pas une réponse ; écrivez 1 à {2}, ou rien.",
    ),
    (
        "The row names no attribute: what were the two questions about?",
        "La ligne ne nomme pas de critère : sur quoi portaient les deux questions ?",
    ),
    ("day: “{}” is not a date, like 2026-10-05.", "jour : « {0} » n'est pas une date, comme 05/10/2026."),
    (
        "The same respondent answered on {} in line {}: one person counts once.",
        "La même personne a répondu sur {0} à la ligne {1} : une personne compte une fois.",
    ),
    (
        "{}: “{}” is not a mark; write a number, or nothing.",
        "{0} : « {1} » n'est pas une note ; écrivez un nombre, ou rien.",
    ),
    (
        "{}: {} lies outside the scale of {} to {} that low and high marks span.",
        "{0} : {1} sort de l'échelle de {2} à {3} que couvrent les notes basses et hautes.",
    ),
    (
        "The overall mark has only {} different values: at least {} are needed, with both ends. With a yes or no, "
        "every attribute drifts to one class.",
        "La note globale n'a que {0} valeurs différentes : il en faut au moins {1}, avec les deux bouts. Avec un oui "
        "ou non, tout glisse vers une même classe.",
    ),
    (
        "Say which marks are low and which are high, like 1,2 and 4,5.",
        "Dites quelles notes sont basses et lesquelles sont hautes, comme 1,2 et 4,5.",
    ),
    (
        "Every low mark is below every high one, like 1,2 and 4,5.",
        "Chaque note basse est au-dessous de chaque note haute, comme 1,2 et 4,5.",
    ),
    (
        "The mark for “not applicable” is neither a low nor a high one.",
        "La note « sans objet » n'est ni une note basse, ni une note haute.",
    ),
    (
        "“{}” is not a list of marks: write it like 1,2 or 9,10.",
        "« {0} » n'est pas une liste de notes : écrivez 1,2 ou 9,10.",
    ),
    ("“{}” is not a mark: write a number, like 0.", "« {0} » n'est pas une note : écrivez un nombre, comme 0."),
    (
        "The file has no column of marks besides the overall one.",
        "Le fichier n'a pas de colonne de notes en dehors de la note globale.",
    ),
    ("The file {} has no row with answers.", "Le fichier {0} n'a aucune ligne avec des réponses."),
    (
        "The survey needs a name, like Customers, autumn 2026.",
        "L'enquête a besoin d'un nom, comme Clients, automne 2026.",
    ),
    (
        "The {} is over {} letters, or has a sign that does not print.",
        "Le champ {0} dépasse {1} lettres, ou a un signe qui ne s'imprime pas.",
    ),
    ("Choose at least one promise to ask about.", "Choisissez au moins une promesse à interroger."),
    ("Choose French, English or both.", "Choisissez le français, l'anglais ou les deux."),
    ("Ask 1 to {} customers: one link each.", "Interrogez 1 à {0} clients : un lien pour chacun."),
    (
        "The last day to answer is today or later, within a year.",
        "Le dernier jour pour répondre est aujourd'hui ou plus tard, dans l'année.",
    ),
    ("Write the day like 2026-12-31.", "Écrivez le jour comme 2026-12-31."),
    (
        "Write how many customers you ask, as a whole number.",
        "Écrivez combien de clients vous interrogez, en nombre entier.",
    ),
    ("The last day of asking has not come yet.", "Le dernier jour d'interrogation n'est pas encore venu."),
    (
        "There is a survey called {} already: take another name.",
        "Il y a déjà une enquête nommée {0} : prenez un autre nom.",
    ),
    ("There is no survey {}.", "Il n'y a pas d'enquête {0}."),
    ("The survey {} is closed.", "L'enquête {0} est close."),
    ("The survey {} is withdrawn already.", "L'enquête {0} est déjà retirée."),
    ("The survey {} is still open: close it first.", "L'enquête {0} est encore ouverte : fermez-la d'abord."),
    ("Say why, in at most {} letters.", "Dites pourquoi, en {0} lettres au plus."),
    ("{} came from a file: it has no links.", "{0} vient d'un fichier : elle n'a pas de liens."),
    (
        "The links were made already, and are shown once: make new ones for those not used yet.",
        "Les liens ont déjà été faits et ne se montrent qu'une fois : remplacez ceux qui n'ont pas servi.",
    ),
    (
        "Cards are printed for at most {} links: take the list.",
        "Les cartes s'impriment pour {0} liens au plus : prenez la liste.",
    ),
    (
        "No promise of the charter is called {}: say which one each stands for, or leave it out.",
        "Aucune promesse de la charte ne s'appelle {0} : dites laquelle c'est, ou laissez de côté.",
    ),
    (
        "{} rows are refused: mend the file, or say that they are left out.",
        "{0} lignes sont refusées : corrigez le fichier, ou dites de les laisser de côté.",
    ),
    (
        "Nothing is left of the file: no answer stands for a promise.",
        "Il ne reste rien du fichier : aucune réponse ne porte sur une promesse.",
    ),
    (
        "{} offered its answers in several ways ({}): give each its own wave in the file.",
        "{0} proposait ses réponses de plusieurs façons ({1}) : donnez à chacune sa vague dans le fichier.",
    ),
    (
        "Two names of the file stand for {}: leave one of them out.",
        "Deux noms du fichier désignent {0} : laissez-en un de côté.",
    ),
    ("The charter has no commitment {}.", "La charte n'a pas d'engagement {0}."),
    (
        "The survey {} has no marks: its pairs are counted without long work.",
        "L'enquête {0} n'a pas de notes : ses paires se comptent sans long travail.",
    ),
    ("“{}” is not one of the five answers.", "« {0} » n'est pas l'une des cinq réponses."),
    (
        "Nothing is answered yet: choose at least one answer.",
        "Rien n'est répondu encore : choisissez au moins une réponse.",
    ),
    (
        "This survey is closed: it takes no more answers. Thank you for your wish to answer.",
        "Cette enquête est close : elle ne prend plus de réponses. Merci d'avoir voulu répondre.",
    ),
    (
        "This link has been used: one link, one answer. Thank you.",
        "Ce lien a déjà servi : un lien, une réponse. Merci.",
    ),
)
