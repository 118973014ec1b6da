"""Draw what choosing on the test set does to its score."""

from pdflearn import figures, figures_of_course, job, storage

if __name__ == "__main__":
    job.start(snakemake)
    figures.save(
        figures_of_course.snooping(storage.load_table(snakemake.input[0])),
        snakemake.output.svg,
        snakemake.output.png,
    )
