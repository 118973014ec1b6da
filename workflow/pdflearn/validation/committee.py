"""Models and averages of their probabilities, chosen by cross-validation, tested once."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pdflearn.dataset.training_data import Preprocessing
from pdflearn.models.build import build_model
from pdflearn.validation.ranks import TOP, ranks_of_true

# What joins the names of the members of an average.
PLUS = " + "

# Model -> probabilities (n, n_classes) of the patterns that are predicted.
Probabilities = dict[str, np.ndarray]


@dataclass(frozen=True)
class LabelledPatterns:
    """Patterns with a class each, divided into folds and a test set.

    Attributes
    ----------
    patterns : array (n, points)
    labels : array (n,) of str
    part : array of int (n,)
        The fold, or -1 for the test set.
    scored : array of bool (n,)
        Which patterns are predicted where their part is held out. Others, further draws of the
        same structures, are only learned from.
    """

    patterns: np.ndarray
    labels: np.ndarray
    part: np.ndarray
    scored: np.ndarray


@dataclass(frozen=True)
class Outcome:
    """What cross-validation chose, and what it predicts for the test set.

    Attributes
    ----------
    validation : DataFrame
        model, fold, top1, top3, top6, n; one row for each model and fold.
    selected : str
        The model, or models joined by `PLUS`, with the best mean top1 over the folds.
    classes : array (n_classes,)
    proba : dict
        Model, and `selected` -> probabilities (m, n_classes) of the test patterns that are scored.
    """

    validation: pd.DataFrame
    selected: str
    classes: np.ndarray
    proba: Probabilities


def averages(proba: Probabilities) -> Iterator[tuple[str, np.ndarray]]:
    """Every model, and the mean of every set of two and more.

    Examples
    --------
    >>> proba = {"a": np.array([[1.0, 0.0]]), "b": np.array([[0.5, 0.5]])}
    >>> {name: mean.tolist() for name, mean in averages(proba)}
    {'a': [[1.0, 0.0]], 'b': [[0.5, 0.5]], 'a + b': [[0.75, 0.25]]}
    """
    for size in range(1, len(proba) + 1):
        for names in itertools.combinations(proba, size):
            yield PLUS.join(names), np.mean([proba[name] for name in names], axis=0)


def learn_and_test(
    data: LabelledPatterns,
    specs: dict[str, dict[str, Any]],
    preprocessing: Preprocessing,
    n_validated: int,
    seed: int,
) -> Outcome:
    """Choose a model or an average by cross-validation; predict the test set.

    Parameters
    ----------
    data : LabelledPatterns
    specs : dict
        Model -> its entry of the config.
    preprocessing : Preprocessing
    n_validated : int
        How many of the folds take their turn as validation, beginning with fold 0.
    seed : int

    Returns
    -------
    Outcome
        Nothing of the test set is looked at before the choice.
    """
    classes = np.unique(data.labels[data.part >= 0])

    def predict(held_out: int) -> Probabilities:
        learned = (data.part >= 0) & (data.part != held_out)
        asked = (data.part == held_out) & data.scored
        return {
            name: _predict(
                lambda name=name, spec=spec: build_model(name, spec, {}, preprocessing, seed),
                data, learned, asked, classes,
            )
            for name, spec in specs.items()
        }  # fmt: skip

    rows = []
    for fold in range(n_validated):
        y_true = data.labels[(data.part == fold) & data.scored]
        for name, proba in averages(predict(fold)):
            ranks = ranks_of_true(y_true, proba, classes)
            shares = {f"top{k}": float((ranks < k).mean()) for k in TOP}
            rows.append({"model": name, "fold": fold, **shares, "n": len(ranks)})
    validation = pd.DataFrame(rows)
    selected = select(validation)
    proba = predict(-1)
    proba[selected] = dict(averages(proba))[selected]
    return Outcome(validation, selected, classes, proba)


def select(validation: pd.DataFrame) -> str:
    """The model with the best mean top1 over the folds; of equal ones that of fewest members.

    Examples
    --------
    >>> select(pd.DataFrame({"model": ["b", "a", "a + b"], "top1": [0.5, 0.7, 0.7]}))
    'a'
    """
    table = validation.groupby("model", as_index=False)["top1"].mean()
    table["members"] = table["model"].str.count(r" \+ ")
    order = ["top1", "members", "model"]
    return str(table.sort_values(order, ascending=[False, True, True])["model"].iloc[0])


def _predict(
    build: Callable[[], Any],
    data: LabelledPatterns,
    learned: np.ndarray,
    asked: np.ndarray,
    classes: np.ndarray,
) -> np.ndarray:
    """Probabilities for all classes; zero for those that the fold's training lacks."""
    model = build().fit(data.patterns[learned], data.labels[learned])
    proba = np.zeros((int(asked.sum()), len(classes)))
    proba[:, np.searchsorted(classes, model.classes_)] = model.predict_proba(data.patterns[asked])
    return proba
