"""Error against capacity, and gradient descent's loss against time, on a part of the patterns."""

from typing import Any

import pandas as pd

from pdflearn.core.io import save_table
from pdflearn.dataset.training_data import Preprocessing, TrainingData
from pdflearn.study import logs
from pdflearn.validation import curves


def main(
    patterns_file: str,
    index_file: str,
    settings: dict[str, Any],
    capacity_out: str,
    loss_out: str,
) -> None:
    """Write both tables."""
    asked, seed = settings["curves"], settings["seed"]
    whole = TrainingData.load(patterns_file, index_file, settings["task"], seed)
    data = whole.take(curves.sample(whole.target, asked["max_patterns"]))
    data.index["fold"] %= asked["folds"]
    common = (data, Preprocessing.from_settings(settings), seed)

    def spec_of(name: str, entry: dict[str, Any]) -> dict[str, Any]:
        spec = settings["models"][name]
        return {**spec, "params": entry.get("params", spec.get("params"))}

    tables = [
        curves.capacity(
            name,
            spec_of(name, entry),
            entry["param_name"],
            entry["param_range"],
            *common,
        )
        for name, entry in asked["capacity"].items()
    ]
    save_table(capacity_out, pd.concat(tables, ignore_index=True))
    loss = asked["loss"]
    spec = spec_of(loss["model"], loss)
    table = curves.losses(loss["model"], spec, loss["learning_rates"], loss["epochs"], *common)
    save_table(loss_out, table)


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    main(
        snakemake.input.patterns,
        snakemake.input.index,
        snakemake.params.settings,
        snakemake.output.capacity,
        snakemake.output.loss,
    )
