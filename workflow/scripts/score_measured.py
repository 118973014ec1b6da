"""Score the answers about measured files whose label is known."""

from pdflearn.study import logs
from pdflearn.core import columns
from pdflearn.core.io import concat, load_table, save_table
from pdflearn.identification.answer_rows import one_a_rank
from pdflearn.identification.both_ways import score_both_ways
from pdflearn.identification.scores import by_sample, score_files, summary

from typing import Any


def main(
    index_file: str,
    answers_file: str,
    parameters_file: str,
    structure_index_files: list[str],
    both_ways_files: list[str],
    outputs: Any,
) -> None:
    """Write one row a sample, scores by radiation and type, and ranks blind and with elements.

    Parameters
    ----------
    index_file, answers_file, parameters_file, structure_index_files, both_ways_files : paths
    outputs : named paths
        samples, summary, chemistry.
    """
    structures = concat([load_table(file) for file in structure_index_files])
    with_parent = structures[structures["parent"].fillna("") != ""]
    parents = dict(zip(with_parent["structure_type"], with_parent["parent"], strict=True))
    answers = one_a_rank(load_table(answers_file, columns.IDENTIFICATION))
    parameters = load_table(parameters_file, columns.PARAMETERS)
    index = load_table(index_file, columns.MEASURED_INDEX)
    files = score_files(index, answers, parameters, parents)
    samples = by_sample(files)
    save_table(outputs.samples, samples)
    save_table(outputs.summary, summary(samples))
    both_ways = concat([load_table(file) for file in both_ways_files])
    save_table(outputs.chemistry, score_both_ways(both_ways))


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    main(
        snakemake.input.index,
        snakemake.input.answers,
        snakemake.input.parameters,
        list(snakemake.input.structure_indexes),
        list(snakemake.input.both_ways),
        snakemake.output,
    )
