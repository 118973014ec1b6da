"""Draw what stands on which side of the split, and how alike the sides are."""

from pdflearn import figure_style, figures_of_data, job, storage

if __name__ == "__main__":
    job.start(snakemake)
    settings = snakemake.params.settings["split"]
    figure_style.save(
        figures_of_data.split(
            storage.load_table(snakemake.input.split),
            storage.load_table(snakemake.input.leakage),
            settings["folds"],
            settings["near_duplicate"]["correlation"],
        ),
        snakemake.output.svg,
        snakemake.output.png,
    )
