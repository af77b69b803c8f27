"""The forms of the charter: which fields stand for the head, a commitment, a calendar and a unit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _

from charter.domain.charter_file.unit_tree import PROVIDER_KINDS
from charter.domain.vocabulary.terms import Component, Party
from charter.web.charters.evidence_form import EVIDENCE_SECTIONS, GRID
from charter.web.charters.form_fields import Field
from charter.words.formats import french
from charter.words.statuses import PARTIES, TOUCHPOINTS

KEY_HELP = _("A lasting short name: letters, digits, dash. It never changes and stands in addresses.")
KEY_HELP_MADE = _("A lasting short name: letters, digits, dash. Left empty, it is made of the title; it never changes.")
CALENDAR_HELP = _("A calendar of the charter, or the country (and region) of the public holidays: FR, FR-57, US-NY.")
COMPONENTS: Sequence[tuple[str, Any]] = (
    (Component.COMPETENCE, _("competence")),
    (Component.HONESTY, _("honesty")),
    (Component.BENEVOLENCE, _("benevolence")),
)


def parties(language: str) -> list[tuple[str, str]]:
    """Who promises, or to whom, in words."""
    return [(party.value, french(PARTIES[party.value][language == "fr"])) for party in Party]


def texts(name: str, french: Any, english: Any, *, is_long: bool = False, needed: bool = False) -> list[Field]:
    """A text in both languages; at least one of them where it is needed."""
    kind = "area" if is_long else "line"
    both = _("In one language at least.") if needed else ""
    return [Field(f"{name}.fr", french, kind, both), Field(f"{name}.en", english, kind)]


def case_words() -> list[Field]:
    """The word for what is counted, for one and for several."""
    plain = _("Like flight; empty: customer.")
    return [
        Field("case.one.fr", _("Word for one case, in French"), help=plain),
        Field("case.many.fr", _("several, in French"), help=_("Like flights.")),
        Field("case.one.en", _("Word for one case, in English")),
        Field("case.many.en", _("several, in English")),
    ]


def key_field() -> Field:
    """The key of a new thing."""
    return Field("key", _("Key"), help=KEY_HELP, is_required=True)


def key_section(is_new: bool) -> list[tuple[Any, Sequence[Field]]]:
    """The key of a new thing, for those who want to choose it: it is made of the title otherwise."""
    return [(_("Address and key"), [Field("key", _("Key"), help=KEY_HELP_MADE)])] if is_new else []


BOTH = (("fr", "français"), ("en", "English"))
SPOKEN_HELP = _("Of pages and reports; what is not written in one of them is shown in the other.")
SPOKEN = Field("report.languages", _("Languages of your promises"), "many", SPOKEN_HELP, BOTH, default=("fr",))
HEAD: tuple[Field, ...] = (
    *texts("title", _("Title in French"), _("Title in English"), needed=True),
    Field("organisation", _("Organisation"), is_required=True),
    SPOKEN,
    Field("timezone", _("Time zone"), help=_("Like Europe/Paris."), is_required=True),
    Field("calendar", _("Calendar of working days"), help=CALENDAR_HELP, is_required=True),
    Field("year_starts", _("First day of the year"), help=_("Month-day, like 04-01; 01-01 unless written.")),
    Field("example", _("Marked as an example everywhere"), "check"),
    Field("closed_days", _("Days the organisation is closed"), "lines", _("One per line, year-month-day.")),
    Field("chain", _("The chain of touchpoints"), "lines", _("One per line, in the order customers pass them.")),
    *texts("staff_question", _("Question to staff in French"), _("Question to staff in English")),
)
RECIPIENTS = _("One e-mail address per line; with fr or en after it, in that language.")
REPORT: tuple[Field, ...] = (
    Field("report.day", _("Day of the month on which the month is frozen"), "whole", _("From 1 to 28.")),
    Field("report.at", _("At what time"), help=_("Local time, like 08:00.")),
    Field("report.to", _("Who receives it"), "recipients", RECIPIENTS),
    Field("report.sheets", _("Print the sheets for team meetings of every unit each month"), "check"),
    Field("report.logo", _("Logo"), help=_("A PNG or JPEG file in the charter's folder.")),
    Field("report.colours.accent", _("Colour of headings"), help=_("Like #21468b.")),
    Field("report.colours.ink", _("Colour of the text"), help=_("Like #21468b.")),
    *texts("report.introduction", _("Introduction in French"), _("Introduction in English"), is_long=True),
)
OURS = _("Empty: our own choice, as the classification page says it.")
CHOICES: tuple[Field, ...] = (
    Field("choices.customer_expiry", _("Answers of customers are valid for"), "delay"),
    Field("choices.sector_expiry", _("The comparison with the sector is valid for"), "delay"),
    Field("choices.expert_expiry", _("Opinions of experts are valid for"), "delay"),
    Field("choices.decision_expiry", _("A decision holds for"), "delay"),
    Field("choices.decay_review", _("An announced decay is looked at within"), "delay"),
    Field("choices.majority", _("Majority (%)"), "share", OURS),
    Field("choices.kano_minimum", _("Fewest pairs of answers"), "whole", OURS),
    Field("choices.most_questionable", _("Most questionable answers (%)"), "share", OURS),
    Field("choices.most_reversed", _("Most reversed answers (%)"), "share", OURS),
    Field("choices.least_effect", _("Least effect on the overall rating (%)"), "share", OURS),
    Field("choices.asymmetry", _("Least asymmetry (%)"), "share", OURS),
    Field("choices.cell_minimum", _("Fewest answers in a cell"), "whole", OURS),
    Field("choices.sector_norm", _("The sector's norm from (%)"), "share", OURS),
    Field("choices.sector_rare", _("Rare in the sector up to (%)"), "share", OURS),
    Field("choices.sector_minimum", _("Fewest companies compared"), "whole", OURS),
    Field("choices.drift_least", _("Least drift worth telling (%)"), "share", OURS),
    Field(
        "choices.undetermined",
        _("An undetermined commitment"),
        "select",
        options=(("floor", _("is held as part of the floor")), ("apart", _("stands apart"))),
        default="floor",
    ),
    Field(
        "choices.trust_without_floor",
        _("Trust while the floor does not hold"),
        "select",
        options=(("suspended", _("is suspended")), ("credited", _("counts all the same"))),
        default="suspended",
    ),
)
ORIGIN: tuple[Field, ...] = (
    Field("origin.survey.asked", _("Customers asked"), "whole"),
    Field("origin.survey.answered", _("Customers who answered"), "whole"),
    Field("origin.survey.date", _("When"), help=_("A year, a month or a day: 2022, 2022-06.")),
    Field(
        "origin.expectations",
        _("Expectations"),
        "rows",
        columns=(
            Field("key", _("Key")),
            Field("rank", _("Rank"), "whole"),
            Field("text.fr", _("In French")),
            Field("text.en", _("In English")),
        ),
    ),
)


def head_form() -> list[tuple[Any, Sequence[Field]]]:
    """The charter itself, in sections."""
    return [
        (_("Whose charter"), HEAD),
        (_("The monthly report"), REPORT),
        (_("Weight and validity of evidence"), CHOICES),
        (_("Where the charter comes from"), ORIGIN),
    ]


def commitment_form(plain: dict[str, Any], *, is_new: bool, language: str) -> list[tuple[Any, Sequence[Field]]]:
    """One promise, in sections; `plain` is the whole draft, for the expectations it may answer."""
    places = [(code, french(words[language == "fr"])) for code, words in TOUCHPOINTS.items()]
    expectations = [(one["key"], one["key"]) for one in plain["charter"].get("origin", {}).get("expectations", [])]
    own = [(one["key"], one["name"]) for one in plain["units"] if str(one["kind"]).casefold() in PROVIDER_KINDS]
    promised = [
        *texts("title", _("Title in French"), _("Title in English"), needed=True),
        *texts("promise", _("The promise in French"), _("The promise in English"), is_long=True, needed=True),
        Field("owner", _("Owner"), help=_("A role, not a person: Head of casework."), is_required=True),
    ]
    staff = [
        *texts("guidance", _("For staff, in French"), _("For staff, in English"), is_long=True),
        *texts("may_grant", _("What staff can offer, in French"), _("What staff can offer, in English"), is_long=True),
    ]
    people = [
        Field("promisor", _("Who promises"), "select", options=parties(language), default=Party.COMPANY.value),
        Field("promisee", _("To whom"), "select", options=parties(language), default=Party.CUSTOMER.value),
        Field("provider", _("Which provider"), help=_("Where it is one of several: the key of its unit."), options=own),
        Field("touchpoint", _("Where customers meet it"), help=_("phone, web, counter, bill…"), options=places),
        Field("components", _("Finding"), "order", _("The main one first."), options=COMPONENTS),
        *_grid_fields(plain.get("grids", {}), language),
        *([Field("answers", _("Expectations it answers"), "many", options=expectations)] if expectations else []),
    ]
    return [
        (_("What you promise"), promised),
        (_("For staff"), staff),
        (_("Who and where"), people),
        (_("The count, in words"), case_words()),
        (_("The questions of a survey"), QUESTIONS),
        *EVIDENCE_SECTIONS,
        *key_section(is_new),
    ]


def _grid_fields(grids: dict[str, Any], language: str) -> list[Field]:
    """For each grid of one's own, which of its items the commitment serves."""
    return [
        Field(
            f"serves.{key}",
            _in_language(grid["name"], language),
            "order",
            _("The main one first."),
            options=[(one["key"], _in_language(one["text"], language)) for one in grid["items"]],
        )
        for key, grid in grids.items()
    ]


