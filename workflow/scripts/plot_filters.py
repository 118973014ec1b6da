"""Plot the first filters of a convolutional network, and what they answer to against r."""

from pdflearn.study import logs
from pdflearn.core.io import load_table
from pdflearn.dataset import axes
from pdflearn.models import convolution, stored_networks
from pdflearn.reporting import filters, style
from pdflearn.validation.cross_validation import even_subset

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

# Filters that are shown, and patterns that they are laid on.
MAX_FILTERS = 8
MAX_PATTERNS = 2000


def main(model_file: str, patterns_file: str, index_file: str, label: str) -> Figure:
    """Return the figure of the filters whose answers differ most from pattern to pattern."""
    model = stored_networks.load_classifier(model_file)
    index = load_table(index_file)
    known = index["evaluated"].to_numpy() & (index[label].to_numpy(dtype=str) != "")
    patterns = np.load(patterns_file, mmap_mode="r")[even_subset(known, MAX_PATTERNS)]
    features = model.features(patterns)
    weights, size = model.weights[0], len(model.weights[0])
    answers = convolution.convolve(features[:, :, None], weights, model.intercepts[0], model.stride)
    answers = np.maximum(answers, 0.0)
    axis = axes.feature_axis(model.representation, model.grid, model.window)
    before, _ = convolution.padding(features.shape[1], size, model.stride)
    middles = np.arange(answers.shape[1]) * model.stride - before + (size - 1) / 2
    inside = (middles >= 0) & (middles <= len(axis) - 1)
    places = np.interp(middles, np.arange(len(axis)), axis)
    spread = answers.std(axis=0).mean(axis=0)
    shown = np.sort(np.argsort(-spread, kind="stable")[:MAX_FILTERS])
    rows = [
        {
            "number": int(k) + 1,
            "weights": weights[:, 0, k],
            "places": places[inside],
            "answer": answers[:, inside, k].mean(axis=0),
            "low": np.quantile(answers[:, inside, k], 0.1, axis=0),
            "high": np.quantile(answers[:, inside, k], 0.9, axis=0),
        }
        for k in shown
    ]
    step = axis[1] - axis[0]
    offsets = (np.arange(size) - (size - 1) / 2) * step
    axis_label = style.FEATURE_AXES[model.representation]
    mean = features.mean(axis=0)[: len(axis)]
    return filters.plot_filters(axis, axis_label, mean, offsets, pd.DataFrame(rows))


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    figure = main(
        snakemake.input.model,
        snakemake.input.patterns,
        snakemake.input.index,
        snakemake.params.settings["label"],
    )
    style.save_all({"filters": figure}, snakemake.output)
