"""Draw what was learned from: how much of each structure type, one pattern of each, the split."""

from typing import Any

from matplotlib.figure import Figure

from pdflearn import dataset, figure_style, figures_of_data, grids, job, storage


def main(
    files: dict[str, Any], grid: dict[str, float], split_settings: dict[str, Any]
) -> dict[str, Figure]:
    """Figures by name."""
    split = storage.load_table(files["split"])
    references = dataset.load_references(storage.load_table(files["owners"]), files["patterns"])
    real = split["origin"] != figures_of_data.MADE_UP
    learned = split[(split["part"] == "development") & real].sort_values("name")
    first = learned.drop_duplicates("structure_type")
    return {
        "library": figures_of_data.library(split),
        "patterns": figures_of_data.patterns(grids.make_grid(**grid), first, references),
        "split": figures_of_data.split(
            split,
            storage.load_table(files["leakage"]),
            split_settings["folds"],
            split_settings["near_duplicate"]["correlation"],
        ),
    }


if __name__ == "__main__":
    job.start(snakemake)
    settings = snakemake.params.settings
    figures = main(dict(snakemake.input.items()), settings["simulate/grid"], settings["split"])
    figure_style.save_all(figures, snakemake.output)
