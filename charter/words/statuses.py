"""The words of every code of the vocabulary: statuses, classes, reasons, states; French and English side by side.

The words of what a column of a file is, and of what it may be for.
"""

from __future__ import annotations

from collections.abc import Mapping

from charter.domain.vocabulary import terms
from charter.domain.vocabulary.terms import ColumnKind, ColumnRole
from charter.words.formats import french

Pairs = Mapping[str, tuple[str, str]]
"""code -> (English, French)"""

STATUSES: Pairs = {
    terms.Status.KEPT: ("Kept", "Tenu"),
    terms.Status.NEAR: ("Nearly kept", "Presque tenu"),
    terms.Status.MISSED: ("Missed", "Non tenu"),
    terms.Status.UNACCEPTABLE: ("Unacceptable", "Inacceptable"),
    terms.Status.UNPROVEN: ("Unproven", "Non établi"),
    terms.Status.NO_DATA: ("No data", "Sans donnée"),
    terms.Status.NOT_APPLICABLE: ("Not applicable", "Sans objet"),
}
CLASSES: Pairs = {
    terms.CommitmentClass.CONFIDENCE: ("floor", "socle"),
    terms.CommitmentClass.TRUST: ("trust", "confiance"),
    terms.CommitmentClass.BOTH: ("both", "mixte"),
    terms.CommitmentClass.NEITHER: ("no effect", "sans effet"),
    terms.CommitmentClass.UNDETERMINED: ("undetermined", "indéterminé"),
}
CLASS_NAMES: Pairs = {
    terms.CommitmentClass.CONFIDENCE: ("Confidence (floor)", "Confiance normative (socle)"),
    terms.CommitmentClass.TRUST: ("Trust (differentiating)", "Confiance différenciante"),
    terms.CommitmentClass.BOTH: ("Both", "Mixte"),
    terms.CommitmentClass.NEITHER: ("Neither", "Sans effet"),
    terms.CommitmentClass.UNDETERMINED: ("Undetermined", "Indéterminé"),
}
REASONS: Pairs = {
    terms.Reason.NO_ROWS: ("no case in the source", "aucun cas dans la source"),
    terms.Reason.NOT_OPEN: ("unit closed, or not open yet", "entité fermée, ou pas encore ouverte"),
    terms.Reason.CLOSED_WITH_CASES: (
        "unit closed, or not open yet: cases still come in, and no level is asked of it",
        "entité fermée, ou pas encore ouverte : des cas arrivent encore, aucun niveau ne lui est demandé",
    ),
    terms.Reason.FEW_WRITTEN: (
        "too few written down to be shown, or none",
        "trop peu d'incidents notés pour être montrés, ou aucun",
    ),
    terms.Reason.CHECK_DUE: ("the check is not yet done", "le contrôle n'est pas encore fait"),
    terms.Reason.CHECK_LATE: ("the check is late", "le contrôle est en retard"),
    terms.Reason.CHECK_FAILED: ("the check failed", "le contrôle a échoué"),
    terms.Reason.CHECK_LAPSED: ("the check was never done", "le contrôle n'a jamais été fait"),
    terms.Reason.CHECK_WAIVED: ("the check was skipped", "le contrôle a été annulé"),
    terms.Reason.NOT_RECORDING: ("the unit does not record its answers", "l'entité n'enregistre pas ses réponses"),
    terms.Reason.TOO_FEW: ("too few cases", "trop peu de cas"),
    terms.Reason.INTERVAL_STRADDLES: (
        "sample too small to conclude",
        "échantillon insuffisant pour conclure",
    ),
    terms.Reason.NO_INTERVAL: (
        "the sample does not say how sure its figure is",
        "l'échantillon ne dit pas à quel point son chiffre est sûr",
    ),
    terms.Reason.NO_TARGET: ("no required level in force", "aucun niveau d'exigence en vigueur"),
    terms.Reason.NO_OWN_LEVEL: ("no level of its own", "pas de niveau propre"),
    terms.Reason.OUT_OF_SEASON: ("out of season", "hors saison"),
    terms.Reason.WITHOUT_EVIDENCE: ("without evidence: nothing measures it", "sans preuve : rien ne le mesure"),
    terms.Reason.SOURCE_SHORT: (
        "the source does not cover the whole period",
        "la source ne couvre pas toute la période",
    ),
    terms.Reason.UNREADABLE: (
        "cases without a date or that cannot be read could turn the verdict",
        "des cas sans date ou illisibles pourraient changer le verdict",
    ),
    terms.Reason.NO_VOLUME: ("the volume is not known", "le volume n'est pas connu"),
    terms.Reason.PART_MISSING: (
        "one of its parts has no figure yet",
        "l'une de ses composantes n'a pas de chiffre établi",
    ),
}
CHECK_STATES: Pairs = {
    terms.CheckState.DUE: ("due", "à faire"),
    terms.CheckState.RUNNING: ("running", "en cours"),
    terms.CheckState.DONE: ("done", "fait"),
    terms.CheckState.LATE: ("late", "en retard"),
    terms.CheckState.FAILED: ("failed", "en échec"),
    terms.CheckState.LAPSED: ("never done", "jamais fait"),
    terms.CheckState.WAIVED: ("skipped", "annulé"),
}
RUN_OUTCOMES: Pairs = {**CHECK_STATES, "abandoned": ("abandoned", "abandonné")}
"""How a run ended; one that its process left behind was taken over by another."""
STRENGTHS: Pairs = {
    terms.Strength.CERTAIN: ("certain evidence", "preuves certaines"),
    terms.Strength.STRONG: ("strong evidence", "preuves fortes"),
    terms.Strength.MODERATE: ("moderate evidence", "preuves moyennes"),
    terms.Strength.WEAK: ("weak evidence", "preuves faibles"),
    terms.Strength.CONFLICT: ("the evidence conflicts", "les preuves se contredisent"),
    terms.Strength.NONE: ("no evidence", "aucune preuve"),
}
COMPONENTS: Pairs = {
    terms.Component.COMPETENCE: ("competence", "compétence"),
    terms.Component.HONESTY: ("honesty", "honnêteté"),
    terms.Component.BENEVOLENCE: ("benevolence", "bienveillance"),
}
PARTIES: Pairs = {
    terms.Party.COMPANY: ("the company", "l'entreprise"),
    terms.Party.CUSTOMER: ("customers", "les clients"),
    terms.Party.PROVIDER: ("the provider", "le prestataire"),
    terms.Party.STAFF: ("staff", "le personnel"),
}
NATURES: Pairs = {
    terms.Nature.DELIVERED: ("delivered", "réalisé"),
    terms.Nature.PERCEIVED: ("perceived", "perçu"),
}
PROVES: Pairs = {
    terms.Proves.RESULT: ("a result: what customers got", "un résultat : ce que les clients ont eu"),
    terms.Proves.MEANS: ("a means: what was done for it", "un moyen : ce qui a été fait pour cela"),
    terms.Proves.CONTEXT: (
        "context: a volume beside the promise, without level or status",
        "contexte : un volume à côté de l'engagement, sans niveau ni statut",
    ),
}
BASES: Pairs = {
    terms.Basis.CENSUS: ("all cases counted", "tous les cas sont comptés"),
    terms.Basis.SAMPLE: ("a sample of cases", "un échantillon de cas"),
}
VARIATIONS: Pairs = {
    "improvement-high": ("improving: higher than before", "s'améliore : plus haut qu'avant"),
    "improvement-low": ("improving: lower than before", "s'améliore : plus bas qu'avant"),
    "concern-high": ("getting worse: higher than before", "se dégrade : plus haut qu'avant"),
    "concern-low": ("getting worse: lower than before", "se dégrade : plus bas qu'avant"),
    "neither-high": ("has changed: higher than before", "a changé : plus haut qu'avant"),
    "neither-low": ("has changed: lower than before", "a changé : plus bas qu'avant"),
    "common": ("stable: nothing but its usual variation", "stable : rien que sa variation habituelle"),
    "none": (
        "too short or too regular for a control chart",
        "trop court ou trop régulier pour un graphique de contrôle",
    ),
}
ASSURANCES: Pairs = {
    "will-keep": ("as things stand, it will keep its level", "en l'état, le niveau sera tenu"),
    "will-miss": ("as things stand, it will keep missing its level", "en l'état, le niveau ne sera toujours pas tenu"),
    "hit-or-miss": (
        "as things stand, some months will be kept, some missed",
        "en l'état, le niveau sera tenu certains mois, pas tous",
    ),
}
PERIOD_KINDS: Pairs = {
    terms.PeriodKind.DAY: ("day", "jour"),
    terms.PeriodKind.WEEK: ("week", "semaine"),
    terms.PeriodKind.MONTH: ("month", "mois"),
    terms.PeriodKind.QUARTER: ("quarter", "trimestre"),
    terms.PeriodKind.YEAR: ("year", "année"),
}
KINDS: Pairs = {
    terms.Kind.SHARE_WITHIN: ("share within a time limit", "taux de respect du délai"),
    terms.Kind.SHARE: ("share that meets a condition", "taux de conformité"),
    terms.Kind.MEAN: ("mean", "moyenne"),
    terms.Kind.NPS: ("NPS", "NPS"),
    terms.Kind.EFFORT: ("customer effort, easy answers", "effort client, réponses faciles"),
    terms.Kind.COUNT: ("count", "nombre"),
    terms.Kind.SUM: ("sum", "somme"),
    terms.Kind.RATE: ("rate per volume", "nombre rapporté à un volume"),
    terms.Kind.AVAILABILITY: ("availability", "disponibilité"),
    terms.Kind.PERCENTILE: ("percentile", "centile"),
    terms.Kind.YES_NO: ("yes or no", "oui ou non"),
    terms.Kind.COMPOSITE: ("composite", "composite"),
    terms.Kind.MONEY: ("compensation paid", "indemnités versées"),
}
DIRECTIONS: Pairs = {
    terms.Direction.HIGHER: ("higher", "plus haut"),
    terms.Direction.LOWER: ("lower", "plus bas"),
}
FLOOR_STATES: Pairs = {
    terms.FloorState.HELD: ("held", "tenu"),
    terms.FloorState.BROKEN: ("not held", "non tenu"),
    terms.FloorState.UNPROVEN: ("unproven", "non établi"),
    terms.FloorState.ABSENT: ("absent", "absent"),
}
ROLES: Pairs = {
    terms.Role.DIRECTOR: ("director", "direction"),
    terms.Role.MANAGER: ("charter manager", "pilote de la charte"),
    terms.Role.CONTRIBUTOR: ("contributor", "contributeur"),
    terms.Role.FRONTLINE: ("frontline staff", "personnel de contact"),
    terms.Role.AUDITOR: ("auditor", "auditeur"),
    terms.Role.ADMIN: ("administrator", "administrateur"),
    terms.Role.FOUNDER: ("founder of this installation", "fondateur de cette installation"),
}
EVIDENCE: Pairs = {
    "law": ("Law", "Loi"),
    "kano": ("Kano survey", "Enquête Kano"),
    "penalty-reward": ("Penalty and reward", "Pénalité et récompense"),
    "sector": ("Sector", "Secteur"),
    "experts": ("Experts", "Experts"),
}
OWED: Pairs = {
    "full": ("owed by law in full", "dû par la loi en entier"),
    "part": ("owed by law in part", "dû par la loi en partie"),
    "none": ("not owed by law", "non dû par la loi"),
}
ANSWERS: Pairs = {
    "yes": ("yes", "oui"),
    "no": ("no", "non"),
    "unknown": ("unknown", "ne sait pas"),
    "open": ("not settled", "non tranché"),
}
TOUCHPOINTS: Pairs = {
    "phone": ("phone", "téléphone"),
    "e-mail": ("e-mail", "courriel"),
    "letter": ("letter", "courrier"),
    "web": ("web", "site internet"),
    "counter": ("counter", "accueil"),
    "bill": ("bill", "facture"),
    "delivery": ("delivery", "livraison"),
    "after-sales": ("after-sales", "service après-vente"),
    "complaint": ("complaint", "réclamation"),
    "refund": ("refund", "remboursement"),
    "advice": ("advice", "conseil"),
    "back-office": ("back office", "back-office"),
}
SPARE_EXCLUSIONS: Pairs = {
    "missing value": ("no value", "sans valeur"),
    "unreadable": ("unreadable", "illisible"),
    "outside the scale": ("outside the scale", "hors de l’échelle"),
    "stop before start": ("end before the start", "fin avant le début"),
    "stop-before-start": ("end before the start", "fin avant le début"),
    "duplicate": ("duplicate", "doublon"),
    "negative pause": ("a pause that ends before it begins", "pause qui finit avant de commencer"),
    "pause longer than the case": ("a pause longer than the case", "pause plus longue que le dossier"),
    "no hour": ("no hour", "sans heure"),
    "no answer": ("no answer", "sans réponse"),
}


