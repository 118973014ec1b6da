"""The small study from end to end: what it leaves, what it must not know, how it fails."""

import csv
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from small_study import ROOT


def read_csv(path):
    with open(path, newline="") as handle:
        return list(csv.DictReader(handle))


def test_every_promised_file_is_there(finished):
    results = finished.folder / "results"
    for name in (
        "structures/index.parquet", "structures/rejected.csv", "patterns/000.npz",
        "dataset/development/patterns.npy", "dataset/development/index.parquet",
        "dataset/vault/patterns.npy", "dataset/vault/index.parquet", "dataset/leakage.csv",
        "models/structure_type/knn/validation.csv", "models/structure_type/knn/best_params.yaml",
        "models/structure_type/knn/model.skops", "models/structure_type/selected.yaml",
        "models/diameter/selected_card.yaml", "evaluation/diameter.csv",
        "figures/predicted_diameter.svg", "figures/capacity.svg", "figures/loss.svg",
        "inspection/capacity.csv", "inspection/loss.csv", "inspection/novelty.csv",
        "inspection/plain_type_merged.csv",
        "evaluation/structure_type.csv", "clusters/scores.csv", "measured/index.csv",
        "measured/rejected.csv", "measured/identification.csv", "report.html", "identify.html",
        "provenance.json",
    ):  # fmt: skip
        assert (results / name).stat().st_size > 0, name
    assert not list(results.rglob("*.part"))


def test_user_file_is_in_the_manifest_with_the_folders_label(finished):
    manifest = pd.read_parquet(finished.folder / "results/structures/index.parquet")
    mine = manifest[manifest["origin"] == "user"]
    assert list(mine["structure_type"]) == ["fcc"]
    assert list(mine["formula"]) == ["Ni"]
    assert mine["space_group_number"].iloc[0] == 225


def test_controls_bound_every_score(finished):
    table = pd.read_csv(finished.folder / "results/evaluation/structure_type.csv")
    values = table[table["condition"] == "all"].pivot(
        index="model", columns="metric", values="score"
    )
    assert (values.loc["perfect", ["accuracy", "balanced_accuracy", "top3"]] == 1.0).all()
    rows = pd.read_parquet(finished.folder / "results/evaluation/structure_type.parquet")
    counts = rows["model"].value_counts()
    assert counts.min() == counts.max()  # every model, every pattern
    truth = rows["truth"]
    assert values.at["majority", "balanced_accuracy"] == pytest.approx(1 / truth.nunique())
    assert values.at["knn", "balanced_accuracy"] > 2 / truth.nunique()
    assert (table["ci_low"] <= table["score"] + 1e-9).all()
    assert (table["ci_high"] >= table["score"] - 1e-9).all()


def test_numbers_have_their_own_scores_and_controls(finished):
    table = pd.read_csv(finished.folder / "results/evaluation/diameter.csv")
    values = table[table["condition"] == "all"].pivot(
        index="model", columns="metric", values="score"
    )
    assert set(values.columns) == {"rmse", "mae", "r2"}
    assert values.at["linear_regression", "rmse"] < values.at["mean", "rmse"]
    assert abs(values.at["mean", "r2"]) < 0.2
    rows = pd.read_parquet(finished.folder / "results/evaluation/diameter.parquet")
    assert np.isfinite(rows["truth"]).all()  # bulk patterns have no diameter and ask for none
    assert rows["truth"].min() >= 10.0


