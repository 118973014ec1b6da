"""Draw what the chosen model took each type of the vault for, and list every confusion and type."""

from pdflearn import figure_style, figures_of_learning, job, storage

if __name__ == "__main__":
    job.start(snakemake)
    chosen = storage.load_yaml(snakemake.input.chosen)["model"]
    predictions = storage.load_rows(snakemake.input.predictions, model=chosen)
    nominal = predictions[predictions["condition"] == "nominal"]
    labels = [nominal[name].to_numpy(dtype=str) for name in ("truth", "predicted")]
    storage.save_table(snakemake.output.table, figures_of_learning.confusions(*labels))
    storage.save_table(snakemake.output.types, figures_of_learning.found_types(*labels))
    figure = figures_of_learning.confusion(*labels, snakemake.wildcards.task)
    figure_style.save(figure, snakemake.output.svg, snakemake.output.png)
