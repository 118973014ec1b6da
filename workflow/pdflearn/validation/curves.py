"""Learning curves, validation curves, and the loss of gradient descent, from our own patterns."""

from contextlib import suppress
from typing import Any

import numpy as np
import pandas as pd
from sklearn.preprocessing import StandardScaler

from pdflearn.dataset.targets import Target, known
from pdflearn.dataset.training_data import Preprocessing, TrainingData
from pdflearn.models.build import build_model
from pdflearn.models.gradient_descent import DivergenceError, LogisticGradientClassifier
from pdflearn.models.pattern_models import predict
from pdflearn.validation.cross_validation import even_subset, scored_in_training
from pdflearn.validation.metrics import score, score_task

LEARNING_COLUMNS = ["model", "train_size", "families", "fold", "split", "metric", "score"]
VALIDATION_COLUMNS = ["model", "param_name", "param_value", "fold", "split", "metric", "score"]
LOSS_COLUMNS = ["model", "learning_rate", "epoch", "split", "loss"]


def training_subset(target: Target, max_patterns: int) -> np.ndarray:
    """Indices of at most so many patterns that are evaluated and have a label in training."""
    return even_subset(target.evaluated & known(target.y_train), max_patterns)


def learning_curve(
    name: str,
    spec: dict[str, Any],
    params: dict[str, Any],
    data: TrainingData,
    preprocessing: Preprocessing,
    train_sizes: list[float],
    seed: int,
) -> pd.DataFrame:
    """Scores of a model against how many families it learns from.

    Every fold validates the same patterns at each size.

    Parameters
    ----------
    name, spec, data, preprocessing, seed
        See `cross_validation.cross_validate`.
    params : dict
        The parameters of the model, fixed.
    train_sizes : list of float
        Shares of the families that are learned from, between 0 and 1.

    Returns
    -------
    DataFrame
        model, train_size, families (how many were learned from), fold, split ("train",
        "validation"), metric, score.

    See Also
    --------
    validation_curve : scores against a parameter of the model.
    sklearn.model_selection.learning_curve : the idea, without families.

    Examples
    --------
    >>> from pdflearn.core.grid import Grid
    >>> from pdflearn.dataset.targets import target
    >>> grid = Grid(r_min=1.0, r_max=10.0, r_step=0.1)
    >>> index = pd.DataFrame({
    ...     "structure_type": ["bcc", "fcc"] * 10, "group": [f"g{k}" for k in range(20)],
    ...     "fold": np.arange(20) // 2 % 2, "evaluated": True,
    ... })
    >>> wave = index["structure_type"].map({"bcc": 2.0, "fcc": 3.0}).to_numpy()[:, None]
    >>> labels = target(index, {"label": "structure_type"}, seed=0)
    >>> data = TrainingData(np.sin(wave * grid.r), index, labels)
    >>> preprocessing = Preprocessing(grid, window=(1.5, 10.0))
    >>> table = learning_curve(
    ...     "knn", {"estimator": "knn"}, {"n_neighbors": 1}, data, preprocessing, [0.6, 1.0], seed=0
    ... )
    >>> table.groupby("train_size")["families"].mean().tolist()
    [6.0, 10.0]
    """
    patterns, index, target = data.patterns, data.index, data.target
    y_true, fold = target.y_true, index["fold"].to_numpy()
    random = np.random.default_rng(seed)
    order = pd.Series(random.permutation(index["group"].unique())).reset_index()
    rank = index["group"].map(order.set_index(0)["index"]).to_numpy() / len(order)
    rows = []
    for train_size in train_sizes:
        for k in range(fold.max() + 1):
            train = (fold != k) & (rank < train_size) & known(target.y_train)
            held_out = (fold == k) & target.evaluated
            model = build_model(name, spec, params, preprocessing, seed)
            model.fit(patterns[train], y_true[train])
            families = index["group"][train].nunique()
            scored = scored_in_training(train, target)
            for split, subset in (("train", scored), ("validation", held_out)):
                proba = model.predict_proba(patterns[subset], y_true[subset])
                scores = score(y_true[subset], proba, model.classes_)
                for metric, value in scores.items():
                    rows.append((name, train_size, families, k, split, metric, value))
    return pd.DataFrame(rows, columns=LEARNING_COLUMNS)


