"""The report's own look: logo, colours and introduction of the charter, frozen with the month they are printed on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from charter.domain.errors import Invalid
from charter.domain.sentences import columns_of
from charter.reports.logos import read_logo
from charter.services.charters import Version
from charter.services.views import words


def look_of(version: Version) -> dict[str, Any]:
    """What the charter sets, nothing where it sets nothing; a logo that cannot be taken is told of."""
    plan = version.charter.charter.report
    look: dict[str, Any] = {}
    if plan.introduction is not None:
        look["introduction"] = words(plan.introduction)
    if plan.colours is not None:
        look["colours"] = plan.colours.model_dump(mode="json", exclude_none=True)
    if plan.logo is not None:
        try:
            look["logo"] = read_logo(Path(version.folder), plan.logo)
        except Invalid as error:
            look |= columns_of(error.sentence, "refused")
        except OSError as error:
            look["refused"] = str(error)
    return look
