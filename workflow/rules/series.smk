# Series: one sample at many temperatures, times or compositions, and where it changes.
#
# Needs:  results/measured/batches/*_index.csv (columns series, temperature, ...), *_patterns.npz:
#         not the gathered tables, which are written again after each change of the model
# Leaves: results/measured/series.csv          one row a file of a series: its position, cluster, and
#                                              share of each component
#         results/measured/series_changes.csv  where a series changes, strongest first
#         results/measured/series.npz          similarity maps and components


rule analyse_series:
    input:
        index=expand("results/measured/batches/{batch}_index.csv", batch=study.batches),
        patterns=expand(
            "results/measured/batches/{batch}_patterns.npz", batch=study.batches
        ),
    output:
        series="results/measured/series.csv",
        changes="results/measured/series_changes.csv",
        arrays="results/measured/series.npz",
    log:
        "results/logs/analyse_series.log",
    benchmark:
        "results/benchmarks/analyse_series.tsv"
    conda:
        "../../envs/analyse_series.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=20,
    params:
        settings=study.settings("analyse_series", "seed", "features", "simulate/grid"),
    message:
        "Looking for changes in the measured series"
    script:
        "../scripts/analyse_series.py"
