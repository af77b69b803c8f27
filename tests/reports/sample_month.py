"""A realistic month as the services freeze it: eight commitments of a fictional supplier, October 2026."""

from __future__ import annotations

import random
from copy import deepcopy
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

Json = dict[str, Any]

MONTHS = [f"{2023 + (10 + i) // 12}-{(10 + i) % 12 + 1:02d}" for i in range(36)]
"""November 2023 to October 2026."""

KNOWN_AT = "2026-11-05T07:00:00+00:00"
TITLE = {"fr": "Nos huit engagements", "en": "Our eight commitments"}
ORGANISATION = "Ambrelune Énergie"


@lru_cache(maxsize=1)
def _charter() -> Json:
    text = (Path(__file__).parent / "sample_charter.yaml").read_text(encoding="utf-8")
    return YAML(typ="safe", pure=True).load(text)  # type: ignore[no-any-return]


def make_series(
    seed: int, level: float, spread: float, *, last: float | None, target: float, status: str
) -> list[Json]:
    """Thirty-six months around a level, the last one given; series 3 has a gap, the target of series 1 once rose."""
    luck = random.Random(seed)
    values: list[float | None] = [round(level + luck.uniform(-spread, spread), 4) for _ in MONTHS[:-1]]
    values[20] = None if seed == 3 else values[20]
    points = [
        {
            "period": month,
            "value": value,
            "numerator": None if value is None else float(round(value * 4000)),
            "denominator": None if value is None else 4000.0,
            "status": "no-data" if value is None else "kept",
            "target": target - (0.05 if i < 14 and seed == 1 else 0.0),
        }
        for i, (month, value) in enumerate(zip(MONTHS, [*values, last], strict=True))
    ]
    points[-1]["status"] = status
    return points


def make_reading(series: list[Json], assurance: str | None) -> Json:
    """A control chart of the whole series in the shape of spc.ChartReading (limits from the mean moving range)."""
    known = [point["value"] for point in series if point["value"] is not None]
    mean = sum(known) / len(known)
    moving = sum(abs(b - a) for a, b in pairwise(known)) / (len(known) - 1)
    upper, lower = mean + 2.66 * moving, mean - 2.66 * moving
    points = []
    for point in series:
        is_low = point["value"] is not None and point["value"] < lower
        label, kind = ("Below LCL", "special_cause_concern") if is_low else ("Common Cause", "common_cause")
        limits = {"mean": mean, "lower": lower, "upper": upper}
        points.append({"period": point["period"], "value": point["value"], **limits, "label": label, "type": kind})
    variation = "concern-low" if points[-1]["type"] == "special_cause_concern" else "common"
    return {"drawable": True, "reason": None, "points": points, "variation": variation, "assurance": assurance}


def make_indicator(key: str, title: Json, series: list[Json], **given: Any) -> Json:
    """A whole IndicatorView around a series; what is not given follows from its last points."""
    last, before = series[-1], series[-2]
    nothing = dict.fromkeys(
        ("judged_from", "reason", "unacceptable", "exceeds", "exceeded", "interval", "interval_level", "assurance")
    )
    view = {
        **nothing,
        "key": key,
        "title": title,
        "kind": "share-within",
        "nature": "delivered",
        "basis": "census",
        "mandatory": True,
        "direction": "higher",
        "period": last["period"],
        "status": last["status"],
        "value": last["value"],
        "numerator": last["numerator"],
        "denominator": last["denominator"],
        "excluded": {},
        "pending": 0,
        "target": last["target"],
        "tolerance": 0.02,
        "minimum": 30,
        "signal": "common",
        "weakest_unit": None,
        "coverage": 1.0,
        "previous": before["value"],
        "previous_status": "kept",
        "touched": None,
        "not_recording": [],
        "known_at": KNOWN_AT,
        "series": series[-13:],
    }
    return {**view, **given}


def make_commitment(number: int, key: str, title: Json, class_: str, indicators: list[Json], **given: Any) -> Json:
    """A whole CommitmentView; its status is that of its first indicator unless given."""
    view = {
        "number": number,
        "key": key,
        "title": title,
        "promise": title,
        "guidance": None,
        "owner": "Service clients",
        "touchpoint": "phone",
        "components": ["competence"],
        "promisor": "company",
        "promisee": "customer",
        "class": class_,
        "strength": "weak",
        "because": [],
        "decided_by": None,
        "status": indicators[0]["status"] if indicators else "no-data",
        "reason": indicators[0]["reason"] if indicators else "without-evidence",
        "previous_status": "kept",
        "exceeded": False,
        "indicators": indicators,
    }
    return {**view, **given}


