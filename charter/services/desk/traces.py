"""Each conclusion of a promise opened: its inputs, the rule and its version, and the command that repeats it outside.

What the pages say is not reckoned again here: it is the same value, with what it was made of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import select

from charter.domain.alerts.alert_rules import AlertState, Subject
from charter.domain.overview.model import IndicatorView
from charter.domain.overview.rules import RULES
from charter.domain.statistics.misses import still_missing
from charter.domain.vocabulary.errors import NotFound
from charter.domain.vocabulary.periods import parse_period
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Kind, Permission
from charter.models.alerts import Alert
from charter.models.base import db
from charter.services.actions.view import effect_figures
from charter.services.charters.versions import find_commitment, find_unit, history
from charter.services.classes.current import classify
from charter.services.classes.known_evidence import known_evidence
from charter.services.desk.commitment_page import CommitmentPage, Detail, commitment_page
from charter.services.frontline.summaries import load_told
from charter.services.readings.current_figures import month_asked

FIGURES = ("value", "numerator", "denominator", "effective_n", "basis", "minimum", "interval", "interval_level")
LEVELS = ("target", "tolerance", "unacceptable", "exceeds", "direction")


class Trace(TypedDict):
    """One conclusion: by which rule in which version, from what, and the same by command. `says`: code and figures of
    what was concluded; `file`: whether the command reads the file of the series."""

    rule: str
    version: int
    about: str
    says: dict[str, Any]
    inputs: dict[str, Any]
    command: str
    file: bool


class Traced(TypedDict):
    """All conclusions of a promise for a month and unit."""

    page: CommitmentPage
    traces: list[Trace]


def traces(actor: Actor, now: datetime, key: str, *, unit: str | None = None, period: str | None = None) -> Traced:
    """Every conclusion of a commitment for a month and unit. Raises as `commitment_page` does."""
    page = commitment_page(actor, now, key, unit=unit, period=period)
    found: list[Trace] = []
    for view in page["commitment"]["indicators"]:
        found += _of_indicator(view, page["details"][view["key"]], page["overview"]["unit"])
    found += [*_effects(page), _class(page), *_signals(page), *_alerts(page)]
    return {"page": page, "traces": found}


def _trace(rule: str, about: str, says: Mapping[str, Any], inputs: Mapping[str, Any], command: str) -> Trace:
    known = {name: one for name, one in inputs.items() if one not in (None, "", [], {})}
    is_of_file = ".csv" in command
    return {"rule": rule, "version": RULES[rule], "about": about, "says": dict(says), "inputs": known,
            "command": f"flask charter {command}", "file": is_of_file}  # fmt: skip


def _of_indicator(view: IndicatorView, detail: Detail, unit: str) -> Iterator[Trace]:
    key, period = view["key"], view["period"]
    figures = {name: view.get(name) for name in (*FIGURES, *LEVELS)}
    where = f"--period {period} --unit {unit}"
    verdict = {"status": view["status"], "reason": view["reason"]}
    yield _trace("verdict", key, verdict, figures | {"period": period}, f"status {where} --json")
    lacking = still_missing(view)
    if lacking is not None:
        yield _trace("missing", key, {"count": lacking}, figures, _missing(view))
    chart = detail["chart"]
    if chart is not None:
        said = {name: chart[name] for name in ("variation", "assurance", "drawable", "kind", "is_seasonal")}
        said |= {"why_not": chart["reason"]}
        inputs = {"periods": len(detail["series"]), "target": view["target"], "direction": view["direction"]}
        inputs |= {"last": chart["points"][-1] if chart["points"] else None, "rare": chart["rare"]}
        yield _trace("chart", key, said, inputs, _spc(view, detail))
    if detail["missed_lately"] is not None:
        missed = dict(detail["missed_lately"]) | {"likely": detail["likely_misses"]}
        yield _trace("misses", key, missed, {"target": view["target"]}, _spc(view, detail))
    if detail["funnel"] is not None:
        outside = [one for one in detail["funnel"]["points"] if one["side"]]
        inputs = {"centre": detail["funnel"]["centre"], "sigma": detail["funnel"]["sigma"]}
        inputs |= {"units": len(detail["funnel"]["points"])}
        is_rate = " --rate" if view["kind"] == Kind.RATE else ""
        yield _trace("units", key, {"outside": outside}, inputs, f"analyse units {key}-units.csv{is_rate}")
    if detail["mix"] is not None:
        says = {name: detail["mix"][name] for name in ("since", "rate", "mix")}
        yield _trace("mix", key, says, {"units": len(detail["mix"]["parts"])}, f"analyse mix {key}-mix.csv")


def _missing(view: IndicatorView) -> str:
    told = f"--kind {view['kind']} --target {view['target']} --direction {view['direction']}"
    per = f" --per {view['per']}" if view.get("per") else ""
    return f"analyse missing {view['numerator']}/{view['denominator']} {told}{per}"


def _spc(view: IndicatorView, detail: Detail) -> str:
    direction = "increase" if view["direction"] == "higher" else "decrease"
    target = "" if view["target"] is None else f" --target {view['target']}"
    breaks = [point["period"] for point in detail["series"] if point.get("break") or point.get("rebased")]
    rebase = "".join(f" --rebase {one}" for one in breaks)
    return f"analyse spc {view['key']}.csv --direction {direction}{target}{rebase} --fitted {view['kind']}"


def _effects(page: CommitmentPage) -> Iterator[Trace]:
    views = {view["key"]: view for view in page["commitment"]["indicators"]}
    for row in page["remedy"]["actions"]:
        effect, view = row["effect"], views.get(row["indicator"] or "")
        if effect is None or view is None or not row["done_on"]:
            continue
        says = {name: effect[name] for name in ("verdict", "difference", "interval", "reason")}
        inputs = {"action": row["number"], "begun": row["planned_at"][:10], "done": row["done_on"]}
        inputs |= {"before": effect["before"], "after": effect["after"], "method": effect.get("method")}
        begun = min(row["planned_at"][:10], row["done_on"])
        command = (
            f"analyse effect {view['key']}-{row['number']}.csv --begun {_holding(view, begun)} "
            f"--done {_holding(view, row['done_on'])} --triggered {row['period']} --direction {view['direction']}"
        )
        yield _trace("effect", view["key"], says, inputs, command)


def _holding(view: IndicatorView, day: str) -> str:
    """The period of the indicator that holds a day."""
    kind = parse_period(view["period"]).kind
    return {"month": day[:7], "year": day[:4]}.get(kind, day)


def _class(page: CommitmentPage) -> Trace:
    view = page["commitment"]
    says = {"class": view["class"], "strength": view["strength"], "decided_by": view["decided_by"]}
    inputs = {"because": view["because"]}
    return _trace("class", view["key"], says, inputs, f"analyse class {view['key']}-evidence.json")


def _signals(page: CommitmentPage) -> Iterator[Trace]:
    overview, key = page["overview"], page["commitment"]["key"]
    version = history().on(parse_period(overview["period"]).start)
    told = load_told(version, parse_period(overview["period"]))
    under = version.tree.under(overview["unit"])
    for (unit, commitment), rise in told.rises(under).items():
        if commitment == key:
            line, cells = told.line(unit, commitment), told.cells
            inputs = {"unit": unit, "days": [list(one) for one in line], "cells": cells}
            days = " ".join(f"{one.on}/{one.of}" for one in line)
            says = {"count": rise.count, "earlier": rise.earlier, "chance": rise.chance}
            yield _trace("signal", key, says, inputs, f"analyse rise {days} --cells {cells}")


def _alerts(page: CommitmentPage) -> Iterator[Trace]:
    of_status = (Alert.kind == Subject.STATUS) & (Alert.commitment_key == page["commitment"]["key"])
    mine = of_status & (Alert.unit_key == page["overview"]["unit"])
    rows = db.session.execute(select(Alert).where(mine, Alert.state != AlertState.CLOSED).order_by(Alert.id)).scalars()
    views = {view["key"]: view for view in page["commitment"]["indicators"]}
    for row in rows:
        view = views.get(row.subject)
        names = ("period", "value", "target", "tolerance", "cases", "since", "waits")
        inputs = {name: row.facts.get(name) for name in names}
        says = {"status": row.code, "state": row.state}
        yield _trace("alert", row.subject, says, inputs, _chance(view, page["details"].get(row.subject)))


def _chance(view: IndicatorView | None, detail: Detail | None) -> str:
    """How the chance of a miss is reckoned by command, from its counts and those of the period before."""
    if view is None or detail is None or view["numerator"] is None or view["target"] is None:
        return "status --json"
    before = _counts(detail["series"][-2:-1])
    told = f" --before {before}" if before else ""
    counts = f"{view['numerator']}/{view['denominator']}"
    return f"analyse chance {counts} --target {view['target']} --direction {view['direction']}{told}"


def _counts(points: Sequence[Mapping[str, Any]]) -> str:
    known = [one for one in points if one["numerator"] is not None and one["denominator"]]
    return f"{known[0]['numerator']}/{known[0]['denominator']}" if known else ""


def series_rows(actor: Actor, now: datetime, key: str, indicator: str, *, unit: str | None, period: str | None) -> Any:
    """The periods of an indicator as the commands read them: a heading, then period, value, and counts of cases.

    Raises NotFound for an indicator that the promise has not, and as `commitment_page` does.
    """
    page = commitment_page(actor, now, key, unit=unit, period=period)
    if indicator not in page["details"]:
        raise NotFound("The charter has no indicator %(indicator)s.", indicator=indicator)
    series = page["details"][indicator]["series"]
    names = ("period", "value", "numerator", "denominator")
    return [names, *(tuple(one[name] for name in names) for one in series)]  # type: ignore[literal-required]


def evidence_of(actor: Actor, now: datetime, key: str, *, unit: str | None, period: str | None) -> dict[str, Any]:
    """The evidence on a promise in the words of `analyse class`: what its class follows from, at the end of a month.

    Raises as `commitment_page` does.
    """
    found = history()
    month = month_asked(found, period, now)
    version = found.on(month.start)
    require(actor, Permission.READ_DESK, find_unit(version, unit))
    _, commitment = find_commitment(version, key)
    return dict(classify(commitment, version.charter.charter, month.end, known_evidence()).evidence)


def unit_rows(
    actor: Actor, now: datetime, key: str, indicator: str, *, unit: str | None, period: str | None, what: str
) -> list[tuple[Any, ...]]:
    """The units beneath as `analyse units` and `analyse mix` read them, or the stages (`what`: units, mix, stages)
    with a heading. Raises as `series_rows`."""
    page = commitment_page(actor, now, key, unit=unit, period=period)
    view = next((one for one in page["commitment"]["indicators"] if one["key"] == indicator), None)
    detail = page["details"].get(indicator)
    if view is None or detail is None or not detail["funnel" if what == "units" else what]:  # type: ignore[literal-required]
        raise NotFound("The charter has no indicator %(indicator)s.", indicator=indicator)
    if what == "stages" and (chain := detail["stages"]):
        names = ("stage", "provider", "ran", "stood", "part", "late", "allowed")
        return [("in", *names), *((chain["unit"], *(one.get(name) for name in names)) for one in chain["links"])]
    if what == "mix" and detail["mix"]:
        heading = ("unit", "numerator_before", "denominator_before", "numerator", "denominator")
        return [heading, *detail["mix"]["parts"]]
    points, per = detail["funnel"]["points"] if detail["funnel"] else [], view.get("per") or 1
    rows = [(one["unit"], round(one["value"] / per * one["cases"], 6), one["cases"]) for one in points]
    return [("unit", "numerator", "denominator"), *rows]


def effect_rows_of(actor: Actor, number: int) -> list[tuple[Any, ...]]:
    """What the effect of an action follows from, as `analyse effect` reads it, with its heading. Raises as
    `effect_figures`."""
    found = effect_figures(actor, number)
    known = list(dict.fromkeys(one.definition for one in found.figures))
    rows = [(one.period, one.value, known.index(one.definition) + 1, one.cases) for one in found.figures]
    heading = ("period", "value", "definition", "share_of")
    return [row if found.is_share else row[:3] for row in (heading, *rows)]