ACTORS: Pairs = {
    "command line": ("the command line", "la ligne de commande"),
    "scheduler": ("the scheduler", "le planificateur"),
    "somebody": ("somebody", "quelqu’un"),
    "page of posters": ("the page of posters", "la page des affiches"),
    "staff, no name asked": ("staff (anonymous)", "une équipe (anonyme)"),
    "customers, no name asked": ("customers (anonymous)", "des clients (anonymes)"),
}
"""Who acts without an account."""


def actor_name(name: str | None, language: str) -> str:
    """Who did something: the person's name, or in words who acts without an account."""
    return word(ACTORS, name, language)


def word(pairs: Pairs, code: str | None, language: str) -> str:
    """The word of a code; a code without a word is printed as it is, so that nothing is hidden."""
    if not code:
        return ""
    pair = pairs.get(str(code))
    if pair is None:
        return str(code)
    return french(pair[1]) if language == "fr" else pair[0]


def status_word(code: str | None, language: str) -> str:
    """`Tenu`, `Kept`."""
    return word(STATUSES, code, language)


def class_word(code: str | None, language: str) -> str:
    """The short name of a class, beside its shape: `socle`, `floor`."""
    return word(CLASSES, code, language)


def class_name(code: str | None, language: str) -> str:
    """The full name of a class: `Confiance normative (socle)`."""
    return word(CLASS_NAMES, code, language)


