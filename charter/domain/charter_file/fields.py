"""Which keys may stand where in a charter file, and what each is for: used by errors, by the schema and by editors."""

from __future__ import annotations

from collections.abc import Mapping
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from charter.domain.charter_file.findings import Path, value_at
from charter.domain.vocabulary.errors import Sentence

HELP: Mapping[str, Sentence] = {
    "charter": Sentence("The head of the charter: whose it is, where, since when."),
    "units": Sentence(
        "The organisation's tree, written here or in {file: units.csv}; in a target the units whose level it is: "
        "whole, {kind: …} or a list of keys."
    ),
    "sources": Sentence("Where rows come from, each under its key."),
    "commitments": Sentence("The promises."),
    "key": Sentence("A lasting name: letters, digits, dot, dash, underscore."),
    "organisation": Sentence("The name of the organisation."),
    "title": Sentence("A short title, in French and English."),
    "timezone": Sentence("The organisation's IANA time zone, like Europe/Paris."),
    "calendar": Sentence("One of the charter's calendars, or a country[-subdivision] like FR or FR-57."),
    "year_starts": Sentence('The first day of years and quarters, the 1st of a month: "04-01".'),
    "closed_days": Sentence("Days on which the organisation is closed besides public holidays."),
    "valid_from": Sentence("The first day on which this holds, year-month-day."),
    "valid_until": Sentence("The last day on which this holds, year-month-day."),
    "example": Sentence("true marks the charter as an example wherever it shows."),
    "report": Sentence("When the month is frozen, in which languages, and for whom."),
    "logo": Sentence("The report's logo: a PNG or JPEG file in the charter's folder, at most 500 kB."),
    "colours": Sentence("The report's own colours: {accent: '#22478F', ink: '#1C2430'}."),
    "accent": Sentence("The colour of rules and headings."),
    "ink": Sentence("The colour of the text."),
    "introduction": Sentence("Words that open the report, in French and English."),
    "choices": Sentence("Method settings for this charter."),
    "staff_question": Sentence("A question to staff, without a name; its answers stand beside what customers say."),
    "origin": Sentence("The survey that the charter starts from, and what customers expect."),
    "decimal": Sentence("How text writes decimals, where a column leaves it open: comma or point."),
    "dates": Sentence("How text writes dates with slashes, where a column leaves it open: day-first or month-first."),
    "missing": Sentence("Cells that mean that nothing is there, beside the empty ones."),
    "durations": Sentence("How durations of two parts are written: h:m (hours first) or m:s (minutes first)."),
    "header_row": Sentence("The line that names the columns; those above it are not read."),
    "date_from": Sentence("What tells the day of all rows of a file: its name, or a cell above the names."),
    "file_name": Sentence("How the name of the file tells the day: %%Y-%%m among other characters."),
    "cell": Sentence("The cell that tells the day, like A2."),
    "format": Sentence("How the cell tells the day: %%B %%Y."),
    "chain": Sentence(
        "The touchpoints a customer passes, in their order; one that no commitment covers shows as a gap."
    ),
    "promise": Sentence("The words given to customers."),
    "questions": Sentence(
        "The two questions of a survey on this promise; built from the promise where they are not given."
    ),
    "kept": Sentence("How customers feel if the promise is kept."),
    "not_kept": Sentence("How customers feel if it is not."),
    "guidance": Sentence("Its meaning for staff, and what they can offer without approval."),
    "may_grant": Sentence("What staff can offer without approval, where it is apart from the guidance."),
    "owner": Sentence("Who answers for it, a function rather than a person."),
    "promisor": Sentence("Who promises."),
    "promisee": Sentence("To whom it is promised."),
    "touchpoint": Sentence("Where in the relation it is kept: phone, bill, complaint…"),
    "components": Sentence("The components of trust it serves, the main one first."),
    "grids": Sentence("Grids of one's own, each under its key: a name and items, in one or two levels."),
    "words": Sentence(
        "Free texts whose expressions are counted, each under its key; of an effort, the column in which customers say "
        "why it was hard."
    ),
    "text": Sentence("The text; of free texts, the column of the source that holds them."),
    "told_by": Sentence("Texts told to Promesse: staff (observations), customers (why, in surveys)."),
    "leave_out": Sentence("Words that are never counted, as the names of people."),
    "items": Sentence("The items of a grid: [{key, text, parent}, …]; those with a parent stand below it."),
    "serves": Sentence("By grid, the items that it serves, the main one first: {pillars: [listens, explains]}."),
    "answers": Sentence("The expectations of origin that it answers."),
    "compensation": Sentence("What a miss owes the customer: {amount: 30, currency: EUR}, or several amounts."),
    "amount": Sentence("How much, to the cent."),
    "currency": Sentence("The currency, like EUR or GBP."),
    "amounts": Sentence("[{where, from, until, amount, further}, …]: each miss owes the first that it meets."),
    "further": Sentence("What is added while the delay goes on: {amount: 35, every: 12 hours}."),
    "every": Sentence("For each whole stretch of so long beyond the promised delay, on its clock."),
    "indicator": Sentence("The key of an indicator; of a compensation, the one that counts the misses."),
    "paid": Sentence("The money indicator that tells what was paid for the misses."),
    "evidence": Sentence("What is known at writing on whether it is floor or earns trust."),
    "class": Sentence("A person's decision on the class, with a reason and a date."),
    "indicators": Sentence("What is measured for it."),
    "nature": Sentence("delivered (counted by the company) or perceived (said by customers)."),
    "proves": Sentence(
        "result (what customers got), means (what was done for it) or context (a volume beside it, without status)."
    ),
    "basis": Sentence("census (all cases) or sample."),
    "mandatory": Sentence("true if the commitment's status depends on it."),
    "source": Sentence("The source its rows come from."),
    "kind": Sentence("What sort of thing it is."),
    "where": Sentence("Only rows that meet all these conditions."),
    "distinct": Sentence("The column that names a case: one row per case counts; or {key, latest}."),
    "latest": Sentence("The column that tells the newest row of a case; $file: the file whose name sorts last."),
    "exclude": Sentence("Rows that do not count, each with a reason."),
    "unit": Sentence("The column of the unit's key, or a list of columns."),
    "channel": Sentence("The column of the channel, or a list of columns."),
    "segment": Sentence("The column of the customer segment, or a list of columns."),
    "period": Sentence("The length of the period assessed."),
    "direction": Sentence("Whether a higher or a lower value is better."),
    "targets": Sentence("The required levels, each from a date on."),
    "minimum": Sentence("Fewer assessed cases than this are unproven."),
    "judged_by": Sentence(
        "period: by the version in force on its first day; start: each case by that of its own start."
    ),
    "case": Sentence(
        "The word for what is counted: {one: flight, many: flights}, in French and English; of events and pauses, the "
        "column that names the case."
    ),
    "one": Sentence("For one of them."),
    "many": Sentence("For several of them."),
    "check": Sentence("When the check is due, late and lapsed."),
    "start": Sentence("The column of the instant the delay starts, or {state: […]} of an event log."),
    "stop": Sentence("The column of the instant the delay stops, or {state: […], which: last} of an event log."),
    "within": Sentence("The promised delay, like 10 working days; of incidents: how soon colleagues are supported."),
    "kinds": Sentence("What staff choose from to say what happened: [{key, text}, …]."),
    "support": Sentence("What can be done for a colleague: [{key, text}, …]."),
    "hidden_below": Sentence("Fewer incidents than this are a number to nobody but those who follow up: 5 or more."),
    "tiers": Sentence("A promise in steps: [{within: 10 working days, target: 0.5}, …]."),
    "ceiling": Sentence("The tail: at most this share beyond this delay."),
    "paused": Sentence("A column of minutes that do not count."),
    "stages": Sentence(
        "The links between the states of start and stop: [{key, title, state, provider, share}, …], in order."
    ),
    "provider": Sentence("The unit that answers for a stage; of a commitment, the provider that is a party to it."),
    "share": Sentence("The part of the promised delay that a stage may take, between 0 and 1."),
    "pauses": Sentence("When the clock is stopped: {source, case, from, until}, or {state: […]} of an event log."),
    "events": Sentence("The rows are events of cases: {case, at, state} name the columns."),
    "state": Sentence("The states of an event log (under events: the column of the state)."),
    "which": Sentence("Which of several: the first or the last change, or only the newest of the files."),
    "calendars": Sentence("The organisation's own calendars, each under its key."),
    "country": Sentence("Whose public holidays and weekend it keeps, like FR or FR-57; unless written, the charter's."),
    "open": Sentence('Hours by day of the week: {mon-fri: ["09:00-12:30", "13:30-18:00"]}; days left out are closed.'),
    "open_days": Sentence('Days opened whatever they are, with their hours: {2026-12-27: ["10:00-16:00"]}.'),
    "date": Sentence("The column that puts a row in its period (in an indicator); else a date."),
    "success": Sentence("What counts as a success: {column: value}."),
    "numerator": Sentence("The column of successes, or {plus: […], minus: […]}."),
    "denominator": Sentence("The column of cases, or {plus: […], minus: […]}."),
    "value": Sentence("The column of the value."),
    "in": Sentence("The unit in which the delay is measured; of a sum, a word for its unit."),
    "question": Sentence("What customers were asked, in their words; another wording begins another curve."),
    "scale": Sentence("The answers: {from: 1, to: 7, hard: low}; all on the easy side of the middle are easy."),
    "to": Sentence("The highest answer of a scale; of a report, who receives it."),
    "hard": Sentence("Which end of a scale is hard: low or high."),
    "easy_answers": Sentence("How many answers at the easy end are easy, where it is not all on that side."),
    "hard_answers": Sentence("How many answers at the hard end are hard, where it is not all on that side."),
    "percentile": Sentence("Between 0 and 100: 85 is the value below which 85 %% of the cases lie."),
    "volume": Sentence("The column of the volume, {source, column}, or {rows: {where: {…}}}."),
    "rows": Sentence(
        "Where the list of rows stands in an answer, like data.items; of a volume, the rows that meet conditions."
    ),
    "per": Sentence("The volume that the rate refers to, like 100000."),
    "up": Sentence("The column of time up."),
    "total": Sentence("The column of total time; of a source: where an answer says how many rows there are in all."),
    "of": Sentence("The parts: [{indicator, weight}, …]; of pages: how many rows a page holds."),
    "headers": Sentence('What is sent with each request; secrets by name: {Authorization: "env:NAME"}.'),
    "pages": Sentence(
        "How the next page is found: {next: links.next}, {link: true} or {page: page, size: per_page, of: 100}."
    ),
    "next": Sentence("Where an answer holds the address of the next page, like links.next."),
    "link": Sentence('true: the next page stands in the header Link, rel="next".'),
    "page": Sentence("The argument of the address that holds the number of the page."),
    "first": Sentence("The number of the first page: 1, or 0."),
    "size": Sentence("The argument of the address that says how many rows a page holds."),
    "from": Sentence(
        "The first day of this level; of a pause, the column of its beginning; of a scale, the lowest answer."
    ),
    "target": Sentence("The level required (a share is written 0.80 for 80 %%)."),
    "tolerance": Sentence("How far below the required level still reads nearly kept."),
    "unacceptable": Sentence("Beyond it, immediate action whatever the average."),
    "exceeds": Sentence("From here on the promise is more than kept."),
    "season": Sentence('The days of the year on which it holds: "07-01..10-31".'),
    "due": Sentence("How long after the period can be assessed."),
    "at": Sentence('The local time of day, like "06:00"; of events, the column of their instant.'),
    "late_after": Sentence("How long after due the check is late."),
    "lapses_after": Sentence("How long after due the check is given up."),
    "parent": Sentence("The key of the unit above."),
    "name": Sentence("The name shown."),
    "weight": Sentence("Its weight."),
    "path": Sentence("The file, or a glob of files, relative to the charter file."),
    "url": Sentence("env:NAME of the variable that holds the address."),
    "table": Sentence("The table, with its schema where needed."),
    "law": Sentence("What the law owes, with its reference."),
    "owed": Sentence("Whether the law owes all of the promise, part of it or none."),
    "reference": Sentence("The text of law, so that it can be looked up."),
    "until": Sentence(
        "The last day, month or year on which the law holds, left out while it is in force; of a pause, the column of "
        "its end."
    ),
    "scope": Sentence("To whom the law owes it."),
    "surplus": Sentence("What the promise adds to the legal minimum."),
    "minimum_indicator": Sentence("The indicator of this commitment that measures the legal minimum."),
    "sector": Sentence("How many comparable companies publicly promise the same or better."),
    "companies": Sentence("The comparable companies by name: [{company, promised, source, date}, …]."),
    "company": Sentence("The name of the company."),
    "promised": Sentence("true if it publicly promises the same or better."),
    "experts": Sentence("At least two people who answered separately."),
    "customer_expiry": Sentence("How long a survey of customers may be used (24 months)."),
    "sector_expiry": Sentence("How long a comparison with the sector may be used (12 months)."),
    "expert_expiry": Sentence("How long an expert's opinion may be used (12 months)."),
    "decision_expiry": Sentence("How long after a decision it is to be looked at again at the latest (24 months)."),
    "decay_review": Sentence("How soon a decision is looked at again when its decay is announced (3 months)."),
    "majority": Sentence("The share of customers that the whole interval must pass (0.5)."),
    "kano_minimum": Sentence("Fewer usable answers are set aside (30)."),
    "most_questionable": Sentence("More answers that contradict themselves set the survey aside (0.1)."),
    "most_reversed": Sentence("More answers that want the opposite set the survey aside (0.15)."),
    "least_effect": Sentence("The least effect that matters, as a share of the range of the overall mark (0.02)."),
    "asymmetry": Sentence("How far penalty and reward must differ to be told apart (0.1)."),
    "cell_minimum": Sentence("Fewer low or high marks are set aside (30)."),
    "sector_norm": Sentence("The share of companies from which on it is the norm (0.5)."),
    "sector_rare": Sentence("The share of companies below which it is rare (0.25)."),
    "sector_minimum": Sentence("Fewer companies compared are set aside (5)."),
    "drift_least": Sentence("The least change between two waves that is reported as drift (0.1)."),
    "undetermined": Sentence("floor: what is not known is held as floor; apart: it stands beside floor and trust."),
    "trust_without_floor": Sentence("suspended: trust is credited only while the floor holds; credited: always."),
    "because": Sentence("The reason, in words."),
    "reason": Sentence("The reason shown beside the count of excluded rows."),
}


