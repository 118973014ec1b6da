# Figures of measured samples: fits, series, components and refinements, as SVG and PNG.
#
# Needs:  results/measured/*: samples, fits, series and what was refined
# Leaves: results/figures/<name>.svg, .png        their captions are in workflow/report/captions
#         results/measured/plots/<sample>.png     one for each measured sample


rule plot_measured:
    input:
        index="results/measured/index.csv",
        patterns="results/measured/patterns.npz",
        fits="results/measured/fits.npz",
        identification="results/measured/identification.csv",
    output:
        measured=report(
            "results/figures/measured.svg",
            caption="../report/captions/measured.rst",
            category="Measured samples",
            labels={"figure": "All patterns"},
        ),
        fits=report(
            "results/figures/fits.svg",
            caption="../report/captions/fits.rst",
            category="Measured samples",
            labels={"figure": "Best fits"},
        ),
        pictures=expand("results/figures/{name}.png", name=["measured", "fits"]),
    log:
        "results/logs/plot_measured.log",
    benchmark:
        "results/benchmarks/plot_measured.tsv"
    localrule: True
    conda:
        "../../envs/plot_measured.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=5,
    params:
        settings=study.settings("plot_measured", "simulate/grid"),
    message:
        "Plotting the measured patterns and their best fits"
    script:
        "../scripts/plot_measured.py"


rule plot_series:
    input:
        series="results/measured/series.csv",
        changes="results/measured/series_changes.csv",
        arrays="results/measured/series.npz",
        parameters="results/measured/series_parameters.csv",
        fits="results/measured/series_fits.csv",
        models="results/measured/series_models.csv",
        boxcar="results/measured/boxcar.csv",
        calibrants="results/measured/calibrants.csv",
        calibrant_fits="results/measured/calibrants.npz",
    output:
        series=report(
            "results/figures/series.svg",
            caption="../report/captions/series.rst",
            category="Measured samples",
            labels={"figure": "Series"},
        ),
        refined_series=report(
            "results/figures/refined_series.svg",
            caption="../report/captions/refined_series.rst",
            category="Measured samples",
            labels={"figure": "Refined series"},
        ),
        calibrants=report(
            "results/figures/calibrants.svg",
            caption="../report/captions/calibrants.rst",
            category="Measured samples",
            labels={"figure": "Calibrants"},
        ),
        boxcar=report(
            "results/figures/boxcar.svg",
            caption="../report/captions/boxcar.rst",
            category="Measured samples",
            labels={"figure": "Ranges of r in a row"},
        ),
        pictures=expand(
            "results/figures/{name}.png",
            name=["series", "refined_series", "calibrants", "boxcar"],
        ),
    log:
        "results/logs/plot_series.log",
    benchmark:
        "results/benchmarks/plot_series.tsv"
    localrule: True
    conda:
        "../../envs/plot_series.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=5,
    params:
        settings=study.settings("plot_series"),
    message:
        "Plotting the measured series"
    script:
        "../scripts/plot_series.py"


rule plot_fits:
    input:
        fits="results/measured/fits.npz",
        identification="results/measured/identification.csv",
    output:
        directory("results/measured/plots"),
    log:
        "results/logs/plot_fits.log",
    benchmark:
        "results/benchmarks/plot_fits.tsv"
    localrule: True
    conda:
        "../../envs/plot_fits.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=30,
    params:
        settings=study.settings("plot_fits"),
    message:
        "Plotting each measured sample with its best fit"
    script:
        "../scripts/plot_fits.py"
