"""The simplest model within one standard error is selected, and no control."""

import numpy as np
import pandas as pd

from pdflearn.validation import selection


def test_selection_takes_the_simplest_within_one_standard_error_and_no_control():
    summary = pd.DataFrame(
        {
            "model": ["deep", "line", "oracle", "near"],
            "mean": [0.90, 0.89, 1.0, 0.80],
            "sem": [0.02, 0.01, 0.0, 0.01],
        }
    )
    estimators = {
        "deep": "mlp",
        "line": "logistic_regression",
        "oracle": "perfect",
        "near": "knn",
    }
    selected = selection.select_model(summary, estimators, "accuracy")
    assert (selected["model"], selected["best"]) == ("line", "deep")
    summary.loc[0, "sem"] = 0.005
    assert selection.select_model(summary, estimators, "accuracy")["model"] == "deep"
    summary["sem"] = np.nan  # one fold with a labelled pattern
    assert selection.select_model(summary, estimators, "accuracy")["model"] == "deep"
    alike = dict.fromkeys(estimators, "average")
    assert selection.select_model(summary.drop(2), alike, "accuracy")["model"] == "deep"


def test_selection_of_a_loss_takes_the_smallest():
    summary = pd.DataFrame(
        {"model": ["deep", "line", "know"], "mean": [1.0, 1.1, 0.0], "sem": [0.2, 0.1, 0.0]}
    )
    estimators = {"deep": "mlp", "line": "linear_regression", "know": "perfect"}
    selected = selection.select_model(summary, estimators, "rmse")
    assert (selected["model"], selected["best"]) == ("line", "deep")
    summary.loc[0, "sem"] = 0.05
    assert selection.select_model(summary, estimators, "rmse")["model"] == "deep"


def validation_of(metric, scores):
    """Two folds of a model with two settings, in training and validation."""
    rows = [
        ("m", k, f'{{"alpha": {k}}}', fold, split, metric, score + shift)
        for k, of_folds in enumerate(scores)
        for fold, score in enumerate(of_folds)
        for split, shift in (("train", 0.1), ("validation", 0.0))
    ]
    columns = ["model", "params_id", "params", "fold", "split", "metric", "score"]
    return pd.DataFrame(rows, columns=columns)


def test_the_best_parameters_have_the_best_mean_of_validation():
    scores = [(0.5, 0.9), (0.8, 0.8)]
    best = selection.best_params(validation_of("accuracy", scores), "accuracy")
    assert best["params"] == {"alpha": 1}
    assert (best["mean"], best["standard_error"]) == (0.8, 0.0)
    assert selection.best_params(validation_of("rmse", scores), "rmse")["params"] == {"alpha": 0}


def test_training_is_reported_beside_validation():
    table = selection.best_of_each(validation_of("accuracy", [(0.5, 0.7)]), "accuracy")
    means = table.set_index("split")["mean"].round(6).to_dict()
    assert means == {"train": 0.7, "validation": 0.6}