def reason_word(code: str | None, language: str) -> str:
    """Why a status is not a plain verdict: `trop peu de cas`."""
    return word(REASONS, code, language)


def state_word(code: str | None, language: str) -> str:
    """Where a check stands: `en retard`."""
    return word(RUN_OUTCOMES, code, language)


def strength_word(code: str | None, language: str) -> str:
    """How firmly the evidence speaks: `fort`."""
    return word(STRENGTHS, code, language)


def component_word(code: str | None, language: str) -> str:
    """A component of trust: `bienveillance`."""
    return word(COMPONENTS, code, language)


def variation_word(code: str | None, language: str) -> str:
    """What the control chart says of the variation."""
    return word(VARIATIONS, code, language)


def assurance_word(code: str | None, language: str) -> str:
    """What the control chart says of the required level."""
    return word(ASSURANCES, code, language)


def exclusion_word(reason: str, language: str) -> str:
    """The charter's own words for an exclusion, and ours for errors of the data."""
    return word(SPARE_EXCLUSIONS, reason, language)


SCOPES: Pairs = {
    terms.Scope.READ: ("read figures", "lire les chiffres"),
    terms.Scope.PUSH: ("send figures", "envoyer des chiffres"),
}
COLUMN_KINDS: Pairs = {
    ColumnKind.DATE: ("date", "date"),
    ColumnKind.INSTANT: ("date and time", "date avec heure"),
    ColumnKind.NUMBER: ("number", "nombre"),
    ColumnKind.DURATION: ("duration", "durée"),
    ColumnKind.YES_NO: ("yes or no", "oui ou non"),
    ColumnKind.TEXT: ("text", "texte"),
    ColumnKind.EMPTY: ("empty", "vide"),
}
COLUMN_ROLES: Pairs = {
    ColumnRole.CASE: ("case", "dossier"),
    ColumnRole.START: ("start", "début"),
    ColumnRole.STOP: ("stop", "fin"),
    ColumnRole.UNIT: ("unit", "entité"),
    ColumnRole.CHANNEL: ("channel", "canal"),
}