def _in_language(text: Any, language: str) -> str:
    return str(text if isinstance(text, str) else text.get(language) or next(iter(text.values())))


QUESTIONS: tuple[Field, ...] = (
    *texts("questions.kept", _("If it is kept, in French"), _("If it is kept, in English"), is_long=True),
    *texts("questions.not_kept", _("If it is not kept, in French"), _("If it is not kept, in English"), is_long=True),
)


HOURS_HELP = _(
    "One line for each day or run of days, %(days)s. Days left out are closed; left empty, whole days outside the "
    "country's weekend.",
    days="mon-fri: ['09:00-12:30', '13:30-18:00']",
)


def calendar_form(*, is_new: bool) -> list[tuple[Any, Sequence[Field]]]:
    """One calendar of the organisation's own."""
    return [
        (
            _("The calendar"),
            [
                *([key_field()] if is_new else []),
                Field("country", _("Public holidays of"), help=COUNTRY_HELP),
                Field("open", _("Opening hours"), "notation", HOURS_HELP),
                Field("closed_days", _("Days closed besides"), "lines", _("One per line, year-month-day.")),
                Field("open_days", _("Days opened besides"), "notation", OPENED_HELP),
            ],
        )
    ]


OPENED_HELP = _("One per line, with the hours: %(day)s", day="2026-12-27: ['10:00-16:00']")
COUNTRY_HELP = _("A country, with its region if need be: FR, FR-57, US-NY. Empty: that of the charter's calendar.")


