"""`lint --data`: what the data of a charter file say of it, before it is applied."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from charter.domain.charter_file.findings import Finding, Path, Severity, line_at, path_words
from charter.domain.charter_file.reading import ReadCharter
from charter.domain.lint.on_data import Figure, Told, states_never_shown, told_by
from charter.domain.lint.words import levels_in
from charter.domain.vocabulary.errors import Sentence
from charter.domain.vocabulary.permissions import Actor, require
from charter.domain.vocabulary.terms import Permission
from charter.services.drafts.source_columns import look_at_columns
from charter.services.drafts.unapplied import LastFigure, as_version, last_figures, states_of_logs
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
    states = states_of_logs(version, access, without={*columns.not_opened, *_sources(columns.not_there)})
    for figure in figures:
        place = places[figure.indicator.key]
        if not any(one.field.startswith(f"{path_words(place)}.") for one in columns.not_there):
            found += _of_figure(read, place, figure, states.get(figure.indicator.source or ""))
    return sorted(found, key=lambda one: one.line), figures


def _places(read: ReadCharter) -> dict[str, Path]:
    return {
        indicator.key: ("commitments", at, "indicators", nth)
        for at, commitment in enumerate(read.charter.commitments)
        for nth, indicator in enumerate(commitment.indicators)
    }


def _sources(not_there: Sequence[Finding]) -> set[str]:
    """The sources whose own columns are not there."""
    return {parts[1] for one in not_there if (parts := one.field.split("."))[0] == "sources"}


def _of_figure(
    read: ReadCharter, place: Path, figure: LastFigure, states: Sequence[str] | None = None
) -> list[Finding]:
    told: list[Told] = [] if states is None else list(states_never_shown(figure.indicator, states))
    if figure.error is not None or figure.period is None:
        said = figure.error or Sentence("no case can be assessed")
        told.insert(0, Told(Severity.ERROR, "", said, None))
        return [_finding(read, place, one) for one in told]
    seen = Figure(
        figure.indicator,
        figure.period,
        figure.counts,
        figure.unknown,
        figure.undated,
        figure.contradictory,
        figure.overlapping,
        figure.target,
        tuple(sorted(set().union(*levels_in(read.charter.commitments[int(place[1])]).values())))
        if figure.indicator.kind.is_share
        else (),
    )
    return [_finding(read, place, one) for one in (*told_by(seen), *told)]


def _finding(read: ReadCharter, place: Path, told: Told) -> Finding:
    severity, name, said, remedy = told
    where = (*place, name) if name else place
    about = read.charter.commitments[int(place[1])].key
    return Finding(line_at(read.lines, where), path_words(where), severity, said, remedy, about)
