"""Find the series among the measured patterns and say where each one changes."""

from pdflearn.study import logs
from pdflearn.clustering import series
from pdflearn.core.grid import Grid
from pdflearn.core.io import concat, save_arrays, save_table
from pdflearn.measured.index import gather_index
from pdflearn.measured.series import find_series

from typing import Any

import numpy as np
import pandas as pd


def main(inputs: Any, settings: dict[str, Any], outputs: Any) -> None:
    """Write one row a file of a series, the changes, and maps and components by series.

    Parameters
    ----------
    inputs : named lists of paths, one a batch
        index, patterns.
    settings : dict
        Of the rule.
    outputs : named paths
        series, changes, arrays.
    """
    index, patterns = gather_index(inputs.index, inputs.patterns)
    grid = Grid(**settings["simulate/grid"])
    r_low = settings["features"]["window"][0]
    all_series = find_series(index)
    results = [
        series.analyse_series(one, index, patterns, grid, r_low, settings["seed"])
        for one in all_series
    ]
    empty = pd.DataFrame(columns=[*series.COLUMNS, *series.WEIGHTS])
    save_table(outputs.series, concat([empty, *(result.table for result in results)]))
    empty = pd.DataFrame(columns=series.CHANGE_COLUMNS)
    save_table(outputs.changes, concat([empty, *(result.changes for result in results)]))
    names = np.array([one.name for one in all_series], dtype=str)
    arrays = {
        f"{name}_{k}": values
        for k, result in enumerate(results)
        for name, values in result.arrays.items()
    }
    save_arrays(outputs.arrays, names=names, **arrays)


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    main(snakemake.input, snakemake.params.settings, snakemake.output)
