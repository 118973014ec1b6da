"""Cluster the development patterns and hold the clusters against the structure types."""

from typing import Any

import numpy as np

from pdflearn import clustering, grids, job, storage


def main(
    patterns_file: str,
    index_file: str,
    settings: dict[str, Any],
    scores_out: str,
    assignments_out: str,
    contents_out: str,
) -> None:
    """Write all methods' scores, every assignment, and what the best method's clusters hold."""
    index = storage.load_table(index_file)
    of_radiation = np.flatnonzero(
        (index["radiation"] == settings["cluster"]["radiation"]) & index["tested"]
    )
    rows = of_radiation[clustering.sample(len(of_radiation), settings["cluster"]["patterns"])]
    chosen = index.iloc[rows].reset_index(drop=True)
    truth = chosen["structure_type"].to_numpy(dtype=str)
    scores, assignments = clustering.cluster(
        np.load(patterns_file, mmap_mode="r")[rows],
        truth,
        settings["cluster"],
        grids.grid_of(settings["simulate/grid"]),
        tuple(settings["features"]["window"]),
        settings["seed"],
    )
    best = scores.iloc[0]
    found = assignments[f"{best['method']}_{best['features']}"].to_numpy()
    storage.save_table(scores_out, scores)
    storage.save_table(
        assignments_out, chosen[["id", "name", "structure_type", "draw"]].join(assignments)
    )
    storage.save_table(contents_out, clustering.contents(truth, found))


if __name__ == "__main__":
    job.start(snakemake)
    main(
        snakemake.input.patterns,
        snakemake.input.index,
        snakemake.params.settings,
        snakemake.output.scores,
        snakemake.output.assignments,
        snakemake.output.contents,
    )