def validation_curve(
    name: str,
    spec: dict[str, Any],
    param_name: str,
    param_range: list[Any],
    data: TrainingData,
    preprocessing: Preprocessing,
    seed: int,
) -> pd.DataFrame:
    """Training and validation scores of a model against one of its parameters, its capacity.

    Parameters
    ----------
    name, spec, data, preprocessing, seed
        See `cross_validation.cross_validate`; a param_grid is left aside.
    param_name : str
        The parameter that is varied.
    param_range : list
        Its values.

    Returns
    -------
    DataFrame
        model, param_name, param_value, fold, split ("train", "validation"), metric, score. The
        metric "error" is one minus the accuracy.

    See Also
    --------
    learning_curve : scores against the size of the training set.
    sklearn.model_selection.validation_curve : the same for any estimator.

    Examples
    --------
    A tree of depth one can tell two of three types apart:

    >>> from pdflearn.core.grid import Grid
    >>> from pdflearn.dataset.targets import target
    >>> grid = Grid(r_min=1.0, r_max=10.0, r_step=0.1)
    >>> index = pd.DataFrame({
    ...     "structure_type": ["bcc", "fcc", "hcp"] * 6, "group": "g",
    ...     "fold": np.arange(18) // 3 % 2, "evaluated": True,
    ... })
    >>> wave = index["structure_type"].map({"bcc": 2.0, "fcc": 2.5, "hcp": 3.0}).to_numpy()
    >>> patterns = np.sin(wave[:, None] * grid.r)
    >>> data = TrainingData(patterns, index, target(index, {"label": "structure_type"}, 0))
    >>> spec = {"estimator": "extra_trees", "params": {"n_estimators": 1}}
    >>> preprocessing = Preprocessing(grid, window=(1.5, 10.0))
    >>> table = validation_curve("tree", spec, "max_depth", [1, 4], data, preprocessing, seed=0)
    >>> error = table.query("metric == 'error' and split == 'validation'")
    >>> error.groupby("param_value")["score"].mean().round(2).tolist()
    [0.33, 0.0]
    """
    patterns, target, fold = data.patterns, data.target, data.index["fold"].to_numpy()
    rows = []
    for value in param_range:
        for k in np.unique(fold):
            train = fold != k
            model = build_model(
                name, spec, {param_name: value}, preprocessing, seed, target.task_type
            )
            model.fit(patterns[train], target.y_train[train])
            for split, subset in (("train", train), ("validation", ~train)):
                predicted = predict(model, patterns[subset], target.y_true[subset])
                classes = getattr(model, "classes_", target.classes)
                scores = score_task(target.task_type, target.y_true[subset], predicted, classes)
                if "accuracy" in scores:
                    scores = {"error": 1.0 - scores["accuracy"], **scores}
                rows += [(name, param_name, value, k, split, *pair) for pair in scores.items()]
    return pd.DataFrame(rows, columns=VALIDATION_COLUMNS)


def loss_curves(
    name: str,
    spec: dict[str, Any],
    learning_rates: list[float],
    max_epochs: int,
    data: TrainingData,
    preprocessing: Preprocessing,
    seed: int,
) -> pd.DataFrame:
    """The loss of logistic regression, epoch by epoch, at several learning rates.

    Parameters
    ----------
    name, spec, data, preprocessing, seed
        See `cross_validation.cross_validate`; the estimator is logistic_gradient, its own learning
        rate is left aside, and the first fold is held out.
    learning_rates : list of float
    max_epochs : int

    Returns
    -------
    DataFrame
        model, learning_rate, epoch, split ("train", "validation"), loss. A descent that diverges
        ends early; its last loss is infinite where it was no number any more.
    """
    patterns, target, fold = data.patterns, data.target, data.index["fold"].to_numpy()
    train = fold != fold.min()
    built = build_model(name, spec, {}, preprocessing, seed)
    features = built.features.fit(patterns[:1])
    scaler = StandardScaler()
    x = scaler.fit_transform(features.transform(patterns[train]))
    held_out = scaler.transform(features.transform(patterns[~train])), target.y_true[~train]
    params = built.estimator[-1].get_params()
    rows = []
    for rate in learning_rates:
        model = LogisticGradientClassifier(
            **{**params, "learning_rate": rate, "max_epochs": max_epochs}
        )
        with suppress(DivergenceError):  # the losses up to there are what is asked for
            model.fit(x, target.y_train[train], held_out=held_out)
        for split, curve in (("train", model.loss_curve_), ("validation", model.held_out_curve_)):
            curve = np.nan_to_num(curve, nan=np.inf, posinf=np.inf)
            rows += [(name, rate, epoch, split, loss) for epoch, loss in enumerate(curve)]
    return pd.DataFrame(rows, columns=LOSS_COLUMNS)
