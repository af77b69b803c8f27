"""`lint --data`: what the data of a charter file say of it, before it is applied."""

from __future__ import annotations

from datetime import datetime

from charter.domain.charter_file.findings import Finding, Path, Severity, line_at, path_words
from charter.domain.charter_file.reading import ReadCharter
from charter.domain.lint.on_data import Figure, told_by
from charter.domain.lint.words import levels_in
from charter.domain.vocabulary.errors import Sentence
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission
from charter.services.drafts.source_columns import look_at_columns
from charter.services.drafts.unapplied import LastFigure, as_version, last_figures
from charter.services.records.access import Access
from charter.sources.readers.source_names import Reach


def findings_on_data(
    actor: Actor, now: datetime, read: ReadCharter, folder: str, access: Access
) -> tuple[list[Finding], list[LastFigure]]:
    """What the data say: sources that cannot be opened and columns that are not there, as errors; units unknown; each
    level beside what is measured. And the figures themselves, of the indicators that can be measured."""
    require(actor, Permission.RUN_CHECK)
    columns = look_at_columns(read.charter, folder, access, reach=Reach.ANYWHERE, lines=read.lines)
    version = as_version(read.charter, folder)
    figures = last_figures(actor, now, version, access, without=columns.not_opened)
    found, places = list(dict.fromkeys([*columns.not_opened.values(), *columns.not_there])), _places(read)
    for figure in figures:
        place = places[figure.indicator.key]
        if not any(one.field.startswith(f"{path_words(place)}.") for one in columns.not_there):
            found += _of_figure(read, place, figure)
    return sorted(found, key=lambda one: one.line), figures


def _places(read: ReadCharter) -> dict[str, Path]:
    return {
        indicator.key: ("commitments", at, "indicators", nth)
        for at, commitment in enumerate(read.charter.commitments)
        for nth, indicator in enumerate(commitment.indicators)
    }


def _of_figure(read: ReadCharter, place: Path, figure: LastFigure) -> list[Finding]:
    commitment = read.charter.commitments[int(place[1])]
    about = commitment.key
    if figure.error is not None or figure.period is None:
        said = figure.error or Sentence("no case can be judged")
        return [Finding(line_at(read.lines, place), path_words(place), Severity.ERROR, said, None, about)]
    seen = Figure(
        figure.indicator,
        figure.period,
        figure.counts,
        figure.unknown,
        figure.undated,
        figure.contradictory,
        figure.overlapping,
        figure.target,
        tuple(sorted(set().union(*levels_in(commitment).values()))) if figure.indicator.kind.is_share else (),
    )
    found = []
    for severity, name, said, remedy in told_by(seen):
        where = (*place, name) if name else place
        found.append(Finding(line_at(read.lines, where), path_words(where), severity, said, remedy, about))
    return found
