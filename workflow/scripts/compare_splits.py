"""Score one model under other splits, and with less to learn from."""

from typing import Any

from pdflearn.core.io import load_yaml, save_table
from pdflearn.dataset.training_data import Preprocessing, TrainingData
from pdflearn.study import logs
from pdflearn.validation import splits


def main(
    patterns_file: str,
    index_file: str,
    best_file: str,
    settings: dict[str, Any],
    splits_out: str,
    learning_out: str,
) -> None:
    """Write the comparison of splits and the learning curve."""
    name = settings["audit"]["model"]
    common = (
        name,
        settings["spec"],
        load_yaml(best_file)["params"],
        TrainingData.load(patterns_file, index_file, settings["task"], settings["seed"]),
        Preprocessing.from_settings(settings),
    )
    save_table(splits_out, splits.compare_splits(*common, settings["seed"]))
    shares = settings["audit"]["train_sizes"]
    save_table(learning_out, splits.learning_curve(*common, shares, settings["seed"]))


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    main(
        snakemake.input.patterns,
        snakemake.input.index,
        snakemake.input.best_params,
        snakemake.params.settings,
        snakemake.output.splits,
        snakemake.output.learning,
    )
