"""Leave types out of training and see whether their patterns are told from those of known types."""

from typing import Any

import numpy as np

from pdflearn import dataset, grids, job, models, novelty, storage, targets


def main(
    patterns_file: str,
    index_file: str,
    split_file: str,
    best_files: list[str],
    settings: dict[str, Any],
    out: str,
) -> None:
    """Write how well each sign of novelty does, for near types and for unlike ones."""
    index, seed = storage.load_table(index_file), settings["seed"]
    grid, window = grids.grid_of(settings["simulate/grid"]), tuple(settings["features"]["window"])
    untrained = []
    for (name, spec), best_file in zip(settings["models"], best_files, strict=True):
        best = storage.load_yaml(best_file)
        model = models.build(name, spec, best["settings"], grid, window, seed)
        untrained.append(model.set_params(temperature=best["temperature"]))
    found = novelty.leave_types_out(
        untrained,
        np.load(patterns_file, mmap_mode="r"),
        index,
        targets.target(index, settings["task"], seed),
        dataset.root_types(storage.load_table(split_file)),
        settings["novelty"]["parts"],
        seed,
    )
    storage.save_table(out, found)


if __name__ == "__main__":
    job.start(snakemake)
    main(
        snakemake.input.patterns,
        snakemake.input.index,
        snakemake.input.split,
        snakemake.input.best,
        snakemake.params.settings,
        snakemake.output[0],
    )
