"""Values with names: no anonymous tuple of more than two things between functions, no bare `dict[str, Any]` on pages,
no function that only its test calls, no transaction in what only reads."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from bench.house import only_tested, untested
from tests.project.code import PROJECT, Source, parse, sources

GEOMETRY = (
    "charter/charts/class_map.py",
    "charter/charts/house.py",
    "charter/charts/frames.py",
    "charter/charts/control_frames.py",
)
"""Where points and boxes are tuples: x, y, width, height."""

DOCUMENTS = {
    "charter/web/charters/form_fields.py": "the plain values of a charter file, of any depth",
    "charter/web/charters/forms.py": "the plain values of a charter file, of any depth",
    "charter/web/charters/indicator_form.py": "the plain values of a charter file, of any depth",
    "charter/web/frame/page_cache.py": "the environment of WSGI, which its standard leaves open",
    "charter/web/frame/proxies.py": "the environment of WSGI, which its standard leaves open",
    "charter/web/people/openid.py": "what a provider says of itself and of somebody, which its standard leaves open",
    "charter/web/frame/traffic.py": "the environment of WSGI, which its standard leaves open",
}
"""Where a page handles a document, and which."""

ASKED_BY_TESTS = {
    "charter.domain.charter_file.text.json_schema charter_schema": "docs/charter.schema.json is held in step with it",
    "charter.sources.counting.measure queries_of": "each query compiles for the engines of companies, without running",
}
"""What stands beside the product and is asked by tests alone, and why."""

TOGETHER = {
    "tests/services/verification/test_tampering.py": {
        "charter.services.readings.recount",
        "charter.services.verification.audit",
        "charter.services.verification.figures",
        "charter.services.verification.files",
        "charter.services.verification.parts",
        "charter.services.verification.rows",
        "charter.services.verification.surveys",
    },
    "tests/cli/test_backup.py": {"charter.services.records.backup", "charter.services.records.copying"},
    "tests/web/people/test_sign_on.py": {"charter.services.people.sign_on"},
    "tests/services/alerts/test_worklist.py": {"charter.services.alerts.worklist_rows"},
    "tests/services/people/test_accounts.py": {"charter.services.people.passwords"},
    "tests/web/test_programs.py": {"charter.services.post.programs"},
    "tests/api/test_listing.py": {
        "charter.services.desk.listing",
        "charter.services.desk.records",
        "charter.services.desk.series",
    },
}
"""Modules whose rules one file holds: each way of rewriting is tried on one installation, which is dear to make."""

READS = re.compile(
    r"(.*_)?(queries|view|page|history|summaries|overview|desk|intranet|calendar|worklist|preview|current|coverage|"
    r"figures)\.py"
)
"""The names of modules of services that only read."""

WRITES = re.compile(
    r"transaction|insert|update|insert_new|audit_log\.(record|record_all|hold)|.*\.commit|"
    r"db\.session\.(add|add_all|flush|delete|merge)"
)


def annotations(source: Source) -> Iterator[tuple[str, ast.expr]]:
    """What parameters, returns and fields are said to be, each with the place where it stands."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            given = node.args
            for one in (*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg):
                if one is not None and one.annotation is not None:
                    yield f"{source.path} {node.name}({one.arg})", one.annotation
            if node.returns is not None:
                yield f"{source.path} {node.name}", node.returns
        elif isinstance(node, ast.ClassDef):
            for field in node.body:
                if isinstance(field, ast.AnnAssign):
                    yield f"{source.path} {node.name}.{ast.unparse(field.target)}", field.annotation


def aliases(source: Source) -> Iterator[tuple[str, ast.expr]]:
    """Types that a module gives another name."""
    for node in source.tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Subscript):
            yield f"{source.path} {ast.unparse(node.targets[0])}", node.value


def parts(annotation: ast.expr) -> Iterator[ast.expr]:
    """The annotation and all within it. The project quotes none: every module has its annotations as text."""
    return (node for node in ast.walk(annotation) if isinstance(node, ast.expr))


def is_wide(annotation: ast.expr) -> bool:
    """A tuple of more than two things; `tuple[X, ...]` is a list of one kind of thing."""
    return any(
        isinstance(one, ast.Subscript)
        and ast.unparse(one.value) in ("tuple", "Tuple")
        and isinstance(one.slice, ast.Tuple)
        and len(one.slice.elts) > 2
        for one in parts(annotation)
    )


def is_bare(annotation: ast.expr) -> bool:
    """Anything by any name."""
    return any(
        re.fullmatch(r"(dict|Mapping|MutableMapping)\[str, Any\]", ast.unparse(one)) for one in parts(annotation)
    )


def wide_tuples(found: list[Source]) -> list[str]:
    return [
        place
        for source in found
        if str(source.path) not in GEOMETRY
        for place, annotation in (*annotations(source), *aliases(source))
        if is_wide(annotation)
    ]


def bare_pages(found: list[Source]) -> list[str]:
    return [
        place
        for source in found
        if str(source.path) not in DOCUMENTS
        for place, annotation in (*annotations(source), *aliases(source))
        if is_bare(annotation)
    ]


def writing(source: Source) -> list[str]:
    return [f"{source.path}:{line} {name}" for name, line in source.calls() if WRITES.fullmatch(name)]


def test_no_anonymous_tuple_of_three_travels() -> None:
    assert wide_tuples(list(sources("charter"))) == []
    assert all((PROJECT / path).exists() for path in (*GEOMETRY, *DOCUMENTS))


def test_pages_carry_named_values() -> None:
    assert bare_pages(list(sources("charter/web"))) == []


def test_what_reads_opens_no_transaction() -> None:
    found = [one for one in sources("charter/services") if READS.fullmatch(one.path.name)]
    assert len(found) > 5
    assert [fault for one in found for fault in writing(one)] == []


def test_nothing_is_there_for_its_test_alone() -> None:
    assert set(only_tested()) == ASKED_BY_TESTS.keys()


def test_every_service_with_a_rule_has_a_test_of_its_name() -> None:
    assert set(untested()) == set().union(*TOGETHER.values())
    assert all((PROJECT / file).exists() for file in TOGETHER)


def test_planted_faults_are_found(tmp_path: Path) -> None:
    code = "Place = tuple[int, int, str]\nclass A:\n    x: tuple[int, ...]\n    y: list[tuple[int, int, int]]\n"
    code += "def f(a: tuple[int, int], b: dict[str, Any]) -> tuple[A, A, A] | None: ...\n"
    found = parse(code, "charter/web/a.py")
    assert wide_tuples([found]) == ["charter/web/a.py A.y", "charter/web/a.py f", "charter/web/a.py Place"]
    assert bare_pages([found]) == ["charter/web/a.py f(b)"]
    reads = parse(
        "with transaction():\n    audit_log.record(a)\n    db.session.add(row)\naudit_log.head()\n", "view.py"
    )
    assert writing(reads) == ["view.py:1 transaction", "view.py:2 audit_log.record", "view.py:3 db.session.add"]
