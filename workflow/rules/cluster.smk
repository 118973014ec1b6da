# Cluster: what groups patterns form by themselves, held against the known labels.
#
# Needs:  results/dataset/development/*
# Leaves: results/clusters/scores.csv              each method and features: scores against labels
#         results/clusters/assignments.parquet     which pattern fell into which cluster
#         results/clusters/contents.csv            what each cluster of the best method holds


rule cluster:
    input:
        patterns="results/dataset/development/patterns.npy",
        index="results/dataset/development/index.parquet",
    output:
        scores="results/clusters/scores.csv",
        assignments="results/clusters/assignments.parquet",
        contents="results/clusters/contents.csv",
    log:
        "results/logs/cluster.log",
    benchmark:
        "results/benchmarks/cluster.tsv"
    conda:
        "../../envs/cluster.yaml"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        settings=study.settings(
            "cluster", "seed", "features", "simulate/grid", "cluster"
        ),
    script:
        "../scripts/cluster.py"
