"""Plot by which distances a model decides."""

from pdflearn.study import logs
from pdflearn.core import columns
from pdflearn.core.io import load_table
from pdflearn.reporting import inspection, style

if __name__ == "__main__":
    logs.configure_logging(snakemake)
    table = load_table(snakemake.input[0], columns.IMPORTANCE)
    figure = inspection.plot_importance(table, snakemake.params.settings["model"])
    style.save_all({"importance": figure}, snakemake.output)
