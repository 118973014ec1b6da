"""Write down what the results follow from: versions, settings, and the hashes of all files."""

from pdflearn.study import logs, record
from pdflearn.core import provenance
from pdflearn.core.io import save_json

if __name__ == "__main__":
    logs.configure_logging(snakemake)
    settings = dict(snakemake.params.settings)
    settings.pop("code")
    untracked = settings.pop("untracked")
    inputs = {
        "structures": [*snakemake.input.structures, *untracked["structures"]],
        "library": list(snakemake.input.library),
        "measured": [*snakemake.input.measured, *untracked["measured"]],
        "lookup": [*snakemake.input.lookup, *untracked["lookup"]],
        "project": [snakemake.input.lock, *snakemake.input.project],
    }
    # A storage plugin keeps its copies of the results in a folder of its own, and another workflow
    # that uses this one keeps the results below a prefix.
    prefix = provenance.result_name(snakemake.output[0]).removesuffix("results/provenance.json")
    paths = {
        provenance.result_name(path).removeprefix(prefix): path for path in snakemake.input.results
    }
    outputs = {
        rule: [paths[name] for name in names] for rule, names in settings.pop("outputs").items()
    }
    codes = settings.pop("codes")
    provenance_record = record.record(inputs, outputs, codes, settings, snakemake.input.lock)
    save_json(snakemake.output[0], provenance_record)
