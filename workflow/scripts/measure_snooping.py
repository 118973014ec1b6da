"""Measure what choosing on a test set does to its score, on a mock vault out of development."""

from pdflearn.study import logs
from pdflearn.core.io import save_table
from pdflearn.dataset.features import PatternFeatures
from pdflearn.dataset.training_data import Preprocessing, TrainingData
from pdflearn.validation import snooping

from typing import Any


def main(patterns_file: str, index_file: str, settings: dict[str, Any], out: str) -> None:
    """Write the table of the best models' scores."""
    data = TrainingData.load(patterns_file, index_file, settings["task"], settings["seed"])
    preprocessing = Preprocessing.from_settings(settings)
    features = PatternFeatures("first_peak", preprocessing.grid, preprocessing.window)
    save_table(
        out,
        snooping.measure_snooping(
            features.fit(data.patterns[:1]).transform(data.patterns),
            data.target,
            data.index["group"].to_numpy(dtype=str),
            **settings["snooping"],
            seed=settings["seed"],
        ),
    )


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    main(
        snakemake.input.patterns,
        snakemake.input.index,
        snakemake.params.settings,
        snakemake.output[0],
    )
