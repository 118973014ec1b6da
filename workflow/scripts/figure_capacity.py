"""Draw training and validation error against capacity."""

from pdflearn import figure_style, figures_of_course, job, storage

if __name__ == "__main__":
    job.start(snakemake)
    figure_style.save(
        figures_of_course.capacity(storage.load_table(snakemake.input[0])),
        snakemake.output.svg,
        snakemake.output.png,
    )
