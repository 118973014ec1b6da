"""Draw the weights of the linear model against r, over the mean patterns of some types."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from pdflearn.core.io import load_table
from pdflearn.dataset import axes
from pdflearn.models import persistence
from pdflearn.reporting import inspection, style
from pdflearn.study import logs

MOST_TYPES = 8


def main(model_file: str, patterns_file: str, index_file: str, label: str) -> Figure:
    """Show the types with the most patterns."""
    model = persistence.load_model(model_file)
    index = load_table(index_file)
    features, linear = model.features_, model.estimator_[-1]
    truth = index[label].to_numpy(dtype=str)
    shown = pd.Series(truth[index["evaluated"]]).value_counts().sort_index()
    shown = shown.sort_values(ascending=False, kind="stable").index[:MOST_TYPES]
    axis = axes.feature_axis(features.kind, features.grid, features.window)
    drawn = slice(len(axis))  # features that have no place on it are left out
    patterns = np.load(patterns_file, mmap_mode="r")
    planes = linear.coef_ if len(linear.coef_) > 1 else np.vstack([-linear.coef_, linear.coef_])
    rows = [
        {
            "structure_type": kind,
            "weights": planes[np.flatnonzero(linear.classes_ == kind)[0], drawn],
            "mean": features.transform(patterns[truth == kind]).mean(axis=0)[drawn],
        }
        for kind in shown
    ]
    return inspection.plot_weights(
        axis,
        style.FEATURE_AXES[features.kind],
        pd.DataFrame(rows),
    )


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    figure = main(
        snakemake.input.model,
        snakemake.input.patterns,
        snakemake.input.index,
        snakemake.params.settings["label"],
    )
    style.save_all({"weights": figure}, snakemake.output)
