"""Draw how well every clustering agrees with the labels, and how stable it is."""

from pdflearn import figure_style, figures_of_clusters, job, storage

if __name__ == "__main__":
    job.start(snakemake)
    table = storage.load_table(snakemake.input[0])
    figure_style.save(figures_of_clusters.scores(table), snakemake.output.svg, snakemake.output.png)
