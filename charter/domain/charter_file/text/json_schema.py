"""The JSON Schema of the charter file, for editors: it completes keys and shows what each is for."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from charter.domain.charter_file.charter import Charter
from charter.domain.charter_file.fields import HELP
from charter.domain.charter_file.sources import UnitsFile

REFERENCE = "#/$defs/{model}"
NO_COLUMNS = ("date", "start", "stop", "value", "volume", "up", "total", "success")
"""Columns that a manual or push source implies: an editor must not ask for them."""


class _AsWritten(GenerateJsonSchema):
    """Checks of ours stand for themselves: an editor sees the plain type."""

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """Without the defaults of whole groups, which are written as their keys."""
        made = super().default_schema(schema)
        return {key: value for key, value in made.items() if key != "default" or not isinstance(value, (dict, list))}


def charter_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a charter file as it is written; what spans several parts is checked by `lint`."""
    made = Charter.model_json_schema(by_alias=True, ref_template=REFERENCE, schema_generator=_AsWritten)
    inner = UnitsFile.model_json_schema(ref_template=REFERENCE)
    definitions = made.pop("$defs") | {"UnitsFile": inner}
    units = made["properties"]["units"]
    made["properties"]["units"] = {"anyOf": [units, {"$ref": "#/$defs/UnitsFile"}]}
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "charter.schema.json",
        **made,
        "title": "Charter file of Promesse",
        "$defs": dict(sorted(definitions.items())),
    }
    for model in [schema, *schema["$defs"].values()]:
        _describe(model)
    return schema


def _describe(model: dict[str, Any]) -> None:
    """Say what each key is for; ask for no column that its source may imply."""
    for name, described in model.get("properties", {}).items():
        described.pop("title", None)
        _without_null(described)
        if name in HELP and "description" not in described:
            described["description"] = str(HELP[name])
    if "targets" in model.get("properties", {}):
        model["required"] = [name for name in model["required"] if name not in NO_COLUMNS]


def _without_null(described: dict[str, Any]) -> None:
    """A key that may be left out is left out, not written as null."""
    if described.get("default", 0) is None:
        del described["default"]
    described.pop("discriminator", None)
    kinds = [kind for kind in described.get("anyOf", []) if kind != {"type": "null"}]
    if len(kinds) == 1:
        del described["anyOf"]
        described |= kinds[0]
    elif kinds:
        described["anyOf"] = kinds
