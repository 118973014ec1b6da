"""Cross-validate one model on one task; train it with the best parameters on development."""

from pdflearn.study import logs
from pdflearn.validation import model_files

if __name__ == "__main__":
    logs.configure_logging(snakemake)
    model_files.train_and_save(
        snakemake.input.patterns,
        snakemake.input.index,
        snakemake.wildcards.task,
        snakemake.wildcards.model,
        snakemake.params.settings,
        dict(snakemake.output.items()),
    )
