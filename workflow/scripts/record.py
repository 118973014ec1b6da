"""Write down what made the results: versions, settings, hashes."""

from typing import Any

from pdflearn import job, provenance, storage


def main(files: dict[str, list[str]], config: dict[str, Any], lock: str, out: str) -> None:
    """Gather the record and write it."""
    storage.save_json(out, provenance.record(files, config, lock))


if __name__ == "__main__":
    job.start(snakemake)
    settings = dict(snakemake.params.settings)
    del settings["code"]
    groups = {
        "structures": list(snakemake.input.structures),
        "library": list(snakemake.input.library),
        "measured": list(snakemake.input.measured),
        "results": [snakemake.input.report],
    }
    main(groups, settings, snakemake.input.lock, snakemake.output[0])
