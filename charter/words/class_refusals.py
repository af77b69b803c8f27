"""The refusals of decisions, of the sector's register and of experts in French."""

CLASS_REFUSALS: tuple[tuple[str, str], ...] = (
    (
        "A class is decided with a reason: say why, in one sentence.",
        "Une classe se décide avec un motif : dites pourquoi, en une phrase.",
    ),
    ("The reason is too long: at most {} characters.", "Le motif est trop long : au plus {0} signes."),
    ("{} is no class: choose {} or evidence.", "{0} n'est pas une classe : choisissez-en une, ou les preuves."),
    (
        "A decision holds from {} or later, {} at the latest, not from {}: an ended month keeps its class.",
        "Une décision vaut à partir de {0}, ou de {1} au plus tard, pas de {2} : un mois terminé garde sa classe.",
    ),
    (
        "{} is decided so already, for the same reason: nothing was written.",
        "{0} est déjà décidé ainsi, pour le même motif : rien n'a été écrit.",
    ),
    (
        "Nobody has decided the class of {}: its evidence speaks already.",
        "Personne n'a décidé la classe de {0} : ses preuves parlent déjà.",
    ),
    ("Name the company that was compared.", "Nommez l'entreprise comparée."),
    (
        "Say where its promise stands: an address, or a document with its page.",
        "Dites où se trouve sa promesse : une adresse, ou un document avec sa page.",
    ),
    ("This text is too long: at most {} characters.", "Ce texte est trop long : au plus {0} signes."),
    ("{} is no answer: write yes, no or gone.", "{0} n'est pas une réponse : choisissez oui, non ou retirée."),
    ("{} is not a date: write it like 2026-10-05.", "{0} n'est pas une date : écrivez-la comme 2026-10-05."),
    (
        "{} is still to come: give the day on which the promise was read.",
        "{0} est à venir : donnez le jour où la promesse a été lue.",
    ),
    (
        "{}: this entry is in the register already; nothing was written.",
        "{0} : cette fiche est déjà au registre ; rien n'a été écrit.",
    ),
    (
        "{} is not in the register on this page: there is nothing to take out.",
        "{0} n'est pas au registre de cette page : il n'y a rien à retirer.",
    ),
    (
        "Ask at least {} experts: one opinion has no weight.",
        "Interrogez au moins {0} experts : un seul avis ne pèse rien.",
    ),
    ("Ask at most {} experts in one round.", "Interrogez au plus {0} experts à la fois."),
    ("Two experts bear the same name: tell them apart.", "Deux experts portent le même nom : distinguez-les."),
    ("One of these accounts does not exist, or is closed.", "Un de ces comptes n'existe pas, ou est fermé."),
    ("A round closes between today and a year from now.", "Une consultation se ferme entre aujourd'hui et dans un an."),
    ("Give the expert's name.", "Donnez le nom de l'expert."),
    ("Say why, in one sentence.", "Dites pourquoi, en une phrase."),
    (
        "A round of experts on {} is open: wait until it has closed.",
        "Une consultation sur {0} est ouverte : attendez sa fin.",
    ),
    ("Answer yes, no or unknown to both questions.", "Répondez oui, non ou ne sait pas aux deux questions."),
    (
        "This round closed on {}: no answer can be given any more.",
        "Cette consultation a fermé le {0} : on ne peut plus répondre.",
    ),
    (
        "This opinion was given already: each expert answers once.",
        "Cet avis est déjà donné : chaque expert répond une fois.",
    ),
    (
        "This question to an expert does not exist: ask for the link again.",
        "Cette question à un expert n'existe pas : redemandez le lien.",
    ),
    (
        "This question was put to somebody else: an expert sees the own form only.",
        "Cette question a été posée à quelqu'un d'autre : un expert ne voit que son propre formulaire.",
    ),
)
"""Each sentence as the services write it, a place for each value, and its French."""
