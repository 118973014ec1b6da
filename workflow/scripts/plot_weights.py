"""Plot the weights of the linear model against r, over the mean patterns of some types."""

from pdflearn.study import logs
from pdflearn.core.io import load_table
from pdflearn.dataset import axes
from pdflearn.models import persistence
from pdflearn.reporting import inspection, style

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

MAX_TYPES = 8


def main(model_file: str, patterns_file: str, index_file: str, label: str) -> Figure:
    """Return the figure of the types with the most patterns."""
    model = persistence.load_model(model_file)
    index = load_table(index_file)
    features, linear = model.features_, model.estimator_[-1]
    y_true = index[label].to_numpy(dtype=str)
    counts = pd.Series(y_true[index["evaluated"]]).value_counts().sort_index()
    shown = counts.sort_values(ascending=False, kind="stable").index[:MAX_TYPES]
    axis = axes.feature_axis(features.representation, features.grid, features.window)
    on_axis = slice(len(axis))  # features without a distance r are left out
    patterns = np.load(patterns_file, mmap_mode="r")
    planes = linear.coef_ if len(linear.coef_) > 1 else np.vstack([-linear.coef_, linear.coef_])
    rows = [
        {
            "structure_type": name,
            "weights": planes[np.flatnonzero(linear.classes_ == name)[0], on_axis],
            "mean": features.transform(patterns[y_true == name]).mean(axis=0)[on_axis],
        }
        for name in shown
    ]
    axis_label = style.FEATURE_AXES[features.representation]
    return inspection.plot_weights(axis, axis_label, pd.DataFrame(rows))


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    figure = main(
        snakemake.input.model,
        snakemake.input.patterns,
        snakemake.input.index,
        snakemake.params.settings["label"],
    )
    style.save_all({"weights": figure}, snakemake.output)
