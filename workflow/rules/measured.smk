# Measured: read measured PDFs and say what they are.
#
# Needs:  resources/measured/ (the user's files; samples.csv beside them), public.csv (which public
#         files to fetch), the chosen model
# A file belongs to a batch by its name, and so do the members of archives: a new file is read,
# judged and refined with its batch alone.
# Compounds that the model does not learn from are looked up and refined all the same (unlearned).
# Leaves: results/measured/public.zip, fetched.csv     public files, and what could not be had
#         results/measured/batches/                    what was read and found, by batch
#         results/measured/index.csv, patterns.npz     what was read
#         results/measured/unreadable.csv              file, reason
#         results/measured/identification.csv          file, rank, structure_type, probability, ...


rule fetch_measured:
    input:
        local(study.own_file("resources/measured/public.csv")),
    output:
        archive="results/measured/public.zip",
        status="results/measured/fetched.csv",
    log:
        "results/logs/fetch_measured.log",
    benchmark:
        "results/benchmarks/fetch_measured.tsv"
    conda:
        "../../envs/fetch_measured.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=20,
    params:
        settings=study.settings("fetch_measured", "measured/fetch_public"),
    script:
        "../scripts/fetch_measured.py"


rule read_measured:
    input:
        files=lambda wildcards: local(study.measured_files(wildcards.batch)),
        public=local(study.own_file("resources/measured/public.csv")),
        archive="results/measured/public.zip",
    output:
        index="results/measured/batches/{batch}_index.csv",
        unreadable="results/measured/batches/{batch}_unreadable.csv",
        patterns="results/measured/batches/{batch}_patterns.npz",
        observations="results/measured/batches/{batch}_observations.npz",
    log:
        "results/logs/read_measured/{batch}.log",
    benchmark:
        "results/benchmarks/read_measured/{batch}.tsv"
    conda:
        "../../envs/read_measured.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=60,
    params:
        settings=lambda wildcards: study.settings(
            "read_measured",
            "simulate/grid",
            "measured/folder",
            "measured/batches",
            samples=study.sample_tables(wildcards.batch),
            odd_files=study.odd_measured_files(wildcards.batch),
            contents=study.measured_contents(wildcards.batch),
        ),
    script:
        "../scripts/read_measured.py"


rule gather_measured:
    input:
        index=expand("results/measured/batches/{batch}_index.csv", batch=study.batches),
        unreadable=expand(
            "results/measured/batches/{batch}_unreadable.csv", batch=study.batches
        ),
        patterns=expand(
            "results/measured/batches/{batch}_patterns.npz", batch=study.batches
        ),
    output:
        index="results/measured/index.csv",
        unreadable="results/measured/unreadable.csv",
        patterns="results/measured/patterns.npz",
    log:
        "results/logs/gather_measured.log",
    benchmark:
        "results/benchmarks/gather_measured.tsv"
    conda:
        "../../envs/gather_measured.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=20,
    params:
        settings=study.settings(
            "gather_measured",
            "measured/folder",
            samples=study.all_sample_tables(),
        ),
    script:
        "../scripts/gather_measured.py"


rule likely_types:
    input:
        index="results/measured/batches/{batch}_index.csv",
        patterns="results/measured/batches/{batch}_patterns.npz",
        model=f"results/models/{study.config['measured']['task']}/selected.skops",
    output:
        "results/measured/batches/{batch}_probabilities.parquet",
    log:
        "results/logs/likely_types/{batch}.log",
    benchmark:
        "results/benchmarks/likely_types/{batch}.tsv"
    conda:
        "../../envs/likely_types.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=60,
    params:
        settings=study.settings("likely_types"),
    script:
        "../scripts/likely_types.py"


