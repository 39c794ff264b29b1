"""The protocol reference, from the schema that `kapsim schema` exports."""

import json
import pathlib
import re
from typing import Any

from kapsim.report.credibility.markdown import cell, page, table
from kapsim.trial.protocol import Protocol

INTRODUCTION = """\
A protocol is one YAML file. This page is made from the schema that checks it; the same
schema in JSON, for editors that complete and check while you type, comes from
`kapsim schema`. Unknown fields are refused. Quantities carry their unit
(`0.5 mg/kg`, `40 min`), and times count from the first dose: `day 1` is the moment at
which it begins, `day 8 + 2 h` is two hours after the same time a week later. A visit
placed at the time of a dose is measured before it.
"""


def described(schema: dict[str, Any]) -> str:
    """Type of a field in words, with a link where it has a table of its own."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return f"[{name}](#{name.lower()})"
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return " or ".join(f"`{value}`" for value in schema["enum"])
    if "anyOf" in schema:
        parts = [described(part) for part in schema["anyOf"]]
        return " or ".join(part for part in parts if part != "null")
    kind = schema.get("type", "any")
    if kind == "array":
        parts = schema.get("prefixItems") or [schema.get("items", {})]
        return "list of " + ", ".join(described(part) for part in parts)
    if kind == "object" and "additionalProperties" in schema:
        return f"mapping to {described(schema['additionalProperties'])}"
    return {
        "string": "text",
        "integer": "whole number",
        "boolean": "true or false",
    }.get(kind, kind)


LIMITS = {
    "minimum": "at least",
    "exclusiveMinimum": "above",
    "maximum": "at most",
    "exclusiveMaximum": "below",
    "minItems": "entries: at least",
}


def limits(schema: dict[str, Any]) -> str:
    """Bounds of a field in words."""
    found = []
    for part in [schema, *schema.get("anyOf", [])]:
        found += [f"{word} {part[key]}" for key, word in LIMITS.items() if key in part]
    return ", ".join(found)


def examples(schema: dict[str, Any]) -> list[Any]:
    """Examples of a field, wherever its schema carries them."""
    found = list(schema.get("examples", []))
    for part in schema.get("anyOf", []):
        found += examples(part)
    return found


def default(name: str, schema: dict[str, Any], required: list[str]) -> str:
    """What holds where a field is absent."""
    if name in required:
        return "**needed**"
    value = schema.get("default")
    return "" if value in (None, [], {}) else f"`{json.dumps(value)}`"


def row(name: str, schema: dict[str, Any], required: list[str]) -> list[str]:
    """Line of one field."""
    meaning = cell(schema.get("description", ""))
    shown = " or ".join(f"`{json.dumps(value)}`" for value in examples(schema))
    extra = [limits(schema), f"for example {shown}" if shown else ""]
    kind = ", ".join(part for part in [described(schema), *extra] if part)
    return [f"`{name}`", kind, default(name, schema, required), meaning]


def section(name: str, schema: dict[str, Any]) -> str:
    """One element of the protocol, or one list of words."""
    head = f"## {name} {{ #{name.lower()} }}\n\n{schema.get('description', '')}\n\n"
    if "enum" in schema:
        return head + "One of: " + ", ".join(f"`{word}`" for word in schema["enum"])
    body = schema
    if "properties" not in schema:
        short = [part for part in schema["anyOf"] if "properties" not in part]
        words = " or ".join(described(part) for part in short)
        head += f"Short form: {words}. Otherwise:\n\n"
        body = next(part for part in schema["anyOf"] if "properties" in part)
    required = body.get("required", [])
    rows = [row(field, part, required) for field, part in body["properties"].items()]
    return head + table(["field", "what it takes", "if absent", "meaning"], rows)


def in_order(schema: dict[str, Any]) -> list[str]:
    """Names of all elements, in the order in which a reader meets them."""
    definitions = schema["$defs"]
    met: list[str] = []
    waiting = [{key: part for key, part in schema.items() if key != "$defs"}]
    while waiting:
        for name in re.findall(r"#/\$defs/(\w+)", json.dumps(waiting.pop(0))):
            if name not in met:
                met.append(name)
                waiting.append(definitions[name])
    return sorted(met, key=lambda name: "enum" in definitions[name])


def pages(root: pathlib.Path) -> dict[str, str]:
    """The reference: the protocol first, its elements after it."""
    del root
    schema = Protocol.model_json_schema()
    parts = [section("Protocol", schema)]
    parts += [section(name, schema["$defs"][name]) for name in in_order(schema)]
    text = page("Protocol reference", INTRODUCTION, *parts)
    return {"reference/protocol.md": text}
