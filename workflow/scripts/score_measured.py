"""Score the answers about measured files whose label is known."""

from pdflearn.core import columns
from pdflearn.core.io import concat, load_table, save_table
from pdflearn.identification.scores import by_sample, score_files, summary
from pdflearn.study import logs


def main(
    index_file: str,
    answers_file: str,
    parameters_file: str,
    structure_index_files: list[str],
    samples_out: str,
    summary_out: str,
) -> None:
    """Write one row a sample, and scores by radiation and type."""
    structures = concat([load_table(file) for file in structure_index_files])
    with_parent = structures[structures["parent"].fillna("") != ""]
    parents = dict(zip(with_parent["structure_type"], with_parent["parent"], strict=True))
    answers = load_table(answers_file, columns.IDENTIFICATION)
    parameters = load_table(parameters_file, columns.PARAMETERS)
    index = load_table(index_file, columns.MEASURED_INDEX)
    files = score_files(index, answers, parameters, parents)
    samples = by_sample(files)
    save_table(samples_out, samples)
    save_table(summary_out, summary(samples))


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    main(
        snakemake.input.index,
        snakemake.input.answers,
        snakemake.input.parameters,
        list(snakemake.input.structure_indexes),
        snakemake.output.samples,
        snakemake.output.summary,
    )
