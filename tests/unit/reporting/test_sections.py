"""What the sections of the report say: scores beside their controls, answers beside their files."""

import pandas as pd
import pytest

from pdflearn.measured.index import safe_name
from pdflearn.reporting import sections

MODELS = {
    "random": {"estimator": "random"},
    "my_knn": {"estimator": "knn"},
    "tree": {"estimator": "extra_trees"},
}
SELECTED = {"model": "my_knn", "rule": "the simplest"}


def validation_table(metric: str) -> pd.DataFrame:
    means = {"random": 0.1, "my_knn": 0.7, "tree": 0.75}
    rows = [
        (model, 0, "{}", fold, split, metric, mean + 0.02 * fold + (0.2 if split == "train" else 0))
        for model, mean in means.items() for fold in range(2) for split in ("train", "validation")
        if (model, split) != ("random", "train")
    ]  # fmt: skip
    columns = ["model", "params_id", "params", "fold", "split", "metric", "score"]
    return pd.DataFrame(rows, columns=columns)


def evaluation_table(metrics: list[str]) -> pd.DataFrame:
    rows = [
        (model, condition, metric, 0.6, 0.5, 0.7, 20, 8)
        for model in MODELS for condition in ("all", "stress: high_noise") for metric in metrics
    ]  # fmt: skip
    columns = ["model", "condition", "metric", "score", "ci_low", "ci_high", "n", "groups"]
    return pd.DataFrame(rows, columns=columns)


def classification_section() -> dict:
    metrics = ["accuracy", "top3", "calibration_error", "coverage", "balanced_coverage", "set_size"]
    confusions = pd.DataFrame({"structure_type": ["a"] * 50, "share": [0.5] * 50})
    tables = sections.TaskTables(
        validation_table("accuracy"), SELECTED, evaluation_table(metrics),
        confusions=confusions,
        recalls=pd.DataFrame({"structure_type": ["a"], "recall": [0.333]}),
        pairs=pd.DataFrame({"type": ["a"], "auroc": [0.5], "distance": [1.0],
                            "own_distance": [1.0], "equivalent": [True]}),
        merged=evaluation_table(["accuracy"]).head(1),
    )  # fmt: skip
    spec = {"label": "visible_type", "metric": "accuracy"}
    return sections.task_section("structure_type", spec, MODELS, tables)


def test_models_stand_in_the_order_of_cross_validation_and_are_marked():
    section = classification_section()
    names = [row["model"] for row in section["rows"]]
    assert names == ["tree", "my knn (chosen)", "random (control)"]
    assert [row["marked"] for row in section["rows"]] == [False, True, False]
    assert [row["validation"] for row in section["rows"]] == ["0.760", "0.710", "0.110"]
    assert section["rows"][-1]["training"] == ""  # it has no score in training


def test_a_classifier_states_its_scores_in_words():
    section = classification_section()
    assert (section["metric"], section["second_metric"]) == ("accuracy", "top-3 accuracy")
    assert section["interval"] == "0.60 (0.50 to 0.70)"
    assert section["guess"] == pytest.approx(0.6)
    assert not section["only_model"]
    assert section["selected"]["title"] == "my knn"
    assert [row["words"] for row in section["conditions"]] == [
        "all patterns like training", "stress: high noise",
    ]  # fmt: skip
    assert len(section["confusions"]) == sections.MAX_CONFUSIONS
    assert section["recalls"][0]["recall"] == "0.33"
    assert section["pairs"][0]["equivalent"] == "yes"


def test_a_regression_has_no_tables_of_classes():
    tables = sections.TaskTables(
        validation_table("rmse"), SELECTED, evaluation_table(["rmse", "r2", "mae"])
    )
    spec = {"label": "diameter", "metric": "rmse", "task_type": "regression"}
    section = sections.task_section("diameter", spec, MODELS, tables)
    assert section["rows"][0]["model"] == "random (control)"  # the smallest error stands first
    assert section["gain"] == -1
    assert (section["confusions"], section["pairs"], section["merged"]) == ([], [], "")
    assert list(section["quality"]) == ["mae"]


