"""Leave types out of training and see whether their patterns are told from those of known types."""

from typing import Any

import numpy as np
import pandas as pd

from pdflearn import dataset, grids, job, models, novelty, storage, targets

# The fold that is not learned from: its patterns are held against each other.
TESTED_FOLD = 0


def main(
    patterns_file: str,
    index_file: str,
    split_file: str,
    best_files: list[str],
    settings: dict[str, Any],
    out: str,
) -> None:
    """Write how well each sign of novelty does, for near types and for unlike ones."""
    index = storage.load_table(index_file)
    patterns = np.load(patterns_file, mmap_mode="r")
    seed = settings["seed"]
    target = targets.target(index, settings["task"], seed)
    roots = dataset.root_types(storage.load_table(split_file))
    plain = index["structure_type"].to_numpy(dtype=str)
    grid, window = grids.grid_of(settings["simulate/grid"]), tuple(settings["features"]["window"])
    fold = index["fold"].to_numpy()
    tables = []
    for case in novelty.CASES:
        types = np.unique([*target.classes, *plain])
        n = settings["novelty"]["parts"]
        part = dict(zip(types, novelty.parts_of(types, roots, n, case, seed), strict=True))
        own = np.array([part.get(name, -1) for name in target.taught])
        of_plain = np.array([part[name] for name in plain])
        found = []
        for number in range(n):
            gone = (own == number) | (of_plain == number)
            train = (fold != TESTED_FOLD) & ~gone & targets.known(target.taught)
            rows = np.flatnonzero((fold == TESTED_FOLD) & target.tested & (~gone | (own == number)))
            if not (own[rows] == number).any():
                continue
            trained = []
            for (name, spec), best_file in zip(settings["models"], best_files, strict=True):
                best = storage.load_yaml(best_file)
                model = models.build(name, spec, best["settings"], grid, window, seed)
                model.fit(patterns[train], target.taught[train])
                model.temperature = best["temperature"]
                trained.append(model)
            about = {
                "part": number,
                "known": ~gone[rows],
                "group": index["group"].to_numpy(dtype=str)[rows],
                "type": target.truth[rows],
            }
            found.append(novelty.signs(trained, patterns[rows]).assign(**about))
        if len(found) > 1:  # what signs mean is learned on the other parts
            table = pd.concat(found, ignore_index=True)
            table[novelty.COMBINED] = novelty.combine(table)
            tables.append(novelty.measure(table, case, seed))
    empty = pd.DataFrame(columns=novelty.COLUMNS)
    storage.save_table(out, pd.concat(tables) if tables else empty)


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
