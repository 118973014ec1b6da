"""Plot training and validation error against capacity, and the loss during gradient descent."""

from pdflearn.study import logs
from pdflearn.core import columns
from pdflearn.core.io import load_table
from pdflearn.reporting import course, style

if __name__ == "__main__":
    logs.configure_logging(snakemake)
    figures = {
        "capacity": course.plot_validation_curves(
            load_table(snakemake.input.capacity, columns.CAPACITY)
        ),
        "loss": course.plot_loss(load_table(snakemake.input.loss, columns.LOSS)),
    }
    style.save_all(figures, snakemake.output)
