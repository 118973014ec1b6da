# Refine: calibrants, which tell the instrument's resolution, and series.
#
# Needs:  the files that resources/measured/samples.csv marks as calibrants; the curves and the first
#         answers of all batches, the known structures
# Leaves: results/measured/calibrants.csv         what each calibrant tells; it serves the files of its
#                                                 group when they are identified and refined
#         results/measured/calibrants.npz         its curve and fit
#         results/measured/series_parameters.csv  parameters with errors along each series, by model
#         results/measured/series_fits.csv        Rw and criterion of each model and file
#         results/measured/series_models.csv      where along a series the best model changes
#         results/measured/boxcar.csv             parameters over ranges of r in a row, where asked
#         results/measured/together.csv           joint fits, and series with shared parameters


rule fit_calibrants:
    input:
        files=local(
            [
                file
                for file in study.measured.calibrant_files()
                if file not in study.measured.calibrants()["untracked_files"]
            ]
        ),
        library=local(study.library_tables()),
    output:
        calibrants="results/measured/calibrants.csv",
        fits="results/measured/calibrants.npz",
    log:
        "results/logs/fit_calibrants.log",
    benchmark:
        "results/benchmarks/fit_calibrants.tsv"
    priority: priorities.VERDICT_SHORT
    conda:
        "../../envs/fit_calibrants.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=20,
    params:
        settings=study.settings(
            "fit_calibrants",
            "structures/library",
            "measured/folder",
            **study.measured.calibrants(),
        ),
    message:
        "Fitting the calibrants"
    script:
        "../scripts/fit_calibrants.py"


rule refine_series:
    input:
        index=expand("results/measured/batches/{batch}_index.csv", batch=study.batches),
        observations=expand(
            "results/measured/batches/{batch}_observations.npz", batch=study.batches
        ),
        identification=expand(
            "results/measured/batches/{batch}_identification.parquet",
            batch=study.batches,
        ),
        calibrants=rules.fit_calibrants.output.calibrants,
        table="results/measured/references/catalogue.parquet",
        xray="results/measured/references/xray.npy",
        neutron="results/measured/references/neutron.npy",
        types="results/measured/references/types.json",
    output:
        parameters="results/measured/series_parameters.csv",
        fits="results/measured/series_fits.csv",
        changes="results/measured/series_models.csv",
    log:
        "results/logs/refine_series.log",
    benchmark:
        "results/benchmarks/refine_series.tsv"
    conda:
        "../../envs/refine_series.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=240,
    params:
        settings=study.settings("refine_series"),
    message:
        "Refining the measured series"
    script:
        "../scripts/refine_series.py"


rule refine_together:
    input:
        index=expand("results/measured/batches/{batch}_index.csv", batch=study.batches),
        observations=expand(
            "results/measured/batches/{batch}_observations.npz", batch=study.batches
        ),
        identification=expand(
            "results/measured/batches/{batch}_identification.parquet",
            batch=study.batches,
        ),
        calibrants=rules.fit_calibrants.output.calibrants,
        table="results/measured/references/catalogue.parquet",
        xray="results/measured/references/xray.npy",
        neutron="results/measured/references/neutron.npy",
        types="results/measured/references/types.json",
    output:
        boxcar="results/measured/boxcar.csv",
        together="results/measured/together.csv",
    log:
        "results/logs/refine_together.log",
    benchmark:
        "results/benchmarks/refine_together.tsv"
    conda:
        "../../envs/refine_together.yaml"
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=240,
    params:
        settings=study.settings("refine_together"),
    message:
        "Refining ranges in a row and curves together, where samples.csv asks for it"
    script:
        "../scripts/refine_together.py"
