"""Score one model under other splits, and with less to learn from."""

from pdflearn.study import logs
from pdflearn.core.io import load_yaml, save_table
from pdflearn.dataset.training_data import Preprocessing, TrainingData
from pdflearn.validation.curves import learning_curve
from pdflearn.validation.splits import compare_splits

from typing import Any


def main(
    patterns_file: str,
    index_file: str,
    params_file: str,
    settings: dict[str, Any],
    outputs: dict[str, str],
) -> None:
    """Write the comparison of splits and the learning curve."""
    seed, audit = settings["seed"], settings["audit"]
    fixed = (
        audit["model"],
        settings["spec"],
        load_yaml(params_file)["params"],
        TrainingData.load(patterns_file, index_file, settings["task"], seed),
        Preprocessing.from_settings(settings),
    )
    save_table(outputs["splits"], compare_splits(*fixed, seed))
    save_table(outputs["learning"], learning_curve(*fixed, audit["train_sizes"], seed))


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    main(
        snakemake.input.patterns,
        snakemake.input.index,
        snakemake.input.best_params,
        snakemake.params.settings,
        dict(snakemake.output.items()),
    )
