"""Figures entered on a page: what waits, a plain form, the effect before anything is written, what was corrected.

The numbers that a figure is entered as: what each is called on a page, and the help beneath its field.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from charter.domain.figures.entries import ANSWER, STEP, Figure, number_of
from charter.domain.vocabulary.errors import CharterError, Invalid, NotAllowed
from charter.domain.vocabulary.permissions import Actor, may_somewhere
from charter.domain.vocabulary.terms import Permission
from charter.services.figures import preview as figure_preview
from charter.services.figures import worklist
from charter.services.figures.entered import FigurePlace
from charter.services.figures.entries import Plan
from charter.services.figures.plan import plan_figures
from charter.services.figures.write import correct_figure, enter_figures
from charter.web.frame.access import current_actor, needs, now
from charter.web.frame.layout import current_language
from charter.web.frame.pickers import choices
from charter.words.formats import format_number

LABELS: Mapping[str, object] = {
    "numerator": _("Cases that met the promise"),
    "denominator": _("Cases assessed"),
    "n": _("Number of cases"),
    "sum": _("Sum of the values"),
    "sum_of_squares": _("Sum of their squares"),
    "promoters": _("Promoters (9 and 10)"),
    "passives": _("Passives (7 and 8)"),
    "detractors": _("Detractors (0 to 6)"),
    "cents": _("Compensation paid, in cents"),
    "volume": _("Volume that the cases are set against"),
}
"""By the number's name in files and in the API."""

HELP: Mapping[str, object] = {
    "numerator": _("A count, not a percentage: 45 of 50 is written 45 here."),
    "denominator": _("All cases that could be assessed, met or not."),
    "sum_of_squares": _("Each value multiplied by itself, then added: it gives the margin of error."),
    "cents": _("12.50 is written 1250."),
}


def label_of(name: str) -> Any:
    """What a number is called; of a promise in steps, by its delay; of an effort, by its answer."""
    if name.startswith(ANSWER):
        return _("Customers who answered %(answer)s", answer=name.removeprefix(ANSWER))
    if name.startswith(STEP):
        return _("Cases met within %(delay)s", delay=name.removeprefix(STEP).replace("_", " "))
    return LABELS[name]


def labels() -> dict[str, object]:
    """Both, for templates."""
    return {"number_label": label_of, "number_help": HELP}


def written(numbers: Mapping[str, float] | None, language: str) -> str:
    """The numbers of a figure in short: `45 / 50`, or each with its name's first words."""
    if numbers is None:
        return "–"
    if set(numbers) == {"numerator", "denominator"}:
        return f"{_number(numbers['numerator'], language)} / {_number(numbers['denominator'], language)}"
    colon = "\u00a0: " if language == "fr" else ": "
    return ", ".join(f"{label_of(name)}{colon}{_number(number, language)}" for name, number in numbers.items())


def _number(number: float, language: str) -> str:
    text = repr(number)
    decimals = len(text.partition(".")[2]) if "." in text and "e" not in text else 0
    return format_number(number, language, decimals)


PLACE = ("unit", "channel", "segment")

pages = Blueprint("figures", __name__)


@pages.get("/figures")
@needs(Permission.ENTER_FIGURE)
def page() -> ResponseReturnValue:
    """What waits, and what was entered."""
    actor, instant = current_actor(), now()
    lines = worklist.indicator_lines(actor)
    return render_template(
        "figures/figures.html",
        waiting=worklist.waiting(actor, instant),
        entered=worklist.entered(actor),
        read=[one for one in lines if not one["takes_figures"] and one["numbers"]],
        may_correct=may_somewhere(actor, Permission.CORRECT_FIGURE),
        numbers_written=written,
        **choices(actor, instant),
    )


@pages.get("/figures/choose")
@needs(Permission.CORRECT_FIGURE)
def choose() -> ResponseReturnValue:
    """From the picker of an indicator and a period to its figures."""
    indicator, period = (request.args.get(name, "").strip() for name in ("indicator", "period"))
    if not indicator or not period:
        return redirect(url_for("figures.page"))
    return redirect(url_for("figures.form", indicator=indicator, period=period))


