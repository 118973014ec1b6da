"""Draw how well each clustering agrees with the types, and the patterns' map."""

from pdflearn import figures, job, storage

if __name__ == "__main__":
    job.start(snakemake)
    figures.save(
        figures.clusters(
            storage.load_table(snakemake.input.scores),
            storage.load_table(snakemake.input.assignments),
            snakemake.params.settings["cluster/features"],
        ),
        snakemake.output.svg,
        snakemake.output.png,
    )