def test_a_column_of_the_users_labels_makes_a_task(study):
    folder = study.folder / "resources" / "structures" / "mine"
    folder.mkdir()
    text = (study.folder / "resources/structures/fcc/Ni_fcc.cif").read_text()
    rows = ["file,hardness,colour"]
    for i, metal in enumerate(
        ["Ni", "Cu", "Ag", "Au", "Pt", "Pd", "Al", "Pb", "Ir", "Rh", "Ca", "Sr"]
    ):
        (folder / f"{metal}.cif").write_text(
            text.replace("3.52", f"{3.53 + 0.1 * i:.2f}").replace("Ni", metal)
        )
        rows.append(f"{metal}.cif,{10 - 0.5 * i},{'grey' if i % 2 else ''}")
    (folder / "labels.csv").write_text("\n".join(rows) + "\n")
    study.edit(
        "config/config.yaml",
        "tasks:\n",
        "tasks:\n  hardness: {label: hardness, task_type: regression, metric: mae,"
        " models: [mean, linear_regression]}\n",
    )
    study.snakemake("results/evaluation/hardness.csv")
    table = pd.read_csv(study.folder / "results/evaluation/hardness.csv")
    n = table[(table["condition"] == "all") & (table["metric"] == "mae")].set_index("model")["n"]
    assert n["mean"] == n["linear_regression"] > 0
    rows = pd.read_parquet(study.folder / "results/evaluation/hardness.parquet")
    assert set(rows["truth"]) <= {10 - 0.5 * i for i in range(12)}
    others = pd.read_csv(study.folder / "results/dataset/split.csv")
    assert others["hardness"].notna().sum() == 12 < len(others)


def test_snooping_is_shown_on_development_alone(study):
    assert "measure_snooping" not in study.jobs()
    said = study.snakemake("snooping").stdout
    assert "dataset/vault" not in said
    table = pd.read_csv(study.folder / "results/inspection/snooping.csv")
    assert set(table["subset"]) == {"selection", "fresh"}
    assert (study.folder / "results/figures/snooping.svg").stat().st_size > 0


def test_no_path_leads_from_the_vault_to_anything_before_evaluate(finished):
    jobs = finished.graph()
    assert len(jobs) > 30
    maker = {file: (rule, inputs) for rule, inputs, outputs in jobs for file in outputs}

    def ancestors(files, seen):
        for file in files:
            if file not in seen:
                seen.add(file)
                ancestors(maker.get(file, ("", []))[1], seen)
        return seen

    vault = "results/dataset/vault/"
    readers = {rule for rule, inputs, _ in jobs if any(f.startswith(vault) for f in inputs)}
    # The record takes the hash of every file, and nothing comes after it.
    assert readers == {"evaluate", "write_provenance"}
    assert not [
        rule for rule, inputs, _ in jobs if "results/provenance.json" in inputs and rule != "all"
    ]
    blind = (
        "train_model",
        "train_controls",
        "average_models",
        "select_model",
        "cluster_patterns",
        "identify_measured",
        "gather_measured",
        "read_measured",
    )
    checked = 0
    for rule, inputs, _ in jobs:
        if rule in blind:
            assert not [f for f in ancestors(inputs, set()) if f.startswith(vault)], rule
            checked += 1
    assert checked >= len(blind)
    # The walk itself sees the vault where it is used.
    report = ancestors(["results/report.html"], set())
    assert any(f.startswith(vault) for f in report)


def test_a_broken_grouping_fails_the_run_and_names_the_group(study):
    path = study.folder / "results" / "dataset" / "split.csv"
    table = pd.read_csv(path)
    names = table.loc[table["subset"] == "development", "group"]
    table.loc[len(table)] = table.loc[names.index[0]]
    table.loc[len(table) - 1, "subset"] = "vault"
    table.to_csv(path, index=False)
    done = study.snakemake("--forcerun", "assemble", check=False)
    assert done.returncode != 0
    log = (study.folder / "results/logs/assemble/vault.log").read_text()
    assert "LeakageError" in log
    assert f"stand in two subsets of the split: {names.iloc[0]}." in log


