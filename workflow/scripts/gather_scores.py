"""Put the scores of all models of a task into one table."""

import pandas as pd

from pdflearn import job, storage


def main(files: list[str], table_file: str) -> None:
    """Concatenate the models' tables, in the config's order."""
    tables = [storage.load_table(file) for file in files]
    storage.save_table(table_file, pd.concat(tables, ignore_index=True))


if __name__ == "__main__":
    job.start(snakemake)
    main(snakemake.input, snakemake.output[0])
