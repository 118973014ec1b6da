"""Gather what the batches of measured files hold and were found to be, in the index's order."""

from pdflearn.study import logs
from pdflearn.core import columns
from pdflearn.core.io import concat, load_table, save_arrays, save_table, save_text
from pdflearn.identification.answer_rows import FIT_CURVES, with_numbers
from pdflearn.measured.calibration import calibrations_of, damping_of
from pdflearn.measured.index import file_name, gather_index, pack_curves, unpack_curve
from pdflearn.measured.sample_table import SampleTables, no_such_file
from pdflearn.models.number_limits import Seen
from pdflearn.models.stored_numbers import load_number_model, predict_numbers

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd


def unmatched_lines(tables: list[str], folder: str, files: list[str]) -> pd.DataFrame:
    """Lines of the user's tables about files that are not there: they have no effect."""
    rows = []
    for table in tables:
        table_name = file_name(folder, table, Path(table).name)
        for file in SampleTables(folder, [table]).unmatched(files):
            rows.append({"file": table_name, "reason": no_such_file(file)})
    return pd.DataFrame(rows, columns=["file", "reason"])


def gather_fits(files: list[str], order: dict[str, int]) -> dict[str, np.ndarray]:
    """The fits of all batches in the order of the index, packed as those of one batch are."""
    fits = []
    for file in files:
        with np.load(file) as arrays:
            packed = dict(arrays)  # read once: each look into the file reads a whole array anew
        for number, name in enumerate(packed["files"].tolist()):
            fits.append((name, tuple(unpack_curve(packed, number, *FIT_CURVES))))
    fits.sort(key=lambda fit: order[fit[0]])
    names = np.array([name for name, _ in fits], dtype=str)
    return {"files": names, **pack_curves([curves for _, curves in fits], FIT_CURVES)}


def main(inputs: Any, settings: dict[str, Any], outputs: Any) -> None:
    """Write the tables, the patterns, the fits and the refined structures of all batches.

    Parameters
    ----------
    inputs : named lists of paths, one a batch
        index, rejected, patterns, identification, probabilities, parameters, fits, structures.
        rejected_lookup: the structures to look up that cannot be used. calibrants. numbers: the
        selected models of diameter and nearest_neighbour, where the study learns them.
    settings : dict
        Of the rule.
    outputs : named paths
        index, rejected, patterns, identification, probabilities, parameters, fits, structures.
    """
    index, patterns = gather_index(inputs.index, inputs.patterns)
    save_table(outputs.index, index)
    save_arrays(outputs.patterns, patterns=patterns)
    rejected = concat([load_table(file, columns.REJECTED_MEASURED) for file in inputs.rejected])
    lookup = load_table(inputs.rejected_lookup, columns.REJECTED_MEASURED)
    lookup["file"] = [f"{settings['lookup_folder']}/{file}" for file in lookup["file"]]
    users = [*index.loc[index["source"] == "user", "file"], *rejected["file"]]
    unmatched = unmatched_lines(list(settings["samples"]), settings["measured/folder"], users)
    save_table(
        outputs.rejected, concat([rejected, lookup, unmatched]).sort_values(["file", "reason"])
    )
    order = {file: row for row, file in enumerate(index["file"])}

    def gather(files: list[str]) -> pd.DataFrame:
        table = concat([load_table(file) for file in files])
        return table.sort_values("file", key=lambda f: f.map(order), kind="stable")

    calibrations = calibrations_of(load_table(inputs.calibrants, columns.CALIBRANTS))
    conditions = index[["r_min", "r_max", "q_max"]].assign(q_damp=damping_of(index, calibrations))
    numbers = predict_numbers(
        {Path(file).parent.name: load_number_model(file) for file in inputs.numbers},
        patterns,
        [Seen(**row) for row in conditions.astype(float).to_dict("records")],
        tuple(settings["simulate/ranges/q_damp"]),
    )
    numbers.insert(0, "file", index["file"].to_numpy())
    save_table(outputs.identification, with_numbers(gather(inputs.identification), numbers))
    save_table(outputs.probabilities, gather(inputs.probabilities))
    save_table(outputs.parameters, gather(inputs.parameters))
    save_arrays(outputs.fits, **gather_fits(inputs.fits, order))
    folder = Path(outputs.structures)
    folder.mkdir(parents=True, exist_ok=True)
    for file in inputs.structures:
        for row in load_table(file).itertuples(index=False):
            save_text(folder / row.name, row.text)


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    main(snakemake.input, snakemake.params.settings, snakemake.output)
