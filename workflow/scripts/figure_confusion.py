"""Draw what the chosen model took each type of the vault for."""

from pathlib import Path

from pdflearn import figures, job, storage

if __name__ == "__main__":
    job.start(snakemake)
    chosen = storage.load_yaml(snakemake.input.chosen)["model"]
    files = {Path(file).stem: file for file in snakemake.input.predictions}
    predictions = storage.load_table(files[chosen])
    figures.save(
        figures.confusion(
            predictions["truth"].to_numpy(dtype=str), predictions["predicted"].to_numpy(dtype=str)
        ),
        snakemake.output.svg,
        snakemake.output.png,
    )
