# Dataset: who is learned from, and who is locked away for the one final test.
#
# Needs:  results/structures/manifest.parquet, owners.parquet, results/patterns/*; for `others` the
#         library alone
# Leaves: results/dataset/split.csv      part, fold and group of every structure
#         results/dataset/leakage.csv    for each structure of the vault the closest one learned from
#         results/dataset/<part>/        patterns.npy, index.parquet; the vault's only `evaluate` reads
#         results/dataset/others/        the same of types too rare to learn: what is none of those
#                                        that are learned
#
# The run fails when a group stands on both sides.


rule split:
    input:
        manifest="results/structures/manifest.parquet",
        owners="results/structures/owners.parquet",
        patterns=expand("results/patterns/{shard}.npz", shard=study.shards),
    output:
        split="results/dataset/split.csv",
        leakage="results/dataset/leakage.csv",
    log:
        "results/logs/split.log",
    benchmark:
        "results/benchmarks/split.tsv"
    conda:
        "../../envs/split.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 4000 * attempt,
        runtime=30,
    params:
        settings=study.settings("split", "seed", "split"),
    script:
        "../scripts/split.py"


rule assemble:
    input:
        split="results/dataset/split.csv",
        owners="results/structures/owners.parquet",
        patterns=expand("results/patterns/{shard}.npz", shard=study.shards),
        index=expand("results/patterns/{shard}.parquet", shard=study.shards),
        contrasts=expand(
            "results/patterns/{shard}_contrasts.parquet", shard=study.shards
        ),
    output:
        patterns="results/dataset/{part}/patterns.npy",
        index="results/dataset/{part}/index.parquet",
    log:
        "results/logs/assemble/{part}.log",
    benchmark:
        "results/benchmarks/assemble/{part}.tsv"
    conda:
        "../../envs/assemble.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 4000 * attempt,
        runtime=30,
    params:
        settings=study.settings("assemble", "labels"),
    script:
        "../scripts/assemble.py"


rule others:
    output:
        patterns="results/dataset/others/patterns.npy",
        index="results/dataset/others/index.parquet",
    log:
        "results/logs/others.log",
    benchmark:
        "results/benchmarks/others.tsv"
    conda:
        "../../envs/others.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=60,
    params:
        settings=study.settings(
            "others",
            "seed",
            "structures/library",
            "simulate",
            made_up=study.audit["novelty"]["made_up"],
            types=study.rare_types(),
        ),
    script:
        "../scripts/others.py"
