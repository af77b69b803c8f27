"""The first line of the desk, the intranet page and the report: what is kept, and whether the floor holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from charter.domain.overview.model import Overview, main_indicator, place_in
from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.terms import PeriodKind
from charter.words.formats import (
    format_month,
    format_period,
    listed,
    quoted,
    text_in,
)

NAMED = 2
"""So many broken commitments are named in the sentence; the others are counted."""


def _counted(overview: Overview) -> list[Mapping[str, Any]]:
    """The commitments that a total counts, where they are told with it (months sealed before may not)."""
    views: list[Any] = list(overview.get("commitments", []))
    return [view for view in views if view.get("status", "not-applicable") != "not-applicable"
            and view.get("class") != "neither"]  # fmt: skip


def unknown_words(views: Iterable[Mapping[str, Any]], language: str) -> list[str]:
    """What may not be said of some: `5 too few cases to say`, `2 not proven`, `1 without figures`; nothing of none."""
    known = list(views)
    few = sum(view["status"] == "unproven" and view.get("reason") == "too-few" for view in known)
    unproven = sum(view["status"] == "unproven" for view in known) - few
    silent = sum(view["status"] == "no-data" for view in known)
    if language == "fr":
        parts = [(few, "avec trop peu de cas pour le dire"), (unproven, _plural_word(unproven, "non établi")),
                 (silent, "sans chiffre")]  # fmt: skip
    else:
        parts = [(few, "too few cases to say"), (unproven, "not proven"), (silent, "without figures")]
    return [f"{count} {said}" for count, said in parts if count]


def unknown_briefly(overview: Overview, language: str) -> list[str]:
    """`2 non établis`, `1 sans chiffre`: by their statuses alone, where there is no room for more."""
    statuses = [view["status"] for view in _counted(overview)]
    unproven, silent = statuses.count("unproven"), statuses.count("no-data")
    fr = language == "fr"
    parts = [(unproven, _plural_word(unproven, "non établi") if fr else "not proven"),
             (silent, "sans chiffre" if fr else "without figures")]  # fmt: skip
    return [f"{count} {said}" for count, said in parts if count]


def not_judged(overview: Overview, language: str) -> list[str]:
    """What a total may not say of some of its commitments."""
    return unknown_words(_counted(overview), language)


def is_elsewhere(overview: Overview, *places: str) -> bool:
    """Whether the charter has promises of these places and none of them applies to this unit in this period: that is
    no charter without them."""
    views: list[Any] = [view for view in overview.get("commitments", []) if view.get("class")]
    return any(place_in(view) in places for view in views)


def _plural_word(count: int, word: str) -> str:
    return " ".join(f"{part}s" if part != "non" else part for part in word.split(" ")) if count > 1 else word


def _named_counts(overview: Overview, language: str) -> str:
    """Each count by its status, where some may not be judged: `1 kept, 1 missed, 5 too few cases to say.`"""
    views = _counted(overview)
    unknown = unknown_words(views, language)
    if not unknown:
        return ""
    count = {status: sum(view["status"] == status for view in views) for status in ("kept", "near")}
    short = sum(view["status"] in ("missed", "unacceptable") for view in views)
    if language == "fr":
        head = f"{count['kept']} {_plural_word(count['kept'], 'tenu')}" if count["kept"] else "aucun tenu"
        near = f"presque tenu{'s' if count['near'] > 1 else ''}"
        rest = [(count["near"], near), (short, _plural_word(short, "non tenu"))]
    else:
        head = f"{count['kept']} kept" if count["kept"] else "none kept"
        rest = [(count["near"], "nearly kept"), (short, "missed")]
    said = ", ".join([head, *(f"{number} {words}" for number, words in rest if number), *unknown])
    return f"{said[:1].upper()}{said[1:]}."


def kept_sentence(overview: Overview, language: str) -> str:
    """`5 engagements tenus sur 8.`; a total never swallows what is not proven or has no figure: then each is named."""
    named = _named_counts(overview, language)
    if named:
        return named
    kept, of = overview["headline"]["kept"], overview["headline"]["of"]
    if language == "fr":
        if of == 0:
            return "Aucun engagement n\u2019est à évaluer sur cette période."
        if kept == 0:
            return "L\u2019engagement n\u2019est pas tenu." if of == 1 else f"Aucun engagement tenu sur {of}."
        if kept == of:
            return "L\u2019engagement est tenu." if of == 1 else f"Les {of} engagements sont tenus."
        return f"{kept} engagement{'s' if kept > 1 else ''} tenu{'s' if kept > 1 else ''} sur {of}."
    if of == 0:
        return "No commitment is to be assessed for this period."
    if kept == 0:
        return "The commitment is not kept." if of == 1 else f"None of {of} commitments kept."
    if kept == of:
        return "The commitment is kept." if of == 1 else f"All {of} commitments are kept."
    return f"{kept} of {of} commitments kept."


def nothing_missed_sentence(overview: Overview | None, language: str) -> str:
    """That no miss waits for an explanation; never as if what could not be judged were kept."""
    fr = language == "fr"
    rest = ", ".join(unknown_words(_counted(overview), language)) if overview else ""
    if rest and fr:
        return f"Rien à expliquer\u00a0: aucun non tenu parmi ceux qui s\u2019évaluent\u202f; {rest}."
    if rest:
        return f"Nothing to explain: none missed of those that can be judged; {rest}."
    if overview and overview["headline"]["of"] == 0:
        none = ("aucun engagement n\u2019est à évaluer", "no commitment is to be assessed")
    else:
        none = ("aucun engagement n\u2019est non tenu", "no commitment is missed")
    return f"Rien à expliquer\u00a0: {none[0]}." if fr else f"Nothing to explain: {none[1]}."


def _titles(overview: Overview, keys: list[str], language: str) -> str:
    title = {view["key"]: text_in(view["title"], language) for view in overview["commitments"]}
    by_law = overview["headline"]["floor"].get("minima", [])
    legal = "le minimum légal de " if language == "fr" else "the legal minimum of "
    named = [(legal if key in by_law else "") + quoted(title.get(key, key), language) for key in keys[:NAMED]]
    more = len(keys) - len(named)
    if more:
        others = ("autre" if language == "fr" else "other") + ("s" if more > 1 else "")
        named.append(f"{more} {others}")
    return listed(named, language)


def floor_sentence(overview: Overview, language: str) -> str:
    """`Le socle ne tient pas, à cause de « Facture fondée sur un relevé réel ».`"""
    floor = overview["headline"]["floor"]
    fr = language == "fr"
    if floor["state"] == "broken":
        start = "Le socle ne tient pas, à cause de" if fr else "The floor does not hold because of"
        return f"{start} {_titles(overview, floor['broken_by'], language)}."
    if floor["state"] == "unproven":
        return "Le socle n\u2019est pas établi." if fr else "The floor is unproven."
    if floor["state"] == "absent":
        if is_elsewhere(overview, "floor", "both"):
            return "Aucun engagement du socle ne s\u2019applique ici." if fr else "No floor commitment applies here."
        return "La charte n\u2019a pas de socle." if fr else "The charter has no floor."
    if floor["near"]:
        start = "Le socle tient, de justesse pour" if fr else "The floor holds, only just for"
        return f"{start} {_titles(overview, floor['near'], language)}."
    return "Le socle tient." if fr else "The floor holds."


def trust_sentence(overview: Overview, language: str) -> str:
    """What trust was earned, and whether it is credited: only while the floor holds. What is measured by means alone
    is named: it earns none."""
    said, by_means = _trust_said(overview, language), overview["headline"]["trust"].get("by_means", [])
    if not by_means:
        return said
    named, is_one = _titles(overview, by_means, language), len(by_means) == 1
    if language == "fr":
        verbs = (
            "ne se mesure que par ses moyens et n\u2019en gagne"
            if is_one
            else "ne se mesurent que par leurs moyens et n\u2019en gagnent"
        )
        return f"{said} {named} {verbs} pas."
    return (
        f"{said} {named} {'is' if is_one else 'are'} measured by means alone, and {'earns' if is_one else 'earn'} none."
    )


def _trust_said(overview: Overview, language: str) -> str:
    trust, fr = overview["headline"]["trust"], language == "fr"
    earned, of, sign = trust["earned"], trust["of"], "\u202f; " if fr else "; "
    if of == 0:
        return _no_trust(overview, fr)
    views = [view for view in _counted(overview) if view.get("class") in ("trust", "both")]
    rest = ", ".join(unknown_words(views, language))
    if earned == 0 and rest:
        french = f"Confiance différenciante\u00a0: rien de gagné sur {of}, dont {rest}."
        return french if fr else f"Trust: none of {of} earned, {rest}."
    if earned == 0:
        return f"Confiance différenciante\u00a0: rien de gagné sur {of}." if fr else f"Trust: none of {of} earned."
    if trust["suspended"]:
        said = _suspended(overview, fr)
    elif fr:
        said = f"Confiance différenciante\u00a0: {earned} {'gagnés' if earned > 1 else 'gagné'} sur {of}"
    else:
        said = f"Trust: {earned} of {of} earned"
    return f"{said}{sign}{rest}." if rest else f"{said}."


def _no_trust(overview: Overview, fr: bool) -> str:
    if is_elsewhere(overview, "trust", "both"):
        french = "Aucun engagement de confiance différenciante ne s\u2019applique ici."
        return french if fr else "No trust commitment applies here."
    french = "La charte n\u2019a pas d\u2019engagement de confiance différenciante."
    return french if fr else "The charter has no trust commitments."


def _suspended(overview: Overview, fr: bool) -> str:
    """What was earned and does not count, and why: the floor does not hold, is not proven, or there is none."""
    trust, state = overview["headline"]["trust"], overview["headline"]["floor"]["state"]
    earned, of = trust["earned"], trust["of"]
    if state == "absent" and is_elsewhere(overview, "floor", "both"):
        state = "elsewhere"
    if fr:
        because = {
            "broken": "tant que le socle ne tient pas",
            "unproven": "tant que le socle n\u2019est pas établi",
            "elsewhere": "car aucun engagement du socle ne s\u2019applique ici",
        }
        until = because.get(state, "tant que la charte n\u2019a pas de socle")
        held = "non comptés" if earned > 1 else "non compté"
        return f"Confiance différenciante\u00a0: {_plural(earned, 'engagement')} acquis sur {of}, {held} {until}"
    english = {
        "broken": "until the floor holds",
        "unproven": "until the floor is established",
        "elsewhere": "since no floor commitment applies here",
    }
    verb, held = ("earn", "none count") if earned > 1 else ("earns", "it does not count")
    return (
        f"Trust: {earned} of {of} commitments {verb} it; {held} {english.get(state, 'until the charter has a floor')}"
    )


def before_sentence(overview: Overview, language: str) -> str:
    """`En septembre : 7 sur 8, le socle tenait.`; nothing where the month before was not measured, or
    nothing was asked in it, or where its figures are those that stand for this one: they are told once."""
    before, shown = overview.get("previous"), parse_period(overview["period"])
    key = shown.previous().key
    if before is None or shown.kind is not PeriodKind.MONTH or before["of"] == 0 or _is_all_of(overview) == key:
        return ""
    month = format_month(key, language)
    unknown = before_unknown(overview, language)
    if language == "fr":
        floors = {"held": "tenait", "broken": "ne tenait pas", "unproven": "n\u2019était pas établi"}
        floor = floors.get(before["floor"]["state"])
        count = f"{before['kept']} {'tenus' if before['kept'] > 1 else 'tenu'} sur {before['of']}"
        return f"En {month}\u00a0: {count}{unknown}{f', le socle {floor}' if floor else ''}."
    floors = {"held": "held", "broken": "did not hold", "unproven": "was unproven"}
    floor = floors.get(before["floor"]["state"])
    count = f"{before['kept']} of {before['of']} kept{unknown}"
    return f"In {month}: {count}{f', the floor {floor}' if floor else ''}."


def before_unknown(overview: Overview, language: str) -> str:
    """`, 5 not proven or without figures`, of the month before; nothing where all could be judged."""
    before = overview.get("previous")
    judged = [view for view in _counted(overview) if view.get("previous_status") in ("near", "missed", "unacceptable")]
    if before is None or not any("previous_status" in view for view in _counted(overview)):
        return ""
    count = before["of"] - before["kept"] - len(judged)
    if count <= 0:
        return ""
    said = "non établi ou sans chiffre" if count == 1 else "non établis ou sans chiffre"
    return f", {count} {said if language == 'fr' else 'not proven or without figures'}"


def verdict_sentence(overview: Overview, language: str) -> str:
    """The first line of all: what is kept, then the floor; and of which month that is known, where it is another."""
    floor = overview["headline"]["floor"]
    sentence = kept_sentence(overview, language)
    if overview["headline"]["of"] == 0 and floor["state"] == "absent":
        return sentence
    return " ".join(filter(None, [sentence, floor_sentence(overview, language), older_sentence(overview, language)]))


def _older_periods(overview: Overview) -> list[str]:
    """Of the commitments that a total counts and that have a figure: the period of each whose own month cannot be
    assessed yet, so that an earlier one stands for it."""
    found = [main_indicator(view) for view in _judged(overview)]  # type: ignore[arg-type]
    return [one["period"] for one in found if one is not None and one["judged_from"]]


def _judged(overview: Overview) -> list[Mapping[str, Any]]:
    return [view for view in _counted(overview) if view.get("status") != "no-data" and view.get("indicators")]


def _is_all_of(overview: Overview) -> str | None:
    """The earlier period that all of the figures are of; None where one is of the month itself, or they differ."""
    older = _older_periods(overview)
    return older[0] if older and len(older) == len(_judged(overview)) and len(set(older)) == 1 else None


def older_sentence(overview: Overview, language: str) -> str:
    """`By the figures of September 2026, the newest that can be assessed.`; nothing where all are of the month."""
    older, fr = len(_older_periods(overview)), language == "fr"
    if not older:
        return ""
    if (period := _is_all_of(overview)) is not None:
        month = format_period(period, language)
        french = f"D\u2019après les chiffres de {month}, les plus récents qui s\u2019évaluent."
        return french if fr else f"By the figures of {month}, the newest that can be assessed."
    of = overview["headline"]["of"]
    return (
        f"Pour {older} sur {of}, d\u2019après une période antérieure."
        if fr
        else f"For {older} of {of}, by an earlier period."
    )


def _plural(count: int, word: str) -> str:
    return f"{count} {word}{'s' if count > 1 else ''}"


def completeness_sentence(overview: Overview, language: str) -> str:
    """`24 contrôles prévus, 23 réalisés, 1 en retard.`"""
    checks = overview["checks"]
    due, done, late, failed = checks["due"], checks["done"], checks["late"], checks["failed"]
    if due == 0:
        french = "Aucun contrôle n\u2019est arrivé à échéance."
        return french if language == "fr" else "No check has become due."
    if language == "fr":
        parts = ["1 contrôle prévu" if due == 1 else f"{due} contrôles prévus", _plural(done, "réalisé")]
        rest = [
            (late, f"{late} en retard"),
            (failed, f"{failed} en échec"),
            (checks["lapsed"], _plural(checks["lapsed"], "jamais fait")),
            (checks["waived"], _plural(checks["waived"], "annulé")),
        ]
    else:
        parts = [f"{_plural(due, 'check')} planned", f"{done} done"]
        rest = [
            (late, f"{late} late"),
            (failed, f"{failed} failed"),
            (checks["lapsed"], f"{checks['lapsed']} never done"),
            (checks["waived"], f"{checks['waived']} skipped"),
        ]
    return ", ".join([*parts, *(words for count, words in rest if count)]) + "."
