"""What a commitment's class rests on, as sections of its form: law, sector, experts, and a person's decision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _

from charter.domain.vocabulary.terms import CommitmentClass
from charter.web.charters.form_fields import Field

YES_NO: Sequence[tuple[str, Any]] = (("yes", _("yes")), ("no", _("no")), ("unknown", _("do not know")))
TRUTH: Sequence[tuple[str, Any]] = (("true", _("yes")), ("false", _("no")))
CLASSES: Sequence[tuple[str, Any]] = (
    (CommitmentClass.CONFIDENCE, _("confidence (the floor)")),
    (CommitmentClass.TRUST, _("trust")),
    (CommitmentClass.BOTH, _("both")),
    (CommitmentClass.NEITHER, _("neither")),
    (CommitmentClass.UNDETERMINED, _("undetermined")),
)
MONTH_HELP = _("A year, a month or a day: 2022, 2022-06.")
EVIDENCE_SECTIONS: list[tuple[Any, Sequence[Field]]] = [
    (
        _("Legal duty"),
        (
            Field(
                "evidence.law.owed",
                _("Owed by law"),
                "select",
                options=(("none", _("nothing")), ("part", _("part of it")), ("full", _("all of it"))),
            ),
            Field("evidence.law.reference", _("Reference")),
            Field("evidence.law.date", _("Date"), help=MONTH_HELP),
            Field("evidence.law.until", _("Until"), help=MONTH_HELP),
            Field("evidence.law.scope", _("Scope")),
            Field("evidence.law.minimum.fr", _("The legal minimum, in French"), help=_("Where a part is owed.")),
            Field("evidence.law.minimum.en", _("The legal minimum, in English")),
            Field("evidence.law.surplus.fr", _("Beyond the legal minimum, in French")),
            Field("evidence.law.surplus.en", _("Beyond the legal minimum, in English")),
            Field("evidence.law.minimum_indicator", _("Key of the indicator of the legal minimum")),
        ),
    ),
    (
        _("Promises of the sector"),
        (
            Field("evidence.sector.promised_by", _("Companies that promise the same or better"), "whole"),
            Field("evidence.sector.compared", _("Companies compared"), "whole"),
            Field("evidence.sector.date", _("Date"), help=MONTH_HELP),
            Field(
                "evidence.sector.companies",
                _("or the companies by name"),
                "rows",
                columns=(
                    Field("company", _("Company")),
                    Field("promised", _("Promises the same or better"), "truth", options=TRUTH),
                    Field("source", _("Where it stands")),
                    Field("date", _("Date"), "day"),
                ),
            ),
        ),
    ),
    (
        _("Opinions of experts"),
        (
            Field(
                "evidence.experts",
                _("Experts"),
                "rows",
                columns=(
                    Field("name", _("Name")),
                    Field("floor", _("Does missing it destroy confidence?"), "select", options=YES_NO),
                    Field("earns", _("Does keeping it earn trust?"), "select", options=YES_NO),
                    Field("because", _("Why")),
                    Field("date", _("Date"), "day"),
                ),
            ),
        ),
    ),
    (
        _("Compensation due"),
        (
            Field("compensation.amount", _("Amount for each case"), "number", _("Leave it empty for several amounts.")),
            Field("compensation.currency", _("Currency"), help=_("Like EUR.")),
            Field("compensation.per", _("For each"), "select", options=(("case", _("case")),)),
            Field("compensation.further.amount", _("and more, while the delay goes on"), "number"),
            Field("compensation.further.every", _("for each whole"), "delay", _("Beyond the promised delay.")),
            Field("compensation.from", _("From"), "day"),
            Field("compensation.until", _("Until"), "day"),
            Field(
                "compensation.amounts",
                _("or several amounts: each case is owed the first that it meets"),
                "rows",
                columns=(
                    Field("where", _("Only rows where"), "notation"),
                    Field("amount", _("Amount"), "number"),
                    Field("further.amount", _("More"), "number"),
                    Field("further.every", _("for each whole"), "delay"),
                    Field("from", _("From"), "day"),
                    Field("until", _("Until"), "day"),
                ),
            ),
            Field("compensation.law.fr", _("By which text, in French")),
            Field("compensation.law.en", _("By which text, in English")),
            Field("compensation.indicator", _("Key of the indicator that counts the misses")),
            Field("compensation.paid", _("Key of the indicator that tells the payments")),
        ),
    ),
    (
        _("The class, where a person has decided"),
        (
            Field("class.decided", _("Class"), "select", options=CLASSES),
            Field("class.by", _("Decided by")),
            Field("class.because", _("Why")),
            Field("class.date", _("Date"), "day"),
        ),
    ),
]
GRID = (
    Field("name.fr", _("Name in French"), help=_("In one language at least.")),
    Field("name.en", _("Name in English")),
    Field(
        "items",
        _("Its items"),
        "rows",
        _("An item may lie below another one of the first level."),
        columns=(
            Field("key", _("Key")),
            Field("text.fr", _("In French")),
            Field("text.en", _("In English")),
            Field("parent", _("Below the item with this key")),
        ),
    ),
)
"""A grid of one's own."""