def models_in(annotation: Any) -> list[type[BaseModel]]:
    """The models that a value of this annotation may be."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return models_in(get_args(annotation)[0])
    if origin in (Union, UnionType):
        return [model for part in get_args(annotation) for model in models_in(part)]
    return [annotation] if isinstance(annotation, type) and issubclass(annotation, BaseModel) else []


def names_of(model: type[BaseModel]) -> dict[str, Any]:
    """The keys of a model as they are written, each with its annotation, in order."""
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def models_at(annotation: Any, path: Path, raw: Any) -> list[type[BaseModel]]:
    """The models that may stand at a path below a value of this annotation, by what is written there."""
    models = _of_kind(models_in(annotation), raw)
    if not path:
        return models
    step, rest = path[0], path[1:]
    below = value_at(raw, (step,))
    inner = [names_of(model).get(step) for model in models] if isinstance(step, str) else []
    found = [model for part in inner if part is not None for model in models_at(part, rest, below)]
    return found or [model for part in _contents(annotation) for model in models_at(part, rest, below)]


def _contents(annotation: Any) -> list[Any]:
    """What lists and mappings of this annotation hold."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _contents(parts[0])
    if origin in (Union, UnionType):
        return [inner for part in parts for inner in _contents(part)]
    return [parts[-1]] if origin in (list, dict) else []


def _of_kind(models: list[type[BaseModel]], raw: Any) -> list[type[BaseModel]]:
    """Only the models of the kind that is written, where kinds differ."""
    kind = raw.get("kind") if isinstance(raw, dict) else None
    same = [model for model in models if kind in _kinds(model)]
    return same or models


def _kinds(model: type[BaseModel]) -> tuple[Any, ...]:
    field = model.model_fields.get("kind")
    return get_args(field.annotation) if field is not None else ()


def kinds_in(annotation: Any) -> list[str]:
    """The kinds to choose from, as they are written."""
    return [str(kind) for model in models_in(annotation) for kind in _kinds(model)]
