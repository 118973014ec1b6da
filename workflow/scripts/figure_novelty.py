"""Draw how well types that training never saw are told from known ones."""

from pdflearn import figure_style, figures_of_learning, job, storage

if __name__ == "__main__":
    job.start(snakemake)
    figure_style.save(
        figures_of_learning.novelty(storage.load_table(snakemake.input[0])),
        snakemake.output.svg,
        snakemake.output.png,
    )
