"""Leave types out of training and see whether their patterns are told from those of known types."""

from typing import Any

import numpy as np
import pandas as pd

from pdflearn.core import columns
from pdflearn.core.io import load_table, save_table
from pdflearn.dataset.labels import root_types
from pdflearn.dataset.training_data import Preprocessing, TrainingData
from pdflearn.models import build
from pdflearn.study import logs
from pdflearn.validation import novelty


def main(
    patterns_file: str,
    index_file: str,
    split_file: str,
    other_patterns_file: str,
    other_index_file: str,
    settings: dict[str, Any],
    out: str,
) -> None:
    """Write how well each sign of novelty does, for near types and for unlike ones."""
    seed = settings["seed"]
    other_index = load_table(other_index_file)
    preprocessing = Preprocessing.from_settings(settings)
    types = pd.concat([
        table[["structure_type", "parent"]]
        for table in (other_index, load_table(split_file, columns.SPLIT_TABLE))
    ])  # fmt: skip
    found = novelty.leave_types_out(
        build.build_model(settings["model"], settings["spec"], {}, preprocessing, seed),
        TrainingData.load(patterns_file, index_file, settings["task"], seed),
        novelty.Others(
            np.load(other_patterns_file), other_index["structure_type"].to_numpy(dtype=str)
        ),
        root_types(types),
        settings["folds"],
        seed,
    )
    save_table(out, found)


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    main(
        snakemake.input.patterns,
        snakemake.input.index,
        snakemake.input.split,
        snakemake.input.other_patterns,
        snakemake.input.other_index,
        snakemake.params.settings,
        snakemake.output[0],
    )