def test_measured_files_are_ranked_and_bad_ones_recorded(finished):
    folder = finished.folder / "results" / "measured"
    rows = read_csv(folder / "identification.csv")
    assert {row["file"] for row in rows} == {"nickel.gr"}
    assert [row["rank"] for row in rows] == [str(n + 1) for n in range(len(rows))]
    assert rows[0]["structure_type"] == "fcc"
    rejected = read_csv(folder / "rejected.csv")
    assert [row["file"] for row in rejected] == ["broken.gr"]
    assert rejected[0]["reason"]
    text = (finished.folder / "resources/measured/broken.gr").read_text()
    assert text == "<b>no numbers</b>\n"


def test_record_names_all_files_by_hash_and_what_made_them(finished):
    record = json.loads((finished.folder / "results" / "provenance.json").read_text())
    assert record["config"]["seed"] == record["seed"]["study"] == 1
    assert set(record["inputs"]["measured"]) >= {"resources/measured/nickel.gr"}
    assert list(record["inputs"]["structures"]) == ["resources/structures/fcc/Ni_fcc.cif"]
    assert record["versions"]["numpy"] == np.__version__
    simulated = record["results"]["simulate"]["files"]
    name = "results/patterns/000.npz"
    data = (finished.folder / name).read_bytes()
    assert simulated[name] == hashlib.sha256(data).hexdigest()
    named = {file for made in record["results"].values() for file in made["files"]}
    assert {f"results/{name}" for name in finished.hashes()} - named == {"results/provenance.json"}


def test_verify_names_what_differs_and_what_is_missing(study):
    def verify():
        call = [sys.executable, "-m", "pdflearn", "verify"]
        return subprocess.run(
            call, cwd=study.folder, env={**os.environ, "PYTHONPATH": "workflow"},
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    done = verify()
    assert done.returncode == 0, done.stdout + done.stderr
    with open(study.folder / "results" / "dataset" / "split.csv", "a") as handle:
        handle.write("x")
    (study.folder / "resources" / "structures" / "fcc" / "Ni_fcc.cif").unlink()
    done = verify()
    assert done.returncode == 1
    said = done.stdout.splitlines()
    assert "results/dataset/split.csv: differs (split)" in said
    assert "resources/structures/fcc/Ni_fcc.cif: missing (structures)" in said
    assert len(said) == 3
    (study.folder / "results" / "provenance.json").write_text("{}")
    assert verify().returncode == 2


def test_faults_in_the_config_are_named_before_anything_runs(study):
    study.edit("config/config.yaml", "vault: 0.2", "vault: 2")
    study.edit("config/config.yaml", "bulk_fraction: 0.5", "bulk_fracton: 0.5")
    done = study.snakemake("--dry-run", check=False)
    said = done.stdout + done.stderr
    assert done.returncode != 0
    assert "split.vault: 2 is greater than the maximum of 0.5" in said
    assert "'bulk_fracton' was unexpected" in said


def test_other_cores_and_shards_give_the_same_bytes(finished, tmp_path):
    other = finished.copy(tmp_path / "pdflearn")
    other.edit("config/config.yaml", "shards: 2", "shards: 3")
    for name in ("results", ".snakemake"):
        shutil.rmtree(other.folder / name)
    other.snakemake("--cores", "1", "results/evaluation/structure_type.csv")
    for name in (
        "structures/index.parquet", "dataset/split.csv", "dataset/development/patterns.npy",
        "dataset/vault/index.parquet", "models/structure_type/knn/model.skops",
        "models/structure_type/perceptron/model.skops", "evaluation/structure_type.csv",
    ):  # fmt: skip
        left, right = ((s.folder / "results" / name).read_bytes() for s in (finished, other))
        assert left == right, name


def test_a_study_runs_in_any_folder(tmp_path):
    """The default study elsewhere: the project's library, no files of the user's."""
    call = [sys.executable, "-m", "snakemake", "-s", ROOT / "Snakefile", "--directory", tmp_path]
    done = subprocess.run(
        [*call, "--cores", "1", "--dry-run"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^read_structures +8$", done.stdout, re.MULTILINE)
    assert not (tmp_path / "resources").exists()
