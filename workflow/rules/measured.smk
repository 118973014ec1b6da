# Measured: read measured PDFs and say what they are.
#
# Needs:  resources/measured/ (the user's files; samples.csv beside them), public.csv (which public
#         files to fetch), the selected model
# A file belongs to a batch by its name, and so do the members of archives: a new file is read and
# identified with its batch alone.
# Compounds that the model does not learn from are compared and refined all the same (extra
# references).
# The user's structures in resources/lookup are compared and refined as well; no model sees them.
# Leaves: results/measured/public.zip, fetched.csv     public files, and what could not be had
#         results/measured/references/                 patterns that measured ones are compared with;
#                                                      catalogue.parquet, xray.npy, neutron.npy and
#                                                      types.json hold them together
#         results/measured/batches/                    what was read and identified, by batch
#         results/measured/index.csv, patterns.npz     what was read
#         results/measured/rejected.csv                file, reason
#         results/measured/identification.csv          file, rank, structure_type, phase, ...: a row a phase
#         results/measured/probabilities.parquet       every type's probability, by the model alone
#         results/measured/parameters.csv, fits.npz, structures/     the best fit of each file
#         results/measured/scores.csv, scores_summary.csv            files with a known label
#         results/measured/scores_chemistry.csv        those with a known formula: ranks of the label
#                                                      blind and with the elements, the compound


rule fetch_measured:
    input:
        public=local(study.project_file("resources/measured/public.csv")),
    output:
        archive="results/measured/public.zip",
        status="results/measured/fetched.csv",
    log:
        "results/logs/fetch_measured.log",
    benchmark:
        "results/benchmarks/fetch_measured.tsv"
    priority: priorities.VERDICT_SHORT
    localrule: True
    conda:
        "../../envs/fetch_measured.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=20,
    params:
        settings=study.settings("fetch_measured", "measured/fetch_public"),
    message:
        "Fetching the public measured PDFs"
    script:
        "../scripts/fetch_measured.py"


rule read_measured:
    input:
        files=lambda wildcards: local(study.measured.files(wildcards.batch)),
        public=local(study.project_file("resources/measured/public.csv")),
        archive="results/measured/public.zip",
    output:
        index="results/measured/batches/{batch}_index.csv",
        rejected="results/measured/batches/{batch}_rejected.csv",
        patterns="results/measured/batches/{batch}_patterns.npz",
        observations="results/measured/batches/{batch}_observations.npz",
    log:
        "results/logs/read_measured/{batch}.log",
    benchmark:
        "results/benchmarks/read_measured/{batch}.tsv"
    priority: priorities.VERDICT_SHORT
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
            samples=study.measured.sample_tables(wildcards.batch),
            untracked_files=study.measured.untracked_files(wildcards.batch),
            contents=study.measured.digest(wildcards.batch),
        ),
    message:
        "Reading measured PDFs, batch {wildcards.batch}"
    script:
        "../scripts/read_measured.py"


rule simulate_references:
    input:
        structures="results/structures/shards/{shard}.parquet",
        structure_index="results/structures/index.parquet",
        shard_map="results/structures/shard_map.parquet",
    output:
        "results/measured/references/{shard}.npz",
    log:
        "results/logs/simulate_references/{shard}.log",
    benchmark:
        "results/benchmarks/simulate_references/{shard}.tsv"
    priority: priorities.VERDICT_SHORT
    conda:
        "../../envs/simulate_references.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=60,
    params:
        settings=study.settings("simulate_references", "simulate/grid"),
    message:
        "Simulating the reference patterns of shard {wildcards.shard}"
    script:
        "../scripts/simulate_references.py"


rule build_references:
    output:
        structures="results/measured/references/extra_structures.parquet",
        index="results/measured/references/extra_index.parquet",
        patterns="results/measured/references/extra.npz",
    log:
        "results/logs/build_references.log",
    benchmark:
        "results/benchmarks/build_references.tsv"
    priority: priorities.VERDICT_SHORT
    conda:
        "../../envs/build_references.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=60,
    params:
        settings=study.settings(
            "build_references",
            "structures/library",
            "measured/particles",
            "simulate/grid",
            compounds=study.lookup_compounds(),
        ),
    message:
        "Building the reference patterns of compounds and particles that no model learns from"
    script:
        "../scripts/build_references.py"


# The user's structures to look up: no model learns from them, so they change nothing else.
rule build_lookup:
    input:
        files=local(study.lookup.files("all")),
        labels=local(study.lookup.labels()),
    output:
        structures="results/measured/references/lookup_structures.parquet",
        index="results/measured/references/lookup_index.parquet",
        patterns="results/measured/references/lookup.npz",
        rejected="results/measured/references/lookup_rejected.csv",
    log:
        "results/logs/build_lookup.log",
    benchmark:
        "results/benchmarks/build_lookup.tsv"
    priority: priorities.VERDICT_SHORT
    conda:
        "../../envs/build_lookup.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=60,
    params:
        settings=study.settings(
            "build_lookup",
            "structures/library",
            "simulate/grid",
            folder=study.lookup_folder,
            untracked_files=study.lookup.untracked_files("all"),
            contents=study.lookup_digest(),
        ),
    message:
        "Reading the structures to look up"
    script:
        "../scripts/build_lookup.py"