def test_each_structure_that_was_rejected_is_named_once_a_reason():
    tables = [
        pd.DataFrame({"id": ["1", "1"], "reason": ["too big", "too big"]}),
        pd.DataFrame({"id": ["2", "9"], "reason": ["too big", "empty"]}),
    ]
    split = pd.DataFrame({"id": ["1", "2"], "name": ["NaCl", "MgO"]})
    assert sections.rejected_section(tables, split) == [
        {"reason": "empty", "structures": "9"}, {"reason": "too big", "structures": "MgO, NaCl"},
    ]  # fmt: skip


def test_the_users_files_stand_first_and_are_linked_to_their_plots():
    index = pd.DataFrame({
        "file": ["public.gr", "own.gr", "not_read.gr"], "source": ["public", "user", "user"],
        "label": ["fcc", "", ""], "radiation": ["xray", "", ""], "warnings": ["", "short", ""],
    })  # fmt: skip
    answers = pd.DataFrame({
        "file": ["own.gr", "own.gr", "public.gr"], "rank": [2, 1, 1],
        "structure_type": ["hcp", "fcc", "bcc"], "rw": [0.4, 0.1, None],
        "verdict": ["accepted"] * 3, "probability": [0.1, 0.8, None], "reason": ["Because."] * 3,
        "phase": 1,
    })  # fmt: skip
    rows = sections.measured_section(index, answers, {f"{safe_name('own.gr')}.png"})
    assert [row["file"] for row in rows] == ["own.gr", "public.gr"]
    assert rows[0]["first"] == "fcc"
    assert rows[0]["others"] == "hcp (Rw 0.40)"
    assert rows[0]["radiation"] == "not known"
    assert rows[0]["link"].startswith("measured/plots/own")
    assert (rows[1]["link"], rows[1]["rw"], rows[1]["probability"]) == ("", "", "")


def test_each_phase_of_a_mixture_is_told_with_its_shares():
    index = pd.DataFrame({
        "file": ["a.gr"], "source": "user", "label": "", "radiation": "xray", "warnings": "",
    })  # fmt: skip
    answers = pd.DataFrame({
        "file": "a.gr", "rank": [1, 1, 2], "phase": [1, 2, 1],
        "structure_type": ["diamond+fcc", "diamond+fcc", "fcc"], "rw": [0.1, 0.1, 0.5],
        "verdict": "accepted", "probability": None, "reason": ["Two.", "Two.", ""],
        "phase_type": ["diamond", "fcc", "fcc"], "phase_structure": ["Si", "Ni", "Ni"],
        "fraction_atoms": [0.7, 0.3, 1.0], "fraction_atoms_stderr": [0.02, 0.02, None],
        "fraction_mass": [0.53, 0.47, 1.0], "fraction_mass_stderr": [None, None, None],
        "fraction_volume": [None, None, None], "fraction_volume_stderr": [None, None, None],
    })  # fmt: skip
    (row,) = sections.measured_section(index, answers, set())
    assert row["types"] == ["diamond+fcc", "fcc"]
    assert row["others"] == "fcc (Rw 0.50)"
    assert row["reason"] == (
        "Two. diamond (Si): 70 ± 2 % of the atoms, 53 % of the mass. "
        "fcc (Ni): 30 ± 2 % of the atoms, 47 % of the mass."
    )


def test_clusters_are_summed_up_without_their_controls():
    metrics = ("assigned", "ari", "nmi", "homogeneity", "completeness", "v_measure", "purity",
               "silhouette")  # fmt: skip
    scores = pd.DataFrame({
        "representation": ["raw", "first_peak", "first_peak"], "method": ["true_labels", "ward",
        "kmeans"], "n_clusters": [3, 4, 5], "stability": [None, 0.5, 0.25],
        "stability_low": [None, 0.4, 0.2], "stability_high": [None, 0.6, 0.3],
    } | dict.fromkeys(metrics, 0.5))  # fmt: skip
    section = sections.cluster_section(scores, 100)
    assert (section["representations"], section["methods"]) == (1, 2)
    assert section["best"] == "ward of first peak"
    assert [row["stability"] for row in section["rows"]] == [
        "", "0.50 (0.40 to 0.60)", "0.25 (0.20 to 0.30)",
    ]  # fmt: skip
