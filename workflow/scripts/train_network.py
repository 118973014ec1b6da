"""Cross-validate one network by JAX on one task; train it with the best parameters."""

from pdflearn.study import logs
from pdflearn.models import network_training  # puts JAX into this rule's environment
from pdflearn.validation import model_files

if __name__ == "__main__":
    logs.configure_logging(snakemake)
    spec = snakemake.params.settings[f"models/{snakemake.wildcards.model}"]
    network_training.log_device((spec.get("params") or {}).get("device", "cpu"))
    model_files.train_and_save(
        snakemake.input.patterns,
        snakemake.input.index,
        snakemake.wildcards.task,
        snakemake.wildcards.model,
        snakemake.params.settings,
        dict(snakemake.output.items()),
    )
