"""The order of the rooms of services, no circle of imports, names of modules, and the news that must be handed on."""

import ast
from collections.abc import Iterator

import pytest

from bench.house import arrows, circles
from tests.project.code import Source, parse, sources

ORDER = (
    "records", "charters", "people", "post", "schedule", "jobs", "readings", "classes", "surveys", "watching", "checks",
    "figures", "actions", "month", "frontline", "desk", "drafts", "reports", "alerts", "verification", "work",
)  # fmt: skip
"""Imports inside services go left only, those for types and those inside functions too."""

HANDED_ON = ("watch_readings",)
PROJECTING = ("project", "project_all")

WORDS = set(
    """
    access account accounts action actions alert alerts amounts analyse and answer answers apart application applying
    areas assets audit backup base bodies cache calendar calendars canonical cards cases changes chart charter charters
    checks chosen claims class classes classification clock codes column columns comments commitment commitments
    compensation composites conditions connect contents context control copying counts coverage current data databases
    date dates day days deadlines deciding decisions delays description desk differences directors distribution doubts
    draft drafts dry due editing editions edits effect effort embed endpoints entered entries erasable errata errors
    escalation estimate estimates evidence experts expressions extensions factory fates feed fields figures file files
    filters findings first folders folds following form formats forms frames frontline grids groups guesses head headers
    headline health help history hours house http icalendar imports incidents indicator indicators installation
    intervals intranet invitations jobs json judging kano keys kinds known labels law layout leases lemmas levels limit
    lines links lint list listing local log look mail map mark marks matrix measure measuring messages metrics misses
    model moderation moments names norm observations observe on openid opening openslo operations order outbox outgoing
    overview owners page pages parties parts passwords pauses pdf penalty people percentiles periods permissions pickers
    pins place plan post poster posters presets preview previews printable privacy profile programs projection promises
    providers proxies pushes queries questionnaire queue rate reach read reader reading readings rebuild recent
    recording records recount refusals register regression remarks reminders render replies reports resets responses
    results reward risk routes rows rules run running sample samples scales scan scheduler schema sealing search seasons
    sector seen sending sendings sent sentences series serve sessions settings shared sheets shown sign signals sizes
    smtp snapshots source sources spreadsheet spreadsheets stages start starters status statuses stopping summaries
    surveys svg symmetry tables telling templates terms text texts things time to tokens totals traces traffic
    transactions tree trial unapplied unit units uploaded uploads values verify version versions view visitors votes
    waiving watch watchdog waves webhook week weighting word words worker workers working worklist write writer written
    yaml year
    """.split()  # noqa: SIM905
)
"""Of the glossary, of the field, verbs of the vocabulary: what a module's name may be made of."""


def package_of(module: str) -> str | None:
    parts = module.split(".")
    return parts[2] if module.startswith("charter.services.") and len(parts) > 3 else None


def arrows_right(found: dict[str, set[str]]) -> list[str]:
    """Imports of a room of services that stands to the right of one's own."""
    return [
        f"{module} imports {other}"
        for module, others in sorted(found.items())
        for other in sorted(others)
        if (here := package_of(module)) and (there := package_of(other)) and ORDER.index(there) > ORDER.index(here)
    ]


def odd_names(modules: list[str]) -> list[str]:
    return [name for name in modules if set(name.rpartition(".")[2].split("_")) - WORDS]


def news_kept_back(source: Source) -> Iterator[str]:
    """Calls that project news and do not hand what changed straight on to those who watch, in the same transaction."""
    handed = {
        id(argument)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in HANDED_ON
        for argument in node.args
    }
    for node in ast.walk(source.tree):
        if (
            isinstance(node, ast.Call)
            and ast.unparse(node.func).split(".")[-1] in PROJECTING
            and id(node) not in handed
        ):
            is_silent = any(one.arg == "is_news" and ast.unparse(one.value) == "False" for one in node.keywords)
            if not is_silent and source.module != "charter.services.readings.projection":
                yield f"{source.path}:{node.lineno}"


def test_rooms_of_services_import_to_the_left_only() -> None:
    found = arrows()
    assert {package for module in found if (package := package_of(module))} == set(ORDER)
    assert arrows_right(found) == []


def test_no_module_imports_itself_by_a_way_round() -> None:
    assert circles(arrows()) == []


def test_names_of_modules_are_made_of_known_words() -> None:
    assert odd_names([source.module for source in sources("charter") if source.path.name != "__init__.py"]) == []


def test_every_projection_of_news_is_handed_to_the_watch() -> None:
    assert [place for source in sources("charter") for place in news_kept_back(source)] == []


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("project(one)", 1),
        ("changed = project_all(many)", 1),
        ("watch_readings(project(one))", 0),
        ("project_all(many, is_news=False)", 0),
    ],
)
def test_planted_news_kept_back_is_found(text: str, faults: int) -> None:
    assert len(list(news_kept_back(parse(text, "charter/services/checks/a.py")))) == faults


def test_planted_arrow_circle_and_name_are_found() -> None:
    right = {"charter.services.records.audit_log": {"charter.services.work.kinds"}}
    left = {"charter.services.work.kinds": {"charter.services.records.audit_log"}}
    assert len(arrows_right(right)) == 1
    assert arrows_right(left) == []
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) in ([["a", "b", "c"]], [["b", "c", "a"]])
    assert odd_names(["charter.services.beside", "charter.services.reports.view"]) == ["charter.services.beside"]
