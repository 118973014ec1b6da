"""Find the series among the measured patterns and say where each one changes."""

from typing import Any

import numpy as np
import pandas as pd

from pdflearn.clustering import series
from pdflearn.core import columns
from pdflearn.core.grid import Grid
from pdflearn.core.io import load_table, save_arrays, save_table
from pdflearn.study import logs


def main(
    index_file: str,
    patterns_file: str,
    settings: dict[str, Any],
    table_out: str,
    changes_out: str,
    arrays_out: str,
) -> None:
    """Write one row a file of a series, the changes, and maps and components by series."""
    index = load_table(index_file, columns.MEASURED_INDEX)
    with np.load(patterns_file) as arrays:
        curves = arrays["patterns"]
    grid = Grid(**settings["simulate/grid"])
    r_low = settings["features"]["window"][0]
    tables = [pd.DataFrame(columns=[*series.COLUMNS, *series.WEIGHTS])]
    changes = [pd.DataFrame(columns=series.CHANGE_COLUMNS)]
    maps: dict[str, np.ndarray] = {}
    everything = series.find_series(index)
    for number, found in enumerate(everything):
        table, own, own_maps = series.study(found, index, curves, grid, r_low, settings["seed"])
        tables.append(table)
        changes.append(own)
        maps |= {f"{name}_{number}": values for name, values in own_maps.items()}
    full = [[t for t in group if len(t)] or group[:1] for group in (tables, changes)]
    save_table(table_out, pd.concat(full[0], ignore_index=True))
    save_table(changes_out, pd.concat(full[1], ignore_index=True))
    names = np.array([found.name for found in everything], dtype=str)
    save_arrays(arrays_out, names=names, **maps)


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    main(
        snakemake.input.index,
        snakemake.input.patterns,
        snakemake.params.settings,
        snakemake.output.series,
        snakemake.output.changes,
        snakemake.output.arrays,
    )
