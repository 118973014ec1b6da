"""Which distances decide: what a model loses when values in a range of r are exchanged."""

from itertools import pairwise

import numpy as np
import pandas as pd

from pdflearn.dataset.training_data import Preprocessing, TrainingData
from pdflearn.models.pattern_models import PatternClassifier
from pdflearn.validation import bootstrap

# Width of a range of r, in angstrom, and how often each is exchanged. The last range takes what is
# left of the window.
WIDTH = 1.0
REPEATS = 2


def permutation_importance(
    model: PatternClassifier,
    data: TrainingData,
    preprocessing: Preprocessing,
    seed: int,
) -> pd.DataFrame:
    """Accuracy lost when one range of r is exchanged between patterns, all others untouched.

    What the exchange takes away is what this range alone tells; of two ranges that tell the same,
    neither seems to matter.

    Parameters
    ----------
    model : PatternClassifier
        Trained without these patterns.
    data : TrainingData
        Only tested patterns; its index has the group of each.
    preprocessing : Preprocessing
    seed : int

    Returns
    -------
    DataFrame
        r_low, r_high (angstrom; empty in the last row, where every range is exchanged, each on
        its own), accuracy (untouched), loss, ci_low, ci_high (95 % interval over
        groups).

    Notes
    -----
    L. Breiman, Machine Learning 45 (2001) 5, section 10; ranges instead of single variables since
    neighbouring points are correlated.
    """
    patterns, truth = data.patterns, data.target.y_true
    groups = data.index["group"].to_numpy()
    r, window = preprocessing.grid.r, preprocessing.window
    random = np.random.default_rng(seed)
    edges = np.append(np.arange(window[0], window[1] - 1e-6, WIDTH), window[1])
    ends = np.searchsorted(r, [*(edges[:-1] - 1e-6), edges[-1] + 1e-6])  # the window's included
    blocks = [np.arange(first, last) for first, last in pairwise(ends)]

    def right(changed: np.ndarray) -> np.ndarray:
        scores = model.predict_proba(changed, truth)
        return (model.classes_[scores.argmax(axis=1)] == truth).astype(float)

    untouched = right(patterns)
    rows = []
    for number in range(len(blocks) + 1):
        chosen = blocks if number == len(blocks) else [blocks[number]]
        after = np.zeros(len(patterns))
        for _ in range(REPEATS):
            changed = patterns.copy()
            for block in chosen:
                changed[:, block] = patterns[random.permutation(len(patterns))][:, block]
            after += right(changed) / REPEATS
        lost = untouched - after

        def mean_loss(weights: np.ndarray, lost: np.ndarray = lost) -> dict[str, float]:
            return {"loss": float((weights * lost).sum() / weights.sum())}

        low, high = bootstrap.bootstrap(mean_loss, groups, seed)["loss"]
        of_one = number < len(blocks)
        rows.append(
            {
                "r_low": edges[number] if of_one else np.nan,
                "r_high": edges[number + 1] if of_one else np.nan,
                "accuracy": untouched.mean(),
                "loss": lost.mean(),
                "ci_low": low,
                "ci_high": high,
            }
        )
    return pd.DataFrame(rows).round(6)
