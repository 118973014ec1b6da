"""Draw one model under other splits, and with less to learn from."""

from pdflearn import figure_style, figures_of_learning, job, storage

if __name__ == "__main__":
    job.start(snakemake)
    figure_style.save(
        figures_of_learning.audit(
            storage.load_table(snakemake.input.splits),
            storage.load_table(snakemake.input.learning),
            snakemake.params.settings["metric"],
        ),
        snakemake.output.svg,
        snakemake.output.png,
    )
