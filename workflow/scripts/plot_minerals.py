"""Plot what was learned of minerals, the splits side by side."""

from pdflearn.study import logs
from pdflearn.core import columns
from pdflearn.core.io import load_table
from pdflearn.reporting import minerals, style

if __name__ == "__main__":
    logs.configure_logging(snakemake)
    figure = minerals.plot_minerals(
        load_table(snakemake.input.scores, columns.MINERAL_SCORES),
        load_table(snakemake.input.by_size, columns.MINERAL_SIZES),
        load_table(snakemake.input.errors, columns.MINERAL_ERRORS),
    )
    style.save_all({"figure": figure}, snakemake.output)