@pages.route("/figures/<indicator>/<period>", methods=["GET", "POST"])
@needs(Permission.ENTER_FIGURE)
def form(indicator: str, period: str) -> ResponseReturnValue:
    """The figures of one indicator and period; a new one shows its effect, and is written when it is confirmed."""
    actor, instant = current_actor(), now()
    place = worklist.figure_place(actor, instant, indicator=indicator, period=period)
    given = {name: value.strip() for name, value in request.values.items() if name not in ("csrf_token", "lang")}
    errors: dict[str, CharterError] = {}
    plan: Plan | None = None
    if request.method == "POST":
        try:
            figure = _figure(place, given)
            plan = plan_figures(actor, instant, [figure], correcting=not place["is_by_hand"])
            plan.require_whole()
            if given.get("expected") and "change" not in given:
                return _write(actor, place, figure, given["expected"])
        except Invalid as error:
            plan, errors = None, {error.field if _has_field(place, error.field) else "": error}
        except NotAllowed:
            raise
        except CharterError as error:
            plan, errors = None, {"": error}
    effect = figure_preview.effects_of(plan)[0] if plan and not errors and "change" not in given else None
    shown = render_template(
        "figures/form.html",
        place=place,
        given=_suggested(place, given),
        errors=errors,
        effect=effect,
        digest=plan.digest if plan else None,
        numbers_written=written,
        **labels(),
        **choices(actor, instant),
    )
    return shown, 400 if errors else 200


def _figure(place: FigurePlace, given: dict[str, str]) -> Figure:
    """What the form says. Raises Invalid."""
    numbers = {}
    for name in place["numbers"]:
        if not given.get(name):
            raise Invalid(
                "The number %(number)s is missing: a figure needs %(asked)s.", name, number=name, asked=place["numbers"]
            )
        numbers[name] = number_of(given[name], name)
    unit, channel, segment = (given.get(name, "") for name in PLACE)
    reason = given.get("reason") or None
    return Figure(place["indicator"], place["period"], unit or None, numbers, reason, channel, segment)


def _has_field(place: FigurePlace, field: str) -> bool:
    has = {"channel": place["has_channel"], "segment": place["has_segment"]}
    return field in (*place["numbers"], "reason", "unit") or has.get(field, False)


def _suggested(place: FigurePlace, given: dict[str, str]) -> dict[str, str]:
    """What stands in the form: what was written; for a figure to correct, its numbers."""
    chosen = tuple(given.get(name, "") for name in PLACE)
    held = next((one for one in place["figures"] if (one["unit"], one["channel"], one["segment"]) == chosen), None)
    if request.method == "GET" and held is not None:
        return given | {name: _plain(number) for name, number in held["numbers"].items()}
    return given


def _plain(number: float | None) -> str:
    text = str(number)
    return text.replace(".", ",") if current_language() == "fr" else text


def _write(actor: Actor, place: FigurePlace, figure: Figure, expected: str) -> ResponseReturnValue:
    """Write what was seen, and say what happened."""
    seen = figure_preview.effects_of(plan_figures(actor, now(), [figure], correcting=not place["is_by_hand"]))[0]
    if place["is_by_hand"]:
        enter_figures(actor, now(), [figure], expected=expected)
    else:
        correct_figure(actor, now(), figure, expected=expected)
    unit = seen["units"][0]["name"]
    one = seen["figures"][0]
    if one["is_same"]:
        flash(gettext("%(unit)s: this figure was there already, nothing has changed.", unit=unit))
    elif one["replaces"] is not None:
        flash(gettext("%(unit)s: the figure is corrected; the one before is stored below it.", unit=unit))
    else:
        flash(gettext("%(unit)s: the figure is entered.", unit=unit))
    return redirect(url_for("figures.form", indicator=place["indicator"], period=place["period"]), 303)