def make_detail(view: Json, series: list[Json], definition: Json, **given: Any) -> Json:
    """What the services add to an indicator: definition with defaults left out, long series, chart, breakdown."""
    written = {"key": view["key"], "title": view["title"], "source": "cases", "distinct": "case_id", **definition}
    chart = make_reading(series, "hit-or-miss" if view["status"] != "kept" else "will-keep")
    found = {"definition": written, "series": series, "chart": chart, "breakdown": [], "channels": []}
    return {**found, "likely_misses": None, **given}


def make_target(target: float, tolerance: float, unacceptable: float | None) -> Json:
    """A required level as the charter file writes it."""
    written = {"from": "2025-01-01", "target": target, "tolerance": tolerance}
    return written if unacceptable is None else {**written, "unacceptable": unacceptable}


def _breakdown(value: float) -> list[Json]:
    """Four regions, the first of them failing, and one agency with too few cases."""
    gaps = {"Région Ouest": -0.19, "Région Nord": 0.01, "Région Sud": 0.03, "Région Est": 0.04}
    rows = [
        {
            "unit": name.split()[-1].lower(),
            "name": name,
            "kind": "region",
            "depth": 1,
            "status": "missed" if gap < 0 else "kept",
            "reason": None,
            "value": round(value + gap, 4),
            "numerator": float(round((value + gap) * 15000)),
            "denominator": 15000.0,
        }
        for name, gap in gaps.items()
    ]
    few = {"unit": "iles", "name": "Agence des Îles", "kind": "agency", "depth": 2, "status": "unproven"}
    return [*rows, {**few, "reason": "too-few", "value": 0.5, "numerator": 3.0, "denominator": 6.0}]


def _effort() -> tuple[Json, Json]:
    """A perceived mark, lower is better, on a chart that may not be drawn."""
    title = {
        "fr": "Effort ressenti par le client (1 : aucun, 5 : beaucoup)",
        "en": "Effort felt by the customer (1: none, 5: a lot)",
    }
    series = make_series(9, 2.1, 0.1, last=2.14, target=2.2, status="kept")
    asked = {"kind": "mean", "nature": "perceived", "basis": "sample", "direction": "lower", "unacceptable": 3.0}
    answers = {"denominator": 412.0, "numerator": 882.0, "interval": [2.05, 2.23], "interval_level": 0.9}
    view = make_indicator("effort", title, series, **asked, **answers, tolerance=0.1)
    definition = {**_charter()["effort"], "targets": [make_target(2.2, 0.1, 3.0)]}
    undrawn = {"drawable": False, "reason": "too-regular", "points": [], "variation": "none", "assurance": None}
    return view, make_detail(view, series, definition, chart=undrawn)


def _commitment(number: int, row: Json) -> tuple[Json, Json]:
    series = make_series(
        number, row["level"], row["spread"], last=row["last"], target=row["target"], status=row["status"]
    )
    threshold, definition = row.get("unacceptable"), deepcopy(row["definition"])
    given = {"kind": definition["kind"], "unacceptable": threshold, **deepcopy(row.get("view", {}))}
    view = make_indicator(f"{row['key']}-share", row["title"], series, **given)
    definition["targets"] = [make_target(row["target"], 0.02, threshold)]
    is_missed = row["status"] == "missed"
    more = {"breakdown": _breakdown(row["last"]), "likely_misses": 4.2} if is_missed else {}
    found = {view["key"]: make_detail(view, series, definition, **more)}
    views = [view]
    if row["key"] == "one-person":
        felt, detail = _effort()
        views.append(felt)
        found["effort"] = detail
    before = "kept" if row["status"] in ("near", "missed") else row["status"]
    said = {"owner": row["owner"], "because": row.get("because", []), "previous_status": before}
    decided = {"decided_by": "Comité de la charte"} if row["class"] == "both" else {}
    commitment = make_commitment(number, row["key"], row["title"], row["class"], views, **said, **decided)
    return commitment, {"indicators": found}


def make_overview(commitments: list[Json], headline: Json, **given: Any) -> Json:
    """An Overview of October 2026 for the whole company."""
    overview = {
        "charter": "ambrelune",
        "title": TITLE,
        "organisation": ORGANISATION,
        "is_example": True,
        "version": 2,
        "valid_from": "2025-01-01",
        "timezone": "Europe/Paris",
        "period": "2026-10",
        "unit": "company",
        "unit_name": ORGANISATION,
        "known_at": KNOWN_AT,
        "headline": headline,
        "previous": None,
        "checks": {"due": 24, "done": 23, "late": 1, "failed": 0, "lapsed": 0, "waived": 0},
        "commitments": commitments,
    }
    return {**overview, **given}


