"""Draw how many structures of each type there are, and in which part of the split."""

from pdflearn import figures, job, storage

if __name__ == "__main__":
    job.start(snakemake)
    figure = figures.library(storage.load_table(snakemake.input[0]))
    figures.save(figure, snakemake.output.svg, snakemake.output.png)
