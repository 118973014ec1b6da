"""Write down what made the results: versions, settings, hashes of all files."""

from pdflearn.core import provenance
from pdflearn.core.io import save_json
from pdflearn.study import logs, record

if __name__ == "__main__":
    logs.configure_logging(snakemake)
    settings = dict(snakemake.params.settings)
    for key in ("code", "made", "codes", "odd"):
        settings.pop(key)
    odd = snakemake.params.settings["odd"]
    inputs = {
        "structures": [*snakemake.input.structures, *odd["structures"]],
        "library": list(snakemake.input.library),
        "measured": [*snakemake.input.measured, *odd["measured"]],
        "project": [snakemake.input.lock, *snakemake.input.own],
    }
    made, codes = snakemake.params.settings["made"], snakemake.params.settings["codes"]
    # Where they lie: with a storage plugin in another folder.
    places = {provenance.result_name(path): path for path in snakemake.input.results}
    made = {rule: [places[name] for name in files] for rule, files in made.items()}
    written = record.record(inputs, made, codes, settings, snakemake.input.lock)
    save_json(snakemake.output[0], written)
