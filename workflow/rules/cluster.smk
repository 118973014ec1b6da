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
    params:
        settings=study.settings(
            "cluster", "seed", "features", "simulate/grid", "cluster"
        ),
    log:
        "results/logs/cluster.log",
    benchmark:
        "results/benchmarks/cluster.tsv"
    threads: 1
    resources:
        mem_mb=4000,
        runtime=60,
    conda:
        "../../envs/cluster.yaml"
    script:
        "../scripts/cluster.py"
