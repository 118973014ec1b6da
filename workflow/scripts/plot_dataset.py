"""Plot what was learned from: the structures of each type, one pattern of each, the split."""

from pdflearn.study import logs
from pdflearn.core import columns
from pdflearn.core.grid import Grid
from pdflearn.core.io import load_table
from pdflearn.dataset.manifest import load_references
from pdflearn.reporting import data, style

from typing import Any

from matplotlib.figure import Figure


def main(
    files: dict[str, Any], grid: dict[str, float], split_settings: dict[str, Any]
) -> dict[str, Figure]:
    """Return the figures by name."""
    split = load_table(files["split"], columns.SPLIT_TABLE)
    references = load_references(load_table(files["shard_map"]), files["patterns"])
    real = split["origin"] != data.HYPOTHETICAL
    learned = split[(split["subset"] == "development") & real].sort_values("name")
    examples = learned.drop_duplicates("structure_type")
    return {
        "library": data.plot_library(split),
        "patterns": data.plot_patterns(Grid(**grid).r, examples, references),
        "split": data.plot_split(
            split,
            load_table(files["leakage"], columns.LEAKAGE),
            split_settings["folds"],
            split_settings["near_duplicate"]["correlation"],
        ),
    }


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    settings = snakemake.params.settings
    figures = main(dict(snakemake.input.items()), settings["simulate/grid"], settings["split"])
    style.save_all(figures, snakemake.output)
