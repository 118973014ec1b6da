"""Draw one model under other splits and with less to learn from, and before types that training
never saw."""

from pdflearn import figure_style, figures_of_learning, job, storage

if __name__ == "__main__":
    job.start(snakemake)
    splits, learning, novelty = (
        storage.load_table(snakemake.input[name]) for name in ("splits", "learning", "novelty")
    )
    figures = {
        "audit": figures_of_learning.audit(splits, learning, snakemake.params.settings["metric"]),
        "novelty": figures_of_learning.novelty(novelty),
    }
    figure_style.save_all(figures, snakemake.output)