def grid_form(*, is_new: bool) -> list[tuple[Any, Sequence[Field]]]:
    """One grid of one's own."""
    return [(_("The grid"), [*([key_field()] if is_new else []), *GRID])]


def unit_form(plain: dict[str, Any], *, is_new: bool, key: str = "") -> list[tuple[Any, Sequence[Field]]]:
    """One unit of the tree."""
    others = [(one["key"], one["name"]) for one in plain["units"] if one["key"] != key]
    kinds = [(kind, kind) for kind in dict.fromkeys(one["kind"] for one in plain["units"])]
    return [
        (
            _("The unit"),
            [
                Field("name", _("Name"), is_required=True),
                *([Field("key", _("Name in the data"), help=_("Empty: its name. It never changes."))] * is_new),
                Field("parent", _("Belongs to"), "select", options=others),
                Field("kind", _("Kind"), help=_("company, region, agency, provider…"), options=kinds, is_required=True),
            ],
        ),
        (_("Since when, until when"), UNIT_DAYS),
        (_("Its calendar and weight"), UNIT_COUNTS),
    ]


UNIT_DAYS = (Field("valid_from", _("Exists from"), "day"), Field("valid_until", _("Exists until"), "day"))
UNIT_COUNTS = (
    Field("calendar", _("Its own calendar"), help=CALENDAR_HELP),
    Field("weight", _("Weight"), "number", _("Customers it stands for, where answers are weighted.")),
)
