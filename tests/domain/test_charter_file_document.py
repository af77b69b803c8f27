"""The text of a charter file as plain values: YAML 1.2 with lines, and nothing that surprises."""

from decimal import Decimal

import pytest

from charter.domain.charter_file.findings import CharterFileError
from charter.domain.charter_file.text.yaml_reader import MAX_ALIASED, MAX_BYTES, MAX_DEPTH, parse_document


def refusal(text: str) -> tuple[int, str]:
    with pytest.raises(CharterFileError) as refused:
        parse_document(text)
    (finding,) = refused.value.findings
    assert finding.remedy
    return finding.line, str(finding.message)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("yes", "yes"), ("no", "no"), ("on", "on"), ("off", "off"), ("y", "y"), ("Yes", "Yes"),
        ("true", True), ("False", False), ("~", None), ("", None), ("null", None),
        ("12", 12), ("-3", -3), ("0.80", Decimal("0.80")), ("1e3", Decimal("1000")), (".5", Decimal("0.5")),
        ("2026-01-31", "2026-01-31"), ("06:00", "06:00"), ("1_000", "1_000"), ("0x1F", "0x1F"), ("'12'", "12"),
        ('"true"', "true"), ("!!str 12", "12"), (".inf", ".inf"), (".nan", ".nan"),
    ],
)  # fmt: skip
def test_plain_scalar_is_read_as_yaml_1_2(written: str, value: object) -> None:
    read = parse_document(f"a: {written}\n").data["a"]
    assert read == value
    assert type(read) is type(value)


def test_document_knows_the_line_of_every_value() -> None:
    document = parse_document("a: 1\nb:\n  - x\n  - c: 2\n    d: {e: 3}\n")
    assert document.data == {"a": 1, "b": ["x", {"c": 2, "d": {"e": 3}}]}
    assert document.lines == {
        (): 1, ("a",): 1, ("b",): 2, ("b", 0): 3, ("b", 1): 4, ("b", 1, "c"): 4, ("b", 1, "d"): 5,
        ("b", 1, "d", "e"): 5,
    }  # fmt: skip


def test_key_written_twice_is_a_problem_on_the_line_of_the_second() -> None:
    document = parse_document("a: 1\nb: 2\na: 3\n")
    assert document.data == {"a": 1, "b": 2}
    (problem,) = document.problems
    assert (problem.path, problem.line) == (("a",), 3)
    assert [str(part) for part in problem.said] == ["'a' is written twice, first on line 1", "keep one of them"]


def test_tag_is_a_problem_and_builds_nothing() -> None:
    document = parse_document("a: !!python/object/apply:os.system [ls]\n")
    assert document.data == {"a": ["ls"]}
    assert [problem[:2] for problem in document.problems] == [(("a",), 1)]


def test_alias_repeats_a_value() -> None:
    document = parse_document("a: &days {due: 3 days}\nb: *days\n")
    assert document.data == {"a": {"due": "3 days"}, "b": {"due": "3 days"}}
    assert document.lines[("b", "due")] == 1


def test_alias_bomb_is_refused() -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    bomb += "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9))
    assert MAX_ALIASED < 10**9
    assert refusal(bomb) == (5, "aliases repeat too many values")


def test_alias_to_itself_is_refused() -> None:
    assert refusal("a: &a [*a]\n") == (1, "*a repeats a value that is not written before")


def test_nesting_too_deep_is_refused() -> None:
    line, message = refusal("a: " + "[" * 5000 + "]" * 5000)
    assert (line, message) == (1, f"values are nested deeper than {MAX_DEPTH} levels")


def test_file_too_large_is_refused() -> None:
    assert refusal("#" * (MAX_BYTES + 1)) == (1, "the file is larger than 2 MB")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: 1\nb: c: d\n", 2, "a ':' is written where no key is expected (column 5)"),
        ("a:\n\t- b\n", 2, "a tab is written where only spaces may (column 1)"),
        ("a: 'x\nb: 1\n", 1, "a quote is opened and never closed (column 4)"),
        ("a: 1\nb: [1, 2\n", 2, "a bracket is opened and not closed (column 4)"),
        ("a: 1\nb: @x\n", 2, "a text starts with a character that means something in YAML (column 4)"),
        ("a: 1\n- b\n", 2, "the indentation differs from the lines above (column 1)"),
        ("a: 1\n---\nb: 2\n", 2, "a second document starts here"),
        ("a: 1\n[x]: 2\n", 2, "a key must be plain text"),
        ("a: 1\nb: *c\n", 2, "*c repeats a value that is not written before"),
        ("a: 1\nb: \x00\n", 2, "the file holds a character that YAML does not allow"),
        ('a: 1\nb: "\\UFFFFFFFF"\n', 1, "the file holds a character that YAML does not allow"),
    ],
)
def test_syntax_error_is_one_sentence_on_its_line(text: str, line: int, message: str) -> None:
    assert refusal(text) == (line, message)


def test_character_that_cannot_be_printed_is_a_problem() -> None:
    document = parse_document('a: "x\\ud800\\0y"\n')
    assert document.data == {"a": "x\ufffd\ufffdy"}
    assert [problem[:2] for problem in document.problems] == [(("a",), 1)]


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n"])
def test_empty_file_holds_nothing(text: str) -> None:
    assert parse_document(text).data is None


def test_version_of_yaml_is_ours() -> None:
    assert parse_document("%YAML 1.1\n---\na: yes\n").data == {"a": "yes"}


def test_byte_order_mark_is_skipped() -> None:
    assert parse_document("\ufeffa: 1\r\nb: 2\r\n").data == {"a": 1, "b": 2}
