"""One row of each guarded table of surveys."""

from __future__ import annotations

from datetime import UTC, date, datetime

from charter.models.surveys import SurveyResponse, SurveyResult, SurveyStep, SurveyWave

NOW = datetime(2026, 11, 10, 9, 0, 0, 123456, tzinfo=UTC)
DAY = date(2026, 11, 10)


def make_wave() -> SurveyWave:
    return SurveyWave(
        name="Autumn",
        kind="kano",
        origin="import",
        segment="",
        wording="I like it",
        words={},
        commitments=["answer"],
        languages=["fr"],
        choices={},
        counts={},
        asked_on=DAY,
        invited=0,
        opened_at=NOW,
        opened_by="Mia",
    )


def make_step() -> SurveyStep:
    return SurveyStep(wave_id=1, step="closed", on=DAY, at=NOW, by="Mia")


def make_response() -> SurveyResponse:
    return SurveyResponse(wave_id=1, answered_on=DAY, language="fr", answers={"answer": [1, 5]})


def make_result() -> SurveyResult:
    return SurveyResult(wave_id=1, document={}, answers_sha256="0" * 64, known_on=DAY, at=NOW, by="Mia")


SURVEY_ROWS = {
    "survey_waves": make_wave,
    "survey_steps": make_step,
    "survey_responses": make_response,
    "survey_results": make_result,
}
