"""Sixty structures of the database of minerals, from the fetch to the figure, by real Snakemake."""

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import yaml

from pdflearn.measured import fetch
from pdflearn.structures.prototypes import prototype
from pdflearn.structures.structure import load_structures, symmetry_of
from pdflearn.validation.committee import PLUS

ROOT = Path(__file__).resolve().parents[2]
PUBLIC = ROOT / "resources" / "minerals" / "public.csv"
SMALL = {
    "structures": {"folder": str(ROOT / "resources" / "structures")},
    "models": {
        "minerals_mlp": {
            "params": {"hidden_layer_sizes": [16], "learning_rates": [0.005, 0.001], "max_iter": 2}
        }
    },
    "minerals": {
        "entries": 60, "classes": 3, "draws": {"xray": 1, "neutron": 1}, "folds": 2, "validated": 1,
        "tasks": {"space_group": ["random", "compound"], "prototype": None},
        "models": ["minerals_neighbours", "minerals_mlp"],
        "synthetic": {"crystals": 2, "draws": {"xray": 1, "neutron": 1}},
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder = tmp_path_factory.mktemp("minerals")
    (status,) = fetch.fetch(PUBLIC, folder / "database.zip")
    if status["status"] == "unavailable":
        pytest.skip(f"the database cannot be fetched here ({status['reason']})")
    (folder / "small.yaml").write_text(yaml.safe_dump(SMALL))
    call = [
        sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile"),
        "--configfile", str(ROOT / "config" / "minerals.yaml"), "small.yaml", "--directory", ".",
        "--cores", "2", "--", "minerals",
    ]  # fmt: skip
    done = subprocess.run(call, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "results" / "minerals"


def test_structures_are_read_with_their_relatives(results):
    index = pd.read_parquet(results / "index.parquet")
    rejected = pd.read_csv(results / "rejected.csv")
    assert 55 <= len(index) + len(rejected) <= 75
    assert len(index) > 50
    assert index["id"].is_unique
    assert (
        index["prototype"].str.split(":").str[0].astype(int) == index["space_group_number"]
    ).all()


def test_scores_have_intervals_and_controls_for_each_split(results):
    scores = pd.read_csv(results / "scores.csv")
    assert set(scores["split"]) == {"random", "compound"}
    assert set(scores["label"]) == {"space_group", "crystal_system"}
    assert {"minerals_neighbours", "minerals_mlp", "majority"} <= set(scores["model"])
    assert (scores["ci_low"] <= scores["ci_high"]).all()
    assert scores[scores["metric"].str.endswith("top1")]["score"].between(0, 1).all()
    top1, top3 = (
        scores[scores["metric"] == name].reset_index(drop=True)["score"]
        for name in ("top1", "top3")
    )
    assert (top1 <= top3).all()


def test_the_model_was_chosen_by_the_folds(results):
    for split in ("random", "compound"):
        folds = pd.read_csv(results / "space_group" / split / "validation.csv")
        assert folds["selected"].sum() == 1
        best = folds.loc[folds["selected"], "top1"].iloc[0]
        assert best == folds["top1"].max()
        assert any(PLUS in name for name in folds["model"])


def test_synthetic_crystals_are_of_no_prototype_and_in_no_test_set(results):
    made = pd.concat(pd.read_parquet(file) for file in (results / "synthetic").glob("00?.parquet"))
    known = pd.read_parquet(results / "index.parquet")
    assert len(made) >= 4
    assert set(made["space_group"]) <= set(known["space_group"])
    rows = pd.read_parquet(results / "space_group" / "random" / "rows.parquet")
    assert not set(made["id"]) & set(rows["id"])
    for file in (results / "synthetic").glob("*_structures.parquet"):
        for structure in load_structures(file).values():
            assert prototype(structure, symmetry_of(structure)) not in set(known["prototype"])


def test_what_is_shown(results):
    assert (results / "figure.png").stat().st_size > 10_000
    assert "compounds kept together" in (results / "summary.md").read_text()
