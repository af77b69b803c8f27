"""The fields of a customer effort: what was asked, on which scale, what of it is easy and hard, where words stand."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from charter.web.charters.form_fields import Field
from charter.web.charters.forms import texts

ENDS = (
    ("low", _("the lowest answer: 1 says that it was hard")),
    ("high", _("the highest answer: 1 says that it was easy")),
)


def effort_fields() -> list[Field]:
    """In the order in which a survey is described."""
    ends = _("Leave it empty for all on that side of the middle.")
    return [
        *texts("question", _("Question to customers in French"), _("Question to customers in English"), needed=True),
        Field("value", _("Column of the answers"), "column"),
        Field("scale.from", _("Lowest answer"), "whole", _("Like 1.")),
        Field("scale.to", _("Highest answer"), "whole", _("Like 7.")),
        Field("scale.hard", _("Hardest answer"), "select", options=ENDS),
        Field("scale.easy_answers", _("Answers that count as easy"), "whole", ends),
        Field("scale.hard_answers", _("Answers that count as hard"), "whole", ends),
        Field("words", _("Column of their words"), "column", _("Where customers say why. Nothing of it is counted.")),
    ]
