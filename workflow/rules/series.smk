# Series: one sample at many temperatures, times or compositions, and where it changes.
#
# Needs:  what was read of the measured files (columns series, temperature, ...)
# Leaves: results/measured/series.csv          one row a file of a series: its position, cluster, and
#                                              share of each component
#         results/measured/series_changes.csv  where a series changes, strongest first
#         results/measured/series.npz          similarity maps and components


rule analyse_series:
    input:
        index="results/measured/index.csv",
        patterns="results/measured/patterns.npz",
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
