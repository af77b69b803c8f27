"""What YAML's own errors mean, in one sentence with line and column."""

from __future__ import annotations

from collections.abc import Mapping

from ruamel.yaml.error import MarkedYAMLError

from charter.domain.charter_file.findings import Said
from charter.domain.errors import Sentence

_SENTENCES: Mapping[str, Said] = {
    "mapping values are not allowed": Said(
        Sentence("a ':' stands where no key is expected"),
        Sentence("put text that holds ': ' in quotes, and align keys of one level"),
    ),
    "could not find expected ':'": Said(
        Sentence("a line has no ':' after its key"),
        Sentence("write key: value, aligned with the lines around"),
    ),
    "character '\\t'": Said(Sentence("a tab stands where only spaces may"), Sentence("indent with spaces")),
    "expected <block end>": Said(
        Sentence("the indentation differs from the lines above"),
        Sentence("align it with the lines of the same level"),
    ),
    "end of stream": Said(Sentence("a quote is opened and never closed"), Sentence("close it")),
    "expected ',' or": Said(
        Sentence("a bracket is opened and not closed"),
        Sentence("close it, and put a comma between values"),
    ),
    "cannot start any token": Said(
        Sentence("a text starts with a character that means something in YAML"),
        Sentence("put the text in quotes"),
    ),
    "unknown escape character": Said(
        Sentence("a backslash in double quotes starts an unknown escape"),
        Sentence("write \\\\ for a backslash, or use single quotes"),
    ),
    "single document": Said(
        Sentence("a second document starts here"),
        Sentence("one file is one charter: remove the '---'"),
    ),
    "duplicate anchor": Said(Sentence("the same anchor is written twice"), Sentence("rename one of them")),
}
"""By what the reader of YAML says."""
_OTHER = Said(Sentence("the YAML cannot be read here"), Sentence("compare with the lines around"))


def plain_syntax(text: str, error: MarkedYAMLError) -> tuple[int, Said]:
    """Line (1-based) of a YAML syntax error; its sentence with the column, and the remedy."""
    problem = str(error.problem or error.context or "")
    mark = error.problem_mark or error.context_mark
    if "end of stream" in problem or "<stream end>" in problem:
        mark = error.context_mark or mark
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    said, remedy = next((said for known, said in _SENTENCES.items() if known in problem), _OTHER)
    message = Sentence("%(said)s (column %(column)s)", said=said, column=column)
    return min(line, text.count("\n") + 1), Said(message, remedy)
