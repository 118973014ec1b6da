"""Draw which distances decide."""

from pdflearn import figure_style, figures_of_learning, job, storage

if __name__ == "__main__":
    job.start(snakemake)
    table = storage.load_table(snakemake.input[0])
    figure = figures_of_learning.importance(table, snakemake.params.settings["model"])
    figure_style.save_all({"importance": figure}, snakemake.output)
