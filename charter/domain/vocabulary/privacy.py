"""What in a text looks like it tells who somebody is: an e-mail address, a telephone number, a name, a long number.

A hint before sending, never a proof: the writer sees the text with these parts masked, and decides.

What of a row is shown to people who only want to see whether a definition counts what it should: nothing personal.

Shown are the columns that the definition reads, no other. The number of a case keeps its last two signs; a column whose
name speaks of a person, and a value that looks like a way to reach one, are masked whole.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

MASK = "•••"
LONGEST = 60

_PERSONAL = re.compile(
    r"(^|[^a-z])("
    r"e-?mails?|courriel|mail|phone|telephone|tel|mobile|portable|fax|"
    r"(first|last|sur|family|full)_?names?|names?|nom|noms|prenoms?|"
    r"address|adresse|street|rue|iban|bic|card|carte|ssn|nir|birth\w*|naissance|dob|"
    r"customer_?name|nom_?client|login|user(name)?|agent|advisor|conseiller\w*|operator|operateur"
    r")([^a-z]|$)"
)
_PLACES = re.compile(
    r"agenc\w*|agences?|offices?|sites?|units?|unites?|branch(es)?|providers?|prestataires?|stores?|shops?|magasins?|"
    r"boutiques?|teams?|equipes?|org(anisation|anization)?s?|gares?|stations?|cent(re|er)s?|entit(y|e)s?|depots?|"
    r"regions?|areas?|zones?|departe?ments?|dept|services?|districts?|bureaux?|lieux?|locations?|cit(y|ies)|villes?|"
    r"communes?|towns?|boroughs?|councils?|groups?|groupes?|queues?|files?|channels?|canal|canaux|products?|produits?"
)
_BESIDE = frozenset(
    ("name", "names", "nom", "noms", "libelle", "label", "de", "du", "des", "la", "le", "les", "l", "d", "of", "the",
     "short", "long", "court", "full")
)  # fmt: skip
_REACHES = re.compile(r"\S+@\S+\.\S+|\+?\d(?:[ .-]?\d){8,14}|[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,8}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?.*")


def is_personal(column: str) -> bool:
    """Whether a column's name speaks of a person: a name, an address, a number to reach them by.

    The name of a place or of a thing does not (`agency name`, `agence.nom`), as long as it says nothing else besides.
    """
    parted = re.sub(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])|[^\w]", " ", column)
    plain = unicodedata.normalize("NFKD", parted).encode("ascii", "ignore").decode().lower()
    return _PERSONAL.search(plain) is not None and not _names_a_place(re.findall(r"[a-z]+", plain))


def _names_a_place(words: Sequence[str]) -> bool:
    rest = [word for word in words if word not in _BESIDE]
    return bool(rest) and all(_PLACES.fullmatch(word) for word in rest)


def masked(column: str, value: str | None, *, names_a_case: bool = False) -> str:
    """The value as it may be shown; empty for a missing one.

    >>> masked("id", "C-20491", names_a_case=True)
    '•••91'
    >>> masked("e-mail", "x@example.org")
    '•••'
    """
    if value is None or not value.strip():
        return ""
    if names_a_case:
        return f"{MASK}{value.strip()[-2:]}" if len(value.strip()) > 3 else MASK
    if is_personal(column) or (not _DATE.fullmatch(value) and _REACHES.search(value)):
        return MASK
    return value if len(value) <= LONGEST else f"{value[: LONGEST - 1]}…"


GAP = "[…]"

_LETTER = "A-ZÀ-ÖØ-Þ"
_NAME = rf"[{_LETTER}][\w’'-]+"
_GAP = r"[ \u00a0]"
_STREET = (
    r"rue|avenue|av\.|ave|boulevard|bd|blvd|chemin|allées?|impasse|route|quai|cours|square|place|passage|sentier|"
    r"lotissement|résidence|hameau|faubourg"
)
_ROAD = r"Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Close|Way|Court|Crescent|Terrace|Gardens|Square|Boulevard"
_OF = r"(?:(?:de|du|des|la|le|les|au|aux)[ \u00a0]|[dl][’'])"
_PARTICLE = r"(?:(?:de la|de|du|des|van der|van|von|el|ben|al|la|le)[ ])?"
_KNOWN_BY = (
    r"(?:n[°ºo]\.?|num(?:éro|ero|ber)?\.?|r[ée]f(?:[ée]rences?|\.)?|contrat|contract|clients?|customer|dossier|ticket|"
    r"compte|account|factures?|invoice|commande|order|abonn[ée]e?|adh[ée]rent|police|policy|pdl|prm|pce|mpan|mprn|siret)"
)
_CODE = r"[A-Z]{0,4}[-/._]?\d(?:[-/._ \u00a0]?[\dA-Z]){3,}"
_PLATE = r"[A-Z]{2}[ ]?\d{3}[ ]?[A-Z]{2}|\d{2,4}[ ][A-Z]{2,3}[ ](?:\d{2}|2A|2B)|[A-Z]{2}\d{2} ?[A-Z]{3}"
_TITLE = (
    r"M\.?|MM\.|Mme|Mlle|Mmes|Madame|Monsieur|Maître|Me|Docteur|Doctor|Professeur|Mr\.?|Mrs\.?|Ms\.?|Miss|Dr\.?|Pr\.?|"
    r"Sir"
)
_POLITE = (
    r"(?:[lmnsdtcj]['’]|(?:le|la|les|l|de|du|des|et|ou|and|or|a|est|avait|était|au|aux|dans|sur|pour|par|qui|que|vous|"
    r"je|nous|il|elle|on|bonjour|monsieur|madame|mesdames|messieurs|sir|madam|the|is|was|has|who|at|in|on|to|of)\b)"
)
_FIRST = (
    r"(?:Le|La|Les|Un|Une|Des|Du|De|Au|Aux|Mon|Ma|Mes|Notre|Nos|Votre|Vos|Leur|Ce|Cet|Cette|Ces|Je|Tu|Il|Elle|On|Nous|"
    r"Vous|Ils|Elles|Et|Ou|Mais|Or|Donc|Car|Si|Pour|Dans|Sur|Depuis|Après|Avant|Avec|Sans|Chez|Par|Quand|The|A|An|My|"
    r"Our|Your|Their|This|That|These|I|We|You|He|She|They|It|And|But|If|For|In|On|Since|After|Before|With|Without|At|By|"
    r"When|Agent|Bonjour|Merci|Hello|Dear|Cher|Chère|Hi|Thanks|Monsieur|Madame|Mesdames|Messieurs|Sir|Madam)\b"
)
_GOODBYE = r"cordialement|bien cordialement|salutations[^,.\n]*|sincerely|(?:best |kind )?regards|yours[^,.\n]*|cdlt"
Patterns = tuple[tuple[str, re.Pattern[str]], ...]
PATTERNS: Patterns = (
    (
        "e-mail",
        re.compile(r"[^\s@<>()\[\],;:]+(?:@|[ ]?[\[(](?:at|arobase)[\])][ ]?)[^\s@<>()\[\],;:]+\.[^\W\d_]{2,}"),
    ),
    ("account", re.compile(r"(?i:\b[A-Z]{2}\d{2}(?:[ \u00a0]?[A-Z0-9]{4}){3,7}(?:[ \u00a0]?[A-Z0-9]{1,4})?\b)")),
    (
        "phone",
        re.compile(r"(?<![\w+])(?:\+\d{1,3}|00\d{1,3}|0)(?:[ .\u00a0\u202f/-]?(?:\(\d\)|\d)){8,11}(?!\d)"),
    ),
    ("number", re.compile(r"(?<![\w,.])\d(?:[ \u00a0]?\d){7,}(?![\w]|[,.]\d)")),
    (
        "address",
        re.compile(
            rf"\b\d{{1,4}}[ ]?(?i:bis|ter|quater|[a-d])?,?{_GAP}+(?i:{_STREET}){_GAP}+{_OF}{{0,2}}[^\W\d_][\w’'-]*"
            rf"(?:[ -](?:{_OF}{{0,2}}[{_LETTER}][\w’'-]*))*"
        ),
    ),
    ("address", re.compile(rf"\b\d{{1,5}}[a-dA-D]?,?[ ]+(?:[{_LETTER}][\w’'-]+[ ]+){{1,3}}(?:{_ROAD})\b\.?")),
    ("address", re.compile(rf"\b(?:F-)?\d{{2}}[ ]?\d{{3}}[ ,]+[{_LETTER}][\w’'-]+(?:[ -][{_LETTER}][\w’'-]+)*")),
    ("address", re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b")),
    ("plate", re.compile(rf"\b(?:(?i:[a-hj-np-tv-z]{{2}}-\d{{3}}-[a-hj-np-tv-z]{{2}})|{_PLATE})\b")),
    (
        "reference",
        re.compile(
            rf"(?i:\b{_KNOWN_BY}(?:[ \u00a0:#°º.]|n°|est le|is|client|contrat){{0,12}})(?P<part>{_CODE})",
        ),
    ),
    ("reference", re.compile(r"\b(?=(?:[A-Z]*[-/]?\d){4})(?=[\d/-]*[A-Z])[A-Z\d]+(?:[-/][A-Z\d]+)*\b")),
    ("name", re.compile(rf"\b(?:{_TITLE}){_GAP}{_PARTICLE}(?:{_NAME}{_GAP}?-?){{1,3}}")),
)
"""By what it looks like; the first that fits takes its place. A `part` is masked without what leads to it."""
_BY_CAPITALS: Patterns = (
    (
        "name",
        re.compile(
            rf"(?i:\b(?:bonjour|hello|hi|dear|cher|chère|merci|thanks|thank you|sign[ée]e?|signed|nommée?|named|called|"
            rf"prénom)[ :]+(?:à[ ]+)?)(?!{_FIRST})(?P<part>{_NAME})"
        ),
    ),
    (
        "name",
        re.compile(rf"(?<![\w.])(?:{_FIRST}[ ]+)?(?P<part>(?!{_FIRST}){_NAME}(?:[ ]{_PARTICLE}{_NAME})+)"),
    ),
)
"""These say nothing of a text that is all in capitals."""
STRICT: Patterns = (
    (
        "name",
        re.compile(
            rf"(?i:\b(?:mme|mlle|mr|mrs|ms|madame|monsieur|ma[îi]tre|docteur|doctor)\.?{_GAP}+)(?!(?i:{_POLITE}))"
            rf"(?P<part>[^\W\d_][\w’'-]*)"
        ),
    ),
    (
        "name",
        re.compile(
            rf"(?i:\b(?:je m['’]appelle|mon nom est|my name is)[ :,]+)"
            rf"(?P<part>[^\W\d_][\w’'-]*(?:[ -](?!(?i:{_POLITE}))[^\W\d_][\w’'-]*)?)"
        ),
    ),
    (
        "name",
        re.compile(rf"(?i:^[ ]*(?:{_GOODBYE})[ ]*[,.!]?[ ]*\n?[ ]*)(?P<part>[^\n]{{2,60}})", re.MULTILINE),
    ),
    *_BY_CAPITALS,
    ("reference", re.compile(r"(?<![\w,.])\d(?:[ \u00a0./-]?\d){5,}(?![\w]|[,.]\d)")),
)
"""Besides, for texts that a machine takes in before anybody has read them: rather a word too many than a name kept."""
_YEAR = re.compile(r"(?:19|20)\d{2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|(?:19|20)\d{2}[-/.]\d{1,2}(?:[-/.]\d{1,2})?")


@dataclass(frozen=True)
class Found:
    """A part of a text that looks personal: what like, and where."""

    what: str
    start: int
    end: int


def find_personal(text: str, *, strictly: bool = False, known: Container[str] = ()) -> list[Found]:
    """The parts of a text that look like an e-mail address, an account, a telephone number, a long number, an address,
    a number plate, the number of a contract or customer, or a name after its title, in the order of the text; no two
    overlap.

    `strictly`: also what two capitals in a row, a signature or a title in small letters make likely; not words that are
    `known` (in small letters), as those of the charter.
    """
    found: list[Found] = []
    for one in _matches(text, strictly=strictly):
        if strictly and one.what == "name" and _all_known(text[one.start : one.end], known):
            continue
        if all(one.end <= other.start or other.end <= one.start for other in found):
            found.append(one)
    return sorted(found, key=lambda one: one.start)


def _all_known(text: str, known: Container[str]) -> bool:
    words = re.findall(r"[^\W\d_]+", text)
    said = [word for word in words if not word.islower()]
    return bool(said) and all(word.casefold() in known for word in said)


def _matches(text: str, *, strictly: bool) -> Iterator[Found]:
    is_shouted = sum(map(str.isupper, text)) > sum(map(str.islower, text))
    for what, pattern in (*PATTERNS, *STRICT) if strictly else PATTERNS:
        if is_shouted and (what, pattern) in _BY_CAPITALS:
            continue
        for match in pattern.finditer(text):
            part = "part" if "part" in pattern.groupindex else 0
            if what == "reference" and _YEAR.fullmatch(match[part]):
                continue
            kept = match[part].rstrip()
            yield Found(what, match.start(part), match.start(part) + len(kept))


def without_personal(text: str, *, strictly: bool = False, known: Container[str] = ()) -> str:
    """The text with those parts replaced by a mask."""
    parts, place = [], 0
    for one in find_personal(text, strictly=strictly, known=known):
        parts += [text[place : one.start], GAP]
        place = one.end
    return "".join(parts) + text[place:]
