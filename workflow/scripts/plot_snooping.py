"""Plot what choosing among many models on one test set does to its score."""

from pdflearn.study import logs
from pdflearn.core import columns
from pdflearn.core.io import load_table
from pdflearn.reporting import course, style

if __name__ == "__main__":
    logs.configure_logging(snakemake)
    figure = course.plot_snooping(load_table(snakemake.input[0], columns.SNOOPING))
    style.save_all({"snooping": figure}, snakemake.output)
