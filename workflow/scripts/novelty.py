"""Leave types out of training and see whether their patterns are told from those of known types."""

from pdflearn.study import logs
from pdflearn.core import columns
from pdflearn.core.io import load_table, save_table
from pdflearn.dataset.labels import root_types
from pdflearn.dataset.training_data import Preprocessing, TrainingData
from pdflearn.models.build import build_model
from pdflearn.validation import novelty

from typing import Any

import numpy as np
import pandas as pd


def main(files: dict[str, str], settings: dict[str, Any], out: str) -> None:
    """Write how well each sign of novelty does, for near types and for unlike ones."""
    seed = settings["seed"]
    preprocessing = Preprocessing.from_settings(settings)
    outlier_index = load_table(files["outlier_index"])
    outliers = novelty.Outliers(
        np.load(files["outlier_patterns"]), outlier_index["structure_type"].to_numpy(dtype=str)
    )
    split = load_table(files["split"], columns.SPLIT_TABLE)
    parents = [table[["structure_type", "parent"]] for table in (outlier_index, split)]
    table = novelty.leave_types_out(
        build_model(settings["model"], settings["spec"], {}, preprocessing, seed),
        TrainingData.load(files["patterns"], files["index"], settings["task"], seed),
        outliers,
        root_types(pd.concat(parents)),
        settings["folds"],
        seed,
    )
    save_table(out, table)


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    main(dict(snakemake.input.items()), snakemake.params.settings, snakemake.output[0])
