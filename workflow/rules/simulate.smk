# Simulate: G(r) of every structure as an experiment measures it.
#
# Needs:  results/structures/shards/<shard>.parquet, <shard>_index.parquet
# Leaves: results/patterns/<shard>.npz                patterns (n, points), one reference a structure
#         results/patterns/<shard>.parquet            one row a pattern: structure, drawn parameters
#         results/patterns/<shard>_rejected.csv       what could not be simulated, and why
#         results/patterns/<shard>_contrasts.parquet  how well each structure can be told from
#                                                     simpler types


rule simulate:
    input:
        structures="results/structures/shards/{shard}.parquet",
        index="results/structures/shards/{shard}_index.parquet",
    output:
        patterns="results/patterns/{shard}.npz",
        index="results/patterns/{shard}.parquet",
        rejected="results/patterns/{shard}_rejected.csv",
        contrasts="results/patterns/{shard}_contrasts.parquet",
    log:
        "results/logs/simulate/{shard}.log",
    benchmark:
        "results/benchmarks/simulate/{shard}.tsv"
    priority: priorities.VERDICT
    conda:
        "../../envs/simulate.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=120,
    params:
        settings=study.settings("simulate", "seed", "simulate"),
    message:
        "Simulating G(r) of the structures in shard {wildcards.shard}"
    script:
        "../scripts/simulate.py"