def make_headline(
    kept: tuple[int, int], state: str, floor: tuple[int, int], trust: tuple[int, int], **lists: list[str]
) -> Json:
    """A Headline; each pair is (kept or earned, of). Trust is credited only while the floor is held."""
    credited = trust[0] if state == "held" else 0
    named = {"broken_by": [], "near": [], **lists}
    return {
        "kept": kept[0],
        "of": kept[1],
        "floor": {"state": state, "kept": floor[0], "of": floor[1], **named},
        "trust": {"earned": trust[0], "of": trust[1], "credited": credited, "suspended": trust[0] - credited},
    }


def _check(indicator: str, title: Json, state: str, error: str | None = None) -> Json:
    """A row of the calendar of checks."""
    return {
        "indicator": indicator,
        "title": title,
        "commitment": None,
        "period": "2026-10",
        "state": state,
        "due_at": "2026-11-04T05:00:00+00:00",
        "late_at": "2026-11-05T05:00:00+00:00",
        "tries": 1,
        "next_try_at": None,
        "note": None,
        "run": {"period": "2026-10", "outcome": "failed", "error": error} if error else None,
    }


POINTS = {
    "phone": (0.78, 0.27),
    "complaint": (0.76, 0.34),
    "reading": (0.81, 0.17),
    "call-back": (0.74, 0.55),
    "one-person": (0.24, 0.72),
}
"""Shares of 400 customers whom absence would annoy and presence would please."""


def make_classes(commitments: list[Json]) -> Json:
    """The classes of the month as the services seal them: five measured, one decided otherwise, one gap, one orphan."""
    rows = []
    for view in commitments:
        x, y = POINTS.get(view["key"], (None, None))
        point = None if x is None else {"x": x, "x_interval": [x - 0.045, x + 0.045], "y": y, "n": 400}
        if point is not None:
            point |= {"y_interval": [y - 0.045, y + 0.045], "date": "2026-05-01", "wave": "2026"}
        row = {name: view[name] for name in ("number", "key", "title", "class", "strength", "because", "components")}
        row |= {"place": "floor", "suggested": view["class"], "floor": None, "earns": None, "lean": None}
        row |= {"warnings": [], "decision": None, "review": None, "point": point, "effect": None, "law": None}
        rows.append(row)
    rows[-1]["decision"] = {
        "class": rows[-1]["class"],
        "by": "Comité",
        "decided_on": "2026-01-05",
        "because": "Nul ne le promet",
    }
    rows[-1]["suggested"] = "undetermined"
    rows[-2 if len(rows) > 1 else 0]["warnings"] = [{"code": "decay-announced", "k": 9, "n": 10}]
    rows[0]["review"] = {"on": "2026-11-30", "why": "sector", "state": "soon"}
    facts = {
        "commitment": "call-back",
        "before": "2024",
        "after": "2026",
        "segment": "",
        "refused": None,
        "is_drift": True,
    }
    drift = facts | {"number": 5, "question": "balance", "was": 0.1, "now": -0.3, "change": -0.4, "p": 0.0001}
    return {
        "on": "2026-10-31",
        "commitments": rows,
        "coverage": [{"component": "benevolence", "gap": "none", "numbers": [], "kept": None}],
        "origin": {
            "expectations": [{"text": {"fr": "Savoir d’où vient mon énergie", "en": "Know where"}, "numbers": []}]
        },
        "drifts": [drift],
        "choices": [{"name": "majority", "value": 0.5, "is_ours": True}],
    }


