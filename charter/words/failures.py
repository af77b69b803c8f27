"""Why a run failed, in French: the runs keep the sentence that sources say in English."""

from __future__ import annotations

_COLUMN = "The source “{}”, in its column “{}”, writes"
_COLONNE = "La source « {0} », dans sa colonne « {1} », écrit"
_FROM = "The source “{}” cannot be read from {}:"
_DE = "La source « {0} » ne se lit pas chez {1} :"

FRENCH: tuple[tuple[str, str], ...] = (
    # --- counts that cannot be ---
    *(
        (
            f"The source “{{}}” names a {word} of {{}} letters that begins with “{{}}”:"
            " at most {} are taken, mend the row.",
            f"La source « {{0}} » nomme {mot} de {{1}} lettres qui commence par « {{2}} » :"
            " {3} au plus sont prises ; corrigez la ligne.",
        )
        for word, mot in (("unit", "une entité"), ("channel", "un canal"), ("segment", "un segment"))
    ),
    (
        "The source “{}” says {} of {} for {} in {}: the numerator is above the denominator, mend the row.",
        "La source « {0} » dit {1} sur {2} pour {3} en {4} : le numérateur dépasse le dénominateur ;"
        " corrigez la ligne.",
    ),
    # --- columns and how they are written ---
    (
        "The source “{}” has no column “{}”: did you mean {}?",
        "La source « {0} » n'a pas de colonne « {1} » : vouliez-vous dire {2} ?",
    ),
    (
        "The source “{}” has no column “{}”: its columns are {}",
        "La source « {0} » n'a pas de colonne « {1} » : ses colonnes sont {2}",
    ),
    ("The source “{}” has no column “{}”: {}", "La source « {0} » n'a pas de colonne « {1} » : {2}"),
    (
        "The source “{}” has nothing readable in its column “{}”: “{}” is not a date like 2026-10-05 or "
        "05/10/2026, or an "
        "instant like 2026-10-05T14:30:00+02:00.",
        "La source « {0} » n'a rien de lisible dans sa colonne « {1} » : « {2} » n'est ni une date comme 2026-10-05 ou "
        "05/10/2026, ni un instant comme 2026-10-05T14:30:00+02:00.",
    ),
    (
        "The source “{}” has nothing readable in its column “{}”: “{}” is not a number like 12, 12.5 or 12,5.",
        "La source « {0} » n'a rien de lisible dans sa colonne « {1} » : « {2} » n'est pas un nombre comme 12 ou 12,5.",
    ),
    (
        "The source “{}” has nothing readable in its column “{}”: “{}” is not {}.",
        "La source « {0} » n'a rien de lisible dans sa colonne « {1} » : « {2} » n'y est pas à sa place.",
    ),
    (
        _COLUMN + " numbers in two ways, “{}” and “{}”: write them in one way, or say decimal: comma or decimal: point "
        "in the source.",
        _COLONNE + " les nombres de deux façons, « {2} » et « {3} » : n'en gardez qu'une, ou dites decimal: comma ou "
        "decimal: point dans la source.",
    ),
    (
        _COLUMN + " “{}”, which may be a thousand or a decimal number: say decimal: comma or decimal: point in the "
        "source.",
        _COLONNE + " « {2} », qui peut être un millier ou un nombre décimal : dites decimal: comma ou decimal: point "
        "dans la source.",
    ),
    (
        _COLUMN + " dates in two ways, “{}” and “{}”: write them like 2026-10-05, or say dates: day-first or dates: "
        "month-first in the source.",
        _COLONNE + " les dates de deux façons, « {2} » et « {3} » : écrivez-les comme 2026-10-05, ou dites dates: "
        "day-first ou dates: month-first dans la source.",
    ),
    (
        _COLUMN
        + " “{}”, where the month seems to come first: say dates: month-first in the source, or write dates like "
        "2026-10-05.",
        _COLONNE
        + " « {2} », où le mois semble venir d'abord : dites dates: month-first dans la source, ou écrivez les "
        "dates comme 2026-10-05.",
    ),
    (
        _COLUMN + " “{}”, which may be two days: say dates: day-first or dates: month-first in the source, or write "
        "dates like 2026-10-05.",
        _COLONNE
        + " « {2} », qui peut être deux jours : dites dates: day-first ou dates: month-first dans la source, ou "
        "écrivez les dates comme 2026-10-05.",
    ),
    (
        "“{}” is not a date like 2026-01-31: mend the condition.",
        "« {0} » n'est pas une date comme 2026-01-31 : corrigez la condition.",
    ),
    # --- files ---
    (
        "The source “{}” names “{}”, but there is no such file in the charter's folder or in the folders of "
        "the setting "
        "DATA_FOLDERS: put it there, or correct the path.",
        "La source « {0} » nomme « {1} », mais il n'y a pas de tel fichier dans le dossier de la charte ni "
        "dans ceux du "
        "réglage DATA_FOLDERS : mettez-l'y, ou corrigez le chemin.",
    ),
    (
        "The source “{}” names “{}”, which lies outside the charter's folder: move the file beside the charter, or add "
        "its folder to the setting DATA_FOLDERS.",
        "La source « {0} » nomme « {1} », qui est hors du dossier de la charte : mettez le fichier à côté de "
        "la charte, "
        "ou ajoutez son dossier au réglage DATA_FOLDERS.",
    ),
    (
        "The source “{}” reads several files, but {} has not the same columns as the first: {}.",
        "La source « {0} » lit plusieurs fichiers, mais {1} n'a pas les mêmes colonnes que le premier : {2}.",
    ),
    ("The file {} has no sheet “{}”: it has {}.", "Le fichier {0} n'a pas de feuille « {1} » : il a {2}."),
    ("The file {} cannot be opened: {}.", "Le fichier {0} ne s'ouvre pas : {1}."),
    (
        "The file {}: “{}” is not an encoding: write utf-8 or cp1252.",
        "Le fichier {0} : « {1} » n'est pas un codage ; écrivez utf-8 ou cp1252.",
    ),
    (
        "The file {}, line {}: its lines do not all end in the same way, or a quote is misplaced: save it "
        "again as CSV.",
        "Le fichier {0}, ligne {1} : ses lignes ne finissent pas toutes de même, ou un guillemet est mal placé ; "
        "enregistrez-le de nouveau en CSV.",
    ),
    (
        "The file {}: its lines do not all end in the same way, or a quote is misplaced: save it again as CSV.",
        "Le fichier {0} : ses lignes ne finissent pas toutes de même, ou un guillemet est mal placé ; "
        "enregistrez-le de "
        "nouveau en CSV.",
    ),
    (
        "The file {}, line {}: a quoted value is not closed properly: mend the line.",
        "Le fichier {0}, ligne {1} : un guillemet n'est pas refermé ; corrigez la ligne.",
    ),
    (
        "The file {}: a quoted value is not closed properly: mend the line.",
        "Le fichier {0} : un guillemet n'est pas refermé ; corrigez la ligne.",
    ),
    ("The file {}, line {} cannot be read: {}", "Le fichier {0}, ligne {1}, ne se lit pas : {2}"),
    ("The file {} cannot be read: {}", "Le fichier {0} ne se lit pas : {1}"),
    # --- databases and addresses ---
    (
        "The source “{}” reads its address from the setting {}, which is not set.",
        "La source « {0} » lit son adresse dans le réglage {1}, qui n'est pas donné.",
    ),
    (
        "The source “{}” reads its address from {}, which is not set: set it.",
        "La source « {0} » lit son adresse dans {1}, qui n'est pas donné : donnez-le.",
    ),
    (
        "The source “{}” could not open the table “{}” at the address in {} ({}): check that the database answers and "
        "that the table is there.",
        "La source « {0} » n'a pas pu ouvrir la table « {1} » à l'adresse donnée par {2} ({3}) : voyez si la "
        "base répond "
        "et si la table y est.",
    ),
    (
        "The source “{}” has no table “{}”: check the name.",
        "La source « {0} » n'a pas de table « {1} » : voyez son nom.",
    ),
    (
        "The source “{}” names an address that is not http:// or https://: correct it.",
        "La source « {0} » nomme une adresse qui n'est ni http:// ni https:// : corrigez-la.",
    ),
    (
        "The source “{}” leads to {}, a private address ({}): it is not asked. Add {} to the setting "
        "HTTP_SOURCES_ALLOW "
        "if it may be.",
        "La source « {0} » mène à {1}, une adresse privée ({2}) : elle n'est pas interrogée. Ajoutez {3} au réglage "
        "HTTP_SOURCES_ALLOW si elle peut l'être.",
    ),
    (_FROM + " no answer within {} seconds.", _DE + " pas de réponse en {2} secondes."),
    (_FROM + " it answers {}.", _DE + " il répond {2}."),
    (_FROM + " it gives more than the {} MB allowed.", _DE + " il donne plus que les {2} Mo admis."),
    (_FROM + " it takes longer than {} seconds.", _DE + " il met plus de {2} secondes."),
    (_FROM + " it leads from https to http.", _DE + " il mène de https à http."),
    (_FROM + " it leads on more than {} times.", _DE + " il renvoie ailleurs plus de {2} fois."),
    (_FROM + " its certificate is not to be trusted ({}).", _DE + " son certificat n'est pas sûr ({2})."),
    (_FROM + " its packed body is damaged.", _DE + " sa réponse comprimée est abîmée."),
    (_FROM + " its packed body ends too early.", _DE + " sa réponse comprimée finit trop tôt."),
    (_FROM + " its body ends too early.", _DE + " sa réponse finit trop tôt."),
    (_FROM + " its body is packed as {}.", _DE + " sa réponse est comprimée en {2}."),
    (_FROM + " {}.", _DE + " {2}."),
    # --- JSON ---
    (
        "The source “{}” gives objects of {} names: keep at most {}.",
        "La source « {0} » donne des objets de {1} noms : gardez-en au plus {2}.",
    ),
    (
        "The source “{}” answers no list of objects at “{}”: say where it is with rows:.",
        "La source « {0} » ne répond pas de liste d'objets à « {1} » : dites où elle est avec rows:.",
    ),
    (
        "The source “{}” answers no list of objects{}: say where it is with rows:.",
        "La source « {0} » ne répond pas de liste d'objets : dites où elle est avec rows:.",
    ),
    (
        "The source “{}” answers an empty list: what its columns are cannot be known.",
        "La source « {0} » répond une liste vide : on ne peut pas savoir quelles sont ses colonnes.",
    ),
    ("The source “{}” does not answer JSON ({}).", "La source « {0} » ne répond pas du JSON ({1})."),
    (
        "The source “{}” answers no list at “{}”: there is no “{}”. Correct rows:.",
        "La source « {0} » ne répond pas de liste à « {1} » : il n'y a pas de « {2} ». Corrigez rows:.",
    ),
    # --- what cannot be counted ---
    ("The source “{}” could not be counted: {}", "La source « {0} » n'a pas pu être comptée : {1}"),
    ("The source “{}” cannot be read: {}", "La source « {0} » ne se lit pas : {1}"),
    (
        "The source “{}”: kind {} is pushed by programs: it has no rows to read.",
        "La source « {0} » : les chiffres d'une source {1} sont envoyés par des programmes ; il n'y a rien à lire.",
    ),
    (
        "The source “{}” is entered by people: it has no rows to read.",
        "La source « {0} » est saisie par des personnes : il n'y a rien à lire.",
    ),
    (
        "The indicator “{}” cannot be read from a source: write date, the column that puts a row in its period.",
        "L'indicateur « {0} » ne se lit pas dans une source : écrivez date, la colonne qui range une ligne "
        "dans sa période.",
    ),
    (
        "The indicator “{}”: kind {} is not measured from a source yet.",
        "L'indicateur « {0} » : le type {1} ne se mesure pas dans une source.",
    ),
    (
        "This indicator names no source, so nothing can be counted: give it a source.",
        "Cet indicateur ne nomme pas de source, rien ne peut être compté : donnez-lui une source.",
    ),
    (
        "{} could not be measured ({}). The log of the server says where.",
        "{0} n'a pas pu être mesuré ({1}). Le journal du serveur dit où.",
    ),
    (
        "What {} counted cannot be stored ({}). Look at the columns it groups by ({}).",
        "Ce que {0} a compté ne peut pas être gardé ({1}). Voyez les colonnes de son regroupement ({2}).",
    ),
)
"""Each sentence as sources write it, a place for each value, and its French; the more exact ones first."""
