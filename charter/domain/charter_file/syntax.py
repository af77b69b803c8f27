"""What YAML's own errors mean, in one sentence with line and column."""

from __future__ import annotations

from ruamel.yaml.error import MarkedYAMLError

_SENTENCES = (
    (
        "mapping values are not allowed",
        "a ':' stands where no key is expected",
        "put text that holds ': ' in quotes, and align keys of one level",
    ),
    (
        "could not find expected ':'",
        "a line has no ':' after its key",
        "write key: value, aligned with the lines around",
    ),
    ("character '\\t'", "a tab stands where only spaces may", "indent with spaces"),
    (
        "expected <block end>",
        "the indentation differs from the lines above",
        "align it with the lines of the same level",
    ),
    ("end of stream", "a quote is opened and never closed", "close it"),
    ("expected ',' or", "a bracket is opened and not closed", "close it, and put a comma between values"),
    ("cannot start any token", "a text starts with a character that means something in YAML", "put the text in quotes"),
    (
        "unknown escape character",
        "a backslash in double quotes starts an unknown escape",
        "write \\\\ for a backslash, or use single quotes",
    ),
    ("single document", "a second document starts here", "one file is one charter: remove the '---'"),
    ("duplicate anchor", "the same anchor is written twice", "rename one of them"),
)


def plain_syntax(text: str, error: MarkedYAMLError) -> tuple[int, str, str]:
    """Line (1-based), sentence with the column, and remedy for a YAML syntax error."""
    problem = str(error.problem or error.context or "")
    mark = error.problem_mark or error.context_mark
    if "end of stream" in problem or "<stream end>" in problem:
        mark = error.context_mark or mark
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    sentence, remedy = next(
        ((said, mend) for known, said, mend in _SENTENCES if known in problem),
        ("the YAML cannot be read here", "compare with the lines around"),
    )
    return min(line, text.count("\n") + 1), f"{sentence} (column {column})", remedy
