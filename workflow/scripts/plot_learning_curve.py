"""Plot one model under several splits, its learning curve, and types that it never learned."""

from pdflearn.study import logs
from pdflearn.core import columns
from pdflearn.core.io import load_table
from pdflearn.reporting import inspection, style

if __name__ == "__main__":
    logs.configure_logging(snakemake)
    splits = load_table(snakemake.input.splits, columns.SPLITS)
    learning = load_table(snakemake.input.learning, columns.LEARNING)
    novelty = load_table(snakemake.input.novelty, columns.NOVELTY)
    figures = {
        "audit": inspection.plot_learning_curve(
            splits, learning, snakemake.params.settings["metric"]
        ),
        "novelty": inspection.plot_novelty(novelty),
    }
    style.save_all(figures, snakemake.output)
