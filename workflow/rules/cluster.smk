# Cluster: what groups patterns form by themselves, held against the known labels.
#
# Needs:  results/dataset/development/*
# Leaves: results/clusters/scores.csv              each representation and method: scores with and
#                                                  without
#                                                  the labels, and controls
#         results/clusters/numbers.csv             how many clusters each criterion finds
#         results/clusters/assignments.parquet     which pattern fell into which cluster; its place
#                                                  on the maps
#         results/clusters/contents.csv, types.csv what the clusters closest to the labels hold, and
#                                                  where each type went
#         results/clusters/shapes.npz              their mean patterns, the principal components, the
#                                                  tree


rule cluster_patterns:
    input:
        patterns="results/dataset/development/patterns.npy",
        index="results/dataset/development/index.parquet",
    output:
        scores="results/clusters/scores.csv",
        numbers="results/clusters/numbers.csv",
        assignments="results/clusters/assignments.parquet",
        contents="results/clusters/contents.csv",
        types="results/clusters/types.csv",
        shapes="results/clusters/shapes.npz",
    log:
        "results/logs/cluster_patterns.log",
    benchmark:
        "results/benchmarks/cluster_patterns.tsv"
    conda:
        "../../envs/cluster_patterns.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 4000 * attempt,
        runtime=60,
    params:
        settings=study.settings(
            "cluster_patterns", "seed", "features", "simulate/grid", "cluster"
        ),
    message:
        "Clustering patterns and comparing the clusters with known labels"
    script:
        "../scripts/cluster_patterns.py"
