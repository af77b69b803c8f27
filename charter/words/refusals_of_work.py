"""What long work and checks refuse, in French (words/refusals.py)."""

from __future__ import annotations

FRENCH: tuple[tuple[str, str], ...] = (
    (
        "You have asked for much already: wait until some of it has ended.",
        "Vous avez déjà beaucoup demandé : attendez qu'une partie soit terminée.",
    ),
    ("There is no job {}.", "Il n'y a pas de travail {0}."),
    (
        "Job {} is for those who asked for it, or who may ask for the same.",
        "Le travail {0} est réservé à qui l'a demandé, ou peut demander le même.",
    ),
    (
        "The process that did this work ended without a word {} times. The log of the server says why.",
        "Le processus chargé de ce travail s'est arrêté {0} fois sans un mot. Le journal du serveur dit pourquoi.",
    ),
    (
        "The account of {}, who asked for this, is closed.",
        "Le compte de {0}, qui a demandé ce travail, est fermé.",
    ),
    (
        "This version of Promesse does not know the work {}.",
        "Cette version de Promesse ne connaît pas le travail {0}.",
    ),
    (
        "The work broke off: {}. Look at the disk and the rights of the server.",
        "Le travail s'est interrompu : {0}. Regardez le disque et les droits du serveur.",
    ),
    (
        "The work broke off ({}: {}). The log of the server says where.",
        "Le travail s'est interrompu ({0} : {1}). Le journal du serveur dit où.",
    ),
    (
        "The month {} is not sealed: there is no report of it yet.",
        "Le mois {0} n'est pas scellé : il n'a pas encore de rapport.",
    ),
    (
        "The database is held by another program: try again in a minute.",
        "La base de données est tenue par un autre programme : réessayez dans une minute.",
    ),
    (
        "The database is older than this version of Promesse. Say: flask db upgrade",
        "La base de données est plus ancienne que cette version de Promesse. Dites : flask db upgrade",
    ),
    (
        "The database does not answer: {}. Look at DATABASE_URL.",
        "La base de données ne répond pas : {0}. Regardez DATABASE_URL.",
    ),
    (
        "The disk of the database is full: make room, then try again. Nothing was half written.",
        "Le disque de la base de données est plein : faites de la place, puis réessayez. Rien n'est à moitié écrit.",
    ),
    (
        "The process that held this check ended without a word ({}, since {})."
        " It is tried no more: ask for it by hand.",
        "Le processus qui tenait ce contrôle s'est arrêté sans un mot ({0}, depuis {1})."
        " Il n'est plus essayé : lancez-le à la main.",
    ),
    (
        "The process that held this check ended without a word ({}, since {}). Another one has taken it over.",
        "Le processus qui tenait ce contrôle s'est arrêté sans un mot ({0}, depuis {1}). Un autre l'a repris.",
    ),
    (
        "A check is waived with a reason: say why it will not be run.",
        "Un contrôle se dispense avec une raison : dites pourquoi il ne sera pas fait.",
    ),
    (
        "The check of {} for {} is {}: only an open one can be waived.",
        "Le contrôle de {0} pour {1} est « {2} » : seul un contrôle ouvert peut être dispensé.",
    ),
    ("No check of {} for {} has become due.", "Aucun contrôle de {0} pour {1} n'est encore à faire."),
)
"""Each sentence as the code writes it, a place for each value, and its French."""
