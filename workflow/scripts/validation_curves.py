"""Error against capacity, and gradient descent's loss against time, of a subset of the patterns."""

from pdflearn.study import logs
from pdflearn.core.io import save_table
from pdflearn.dataset.training_data import Preprocessing, TrainingData
from pdflearn.validation import curves

from typing import Any

import pandas as pd


def main(
    patterns_file: str, index_file: str, settings: dict[str, Any], outputs: dict[str, str]
) -> None:
    """Write the validation curves and the losses."""
    curve_settings, seed = settings["curves"], settings["seed"]
    everything = TrainingData.load(patterns_file, index_file, settings["task"], seed)
    subset = curves.training_subset(everything.target, curve_settings["max_patterns"])
    data = everything.take(subset)
    data.index["fold"] %= curve_settings["folds"]
    fixed = (data, Preprocessing.from_settings(settings), seed)

    def spec_of(name: str, entry: dict[str, Any]) -> dict[str, Any]:
        spec = settings["models"][name]
        return {**spec, "params": entry.get("params", spec.get("params"))}

    tables = [
        curves.validation_curve(
            name, spec_of(name, entry), entry["param_name"], entry["param_range"], *fixed
        )
        for name, entry in curve_settings["capacity"].items()
    ]
    save_table(outputs["capacity"], pd.concat(tables, ignore_index=True))
    loss = curve_settings["loss"]
    name, rates = loss["model"], loss["learning_rates"]
    table = curves.loss_curves(name, spec_of(name, loss), rates, loss["epochs"], *fixed)
    save_table(outputs["loss"], table)


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    main(
        snakemake.input.patterns,
        snakemake.input.index,
        snakemake.params.settings,
        dict(snakemake.output.items()),
    )