rule gather_references:
    input:
        structure_indexes=[
            rules.build_lookup.output.index,
            "results/structures/index.parquet",
            rules.build_references.output.index,
        ],
        references=[rules.build_lookup.output.patterns]
        + expand("results/measured/references/{shard}.npz", shard=study.shards)
        + [rules.build_references.output.patterns],
        structures=[rules.build_lookup.output.structures]
        + expand("results/structures/shards/{shard}.parquet", shard=study.shards)
        + [rules.build_references.output.structures],
        development="results/dataset/development/index.parquet",
    output:
        table="results/measured/references/catalogue.parquet",
        xray="results/measured/references/xray.npy",
        neutron="results/measured/references/neutron.npy",
        types="results/measured/references/types.json",
    log:
        "results/logs/gather_references.log",
    benchmark:
        "results/benchmarks/gather_references.tsv"
    priority: priorities.VERDICT_SHORT
    localrule: True
    conda:
        "../../envs/gather_references.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=20,
    params:
        settings=study.settings(
            "gather_references",
            label=study.config["tasks"][study.config["measured"]["task"]]["label"],
        ),
    message:
        "Gathering the structures that measured PDFs are compared with"
    script:
        "../scripts/gather_references.py"


rule identify_measured:
    input:
        index=rules.read_measured.output.index,
        observations=rules.read_measured.output.observations,
        patterns=rules.read_measured.output.patterns,
        model=f"results/models/{study.config['measured']['task']}/selected.skops",
        table=rules.gather_references.output.table,
        xray=rules.gather_references.output.xray,
        neutron=rules.gather_references.output.neutron,
        types=rules.gather_references.output.types,
        calibrants="results/measured/calibrants.csv",
    output:
        identification="results/measured/batches/{batch}_identification.parquet",
        both_ways="results/measured/batches/{batch}_both_ways.parquet",
        probabilities="results/measured/batches/{batch}_probabilities.parquet",
        parameters="results/measured/batches/{batch}_parameters.parquet",
        fits="results/measured/batches/{batch}_fits.npz",
        structures="results/measured/batches/{batch}_structures.parquet",
        # Where least squares ended. The file is left in place for the next run of the job, which
        # computes only fits that this one did not need. It stays in the project's folder where
        # results lie in a bucket: Snakemake does not fetch a file to be updated from there.
        solutions=local(
            update(placed("results/measured/batches/{batch}_solutions.json"))
        ),
    log:
        "results/logs/identify_measured/{batch}.log",
    benchmark:
        "results/benchmarks/identify_measured/{batch}.tsv"
    priority: priorities.VERDICT
    conda:
        "../../envs/identify_measured.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 3000 * attempt,
        runtime=240,
    params:
        settings=study.settings("identify_measured", "measured/top_n"),
    message:
        "Identifying measured PDFs, batch {wildcards.batch}"
    script:
        "../scripts/identify_measured.py"


rule gather_measured:
    input:
        index=expand("results/measured/batches/{batch}_index.csv", batch=study.batches),
        rejected=expand(
            "results/measured/batches/{batch}_rejected.csv", batch=study.batches
        ),
        rejected_lookup=rules.build_lookup.output.rejected,
        calibrants="results/measured/calibrants.csv",
        patterns=expand(
            "results/measured/batches/{batch}_patterns.npz", batch=study.batches
        ),
        identification=expand(
            "results/measured/batches/{batch}_identification.parquet",
            batch=study.batches,
        ),
        probabilities=expand(
            "results/measured/batches/{batch}_probabilities.parquet",
            batch=study.batches,
        ),
        parameters=expand(
            "results/measured/batches/{batch}_parameters.parquet", batch=study.batches
        ),
        fits=expand("results/measured/batches/{batch}_fits.npz", batch=study.batches),
        structures=expand(
            "results/measured/batches/{batch}_structures.parquet", batch=study.batches
        ),
        numbers=expand(
            "results/models/{label}/selected.skops", label=study.number_labels
        ),
    output:
        index="results/measured/index.csv",
        rejected="results/measured/rejected.csv",
        patterns="results/measured/patterns.npz",
        identification="results/measured/identification.csv",
        probabilities="results/measured/probabilities.parquet",
        parameters="results/measured/parameters.csv",
        fits="results/measured/fits.npz",
        structures=directory("results/measured/structures"),
    log:
        "results/logs/gather_measured.log",
    benchmark:
        "results/benchmarks/gather_measured.tsv"
    conda:
        "../../envs/gather_measured.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=60,
    params:
        settings=study.settings(
            "gather_measured",
            "measured/folder",
            "simulate/ranges/q_damp",
            lookup_folder=study.lookup_folder,
            samples=study.measured.all_sample_tables(),
        ),
    message:
        "Collecting the answers for all measured PDFs"
    script:
        "../scripts/gather_measured.py"


rule score_measured:
    input:
        index="results/measured/index.csv",
        answers="results/measured/identification.csv",
        parameters="results/measured/parameters.csv",
        both_ways=expand(
            "results/measured/batches/{batch}_both_ways.parquet", batch=study.batches
        ),
        structure_indexes=[
            "results/structures/index.parquet",
            rules.build_references.output.index,
            rules.build_lookup.output.index,
        ],
    output:
        samples="results/measured/scores.csv",
        summary="results/measured/scores_summary.csv",
        chemistry="results/measured/scores_chemistry.csv",
    log:
        "results/logs/score_measured.log",
    benchmark:
        "results/benchmarks/score_measured.tsv"
    conda:
        "../../envs/score_measured.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=20,
    params:
        settings=study.settings("score_measured"),
    message:
        "Scoring the answers for samples with a known type"
    script:
        "../scripts/score_measured.py"
