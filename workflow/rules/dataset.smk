# Dataset: which structures are learned from, and which are kept for the one final test.
#
# Needs:  results/structures/index.parquet, shard_map.parquet; results/patterns/*.
#         simulate_outliers needs the library alone.
# Leaves: results/dataset/split.csv    subset, fold and group of every structure
#         results/dataset/leakage.csv  the closest development structure to each one of the vault
#         results/dataset/<subset>/    patterns.npy, index.parquet; only evaluate reads the vault's
#         results/dataset/outliers/    patterns of types too rare to be learned: examples of what is
#                                      none of the learned types
#
# The run fails when a group has structures on both sides.


rule split:
    input:
        structure_index="results/structures/index.parquet",
        shard_map="results/structures/shard_map.parquet",
        patterns=expand("results/patterns/{shard}.npz", shard=study.shards),
    output:
        split="results/dataset/split.csv",
        leakage="results/dataset/leakage.csv",
    log:
        "results/logs/split.log",
    benchmark:
        "results/benchmarks/split.tsv"
    priority: priorities.VERDICT
    conda:
        "../../envs/split.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 4000 * attempt,
        runtime=30,
    params:
        settings=study.settings("split", "seed", "split"),
    message:
        "Splitting the structures by groups into development and vault"
    script:
        "../scripts/split.py"


rule assemble:
    input:
        split="results/dataset/split.csv",
        shard_map="results/structures/shard_map.parquet",
        patterns=expand("results/patterns/{shard}.npz", shard=study.shards),
        index=expand("results/patterns/{shard}.parquet", shard=study.shards),
        contrasts=expand(
            "results/patterns/{shard}_contrasts.parquet", shard=study.shards
        ),
    output:
        patterns="results/dataset/{subset}/patterns.npy",
        index="results/dataset/{subset}/index.parquet",
    log:
        "results/logs/assemble/{subset}.log",
    benchmark:
        "results/benchmarks/assemble/{subset}.tsv"
    priority: priorities.VERDICT
    conda:
        "../../envs/assemble.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 4000 * attempt,
        runtime=30,
    params:
        settings=study.settings("assemble", "labels"),
    message:
        "Collecting the patterns of the {wildcards.subset} set"
    script:
        "../scripts/assemble.py"


rule simulate_outliers:
    output:
        patterns="results/dataset/outliers/patterns.npy",
        index="results/dataset/outliers/index.parquet",
    log:
        "results/logs/simulate_outliers.log",
    benchmark:
        "results/benchmarks/simulate_outliers.tsv"
    priority: priorities.LONG
    conda:
        "../../envs/simulate_outliers.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=60,
    params:
        settings=study.settings(
            "simulate_outliers",
            "seed",
            "structures/library",
            "simulate",
            hypothetical=study.audit["novelty"]["hypothetical"],
            types=study.rare_types(),
        ),
    message:
        "Simulating patterns of structure types too rare to be learned"
    script:
        "../scripts/simulate_outliers.py"
