"""What surveys of customers say of each commitment on a day: every wave that speaks, read in one query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from charter.domain.evidence.heard import Cells, KanoWave, MarksWave, SurveyEvidence
from charter.domain.evidence.questionnaire import wording_about
from charter.models.base import db
from charter.models.responses import SurveyResult, SurveyStep, SurveyWave


@dataclass(frozen=True)
class Heard:
    """The waves of every commitment, whatever the day."""

    kano: Mapping[str, tuple[KanoWave, ...]]
    marks: Mapping[str, tuple[MarksWave, ...]]

    def on(self, commitment: str, day: date) -> SurveyEvidence:
        """The waves of a commitment that speak on that day, oldest first."""
        return SurveyEvidence(
            tuple(wave for wave in self.kano.get(commitment, ()) if wave.speaks_on(day)),
            tuple(wave for wave in self.marks.get(commitment, ()) if wave.speaks_on(day)),
        )


_WITHDRAWN = (
    select(func.min(SurveyStep.on))
    .where(SurveyStep.wave_id == SurveyWave.id, SurveyStep.step == "withdrawn")
    .scalar_subquery()
)
_QUERY = (
    select(SurveyWave, SurveyResult, _WITHDRAWN)
    .join(SurveyResult, SurveyResult.wave_id == SurveyWave.id)
    .order_by(SurveyWave.asked_on, SurveyWave.id, SurveyResult.id)
)


def heard() -> Heard:
    """What every wave came to; a page reads it once for all its commitments."""
    newest = {wave.id: (wave, result, withdrawn_on) for wave, result, withdrawn_on in db.session.execute(_QUERY)}
    kano: dict[str, list[KanoWave]] = {}
    marks: dict[str, list[MarksWave]] = {}
    for wave, result, withdrawn_on in newest.values():
        common = _place_of(wave, result, withdrawn_on)
        if wave.kind == "kano":
            for key, found in result.document["commitments"].items():
                asked = wording_about(wave.words, wave.wording, key)
                kano.setdefault(key, []).append(_kano(wave, found, common | {"wording": asked}))
        else:
            for found in result.document["attributes"]:
                line = found | {name: result.document[name] for name in ("delta", "outcome_levels", "low", "high")}
                spread = result.document.get("spread", {}).get(found["attribute"], {})
                marks.setdefault(found["attribute"], []).append(MarksWave(**common, result=line, spread=spread))
    return Heard(
        {key: tuple(waves) for key, waves in kano.items()}, {key: tuple(waves) for key, waves in marks.items()}
    )


def _place_of(wave: SurveyWave, result: SurveyResult, withdrawn_on: date | None) -> dict[str, Any]:
    return {
        "id": wave.id,
        "name": wave.name,
        "segment": wave.segment,
        "wording": wave.wording,
        # A questionnaire that was closed before its day was asked until then.
        "asked_on": min(wave.asked_on, result.known_on),
        "known_on": result.known_on,
        "withdrawn_on": withdrawn_on,
    }


def _kano(wave: SurveyWave, found: Mapping[str, Any], common: Mapping[str, Any]) -> KanoWave:
    table = wave.choices.get("table", "classic")
    return KanoWave(**common, cells=cells_of(found["pairs"]), half_answered=found["half_answered"], table=table)


def cells_of(pairs: Mapping[str, int]) -> Cells:
    """Stored as `{"15": 12}`: twelve said 1 if it is kept, 5 if it is not."""
    return {(int(pair[0]), int(pair[1])): count for pair, count in pairs.items()}
