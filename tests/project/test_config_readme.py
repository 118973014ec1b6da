"""config/README.md explains every key of the config, and no key that is not there."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "config" / "README.md").read_text(encoding="utf-8")
SCHEMA = yaml.safe_load((ROOT / "workflow" / "schemas" / "config.schema.yaml").read_text())
# Sections whose own keys the table explains in the section's line, or in a table of their own.
WHOLE = {
    "simulate.draws", "simulate.hypothetical_draws", "simulate.grid", "simulate.ranges",
    "simulate.stress", "split.near_duplicate", "structures.compounds_per_type",
    "structures.clusters.n_atoms", "audit.novelty", "audit.curves", "audit.snooping",
    "cluster.representations.<name>",
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
