"""The workflow as a module of somebody else's: other names, another folder, changed settings."""

import json
import re
import shutil

import pytest
import yaml
from small_study import Checkout

OUTER = """\
import pandas as pd  # a workflow around this one may, before or after

configfile: "outer.yaml"


rule all:
    input:
        "notes.txt",
        "pdf/results/provenance.json",
        "pdf/results/identify.html",


module pdf:
    snakefile:
        "modules/pdf learn/Snakefile"
    config:
        config["pdf"]
    prefix:
        "pdf"


use rule * from pdf as pdf_*


rule notes:
    input:
        "pdf/results/summary.txt",
    output:
        "notes.txt",
    shell:
        "cp {input} {output}"


assert pd.DataFrame is not None
"""


# The rest of the settings are the module's.
GIVEN = {
    "pdf": {
        "structures": {"folder": "my structures"},
        "measured": {"folder": "my measured", "batches": 1},
        "tasks": {"diameter": None},
    }
}


@pytest.fixture
def outer(finished, tmp_path) -> Checkout:
    """Another workflow with its own files, and the project in a folder below."""
    module = finished.copy(tmp_path / "modules" / "pdf learn", results=False)
    for name in ("structures", "measured"):
        shutil.copytree(module.folder / "resources" / name, tmp_path / f"my {name}")
    (tmp_path / "outer.yaml").write_text(yaml.safe_dump(GIVEN))
    (tmp_path / "Snakefile").write_text(OUTER)
    return Checkout(tmp_path)


def test_another_workflow_gets_the_results_below_its_prefix(outer, finished):
    done = outer.snakemake(anew=True)
    results = outer.folder / "pdf" / "results"
    assert not (outer.folder / "results").exists()
    assert (outer.folder / "notes.txt").read_text() == (results / "summary.txt").read_text()

    # The report and the record are of these rules alone, by their usual names.
    recorded = json.loads((results / "provenance.json").read_text())
    expected = json.loads((finished.folder / "results" / "provenance.json").read_text())
    assert set(recorded["results"]) == set(expected["results"]) - {"plot_regression"}
    assert recorded["config"]["simulate"] == expected["config"]["simulate"]
    assert recorded["config"]["measured"]["batches"] == 1
    names = {name for entry in recorded["results"].values() for name in entry["files"]}
    assert all(name.startswith("pdf/results/") for name in names)
    assert "my structures/fcc/Ni_fcc.cif" in recorded["inputs"]["structures"]
    assert "localrules" not in done.stdout + done.stderr  # no warning of names that are none

    # What is computed is the same, byte for byte.
    values = Checkout(outer.folder / "pdf").hashes()
    same = ("patterns/", "dataset/", "clusters/", "evaluation/structure_type.csv")
    compared = {name: value for name, value in finished.hashes().items() if name.startswith(same)}
    assert len(compared) > 20
    assert {name for name in compared if compared[name] != values.get(name)} == set()

    # Nothing runs again, in the outer's words.
    again = outer.snakemake("--dry-run", anew=True).stdout
    assert "Nothing to be done" in again
    assert not re.search(r"^(pdf_)?simulate +\d", again, re.M)
