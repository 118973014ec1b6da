"""config/README.md explains every key of the config, with its default, unit and limits."""

import importlib.util
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SPEC = importlib.util.spec_from_file_location("config_table", ROOT / "docs" / "config_table.py")
config_table = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(config_table)
WHOLE_TEXT = (ROOT / "config" / "README.md").read_text(encoding="utf-8")
TEXT = WHOLE_TEXT.split(config_table.TITLE)[0]
CONFIG = yaml.safe_load((ROOT / "config" / "config.yaml").read_text(encoding="utf-8"))
SCHEMA = yaml.safe_load((ROOT / "workflow" / "schemas" / "config.schema.yaml").read_text())
# Sections whose own keys the table explains in the section's line, or in a table of their own.
WHOLE = {
    "simulate.draws", "simulate.hypothetical_draws", "simulate.grid", "simulate.ranges",
    "simulate.stress", "split.near_duplicate", "structures.compounds_per_type",
    "structures.clusters.n_atoms", "audit.novelty", "audit.curves", "audit.snooping",
    "cluster.representations.<name>", "minerals.draws", "minerals.synthetic", "minerals.tasks",
}  # fmt: skip


def keys(schema, path=""):
    """The keys of a schema, <name> for an entry that the user names."""
    if path in WHOLE:
        yield path
        return
    properties = dict(schema.get("properties", {}))
    entries = schema.get("additionalProperties")
    if isinstance(entries, dict) and "properties" in entries:
        properties["<name>"] = entries
    if not properties:
        yield path
    for name, value in properties.items():
        yield from keys(value, f"{path}.{name}" if path else name)


def test_every_key_is_explained_and_none_is_invented():
    rows = re.findall(r"(?m)^\| ((?:`[\w.<>]+`(?:, )?)+) \|", TEXT.split("## The ranges")[0])
    explained = {key for row in rows for key in re.findall(r"`([\w.<>]+)`", row)}
    assert explained == set(keys(SCHEMA))


def test_every_range_has_its_reason():
    rows = re.findall(r"(?m)^\| `(\w+)` \|", TEXT.split("## The ranges")[1])
    assert set(rows) == set(SCHEMA["properties"]["simulate"]["properties"]["ranges"]["properties"])


def test_keys_within_a_section_are_named_in_its_line():
    for section in ("audit.novelty", "audit.curves", "audit.snooping", "split.near_duplicate"):
        schema = SCHEMA
        for name in section.split("."):
            schema = schema["properties"][name]
        (line,) = re.findall(rf"(?m)^\| `{re.escape(section)}` \|.*", TEXT)
        missing = [name for name in schema["properties"] if f"`{name}`" not in line]
        assert missing == [], section


def test_defaults_and_limits_are_those_of_the_schema():
    assert WHOLE_TEXT.endswith(config_table.expected()), "python docs/config_table.py --write"
    rows = re.findall(r"(?m)^\| `([\w.<>]+)` \|", WHOLE_TEXT.split(config_table.TITLE)[1])
    keys_of_table = [name for name, _ in config_table.leaves(SCHEMA, SCHEMA)]
    stress = config_table._STRESS
    assert rows == [
        key for key in keys_of_table if not key.startswith(stress) or key.endswith(".r_limit")
    ]


@pytest.mark.parametrize(
    ("where", "key", "value"),
    [
        (("split", "properties", "vault"), "maximum", 0.7),
        (("simulate", "properties", "form_factor"), "enum", ["q"]),
        (("measured", "properties"), "new", {"type": "boolean"}),
    ],
)
def test_another_schema_makes_another_table(where, key, value):
    changed = yaml.safe_load(yaml.safe_dump(SCHEMA))
    place = changed["properties"]
    for name in where:
        place = place[name]
    place[key] = value
    assert config_table.table(changed, CONFIG) != config_table.table(SCHEMA, CONFIG)


def test_ranges_have_the_defaults_and_units_of_the_config():
    """The units are those of PDFgui: Q in 1/angstrom, U and delta2 in angstrom^2."""
    units = {"q_min": " /Å", "q_max": " /Å", "q_damp": " /Å", "q_broad": " /Å", "u_iso": " Å²",
             "delta2": " Å²", "diameter": " Å", "r_offset": " Å"}  # fmt: skip
    rows = re.findall(r"(?m)^\| `(\w+)` \| ([^|]+) \|", TEXT.split("## The ranges")[1])
    for name, default in rows:
        low, high = CONFIG["simulate"]["ranges"][name]
        assert default == f"{low:g} to {high:g}{units.get(name, '')}", name


def test_what_an_error_expects_is_what_the_schema_allows():
    """The description is the "expected ..." of an error about the key."""
    words = {("minimum", 0): ("0", "zero or more"), ("minimum", 1): ("from 1", "above zero"),
             ("exclusiveMinimum", 0): ("above 0", "above zero", "at most")}  # fmt: skip
    checked = 0
    for name, leaf in config_table.leaves(SCHEMA, SCHEMA):
        text = leaf.get("description", "")
        for key in ("minimum", "maximum", "exclusiveMinimum"):
            if text and key in leaf:
                expected = words.get((key, leaf[key]), (f"{leaf[key]:.9g}",))
                assert any(word in text for word in expected), (name, key, text)
                checked += 1
    assert checked > 50
