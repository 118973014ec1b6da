"""The table of config/README.md with the default of each key and what is allowed, from the schema.

    python docs/config_table.py           # compare with the file; exit status 1 where they differ
    python docs/config_table.py --write   # write it there

Defaults are those of config/config.yaml, limits those of workflow/schemas/config.schema.yaml.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "config" / "README.md"
TITLE = "## Defaults, and what is allowed"
INTRODUCTION = """
`make config-table` makes this table from the schema and `config.yaml`. "-" is a
key that `config.yaml` leaves out; `<name>` is a name of yours. A default that is long stands in the
file alone. Each of `simulate.stress` may have the keys of `simulate.ranges` too. Units of ranges
stand above."""
_STRESS = "simulate.stress.<name>."  # has the keys of simulate.ranges again
_LONGEST = 60  # characters of a default


def table(schema: dict[str, Any], config: dict[str, Any]) -> str:
    """The section, with its title.

    Parameters
    ----------
    schema : dict
        JSON schema of the config.
    config : dict
        What is taken without another config.
    """
    rows = [
        f"| `{key}` | {_default(config, key)} | {allowed(leaf)} |"
        for key, leaf in leaves(schema, schema)
        if not key.startswith(_STRESS) or key == f"{_STRESS}r_limit"
    ]
    head = ["| key | default | allowed |", "| --- | --- | --- |"]
    return "\n".join([TITLE, INTRODUCTION, "", *head, *rows]) + "\n"


def leaves(
    root: dict[str, Any], schema: dict[str, Any], path: str = ""
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each key that holds a value, and its schema; <name> stands for what the user names."""
    schema = _resolved(root, schema)
    properties = dict(schema.get("properties", {}))
    if isinstance(schema.get("additionalProperties"), dict):
        properties["<name>"] = schema["additionalProperties"]
    if not properties:
        yield path, schema
    for name, value in properties.items():
        yield from leaves(root, value, f"{path}.{name}" if path else name)


def allowed(schema: dict[str, Any]) -> str:
    """What a value may be, in words.

    Examples
    --------
    >>> allowed({"type": "integer", "minimum": 1, "maximum": 20})
    'whole number, 1 to 20'
    >>> allowed({"type": "array", "minItems": 1, "items": {"type": "number", "minimum": 0}})
    'list, at least 1, of: number, 0 or more'
    >>> allowed({"enum": ["xray", "neutron"]})
    '`xray`, `neutron`'
    """
    if "anyOf" in schema:
        return "; or ".join(allowed(part) for part in schema["anyOf"])
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    kind = schema["type"]
    if kind == "array":
        few, most = schema.get("minItems"), schema.get("maxItems")
        number = f", {few}" if few and few == most else f", at least {few}" if few else ""
        return (
            f"list{number}, of: {allowed(schema['items'])}"
            if "items" in schema
            else f"list{number}"
        )
    names = {
        "integer": "whole number", "number": "number", "string": "text",
        "boolean": "`true`, `false`", "object": "keys and values",
    }  # fmt: skip
    return names[kind] + _limits(schema) + _unit(schema)


def _limits(schema: dict[str, Any]) -> str:
    low, above, high = (schema.get(k) for k in ("minimum", "exclusiveMinimum", "maximum"))
    if low is not None and high is not None:
        return f", {low} to {high}"
    parts = []
    if above is not None:
        parts.append(f"above {above}")
    if low is not None:
        parts.append(f"{low} or more")
    if high is not None:
        parts.append(f"at most {high}")
    return "".join(f", {part}" for part in parts)


def _unit(schema: dict[str, Any]) -> str:
    return " (Å)" if "angstrom" in schema.get("description", "") else ""


def _resolved(root: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """A schema with what it refers to."""
    if "$ref" not in schema:
        return schema
    target: Any = root
    for name in schema["$ref"].removeprefix("#/").split("/"):
        target = target[name]
    return {**target, **{name: value for name, value in schema.items() if name != "$ref"}}


def _default(config: dict[str, Any], key: str) -> str:
    if "<name>" in key:
        return ""
    value: Any = config
    for name in key.split("."):
        if not isinstance(value, dict) or name not in value:
            return "-"
        value = value[name]
    text = json.dumps(value, ensure_ascii=False)
    return f"`{text}`" if len(text) <= _LONGEST else "see the file"


def expected() -> str:
    """The section as it should stand in config/README.md."""
    schema = ROOT / "workflow" / "schemas" / "config.schema.yaml"
    config = ROOT / "config" / "config.yaml"
    return table(
        yaml.safe_load(schema.read_text(encoding="utf-8")),
        yaml.safe_load(config.read_text(encoding="utf-8")),
    )


def main() -> int:
    """Compare or write; the exit status."""
    text = README.read_text(encoding="utf-8")
    before = re.split(rf"(?m)^{re.escape(TITLE)}$", text)[0].rstrip() + "\n\n"
    new = before + expected()
    if "--write" in sys.argv[1:]:
        README.write_text(new, encoding="utf-8")
        return 0
    if new != text:
        print("config/README.md: out of step; run make config-table")
    return int(new != text)


if __name__ == "__main__":
    sys.exit(main())