def make_snapshot(**given: Any) -> Json:
    """One unit's edition of the frozen month; `given` replaces its top entries."""
    made = [_commitment(number, row) for number, row in enumerate(_charter()["commitments"], 1)]
    commitments = [commitment for commitment, _ in made]
    titles = [commitment["title"] for commitment in commitments]
    headline = make_headline((5, 8), "broken", (3, 5), (2, 4), broken_by=["reading"], near=["refund"])
    few = {"status": "unproven", "reason": "too-few", "period": "2026-10", "denominator": 41.0, "minimum": 100}
    snapshot = {
        "schema": 1,
        "draft": False,
        "frozen_at": KNOWN_AT,
        "known_at": KNOWN_AT,
        "charter": {
            "key": "ambrelune",
            "title": TITLE,
            "organisation": ORGANISATION,
            "timezone": "Europe/Paris",
            "version": 2,
            "valid_from": "2025-01-01",
            "is_example": True,
            "languages": ["fr", "en"],
        },
        "overview": make_overview(commitments, headline),
        "previous": make_headline((7, 8), "held", (5, 5), (2, 4)),
        "changes": [
            {"number": 3, "key": "refund", "title": titles[2], "from": "kept", "to": "near"},
            {"number": 4, "key": "reading", "title": titles[3], "from": "kept", "to": "missed"},
        ],
        "details": {commitment["key"]: detail for commitment, detail in made},
        "checks": [
            _check("effort", {"fr": "Effort ressenti", "en": "Effort felt"}, "late"),
            _check("warned-share", titles[6], "failed", "Le fichier rises.csv n’a pas de colonne days_before."),
            _check("phone-share", titles[0], "done"),
        ],
        "not_measured": [{"number": 7, "key": "warned", "title": titles[6], "indicator": titles[6], **few}],
        "audit_head": "9f2c" + "0" * 56 + "a1b2",
        "classes": make_classes(commitments),
        "units": {"company": {"name": ORGANISATION, "kind": "company", "parent": None}},
        "sha256": "c0ffee" + "1" * 58,
    }
    return deepcopy({**snapshot, **given})


def make_crowd(count: int) -> Json:
    """A snapshot of `count` commitments: every third of trust, every eleventh both, every seventh missed."""
    commitments, details = [], {}
    for number in range(1, count + 1):
        class_ = "both" if number % 11 == 0 else "trust" if number % 3 == 0 else "confidence"
        status = "missed" if number % 7 == 0 else "near" if number % 10 == 0 else "kept"
        title = {"fr": f"Engagement {number}", "en": f"Commitment {number}"}
        series = make_series(number, 0.9, 0.02, last=0.91, target=0.9, status=status)
        view = make_indicator(f"c{number}-share", title, series, kind="share", unacceptable=0.6)
        definition = {**_charter()["commitments"][3]["definition"], "targets": [make_target(0.9, 0.02, 0.6)]}
        details[f"c{number}"] = {"indicators": {view["key"]: make_detail(view, series, definition)}}
        commitments.append(make_commitment(number, f"c{number}", title, class_, [view]))
    return make_snapshot(
        overview=make_overview(commitments, _headline_of(commitments)),
        details=details,
        changes=[],
        not_measured=[],
        classes=make_classes(commitments),
    )


def _headline_of(commitments: list[Json]) -> Json:
    def kept(views: list[Json]) -> tuple[int, int]:
        return sum(view["status"] == "kept" for view in views), len(views)

    floor = [view for view in commitments if view["class"] != "trust"]
    broken = [view["key"] for view in floor if view["status"] == "missed"]
    state = "broken" if broken else "held" if floor else "absent"
    trust = [view for view in commitments if view["class"] == "trust"]
    return make_headline(kept(commitments), state, kept(floor), kept(trust), broken_by=broken)


def make_empty_month() -> Json:
    """A draft of a month in which nothing was ever measured."""
    snapshot = make_snapshot(
        previous=None, changes=[], checks=[], frozen_at=None, known_at=None, draft=True, sha256=None
    )
    for commitment in snapshot["overview"]["commitments"]:
        commitment.update(status="no-data", reason="check-late", previous_status=None)
        for view in commitment["indicators"]:
            view.update(dict.fromkeys(("value", "numerator", "denominator", "interval", "previous", "previous_status")))
            view.update(dict.fromkeys(("touched", "known_at", "signal", "assurance", "coverage", "weakest_unit")))
            view.update(status="no-data", reason="check-late", excluded={}, not_recording=[], pending=0)
            empty = {"value": None, "numerator": None, "denominator": None, "status": "no-data"}
            view["series"] = [{**point, **empty} for point in view["series"]]
            detail = snapshot["details"][commitment["key"]]["indicators"][view["key"]]
            detail.update(series=view["series"], chart=None, likely_misses=None, breakdown=[])
    snapshot["overview"]["headline"] = make_headline((0, 8), "unproven", (0, 5), (0, 4))
    snapshot["overview"]["checks"] = {"due": 24, "done": 0, "late": 24, "failed": 0, "lapsed": 0, "waived": 0}
    snapshot["overview"]["known_at"] = None
    return snapshot
