"""Why a mail or a webhook has not left, in French: the page of what is sent says it (words/refusals.py)."""

from __future__ import annotations

FRENCH: tuple[tuple[str, str], ...] = (
    ("The address “{}” cannot be written to: correct it.", "On ne peut pas écrire à « {0} » : corrigez cette adresse."),
    (
        "The mail server does not take this recipient: {}",
        "Le serveur de courrier n'accepte pas ce destinataire : {0}",
    ),
    ("The mail server does not take this message: {}", "Le serveur de courrier n'accepte pas ce message : {0}"),
    (
        "The mail server does not take SMTP_USER and SMTP_PASSWORD: {}",
        "Le serveur de courrier n'accepte pas SMTP_USER et SMTP_PASSWORD : {0}",
    ),
    ("The mail server {} refuses: {}", "Le serveur de courrier {0} refuse : {1}"),
    ("The mail server {} cannot do what is asked: {}", "Le serveur de courrier {0} ne sait pas faire ceci : {1}"),
    ("The mail server {} is silent for {} s.", "Le serveur de courrier {0} se tait depuis {1} s."),
    ("The mail server {} does not answer: {}", "Le serveur de courrier {0} ne répond pas : {1}"),
    (
        "{} leads elsewhere ({}): set WEBHOOK_URL to the address it leads to.",
        "{0} mène ailleurs ({1}) : donnez à WEBHOOK_URL l'adresse où il mène.",
    ),
    (
        "{} is at a private address ({}): it is not told. Add {} to the setting WEBHOOKS_ALLOW if it may be.",
        "{0} est à une adresse privée ({1}) : rien ne lui est dit. Ajoutez {2} au réglage WEBHOOKS_ALLOW s'il le faut.",
    ),
    ("The certificate of {} is not to be trusted ({}).", "Le certificat de {0} n'est pas digne de confiance ({1})."),
    ("{} gives no answer within {} seconds.", "{0} ne répond pas en {1} secondes."),
    ("{} cannot be reached: {}.", "{0} ne peut pas être joint : {1}."),
    ("The PDF that goes with it is not there any more.", "Le PDF qui l'accompagne n'est plus là."),
    ("Nothing was sent: {} is not set.", "Rien n'est parti : {0} n'est pas réglé."),
    ("The account is closed.", "Le compte est fermé."),
    (
        "It could not be put in words ({}): tell whoever runs Promesse.",
        "Le texte n'a pas pu être écrit ({0}) : dites-le à qui fait fonctionner Promesse.",
    ),
    ("{} answers {}.", "{0} répond {1}."),
)
