"""Draw training and validation error against capacity, and gradient descent's loss."""

from pdflearn import figure_style, figures_of_course, job, storage

if __name__ == "__main__":
    job.start(snakemake)
    figures = {
        "capacity": figures_of_course.capacity(storage.load_table(snakemake.input.capacity)),
        "loss": figures_of_course.loss(storage.load_table(snakemake.input.loss)),
    }
    figure_style.save_all(figures, snakemake.output)
