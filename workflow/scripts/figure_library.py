"""Draw how many structures of each type there are, and in which part of the split."""

from pdflearn import figure_style, figures_of_data, job, storage

if __name__ == "__main__":
    job.start(snakemake)
    split = storage.load_table(snakemake.input[0])
    figure_style.save(figures_of_data.library(split), snakemake.output.svg, snakemake.output.png)
