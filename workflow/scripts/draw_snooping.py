"""Draw what choosing on the test set does to its score."""

from pdflearn import figure_style, figures_of_course, job, storage

if __name__ == "__main__":
    job.start(snakemake)
    figure = figures_of_course.snooping(storage.load_table(snakemake.input[0]))
    figure_style.save_all({"snooping": figure}, snakemake.output)
