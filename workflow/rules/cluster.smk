# Cluster: groups that patterns form by themselves, compared with the known labels.
#
# Needs:  results/dataset/development/*
# Leaves: results/clusters/scores.csv           scores of each representation and method, with and
#                                               without the labels, and of controls
#         results/clusters/numbers.csv          how many clusters each criterion finds
#         results/clusters/assignments.parquet  each pattern's cluster and its position on the maps
#         results/clusters/contents.csv         what the clusters that agree best with the labels
#                                               hold
#         results/clusters/types.csv            which clusters each type fell into
#         results/clusters/shapes.npz           mean patterns, principal components, the tree


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
    priority: priorities.LONG
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
