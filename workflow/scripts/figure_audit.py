"""Draw one model under other splits, and with less to learn from."""

from pdflearn import figures, job, storage

if __name__ == "__main__":
    job.start(snakemake)
    figures.save(
        figures.audit(
            storage.load_table(snakemake.input.splits),
            storage.load_table(snakemake.input.learning),
            snakemake.params.settings["metric"],
        ),
        snakemake.output.svg,
        snakemake.output.png,
    )
