"""Score the answers about measured files whose label is known."""

from pdflearn import benchmark, job, storage


def main(
    index_file: str,
    answers_file: str,
    parameters_file: str,
    manifest_files: list[str],
    samples_out: str,
    summary_out: str,
) -> None:
    """Write one row a sample, and scores by radiation and type."""
    manifest = storage.concat([storage.load_table(file) for file in manifest_files])
    with_parent = manifest[manifest["parent"].fillna("") != ""]
    parents = dict(zip(with_parent["structure_type"], with_parent["parent"], strict=True))
    answers, parameters = (storage.load_table(f) for f in (answers_file, parameters_file))
    files = benchmark.score_files(storage.load_table(index_file), answers, parameters, parents)
    samples = benchmark.by_sample(files)
    storage.save_table(samples_out, samples)
    storage.save_table(summary_out, benchmark.summary(samples))


if __name__ == "__main__":
    job.start(snakemake)
    main(
        snakemake.input.index,
        snakemake.input.answers,
        snakemake.input.parameters,
        list(snakemake.input.manifests),
        snakemake.output.samples,
        snakemake.output.summary,
    )
