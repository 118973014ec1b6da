"""A study packed as an RO-Crate: read back by rocrate, with what the specifications require."""

import json
import zipfile
from pathlib import Path
from urllib.parse import unquote

import pytest
from rocrate.rocrate import ROCrate

from pdflearn.core.provenance import file_hash
from pdflearn.study import crate as crates
from pdflearn.study import record

LICENCE = "https://spdx.org/licenses/CC-BY-4.0"


@pytest.fixture
def study(tmp_path, monkeypatch):
    """A study in a folder of its own: one input is elsewhere, names are odd, two rules wrote."""
    folder = tmp_path / "my study"
    (folder / "results" / "measured").mkdir(parents=True)
    (tmp_path / "in put.cif").write_text("structure")
    monkeypatch.chdir(folder)
    Path("measured.gr").write_text("1 2\n")
    Path("lock").write_text("numpy==2.1.0\n")
    Path("results/split.csv").write_text("score\n1\n")
    Path("results/measured/größe & mehr.csv").write_text("a\n")
    written = record.record(
        {"structures": ["../in put.cif"], "measured": ["measured.gr"], "library": []},
        {"split": ["results/split.csv"], "gather_measured": ["results/measured"]},
        {"split": "abc", "gather_measured": "def"},
        {"seed": 1, "simulate": {"grid": {"r_max": 30.0}, "draws": [1, 2]}},
        "lock",
    )
    Path("results/provenance.json").write_text(json.dumps(written))
    return folder


def pack(*arguments):
    assert crates.main(["results/provenance.json", "study.crate.zip", *arguments]) == 0
    return ROCrate("study.crate.zip")


def test_the_crate_has_what_its_specifications_require(study, tmp_path):
    crate = pack("--licence", LICENCE)
    # RO-Crate 1.1, "Root Data Entity" and "RO-Crate Metadata File Descriptor".
    root, descriptor = crate.root_dataset, crate.metadata
    assert "https://w3id.org/ro/crate/1.1" in descriptor["conformsTo"]
    assert descriptor["about"] is root
    assert all(root.get(key) for key in ("name", "description", "datePublished", "license"))
    assert root["license"].id == LICENCE
    # Workflow Run Crate 0.5: profiles, a main workflow with its language, and an action of it.
    profiles = {item.id for item in root["conformsTo"]}
    assert profiles == set(crates.PROFILES)
    assert set(crate.mainEntity.type) == {"File", "SoftwareSourceCode", "ComputationalWorkflow"}
    assert crate.mainEntity["programmingLanguage"]["name"] == "Snakemake"
    (action,) = (item for item in root["mentions"] if item["instrument"] is crate.mainEntity)
    assert action.type == "CreateAction"
    objects = {item.id: item for item in action["object"]}
    assert {"inputs/in%20put.cif", "measured.gr", "#config-simulate.grid.r_max"} <= set(objects)
    assert objects["#config-simulate.grid.r_max"]["value"] == "30.0"
    results = {item["name"] for item in action["result"]}
    assert results == {"split.csv", "größe & mehr.csv"}
    software = {
        item["name"]: item["softwareVersion"] for item in crate.mainEntity["softwareRequirements"]
    }
    recorded = json.loads(Path("results/provenance.json").read_text())
    assert software == recorded["versions"]


def test_every_file_is_there_with_its_hash(study, tmp_path):
    crate = pack()
    unpacked = tmp_path / "unpacked"
    with zipfile.ZipFile("study.crate.zip") as archive:
        archive.extractall(unpacked)
    hashed = 0
    for entity in ROCrate(unpacked).data_entities:
        path = unpacked / unquote(entity.id)
        assert path.is_file(), entity.id
        if "sha256" in entity:
            assert entity["sha256"] == file_hash(path)
            hashed += 1
    assert hashed == 5
    named = {part.id for part in crate.data_entities}
    metadata = json.loads((unpacked / "ro-crate-metadata.json").read_text())
    # All parts of the root; RO-Crate 1.1, "Data entities".
    (root,) = (item for item in metadata["@graph"] if item["@id"] == "./")
    assert {part["@id"] for part in root["hasPart"]} == named
    ids = {item["@id"] for item in metadata["@graph"]}
    assert len(ids) == len(metadata["@graph"])


def test_each_rule_is_an_action_of_its_script(study):
    crate = pack()
    action = crate.get("#run-gather_measured")
    assert action["instrument"].id == "workflow/scripts/gather_measured.py"
    assert action["result"]["name"] == "größe & mehr.csv"
    assert crate.get("#run-split")["instrument"].id == "workflow/scripts/split.py"


def test_a_part_can_be_packed(study):
    crate = pack("--only", "measured")
    (action,) = (item for item in crate.root_dataset["mentions"] if item.id == "#study")
    assert [item["name"] for item in action["result"]] == ["größe & mehr.csv"]
    assert crate.get("results/split.csv") is None
    assert crate.root_dataset["license"]["name"] == "not stated"


def test_files_that_changed_are_not_packed(study, capsys):
    Path("results/split.csv").write_text("score\n2\n")
    assert crates.main([]) == 2
    assert "results/split.csv: differs (split)" in capsys.readouterr().err
    assert not Path("study.crate.zip").exists()


def test_what_is_no_record_is_said(study, capsys):
    assert crates.main(["lock"]) == 2
    assert "is no record of a run" in capsys.readouterr().err
