"""The first charter: the few words that it begins with, asked by a form; a small promise stands in it as an example."""

from __future__ import annotations

from charter.domain.charter_file.editing import changed
from charter.domain.charter_file.findings import CharterFileError
from charter.domain.charter_file.plain import plain_charter
from charter.domain.charter_file.reading import read_charter, read_plain
from charter.domain.charter_file.writing import write_charter
from charter.web.editing import forms
from charter.web.editing.fields import Form, fill, read
from charter.web.editing.things import Shown

FIRST = """\
charter:
  key: my-charter
  organisation: My organisation
  title: {fr: Notre charte, en: Our charter}
  timezone: Europe/Paris
  calendar: FR
  valid_from: 2026-01-01
units:
  - {key: company, name: My organisation, kind: company}
sources: {}
commitments:
  - key: answered-in-time
    title: {fr: Une réponse à temps, en: An answer in time}
    promise: {fr: Nous vous répondons sous 10 jours ouvrés., en: We answer you within 10 working days.}
    owner: Head of customer relations
"""
"""What a first charter begins from: the smallest one that holds."""

ASKED = ("organisation", "title.fr", "title.en", "timezone", "calendar")


def first_form() -> Shown:
    """The form as it is shown first."""
    fields = [forms.key_field(), *(one for one in forms.HEAD if one.name in ASKED)]
    shown = Shown([("", fields)], {})
    held = plain_charter(read_charter(FIRST).charter)["charter"]
    shown.given = fill(shown.fields, {name: held[name] for name in ("timezone", "calendar")})
    return shown


def first_text(shown: Shown, form: Form) -> str | None:
    """The charter file that the form says; None where something is refused, said beside its field."""
    values, shown.errors = read(shown.fields, form)
    shown.given = form
    plain = changed(plain_charter(read_charter(FIRST).charter), ("charter",), values)
    plain["units"][0]["name"] = plain["charter"].get("organisation", "")
    try:
        charter = read_plain(plain).charter
    except CharterFileError as error:
        shown.refuse([one for one in error.findings if one.field.startswith("charter.")], ("charter",))
        return None
    return None if shown.errors else write_charter(charter)
