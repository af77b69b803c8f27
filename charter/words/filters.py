"""The Jinja filters that write figures, dates and codes in the reader's language; pages and PDF use the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jinja2 import Environment

from charter.words import (
    actions,
    calendars,
    class_terms,
    classes,
    doubts,
    formats,
    frontline,
    jobs,
    refusals,
    statuses,
    surveys,
)
from charter.words import overview as words_overview
from charter.words.alerts import figures, sentences
from charter.words.alerts import lines as alert_lines
from charter.words.conclusions import place, readings, rules, symmetry
from charter.words.formats import listed, quoted, text_in
from charter.words.records import audit
from charter.words.records.values import spelled

Language = Callable[[], str]

_WITH_ONE: dict[str, Callable[..., Any]] = {
    "date": formats.format_date,
    "day_month": formats.format_day_month,
    "short_date": formats.format_short_date,
    "period": formats.format_period,
    "month": formats.format_month,
    "count": formats.format_count,
    "seconds": jobs.format_seconds,
    "status_word": statuses.status_word,
    "class_word": statuses.class_word,
    "class_name": statuses.class_name,
    "reason_word": statuses.reason_word,
    "state_word": statuses.state_word,
    "strength_word": statuses.strength_word,
    "component_word": statuses.component_word,
    "variation_word": statuses.variation_word,
    "assurance_word": statuses.assurance_word,
    "exclusion_word": statuses.exclusion_word,
    "text": text_in,
    "spelled": spelled,
    "listed": listed,
    "quoted": quoted,
    "verdict": words_overview.verdict_sentence,
    "kept_sentence": words_overview.kept_sentence,
    "floor_sentence": words_overview.floor_sentence,
    "not_judged": words_overview.not_judged,
    "unknown_words": words_overview.unknown_words,
    "nothing_missed_sentence": words_overview.nothing_missed_sentence,
    "before_sentence": words_overview.before_sentence,
    "before_unknown": words_overview.before_unknown,
    "trust_sentence": words_overview.trust_sentence,
    "completeness": words_overview.completeness_sentence,
    "refusal": refusals.refusal_sentence,
    "review_sentence": class_terms.review_sentence,
    "floor_change": class_terms.floor_change,
    "badge_words": frontline.badge_words,
    "said": lambda one, language: classes.sentence([one], language),
    "mark": surveys.format_mark,
    "p_value": surveys.format_p,
    "hours_sentence": calendars.hours_sentence,
    "opened_words": calendars.opened_words,
    "week_words": calendars.week_words,
    "country_words": calendars.country_words,
    "doubt_sentences": doubts.doubt_sentences,
    "weighing_doubts": doubts.weighing_doubts,
    "slight_doubts": doubts.slight_doubts,
    "left_out_sentence": words_overview.left_out_sentence,
    "chart_why": readings.chart_why,
    "chance_sentence": readings.chance_sentence,
    "signal_sentence": readings.signal_sentence,
    "settle_sentence": readings.settle_sentence,
    "rule_name": rules.rule_name,
    "rule_sentence": rules.rule_sentence,
    "facts_words": rules.facts_words,
    "missing_sentence": readings.missing_sentence,
    "stand_in_sentence": readings.stand_in_sentence,
    "area_words": readings.area_words,
    "outside_sentence": readings.outside_sentence,
    "mix_sentence": readings.mix_sentence,
    "funnel_title": readings.funnel_title,
    "job_title": jobs.job_title,
    "job_result": jobs.job_result,
    "effect_sentence": actions.effect_sentence,
    "alert_state_word": sentences.alert_state_word,
    "alert_sentence": sentences.alert_sentence,
    "actor_name": statuses.actor_name,
    "audit_sentence": audit.audit_sentence,
    "alert_detail": figures.alert_detail,
    "alert_weight": sentences.alert_weight,
    "alert_subject": sentences.alert_subject,
    "alert_summary": alert_lines.alert_summary,
    "alert_place": alert_lines.alert_place,
    "alert_standing": alert_lines.alert_standing,
    "in_groups": alert_lines.in_groups,
    "why_told": alert_lines.why_told,
    "why_week": alert_lines.why_week,
    "unalerted_sentence": alert_lines.unalerted_sentence,
    "post_state_word": jobs.post_state_word,
    "channel_word": jobs.channel_word,
    "form_word": jobs.form_word,
    "post_word": jobs.post_word,
}
"""Filters of one value and the language."""

_OF_A_KIND: dict[str, Callable[..., str]] = {
    "audit_subject": audit.audit_subject,
    "together_sentence": symmetry.together_sentence,
    "value": formats.format_value,
    "cases": formats.format_cases,
    "level": formats.format_level,
    "points": formats.format_points,
    "interval": formats.format_interval,
    "money": formats.format_money,
    "instant": formats.format_instant,
    "telling": figures.telling_sentence,
    "short_instant": formats.format_short_instant,
    "day_of": frontline.day_of,
    "place_sentence": place.place_sentence,
    "longer_sentence": readings.longer_sentence,
}
"""Filters of a value, its kind (or zone), and the language: `{{ view.value|value(view.kind) }}`."""

_PAIRS = {
    "party_word": statuses.PARTIES,
    "place_word": place.WORDS,
    "subject_word": sentences.SUBJECTS,
    "audit_noun": audit.NOUNS,
    "nature_word": statuses.NATURES,
    "basis_word": statuses.BASES,
    "proves_word": statuses.PROVES,
    "floor_word": statuses.FLOOR_STATES,
    "role_word": statuses.ROLES,
    "evidence_word": statuses.EVIDENCE,
    "owed_word": statuses.OWED,
    "touchpoint_word": statuses.TOUCHPOINTS,
    "answer_word": statuses.ANSWERS,
    **frontline.PAIRS,
    "job_state": jobs.STATES,
    "column_kind": statuses.COLUMN_KINDS,
    "column_role": statuses.COLUMN_ROLES,
    "action_word": actions.ACTION_STATES,
    "verdict_word": actions.VERDICTS,
    "step_word": actions.STEPS,
    "survey_kind": surveys.KINDS,
    "survey_tool": surveys.TOOLS,
    "column_part": surveys.COLUMN_PARTS,
    "survey_origin": surveys.ORIGINS,
    "survey_state": surveys.WAVE_STATES,
    "effect_class": surveys.EFFECTS,
    "month_word": actions.MONTH_STATES,
    "delivery_word": actions.DELIVERIES,
}


def _of_one(write: Callable[..., str | list[str]], language: Language) -> Callable[[Any], str | list[str]]:
    return lambda value: write(value, language())


def _of_two(write: Callable[..., str], language: Language) -> Callable[..., str]:
    return lambda value, kind, **options: write(value, kind, language(), **options)


def _of_pairs(pairs: statuses.Pairs, language: Language) -> Callable[[Any], str]:
    return lambda code: statuses.word(pairs, code, language())


def register_filters(env: Environment, language: Language) -> None:
    """Give the templates of an environment their filters; `language` is asked at each writing."""
    env.filters.update({name: _of_one(write, language) for name, write in _WITH_ONE.items()})
    env.filters.update({name: _of_two(write, language) for name, write in _OF_A_KIND.items()})
    env.filters.update({name: _of_pairs(pairs, language) for name, pairs in _PAIRS.items()})
    env.filters["glyph_ink"] = frontline.glyph_ink
    env.filters["sentence_case"] = lambda text: text[:1].upper() + text[1:]