rule templates:
    input:
        structures="results/structures/shards/{shard}.parquet",
        manifest="results/structures/index.parquet",
        owners="results/structures/shard_map.parquet",
    output:
        "results/measured/templates/{shard}.npz",
    log:
        "results/logs/templates/{shard}.log",
    benchmark:
        "results/benchmarks/templates/{shard}.tsv"
    conda:
        "../../envs/templates.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=60,
    params:
        settings=study.settings("templates", "simulate/grid"),
    script:
        "../scripts/templates.py"


rule unlearned:
    output:
        structures="results/measured/unlearned/structures.parquet",
        manifest="results/measured/unlearned/manifest.parquet",
        templates="results/measured/unlearned/templates.npz",
    log:
        "results/logs/unlearned.log",
    benchmark:
        "results/benchmarks/unlearned.tsv"
    conda:
        "../../envs/unlearned.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=60,
    params:
        settings=study.settings(
            "unlearned",
            "structures/library",
            "simulate/grid",
            compounds=study.unlearned_compounds(),
        ),
    script:
        "../scripts/unlearned.py"


rule refine:
    input:
        index="results/measured/batches/{batch}_index.csv",
        observations="results/measured/batches/{batch}_observations.npz",
        probabilities="results/measured/batches/{batch}_probabilities.parquet",
        manifests=[
            "results/structures/index.parquet",
            rules.unlearned.output.manifest,
        ],
        templates=expand("results/measured/templates/{shard}.npz", shard=study.shards)
        + [rules.unlearned.output.templates],
        structures=expand(
            "results/structures/shards/{shard}.parquet", shard=study.shards
        )
        + [rules.unlearned.output.structures],
        learned="results/dataset/development/index.parquet",
    output:
        answers="results/measured/batches/{batch}_answers.parquet",
        parameters="results/measured/batches/{batch}_parameters.parquet",
        fits="results/measured/batches/{batch}_fits.npz",
        structures="results/measured/batches/{batch}_structures.parquet",
    log:
        "results/logs/refine/{batch}.log",
    benchmark:
        "results/benchmarks/refine/{batch}.tsv"
    conda:
        "../../envs/refine.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 3000 * attempt,
        runtime=240,
    params:
        settings=study.settings(
            "refine",
            "measured/top_n",
            label=study.config["tasks"][study.config["measured"]["task"]]["label"],
        ),
    script:
        "../scripts/refine.py"


rule identify:
    input:
        index="results/measured/index.csv",
        answers=expand(
            "results/measured/batches/{batch}_answers.parquet", batch=study.batches
        ),
        parameters=expand(
            "results/measured/batches/{batch}_parameters.parquet", batch=study.batches
        ),
        fits=expand("results/measured/batches/{batch}_fits.npz", batch=study.batches),
        structures=expand(
            "results/measured/batches/{batch}_structures.parquet", batch=study.batches
        ),
        probabilities=expand(
            "results/measured/batches/{batch}_probabilities.parquet",
            batch=study.batches,
        ),
    output:
        answers="results/measured/identification.csv",
        probabilities="results/measured/probabilities.parquet",
        parameters="results/measured/parameters.csv",
        fits="results/measured/fits.npz",
        structures=directory("results/measured/structures"),
    log:
        "results/logs/identify.log",
    benchmark:
        "results/benchmarks/identify.tsv"
    conda:
        "../../envs/identify.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=60,
    params:
        settings=study.settings("identify"),
    script:
        "../scripts/identify.py"


rule measured_benchmark:
    input:
        index="results/measured/index.csv",
        answers="results/measured/identification.csv",
        parameters="results/measured/parameters.csv",
        manifests=[
            "results/structures/index.parquet",
            rules.unlearned.output.manifest,
        ],
    output:
        samples="results/measured/benchmark.csv",
        summary="results/measured/benchmark_summary.csv",
    log:
        "results/logs/measured_benchmark.log",
    benchmark:
        "results/benchmarks/measured_benchmark.tsv"
    conda:
        "../../envs/measured_benchmark.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=20,
    params:
        settings=study.settings("measured_benchmark"),
    script:
        "../scripts/measured_benchmark.py"
