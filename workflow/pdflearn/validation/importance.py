"""Which distances decide: the accuracy lost when values in a range of r are permuted."""

from itertools import pairwise

import numpy as np
import pandas as pd

from pdflearn.dataset.training_data import Preprocessing, TrainingData
from pdflearn.models.pattern_models import PatternClassifier
from pdflearn.validation.bootstrap import bootstrap_intervals

# Width of a range of r, in angstrom; the last range takes what is left of the window.
RANGE_WIDTH = 1.0
# How often the values of each range are permuted.
N_REPEATS = 2


def permutation_importance(
    model: PatternClassifier, data: TrainingData, preprocessing: Preprocessing, seed: int
) -> pd.DataFrame:
    """Accuracy lost when the values in one range of r are permuted between patterns.

    What is lost is what this range alone tells; of two ranges that tell the same, neither seems to
    matter.

    Parameters
    ----------
    model : PatternClassifier
        Trained without these patterns.
    data : TrainingData
        Only evaluated patterns; its index has the group of each.
    preprocessing : Preprocessing
        The window is divided into ranges of `RANGE_WIDTH`.
    seed : int

    Returns
    -------
    DataFrame
        r_low, r_high (angstrom; empty in the last row, where every range is permuted, each on its
        own), accuracy (with no range permuted), loss (of accuracy), ci_low, ci_high (95 % interval
        of the loss over groups).

    See Also
    --------
    sklearn.inspection.permutation_importance : the same for single features.

    References
    ----------
    L. Breiman, Machine Learning 45 (2001) 5, section 10; ranges in place of single variables since
    neighbouring points are correlated.

    Examples
    --------
    Two types that differ between 5 and 6 angstrom alone:

    >>> from pdflearn.core.grid import Grid
    >>> from pdflearn.dataset.targets import target
    >>> from pdflearn.models.build import build_model
    >>> preprocessing = Preprocessing(Grid(r_min=2.0, r_max=8.0, r_step=0.1), window=(2.0, 8.0))
    >>> r = preprocessing.grid.r
    >>> index = pd.DataFrame({
    ...     "structure_type": ["bcc", "fcc"] * 20, "group": [f"g{k}" for k in range(40)],
    ...     "evaluated": True,
    ... })
    >>> fcc = (index["structure_type"] == "fcc").to_numpy()[:, None]
    >>> patterns = np.sin(r) + np.where(fcc & (r > 5) & (r < 6), 2.0, 0.0)
    >>> data = TrainingData(patterns, index, target(index, {"label": "structure_type"}, 0))
    >>> spec = {"estimator": "knn", "params": {"features": "raw", "n_neighbors": 1}}
    >>> model = build_model("knn", spec, {}, preprocessing, 0).fit(patterns, data.target.y_train)
    >>> table = permutation_importance(model, data, preprocessing, seed=0)
    >>> table.loc[table["loss"][:-1].idxmax(), ["r_low", "r_high"]].tolist()
    [5.0, 6.0]
    """
    patterns, y_true = data.patterns, data.target.y_true
    groups = data.index["group"].to_numpy()
    r, window = preprocessing.grid.r, preprocessing.window
    random = np.random.default_rng(seed)
    edges = np.append(np.arange(window[0], window[1] - 1e-6, RANGE_WIDTH), window[1])
    ends = np.searchsorted(r, [*(edges[:-1] - 1e-6), edges[-1] + 1e-6])  # the window's included
    ranges = [np.arange(first, last) for first, last in pairwise(ends)]

    def correct(changed: np.ndarray) -> np.ndarray:
        proba = model.predict_proba(changed, y_true)
        return (model.classes_[proba.argmax(axis=1)] == y_true).astype(float)

    before = correct(patterns)
    rows = []
    for k in range(len(ranges) + 1):
        permuted = ranges if k == len(ranges) else [ranges[k]]
        after = np.zeros(len(patterns))
        for _ in range(N_REPEATS):
            changed = patterns.copy()
            for columns in permuted:
                changed[:, columns] = patterns[random.permutation(len(patterns))][:, columns]
            after += correct(changed) / N_REPEATS
        lost = before - after

        def mean_loss(weights: np.ndarray, lost: np.ndarray = lost) -> dict[str, np.ndarray]:
            return {"loss": weights @ lost / weights.sum(axis=1)}

        low, high = bootstrap_intervals(mean_loss, groups, seed)["loss"]
        one_range = k < len(ranges)
        rows.append(
            {
                "r_low": edges[k] if one_range else np.nan,
                "r_high": edges[k + 1] if one_range else np.nan,
                "accuracy": before.mean(),
                "loss": lost.mean(),
                "ci_low": low,
                "ci_high": high,
            }
        )
    return pd.DataFrame(rows).round(6)
