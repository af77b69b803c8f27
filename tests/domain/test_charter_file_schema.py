"""The published JSON Schema is the one the models make, in the form that a file is written."""

import json
import re
from pathlib import Path
from typing import Any

from charter.domain.charter_file.fields import HELP
from charter.domain.charter_file.text.json_schema import charter_schema
from charter.domain.charter_file.text.yaml_reader import parse_document

PUBLISHED = Path(__file__).resolve().parents[2] / "docs" / "charter.schema.json"
SCHEMA = charter_schema()
FULL = (Path(__file__).parent / "charter_files" / "full.yaml").read_text(encoding="utf-8")


def test_published_schema_is_the_one_of_the_models() -> None:
    assert json.loads(PUBLISHED.read_text(encoding="utf-8")) == SCHEMA


def test_schema_names_itself_without_an_address() -> None:
    assert SCHEMA["$id"] == "charter.schema.json"
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert set(re.findall(r"https?://[^\"\\]+", json.dumps(SCHEMA))) <= {SCHEMA["$schema"], "https?://"}


def test_delay_and_words_are_as_they_are_written() -> None:
    assert SCHEMA["$defs"]["Delay"]["type"] == "string"
    assert [form["type"] for form in SCHEMA["$defs"]["Text"]["anyOf"]] == ["string", "object"]
    assert SCHEMA["properties"]["units"]["anyOf"][1] == {"$ref": "#/$defs/UnitsFile"}


def test_every_key_says_what_it_is_for() -> None:
    for model in [SCHEMA, *SCHEMA["$defs"].values()]:
        for name, key in model.get("properties", {}).items():
            assert key.get("description") or name not in HELP, name
    assert SCHEMA["$defs"]["Commitment"]["properties"]["promise"]["description"] == "The words given to customers."


def test_no_key_is_written_as_null() -> None:
    assert "null" not in set(re.findall(r'"type": "(\w+)"', json.dumps(SCHEMA)))


def test_full_file_agrees_with_the_schema() -> None:
    assert list(refusals(parse_document(FULL).data, SCHEMA)) == []
    assert list(refusals({"charter": 1, "unit": []}, SCHEMA))


def refusals(value: Any, schema: dict[str, Any]) -> list[str]:
    """Enough of JSON Schema for this one: what in a value is not as the schema says."""
    if "$ref" in schema:
        return refusals(value, SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]])
    for word in ("anyOf", "oneOf"):
        if word in schema:
            good = [one for one in schema[word] if not refusals(value, one)]
            return [] if len(good) == 1 or (good and word == "anyOf") else [f"{value!r}: {len(good)} of {word}"]
    if "const" in schema or "enum" in schema:
        return [] if value in schema.get("enum", [schema.get("const")]) else [f"{value!r} not allowed"]
    found = [] if _is(value, schema.get("type")) else [f"{value!r} is no {schema.get('type')}"]
    if isinstance(value, dict) and not found:
        keys = schema.get("properties", {})
        other = schema.get("additionalProperties", True)
        found += [f"{name} missing" for name in schema.get("required", []) if name not in value]
        for name, one in value.items():
            inner = keys.get(name) or next(iter(schema.get("patternProperties", {}).values()), None) or other
            found += [f"{name} unknown"] if inner is False else [] if inner is True else refusals(one, inner)
    if isinstance(value, list) and not found:
        found += [said for one in value for said in refusals(one, schema.get("items", {}))]
    if isinstance(value, str) and "pattern" in schema and not re.search(schema["pattern"], value):
        found.append(f"{value!r} is not like {schema['pattern']}")
    return found


def _is(value: Any, kind: str | None) -> bool:
    if isinstance(value, bool):
        return kind in ("boolean", None)
    if kind in ("integer", "number"):
        return isinstance(value, int) or (kind == "number" and not isinstance(value, (str, list, dict)))
    sorts = {"string": str, "object": dict, "array": list, "boolean": bool}
    return kind is None or isinstance(value, sorts[kind])
