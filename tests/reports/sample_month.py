"""A realistic month as the services freeze it: eight commitments of a fictional supplier, October 2026."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import Any

Json = dict[str, Any]

MONTHS = [f"{2023 + (10 + i) // 12}-{(10 + i) % 12 + 1:02d}" for i in range(36)]
"""November 2023 to October 2026."""


def _definition(key: str, title: Json, **given: Any) -> Json:
    """An indicator as the services freeze it: canonical JSON by alias, defaults left out."""
    whole = {
        "key": key,
        "title": title,
        "source": "cases",
        "distinct": "case_id",
        "unit": "agency",
        "channel": "channel",
        **given,
    }
    return {name: value for name, value in whole.items() if value not in (None, [])}


def _target(target: float, tolerance: float, unacceptable: float | None = None, **more: Any) -> Json:
    written = {"from": "2025-01-01", "target": target, "tolerance": tolerance, "unacceptable": unacceptable, **more}
    return {name: value for name, value in written.items() if value is not None}


def _series(seed: int, level: float, spread: float, *, last: float | None, target: float, status: str) -> list[Json]:
    luck = random.Random(seed)
    values: list[float | None] = [round(level + luck.uniform(-spread, spread), 4) for _ in MONTHS[:-1]]
    values[20] = None if seed == 3 else values[20]
    points = [
        {
            "period": month,
            "value": value,
            "numerator": None if value is None else round(value * 4000),
            "denominator": None if value is None else 4000.0,
            "status": "no-data" if value is None else "kept",
            "target": target - (0.05 if i < 14 and seed == 1 else 0.0),
        }
        for i, (month, value) in enumerate(zip(MONTHS, [*values, last], strict=True))
    ]
    points[-1]["status"] = status
    return points


def _reading(series: list[Json], assurance: str | None) -> Json:
    """A control chart of the whole series, as spc.read_chart gives it (limits from the mean moving range)."""
    known = [p["value"] for p in series if p["value"] is not None]
    mean = sum(known) / len(known)
    moving = sum(abs(b - a) for a, b in pairwise(known)) / (len(known) - 1)
    upper, lower = mean + 2.66 * moving, mean - 2.66 * moving
    points = []
    for point in series:
        value = point["value"]
        kind, label = "common_cause", "Common Cause"
        if value is not None and value < lower:
            kind, label = "special_cause_concern", "Below LCL"
        points.append(
            {
                "period": point["period"],
                "value": value,
                "mean": mean,
                "lower": lower,
                "upper": upper,
                "label": label,
                "type": kind,
            }
        )
    variation = "concern-low" if points[-1]["type"].endswith("concern") else "common"
    return {"drawable": True, "reason": None, "points": points, "variation": variation, "assurance": assurance}


def make_indicator(key: str, title: Json, series: list[Json], **given: Any) -> Json:
    """A whole IndicatorView around a series; what is not given follows from its last points."""
    last, before = series[-1], series[-2]
    view: Json = {
        "key": key,
        "title": title,
        "kind": "share-within",
        "nature": "delivered",
        "basis": "census",
        "mandatory": True,
        "direction": "higher",
        "period": last["period"],
        "judged_from": None,
        "status": last["status"],
        "reason": None,
        "value": last["value"],
        "numerator": last["numerator"],
        "denominator": last["denominator"],
        "excluded": {},
        "pending": 0,
        "target": last["target"],
        "tolerance": 0.02,
        "unacceptable": None,
        "exceeds": None,
        "exceeded": None,
        "minimum": 30,
        "interval": None,
        "interval_level": None,
        "signal": "common",
        "assurance": None,
        "weakest_unit": None,
        "coverage": 1.0,
        "previous": before["value"],
        "previous_status": "kept",
        "touched": None,
        "not_recording": [],
        "known_at": "2026-11-05T07:00:00+00:00",
        "series": series[-13:],
    }
    return {**view, **given}


def make_commitment(number: int, key: str, title: Json, class_: str, indicators: list[Json], **given: Any) -> Json:
    """A whole CommitmentView; its status is that of its first indicator unless given."""
    view: Json = {
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
        "strength": "moderate",
        "because": [],
        "decided_by": None,
        "status": indicators[0]["status"] if indicators else "no-data",
        "reason": indicators[0]["reason"] if indicators else "without-evidence",
        "previous_status": "kept",
        "exceeded": False,
        "indicators": indicators,
    }
    return {**view, **given}


def _units(status: str, value: float) -> list[Json]:
    names = [
        ("ouest", "Région Ouest", -0.19),
        ("nord", "Région Nord", 0.01),
        ("sud", "Région Sud", 0.03),
        ("est", "Région Est", 0.04),
    ]
    rows: list[Json] = [
        {
            "unit": key,
            "name": name,
            "kind": "region",
            "depth": 1,
            "status": status if gap < 0 else "kept",
            "reason": None,
            "value": round(value + gap, 4),
            "numerator": round((value + gap) * 15000),
            "denominator": 15000.0,
        }
        for key, name, gap in names
    ]
    few = {
        "unit": "iles",
        "name": "Agence des Îles",
        "kind": "agency",
        "depth": 2,
        "status": "unproven",
        "reason": "too-few",
    }
    return [*rows, {**few, "value": 0.5, "numerator": 3.0, "denominator": 6.0}]


def _detail(view: Json, definition: Json, series: list[Json], chart: Json | None, breakdown: list[Json]) -> Json:
    return {
        "definition": definition,
        "series": series,
        "chart": chart,
        "likely_misses": 4.2 if breakdown else None,
        "breakdown": breakdown,
        "channels": [],
    }


_ROWS: list[tuple[Any, ...]] = [
    # key, French, English, class, level, spread, last, target, status, unacceptable, kind
    (
        "phone",
        "Un conseiller en moins de 3 minutes",
        "An adviser within 3 minutes",
        "confidence",
        0.84,
        0.02,
        0.842,
        0.80,
        "kept",
        0.60,
        "share-within",
    ),
    (
        "complaint",
        "Une réponse à votre réclamation sous 10 jours ouvrés",
        "An answer to your complaint within 10 working days",
        "confidence",
        0.92,
        0.015,
        0.931,
        0.90,
        "kept",
        0.70,
        "share-within",
    ),
    (
        "refund",
        "Un trop-perçu remboursé sous 15 jours",
        "An overpayment refunded within 15 days",
        "confidence",
        0.98,
        0.008,
        0.972,
        0.98,
        "near",
        0.80,
        "share-within",
    ),
    (
        "reading",
        "Une facture établie sur un relevé réel",
        "A bill based on a real reading",
        "confidence",
        0.955,
        0.01,
        0.889,
        0.95,
        "missed",
        0.75,
        "share",
    ),
    (
        "call-back",
        "Rappelé à l’heure convenue",
        "Called back at the agreed time",
        "both",
        0.91,
        0.02,
        0.914,
        0.90,
        "kept",
        0.70,
        "share-within",
    ),
    (
        "one-person",
        "Une seule personne suit votre demande",
        "One person follows your request",
        "trust",
        0.76,
        0.02,
        0.763,
        0.75,
        "kept",
        0.55,
        "share",
    ),
    (
        "warned",
        "Prévenu avant que la facture ne monte",
        "Warned before the bill rises",
        "trust",
        0.71,
        0.05,
        0.71,
        0.70,
        "unproven",
        None,
        "share",
    ),
    (
        "advised",
        "Conseillé, même si cela baisse la facture",
        "Advised, even when it lowers the bill",
        "trust",
        0.66,
        0.03,
        0.684,
        0.65,
        "kept",
        None,
        "share",
    ),
]

_DEFINITIONS: dict[str, Json] = {
    "phone": {
        "kind": "share-within",
        "start": "queued_at",
        "stop": "answered_at",
        "within": "180 seconds",
        "source": "calls",
        "tiers": [],
        "ceiling": None,
        "paused": None,
        "exclude": [{"where": {"hung_up_after_seconds": {"at_most": 20}}, "reason": "raccroché dans les 20 secondes"}],
    },
    "complaint": {
        "kind": "share-within",
        "start": "opened_on",
        "stop": "closed_on",
        "within": "10 working days",
        "where": {"case_type": "complaint"},
        "tiers": [],
        "ceiling": None,
        "paused": None,
        "exclude": [{"where": {"withdrawn": "yes"}, "reason": "retirée par le client"}],
    },
    "refund": {
        "kind": "share-within",
        "start": "overpaid_on",
        "stop": "paid_on",
        "within": "15 days",
        "source": "refunds",
        "tiers": [],
        "ceiling": None,
        "paused": None,
    },
    "reading": {
        "kind": "share",
        "date": "billed_on",
        "success": {"reading": ["remote", "visit", "customer"]},
        "numerator": None,
        "denominator": None,
        "source": "bills",
    },
    "call-back": {
        "kind": "share-within",
        "start": "agreed_at",
        "stop": "called_at",
        "within": "15 minutes",
        "source": "callbacks",
        "tiers": [],
        "ceiling": None,
        "paused": "postponed_minutes",
    },
    "one-person": {
        "kind": "share",
        "date": "opened_on",
        "success": {"solved_at_first_contact": "yes"},
        "numerator": None,
        "denominator": None,
    },
    "warned": {
        "kind": "share",
        "date": "rise_on",
        "success": {"days_before": {"at_least": 14}},
        "numerator": None,
        "denominator": None,
        "source": "rises",
        "minimum": 100,
    },
    "advised": {
        "kind": "share",
        "date": "answered_on",
        "success": {"advised": [4, 5]},
        "numerator": None,
        "denominator": None,
        "source": "survey",
        "nature": "perceived",
        "basis": "sample",
    },
    "effort": {
        "kind": "mean",
        "date": "answered_on",
        "value": "effort",
        "start": None,
        "stop": None,
        "in": None,
        "source": "survey",
        "nature": "perceived",
        "basis": "sample",
        "direction": "lower",
    },
}

_MORE: dict[str, Json] = {
    "refund": {
        "signal": "concern-low",
        "excluded": {"moins de 15 €, reporté sur la facture suivante": 212},
        "pending": 38,
        "touched": 53.0,
    },
    "reading": {
        "signal": "concern-low",
        "assurance": "hit-or-miss",
        "weakest_unit": "Région Ouest",
        "touched": 6797.0,
        "denominator": 61240.0,
        "numerator": 54443.0,
        "excluded": {"mensualités choisies par le client": 20114},
        "not_recording": ["Agence de Brest"],
        "coverage": 0.975,
    },
    "warned": {
        "reason": "too-few",
        "denominator": 41.0,
        "numerator": 29.0,
        "minimum": 100,
        "interval": [0.58, 0.81],
        "interval_level": 0.9,
    },
    "advised": {
        "nature": "perceived",
        "basis": "sample",
        "denominator": 530.0,
        "numerator": 363.0,
        "interval": [0.65, 0.716],
        "interval_level": 0.9,
    },
    "complaint": {"period": "2026-09", "judged_from": "2026-11-18"},
}

_OWNERS = ["Plateau", "Réclamations", "Recouvrement", "Facturation", "Plateau", "Agences", "Données", "Agences"]
_BECAUSE: dict[str, list[Json]] = {
    "refund": [{"code": "law-full", "reference": "Exemple : code de l’énergie"}],
    "phone": [{"code": "sector-norm", "k": 8, "n": 9}],
}


def _commitment(number: int, row: tuple[Any, ...]) -> tuple[Json, Json]:
    key, fr, en, class_, level, spread, last, target, status, unacceptable, kind = row
    title = {"fr": fr, "en": en}
    series = _series(number, level, spread, last=last, target=target, status=status)
    more = _MORE.get(key, {})
    view = make_indicator(f"{key}-share", title, series, kind=kind, unacceptable=unacceptable, **more)
    definition = _definition(f"{key}-share", title, targets=[_target(target, 0.02, unacceptable)], **_DEFINITIONS[key])
    views, details = [view], {}
    chart = _reading(series, "hit-or-miss" if status != "kept" else "will-keep")
    details[view["key"]] = _detail(view, definition, series, chart, _units(status, last) if status == "missed" else [])
    if key == "one-person":
        felt = {
            "fr": "Effort ressenti par le client (1 : aucun, 5 : beaucoup)",
            "en": "Effort felt by the customer (1: none, 5: a lot)",
        }
        marks = _series(9, 2.1, 0.1, last=2.14, target=2.2, status="kept")
        views.append(
            make_indicator(
                "effort",
                felt,
                marks,
                kind="mean",
                nature="perceived",
                basis="sample",
                direction="lower",
                unacceptable=3.0,
                denominator=412.0,
                numerator=882.0,
                interval=[2.05, 2.23],
                interval_level=0.9,
                tolerance=0.1,
            )
        )
        wanted = _definition("effort", felt, targets=[_target(2.2, 0.1, 3.0)], **_DEFINITIONS["effort"])
        details["effort"] = _detail(
            views[-1],
            wanted,
            marks,
            {"drawable": False, "reason": "too-regular", "points": [], "variation": None, "assurance": None},
            [],
        )
    before = {"near": "kept", "missed": "kept"}.get(status, status)
    commitment = make_commitment(
        number,
        key,
        title,
        class_,
        views,
        owner=_OWNERS[number - 1],
        previous_status=before,
        because=_BECAUSE.get(key, []),
        decided_by="Comité de la charte" if class_ == "both" else None,
        strength="certain" if key == "refund" else "weak",
    )
    return commitment, {"indicators": details}


def make_overview(commitments: list[Json], headline: Json, **given: Any) -> Json:
    """An Overview of October 2026 for the whole company."""
    overview: Json = {
        "charter": "ambrelune",
        "title": {"fr": "Nos huit engagements", "en": "Our eight commitments"},
        "organisation": "Ambrelune Énergie",
        "is_example": True,
        "version": 2,
        "valid_from": "2025-01-01",
        "timezone": "Europe/Paris",
        "period": "2026-10",
        "unit": "company",
        "unit_name": "Ambrelune Énergie",
        "known_at": "2026-11-05T07:00:00+00:00",
        "headline": headline,
        "previous": None,
        "checks": {"due": 24, "done": 23, "late": 1, "failed": 0, "lapsed": 0, "waived": 0},
        "commitments": commitments,
    }
    return {**overview, **given}


def make_headline(
    kept: int, of: int, state: str, floor: tuple[int, int], trust: tuple[int, int], **lists: list[str]
) -> Json:
    """A Headline; trust is credited only while the floor is held."""
    credited = trust[0] if state == "held" else 0
    return {
        "kept": kept,
        "of": of,
        "floor": {
            "state": state,
            "kept": floor[0],
            "of": floor[1],
            "broken_by": lists.get("broken_by", []),
            "near": lists.get("near", []),
        },
        "trust": {"earned": trust[0], "of": trust[1], "credited": credited, "suspended": trust[0] - credited},
    }


def _check(indicator: str, title: Json, state: str, error: str | None) -> Json:
    """A row of the calendar of checks."""
    run = {"period": "2026-10", "outcome": "failed", "error": error} if error else None
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
        "run": run,
    }


def make_snapshot(**given: Any) -> Json:
    """The frozen month; `given` replaces its top entries."""
    made = [_commitment(number, row) for number, row in enumerate(_ROWS, 1)]
    commitments = [commitment for commitment, _ in made]
    headline = make_headline(5, 8, "broken", (3, 5), (2, 4), broken_by=["reading"], near=["refund"])
    late = {"fr": "Effort ressenti par le client", "en": "Effort felt by the customer"}
    snapshot: Json = {
        "schema": 1,
        "draft": False,
        "frozen_at": "2026-11-05T07:00:00+00:00",
        "known_at": "2026-11-05T07:00:00+00:00",
        "charter": {
            "key": "ambrelune",
            "title": {"fr": "Nos huit engagements", "en": "Our eight commitments"},
            "organisation": "Ambrelune Énergie",
            "timezone": "Europe/Paris",
            "version": 2,
            "valid_from": "2025-01-01",
            "is_example": True,
            "languages": ["fr", "en"],
        },
        "overview": make_overview(commitments, headline),
        "previous": make_headline(7, 8, "held", (5, 5), (2, 4)),
        "changes": [
            {"number": 3, "key": "refund", "title": commitments[2]["title"], "from": "kept", "to": "near"},
            {"number": 4, "key": "reading", "title": commitments[3]["title"], "from": "kept", "to": "missed"},
        ],
        "details": {commitment["key"]: detail for commitment, detail in made},
        "checks": [
            _check("effort", late, "late", None),
            _check(
                "warned-share",
                commitments[6]["title"],
                "failed",
                "Le fichier rises.csv n’a pas de colonne days_before.",
            ),
            _check("phone-share", commitments[0]["title"], "done", None),
        ],
        "not_measured": [
            {
                "number": 7,
                "key": "warned",
                "title": commitments[6]["title"],
                "indicator": commitments[6]["title"],
                "status": "unproven",
                "reason": "too-few",
                "period": "2026-10",
                "denominator": 41.0,
                "minimum": 100,
            },
        ],
        "audit_head": "9f2c" + "0" * 56 + "a1b2",
        "units": {"company": {"name": "Ambrelune Énergie", "kind": "company", "parent": None}},
        "sha256": "c0ffee" + "1" * 58,
    }
    return {**snapshot, **given}


def make_months(count: int) -> list[str]:
    """The last month keys, oldest first."""
    return MONTHS[-count:]


def make_crowd(count: int) -> Json:
    """A snapshot of `count` commitments, every third of trust, every eleventh both, every seventh missed."""
    commitments, details = [], {}
    for number in range(1, count + 1):
        class_ = "both" if number % 11 == 0 else "trust" if number % 3 == 0 else "confidence"
        status = "missed" if number % 7 == 0 else "near" if number % 10 == 0 else "kept"
        row = (
            f"c{number}",
            f"Engagement {number}",
            f"Commitment {number}",
            class_,
            0.9,
            0.02,
            0.91,
            0.9,
            status,
            0.6,
            "share",
        )
        _DEFINITIONS.setdefault(f"c{number}", _DEFINITIONS["reading"])
        series = _series(number, 0.9, 0.02, last=0.91, target=0.9, status=status)
        title = {"fr": row[1], "en": row[2]}
        view = make_indicator(f"{row[0]}-share", title, series, kind="share", unacceptable=0.6)
        definition = _definition(view["key"], title, targets=[_target(0.9, 0.02, 0.6)], **_DEFINITIONS["reading"])
        details[row[0]] = {"indicators": {view["key"]: _detail(view, definition, series, _reading(series, None), [])}}
        commitments.append(make_commitment(number, row[0], title, class_, [view]))
    floor = [c for c in commitments if c["class"] != "trust"]
    trust = [c for c in commitments if c["class"] == "trust"]
    broken = [c["key"] for c in floor if c["status"] == "missed"]
    headline = make_headline(
        sum(c["status"] == "kept" for c in commitments),
        count,
        "broken" if broken else "held" if floor else "absent",
        (sum(c["status"] == "kept" for c in floor), len(floor)),
        (sum(c["status"] == "kept" for c in trust), len(trust)),
        broken_by=broken,
    )
    return make_snapshot(overview=make_overview(commitments, headline), details=details, changes=[], not_measured=[])


def make_empty_month() -> Json:
    """A month in which nothing was measured."""
    snapshot = make_snapshot(previous=None, changes=[], checks=[], frozen_at=None, draft=True)
    for commitment in snapshot["overview"]["commitments"]:
        commitment.update(status="no-data", reason="check-late", previous_status=None)
        for view in commitment["indicators"]:
            view.update(
                status="no-data",
                reason="check-late",
                value=None,
                numerator=None,
                denominator=None,
                interval=None,
                previous=None,
                previous_status=None,
                touched=None,
                known_at=None,
                signal=None,
                assurance=None,
                coverage=None,
                excluded={},
                not_recording=[],
                weakest_unit=None,
                pending=0,
            )
            view["series"] = [
                {**p, "value": None, "numerator": None, "denominator": None, "status": "no-data"}
                for p in view["series"]
            ]
            detail = snapshot["details"][commitment["key"]]["indicators"][view["key"]]
            detail.update(series=view["series"], chart=None, likely_misses=None, breakdown=[])
    overview = snapshot["overview"]
    overview["headline"] = make_headline(0, 8, "unproven", (0, 5), (0, 4))
    overview["checks"] = {"due": 24, "done": 0, "late": 24, "failed": 0, "lapsed": 0, "waived": 0}
    overview["known_at"] = snapshot["known_at"] = None
    return snapshot
